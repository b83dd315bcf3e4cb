"""What is wrong with a rule before it may go live, and where it gets in the way of others. A fault refuses, a conflict warns."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from localcare.triage.core.rule_words import visible
from localcare.triage.core.rules import Rule
from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.words import pattern_of

MOST_PHRASES, LONGEST_PHRASE, SHORTEST_STEM, WIDEST = 2_000, 200, 3, 50
LONGEST_WORDS, HIGHEST_PRECEDENCE, HEAVIEST = 200, 1_000, 100
"""Of a reason or an owner in letters; of a precedence either way; of a weight."""
TOO_BROAD = 0.05
"""A rule that fires on more of the mentions than this tells little of any of them."""
CHANNELS = ("facebook", "instagram", "x", "google", "community", "email", "csv", "manual")
_STOP_WORDS_TEXT = """
a an and are as at be been but by can did do does for from had has have he her him his how i if in is it its me my no not of
on or our she so that the their them then there they this to us was we were what when where which who will with would you
your al como con de del el ella ellos en eso esta este fue ha han la las le lo los mas me mi muy nos o para pero por
porque que se ser si sin son su sus te tu un una uno y ya yo
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_JOINTS = frozenset(
    [
        "a",
        "al",
        "an",
        "and",
        "at",
        "de",
        "del",
        "el",
        "en",
        "for",
        "in",
        "la",
        "las",
        "lo",
        "los",
        "o",
        "of",
        "on",
        "or",
        "the",
        "to",
        "un",
        "una",
        "with",
        "y",
    ]
)

_WEIGHTY = 1.0  # what weighs less only hints, and gives way by itself

Part = Literal["any", "all", "near_left", "near_right", "none", "unless", "denials"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a rule cannot be kept: the field of the form it is about ("" is the whole), and a sentence."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where a rule and another one contradict or repeat each other; `with_id` is the other one."""

    kind: Literal["contradicts", "unheard", "repeats"]
    with_id: str
    says: str


def faults_of(rule: Rule, taxonomy: Taxonomy, *, lists: Collection[str] = ()) -> list[Fault]:
    """Everything that stands against a rule; none of it can be mended by guessing. `lists` are what `{name}` may name."""
    named = {f"{{{name}}}" for name in lists}
    parts = {part: [phrase for phrase in phrases if phrase not in named] for part, phrases in _parts(rule).items()}
    found = [fault for part, phrases in parts.items() for fault in _phrase_faults(part, phrases)]
    return [*found, *_shape_faults(rule), *_outcome_faults(rule, taxonomy), *_plain_faults(rule)]


def conflicts_of(rule: Rule, others: Sequence[Rule]) -> list[Conflict]:
    """How a rule gets along with the others that would be in force with it."""
    mine = _patterns(rule.triggers)
    found: list[Conflict] = []
    for other in others:
        if other.id == rule.id or other.weight < _WEIGHTY or not _meet(rule, other):
            continue
        if _is_unheard(rule, mine, other):
            says = f"“{other.because}” fires on the same words and has the last word: this rule is never heard."
            found.append(Conflict("unheard", other.id, says))
        elif shared := _shared(mine, _patterns(other.triggers)):
            found.extend(_of_shared(rule, other, shared))
    return found


def is_too_broad(fired: int, read: int) -> bool:
    """Whether a rule that fired on so many of the mentions read says anything."""
    return read >= 20 and fired / read > TOO_BROAD


def _parts(rule: Rule) -> Mapping[Part, Sequence[str]]:
    left, right = rule.near or ((), ())
    return {
        "any": rule.any_of, "all": rule.all_of, "near_left": left, "near_right": right, "none": rule.none_of,
        "unless": rule.unless, "denials": rule.denials,
    }  # fmt: skip


def _phrase_faults(part: Part, phrases: Sequence[str]) -> Iterator[Fault]:
    if len(phrases) > MOST_PHRASES:
        yield Fault(
            part,
            f"A rule takes {MOST_PHRASES:,} phrases at most; these are {len(phrases):,}. Make several rules of them.",
        )
        return
    for phrase in phrases:
        if says := _phrase_fault(phrase, alone=part in ("any", "all")):
            yield Fault(part, says)
            return


def _phrase_fault(phrase: str, *, alone: bool) -> str | None:
    """What is wrong with a phrase; one that stands `alone`, without another nearby, must tell something by itself."""
    for is_wrong, says in _PHRASE_CHECKS:
        if is_wrong(phrase):
            return says.format(_shown(phrase))
    if alone and not phrase.endswith("*") and _tells_nothing(_words(phrase)):
        return f"“{_shown(phrase)}” stands in nearly every text. Add a word that tells something."
    return None


def _words(phrase: str) -> list[str]:
    return pattern_of(phrase).split()


def _tells_nothing(words: Sequence[str]) -> bool:
    return (len(words) == 1 and words[0] in _STOP_WORDS) or all(word in _JOINTS for word in words)


_PHRASE_CHECKS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda p: any(unicodedata.category(c) == "Cc" for c in p), "“{}” holds a character that nobody can see. Type it anew."),
    (lambda p: len(p) > LONGEST_PHRASE, f"“{{}}” is too long: a phrase has {LONGEST_PHRASE} letters at most."),
    (lambda p: "*" in p[:-1], "“{}”: a star stands only at the end, for every word that begins so."),
    (lambda p: "{" in p or "}" in p, "“{}”: there is no list of that name."),
    (lambda p: not _words(p), "“{}” has no word, digit or emoji to look for; links and @names are never read."),
    (
        lambda p: p.endswith("*") and len("".join(_words(p))) < SHORTEST_STEM,
        f"“{{}}” begins far too many words: a stem has {SHORTEST_STEM} letters at least.",
    ),
)  # fmt: skip


