"""Keyword rules: what the care team writes, compiled into one automaton and matched in a single pass over the text."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import ahocorasick

from localcare.triage.core.verdict import SentimentClass
from localcare.triage.core.words import fold, pattern_of


@dataclass(frozen=True, slots=True)
class Rule:
    """When these words occur, this is said about the mention.

    Fires when a phrase of `any_of` occurs, every phrase of `all_of` occurs, and the two lists of `near` occur within
    `within` words of each other (empty parts are always met), while no phrase of `none_of` occurs. A phrase inside an
    `unless` phrase ("killer" inside "killer deal") does not count, nor one right after a phrase of `denials` ("nobody was"
    before "hurt"). `word*` is a stem. `actionable` is in log-odds: +2 makes an even chance 88 %.

    It is asked only on its `channels`, of texts in its `language` (or of which none can be told) and of stores in one
    of its `places`; each empty is any. A `final` rule decides what it speaks of by itself: see `core/final.py`.
    """

    id: str
    because: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    near: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    within: int = 5
    none_of: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    topic: str | None = None
    weight: float = 1.0
    risk: str | None = None
    actionable: float = 0.0
    sentiment: SentimentClass | None = None
    tier_at_least: int = 0
    urgency: str | None = None
    shout_out: bool = False
    channels: tuple[str, ...] = ()
    language: str | None = None
    places: tuple[str, ...] = ()
    precedence: int = 0
    final: bool = False
    owner: str = "care"
    since: date | None = None
    until: date | None = None

    def applies_on(self, day: date | None) -> bool:
        """Whether the rule is in force that day; a dated rule needs to know the day."""
        if self.since is None and self.until is None:
            return True
        return day is not None and (self.since or day) <= day <= (self.until or day)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The phrases without one of which the rule cannot fire."""
        return self.any_of or (self.near[0] if self.near else self.all_of[:1])

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every phrase the rule looks at."""
        near = self.near[0] + self.near[1] if self.near else ()
        return self.any_of + self.all_of + near + self.none_of + self.unless + self.denials


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, with the customer's words that made it."""

    rule: Rule
    words: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """The first of those words, as a reason shows them."""
        return ", ".join(f"“{words}”" for words in self.words[:3])


UNDETERMINED = "und"
"""The language of a text too short or too odd to tell; rules of every language are asked of it."""

Span = tuple[int, int]
Spans = Mapping[str, list[Span]]


class RuleSet:
    """Rules in force, compiled once. Matching takes one pass over the text however many rules there are."""

    def __init__(self, rules: Iterable[Rule], *, on: date | None = None) -> None:
        self.rules = tuple(rule for rule in rules if rule.applies_on(on))
        self._tests = tuple(_Test.of(rule) for rule in self.rules)
        self._limits = tuple(_Limit.of(rule) for rule in self.rules)
        self.knows_places = any(rule.places for rule in self.rules)
        self._automaton = ahocorasick.Automaton()
        self._triggered: dict[str, list[int]] = defaultdict(list)
        for index, rule in enumerate(self.rules):
            for phrase in rule.triggers:
                self._triggered[phrase].append(index)
        self._compile()

    def _compile(self) -> None:
        phrases_by_pattern: dict[str, list[str]] = defaultdict(list)
        for phrase in sorted({phrase for rule in self.rules for phrase in rule.phrases}):
            if pattern := pattern_of(phrase):
                phrases_by_pattern[pattern].append(phrase)
        for pattern, phrases in phrases_by_pattern.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(phrases)))
        if phrases_by_pattern:
            self._automaton.make_automaton()

    def match(self, text: str, *, channel: str = "", language: str = UNDETERMINED) -> list[Fired]:
        """The rules that fire on a text, in the order of the rule files."""
        return self.match_folded(fold(text), channel=channel, language=language)

    def match_folded(
        self,
        folded: str,
        *,
        channel: str = "",
        language: str = UNDETERMINED,
        places: frozenset[str] = frozenset(),
    ) -> list[Fired]:
        """`match` on text that went through `words.fold` already."""
        if not len(self._automaton):
            return []
        spans: dict[str, list[Span]] = defaultdict(list)
        for end, (length, phrases) in self._automaton.iter(folded):
            for phrase in phrases:
                spans[phrase].append((end - length + 1, end + 1))
        candidates = {index for phrase in spans for index in self._triggered.get(phrase, ())}
        asked = [
            index
            for index in sorted(candidates)
            if (limit := self._limits[index]) is None or limit.allows(channel, language, places)
        ]
        return list(self._fired(asked, spans, folded))

    def _fired(self, candidates: Iterable[int], spans: Spans, folded: str) -> Iterator[Fired]:
        for index in candidates:
            if found := self._tests[index].spans_that_fire(spans, folded):
                words = tuple(dict.fromkeys(_whole_words(span, folded) for span in found))
                yield Fired(self.rules[index], words)


@dataclass(frozen=True, slots=True)
class _Limit:
    """Where a rule is asked at all; most rules have none."""

    channels: frozenset[str]
    language: str | None
    places: frozenset[str]

    @classmethod
    def of(cls, rule: Rule) -> "_Limit | None":
        limit = cls(frozenset(rule.channels), rule.language, frozenset(rule.places))
        return limit if limit.channels or limit.language or limit.places else None

    def allows(self, channel: str, language: str, places: frozenset[str]) -> bool:
        return (
            (not self.channels or channel in self.channels)
            and (self.language is None or language in (self.language, UNDETERMINED))
            and (not self.places or not self.places.isdisjoint(places))
        )


@dataclass(frozen=True, slots=True)
class _Test:
    """A rule ready to be tested: its lists as sets, so that only phrases that do occur are looked at."""

    any_of: frozenset[str]
    all_of: frozenset[str]
    none_of: frozenset[str]
    unless: frozenset[str]
    denials: frozenset[str]
    left: frozenset[str]
    right: frozenset[str]
    within: int

    @classmethod
    def of(cls, rule: Rule) -> "_Test":
        left, right = rule.near or ((), ())
        return cls(
            any_of=frozenset(rule.any_of),
            all_of=frozenset(rule.all_of),
            none_of=frozenset(rule.none_of),
            unless=frozenset(rule.unless),
            denials=frozenset(rule.denials),
            left=frozenset(left),
            right=frozenset(right),
            within=rule.within,
        )

    def spans_that_fire(self, spans: Spans, folded: str) -> list[Span]:
        """Where in the text the rule's conditions are met; empty when one of them is not."""
        if not self._may_fire(spans):
            return []
        masks = _Masks(
            [span for phrase in self.unless.intersection(spans) for span in spans[phrase]],
            {end - 1 for phrase in self.denials.intersection(spans) for _, end in spans[phrase]},
        )
        found = [spots[0] for spots in self._spots(self.any_of, spans, masks).values()]
        if self.any_of and not found:
            return []
        required = self._spots(self.all_of, spans, masks)
        if len(required) < len(self.all_of):
            return []
        found += [spots[0] for spots in required.values()]
        if self.left or self.right:
            pair = self._nearest(spans, masks, folded)
            found = [*found, pair] if pair else []
        return sorted(found)

    def _may_fire(self, spans: Spans) -> bool:
        """Whether what has to occur does occur somewhere, and nothing that must not: cheaper than where."""
        return (
            self.none_of.isdisjoint(spans)
            and spans.keys() >= self.all_of
            and (not self.left or not (self.left.isdisjoint(spans) or self.right.isdisjoint(spans)))
        )

    def _spots(self, phrases: frozenset[str], spans: Spans, masks: "_Masks") -> dict[str, list[Span]]:
        """Where each phrase that occurs unmasked occurs."""
        spots = {}
        for phrase in phrases.intersection(spans):
            if open_spans := [span for span in spans[phrase] if not masks.hides(span)]:
                spots[phrase] = open_spans
        return spots

    def _nearest(self, spans: Spans, masks: "_Masks", folded: str) -> Span | None:
        """The stretch from one list's phrase to the other's, where they are near enough."""
        left, right = (
            sorted(span for spots in self._spots(phrases, spans, masks).values() for span in spots)
            for phrases in (self.left, self.right)
        )
        widest = max((end - start for start, end in right), default=0)
        for a in left:
            after, before = _around(folded, a, self.within)
            # only those that may be near enough are looked at: a text of 100 kB may hold each phrase ten thousand times
            for at in range(bisect_left(right, (after - widest, 0)), len(right)):
                b = right[at]
                if b[0] >= before:
                    break
                if a != b and b[1] - 1 > after:
                    return min(a[0], b[0]), max(a[1], b[1])
        return None


class _Masks:
    """What makes a phrase not count: a longer phrase around it, or a denial that ends where it begins."""

    def __init__(self, around: Iterable[Span], ends: set[int]) -> None:
        spans = sorted(around)
        self._ends = ends
        self._starts = [start for start, _ in spans]
        self._reach = list(accumulate((end for _, end in spans), max))

    def hides(self, span: Span) -> bool:
        """Whether a phrase at that span does not count. Cost is one search, however much is around."""
        before = bisect_right(self._starts, span[0])
        return span[0] in self._ends or (before > 0 and self._reach[before - 1] >= span[1])


def _around(folded: str, span: Span, within: int) -> Span:
    """The spaces before and after a span between which a phrase has at most `within` words in between."""
    after, before = span[0] + 1, span[1] - 2
    for _ in range(within + 2):
        after = folded.rfind(" ", 0, after) if after > 0 else -1
        before = folded.find(" ", before + 1) if before < len(folded) else len(folded)
        before = len(folded) if before < 0 else before
    return after, before


def _whole_words(span: Span, folded: str) -> str:
    end = folded.find(" ", max(span[0] + 1, span[1] - 1))
    return folded[span[0] : end if end > 0 else None].strip()