def _shown(phrase: str) -> str:
    seen = visible(phrase)
    return seen if len(seen) <= 40 else f"{seen[:40]}…"


def _shape_faults(rule: Rule) -> Iterator[Fault]:
    left, right = rule.near or ((), ())
    if not (rule.any_of or rule.all_of or left or right):
        yield Fault("any", "Give words: without any the rule never fires.")
    if bool(left) != bool(right):
        yield Fault("near_right" if left else "near_left", "Give words for both sides, or for neither.")
    if not 1 <= rule.within <= WIDEST:
        yield Fault("within", f"Between 1 and {WIDEST} words.")
    unwanted = _patterns(rule.none_of)
    wanted = _patterns((*rule.any_of, *rule.all_of))
    if both := wanted.keys() & unwanted.keys():
        yield Fault("none", f"“{wanted[min(both)]}” is both wanted and unwanted.")
    if rule.since and rule.until and rule.until < rule.since:
        yield Fault("until", "It ends before it begins.")


def _outcome_faults(rule: Rule, taxonomy: Taxonomy) -> Iterator[Fault]:
    decides = rule.topic or rule.actionable or rule.tier_at_least or rule.urgency
    if not (decides or rule.risk or rule.sentiment or rule.shout_out):
        yield Fault(
            "topic",
            "Choose what the rule says of a mention: a topic, a tier, an urgency, or whether it needs an answer.",
        )
    elif rule.final and not decides:
        yield Fault(
            "final", "The last word on what? Choose a topic, a tier, an urgency, or whether it needs an answer."
        )
    if rule.topic is not None and rule.topic not in taxonomy.topics:
        yield Fault("topic", f"There is no topic {rule.topic!r}.")
    if rule.risk is not None and rule.risk not in taxonomy.risks:
        yield Fault("risk", f"There is no risk {rule.risk!r}.")
    if unknown := [channel for channel in rule.channels if channel not in CHANNELS]:
        yield Fault("channels", f"There is no channel {unknown[0]!r}.")
    if not rule.because.strip():
        yield Fault("because", "Say what it means when these words are there: it is the reason that agents read.")


def _plain_faults(rule: Rule) -> Iterator[Fault]:
    """Numbers that are none, or so large that no database and no formula takes them; words that nobody can read."""
    if not 0 <= rule.weight <= HEAVIEST:
        yield Fault("weight", f"A weight is a number between 0 and {HEAVIEST}.")
    if not -HEAVIEST <= rule.actionable <= HEAVIEST:
        yield Fault("actionable", f"How strongly it speaks is a number between -{HEAVIEST} and {HEAVIEST}.")
    if not -HIGHEST_PRECEDENCE <= rule.precedence <= HIGHEST_PRECEDENCE:
        yield Fault("precedence", f"A precedence is between -{HIGHEST_PRECEDENCE:,} and {HIGHEST_PRECEDENCE:,}.")
    for name, words in (("because", rule.because), ("owner", rule.owner)):
        if len(words) > LONGEST_WORDS:
            yield Fault(name, f"This is too long: {LONGEST_WORDS} letters at most.")
        elif visible(words) != words:
            yield Fault(name, f"“{_shown(words)}” holds a character that nobody can see. Type it anew.")


def _patterns(phrases: Sequence[str]) -> dict[str, str]:
    return {pattern: phrase for phrase in phrases if (pattern := _pattern(phrase))}


_pattern = lru_cache(maxsize=50_000)(pattern_of)
"""Thousands of rules are held against one, again and again while it is written."""


def _meet(one: Rule, other: Rule) -> bool:
    """Whether there can be a mention of which both are asked."""
    return (
        _overlap(one.channels, other.channels)
        and _overlap(one.places, other.places)
        and (one.language is None or other.language is None or one.language == other.language)
        and not (one.until and other.since and one.until < other.since)
        and not (other.until and one.since and other.until < one.since)
    )


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


def _is_unheard(rule: Rule, mine: Mapping[str, str], other: Rule) -> bool:
    """Whether all that a rule says is decided by another, which fires wherever this one does."""
    if not other.final or (rule.final and rule.precedence > other.precedence):
        return False
    is_plain = other.any_of and not (other.all_of or other.near or other.none_of or other.unless or other.denials)
    if not is_plain or rule.risk or rule.sentiment or rule.shout_out or not _is_within(rule, other):
        return False
    said = {name for name in ("topic", "tier_at_least", "urgency", "actionable") if getattr(rule, name)}
    decided = {name for name in ("topic", "tier_at_least", "urgency", "actionable") if getattr(other, name)}
    covering = _patterns(other.any_of)
    return said <= decided and bool(mine) and all(any(wide in narrow for wide in covering) for narrow in mine)


def _is_within(rule: Rule, other: Rule) -> bool:
    """Whether the other is asked wherever and whenever this one is."""
    return (
        (not other.channels or (bool(rule.channels) and set(rule.channels) <= set(other.channels)))
        and (not other.places or (bool(rule.places) and set(rule.places) <= set(other.places)))
        and other.language in (None, rule.language)
        and (other.since is None or (rule.since is not None and other.since <= rule.since))
        and (other.until is None or (rule.until is not None and rule.until <= other.until))
    )


def _shared(mine: Mapping[str, str], theirs: Mapping[str, str]) -> str | None:
    """A phrase of ours that the other looks for too, as it stands or by a stem."""
    same = mine.keys() & theirs.keys()
    stems = tuple(pattern for pattern in theirs if not pattern.endswith(" "))
    found = same or {pattern for pattern in mine if stems and pattern.startswith(stems)}
    return mine[min(found)] if found else None


def _of_shared(rule: Rule, other: Rule, phrase: str) -> Iterator[Conflict]:
    if rule.topic and other.topic and rule.topic != other.topic:
        says = f"“{phrase}” means {_spoken(rule.topic)} here and {_spoken(other.topic)} in “{other.because}”."
        yield Conflict("contradicts", other.id, says)
    elif rule.actionable * other.actionable < 0:
        says = f"“{phrase}” speaks for an answer in one rule and against it in the other, “{other.because}”."
        yield Conflict("contradicts", other.id, says)
    elif rule.sentiment and other.sentiment and rule.sentiment != other.sentiment:
        says = f"“{phrase}” is {rule.sentiment} here and {other.sentiment} in “{other.because}”."
        yield Conflict("contradicts", other.id, says)
    elif _patterns(rule.phrases).keys() <= _patterns(other.phrases).keys() and rule.topic == other.topic:
        yield Conflict("repeats", other.id, f"“{other.because}” looks for these words already.")


def _spoken(slug: str) -> str:
    return slug.replace("-", " ")
