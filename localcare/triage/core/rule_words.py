"""A rule in plain words: when it fires, what it says then."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from unicodedata import category

from localcare.triage.core.rules import Rule
from localcare.triage.core.taxonomy import Taxonomy
from localcare.web.words import capital_first

LANGUAGES = {"en": "English", "es": "Spanish"}
STRENGTHS = {0.5: "a little", 1.5: "clearly", 3.0: "strongly"}
"""How strongly a rule speaks for an answer or against one, in log-odds."""
_SHOWN = 4
_LISTED = 300


def when_in_words(rule: Rule, place_names: Mapping[str, str] | None = None) -> str:
    """One sentence: “Fires when … and … within 5 words of …, but not when …”."""
    parts = list(_wanted(rule))
    sentence = "Fires when " + ", and ".join(parts) if parts else "Never fires: no words are given"
    if rule.none_of:
        sentence += f", but not when {_listed(rule.none_of, 'or')} stands there too"
    if rule.unless:
        sentence += f"; {_listed(rule.unless, 'and')} {'is' if len(rule.unless) == 1 else 'are'} passed over"
    if rule.denials:
        sentence += f"; what stands right after {_listed(rule.denials, 'or')} does not count"
    limits = "; ".join(_limits(rule, place_names or {}))
    return f"{sentence}. {capital_first(limits)}." if limits else f"{sentence}."


def words_in_full(rule: Rule) -> list[tuple[str, Sequence[str], int]]:
    """(what they are for, the first of them, how many more) for each part of a rule that has words; lists spelled out."""
    left, right = rule.near or ((), ())
    parts = (
        ("Any of these", rule.any_of), ("All of these", rule.all_of), ("Near each other: one of these", left),
        ("and one of those", right), ("Not when one of these is there", rule.none_of), ("Passed over", rule.unless),
        ("Not right after one of these", rule.denials),
    )  # fmt: skip
    return [
        (label, [visible(w) for w in words[:_LISTED]], max(0, len(words) - _LISTED)) for label, words in parts if words
    ]


def outcome_in_words(rule: Rule, taxonomy: Taxonomy) -> str:
    """One sentence: what is said of the mention when the rule fires."""
    says = list(_says(rule, taxonomy))
    if not says:
        return "It says nothing of the mention yet."
    sentence = f"Then {_joined(says, 'and')}."
    if rule.final:
        sentence += f" It has the last word on this{f', at precedence {rule.precedence}' if rule.precedence else ''}."
    return sentence


def _wanted(rule: Rule) -> Iterator[str]:
    if rule.any_of:
        yield f"{_listed(rule.any_of, 'or')} stands in the text"
    if rule.all_of:
        yield f"{_listed(rule.all_of, 'and')} {'stands' if len(rule.all_of) == 1 else 'all stand'} in the text"
    if rule.near:
        left, right = rule.near
        words = "word" if rule.within == 1 else "words"
        yield f"{_listed(left, 'or')} stands within {rule.within} {words} of {_listed(right, 'or')}"


def _limits(rule: Rule, place_names: Mapping[str, str]) -> Iterator[str]:
    if rule.channels:
        yield f"only on {_joined([_channel(channel) for channel in rule.channels], 'and')}"
    if rule.language:
        yield f"only in {LANGUAGES.get(rule.language, rule.language)}"
    if rule.places:
        yield f"only about {_joined([place_names.get(place, place) for place in rule.places], 'and')}"
    if rule.since and rule.until:
        yield f"only from {rule.since} to {rule.until}"
    elif rule.since:
        yield f"only from {rule.since} on"
    elif rule.until:
        yield f"only until {rule.until}"


def _says(rule: Rule, taxonomy: Taxonomy) -> Iterator[str]:
    if rule.risk:
        risk = taxonomy.risks.get(rule.risk)
        yield f"it is a risk: {risk.name.lower() if risk else rule.risk}"
    if rule.topic:
        topic = taxonomy.topics.get(rule.topic)
        yield f"it is about {topic.name.lower() if topic else rule.topic}"
    if rule.actionable:
        yield _answer(rule)
    if rule.tier_at_least:
        yield f"it goes to tier {rule.tier_at_least}{'' if rule.final or rule.tier_at_least == 3 else ' or higher'}"
    if rule.urgency:
        yield f"it is of {rule.urgency} urgency{'' if rule.final or rule.urgency == 'critical' else ' or more'}"
    if rule.sentiment:
        yield f"its mood is {rule.sentiment}"
    if rule.shout_out:
        yield "it is a shout-out to the team"


def _answer(rule: Rule) -> str:
    if rule.final:
        return "it needs an answer" if rule.actionable > 0 else "it needs no answer"
    near = min(STRENGTHS, key=lambda strength: abs(strength - abs(rule.actionable)))
    return f"it speaks {STRENGTHS[near]} {'for' if rule.actionable > 0 else 'against'} an answer"


def _listed(phrases: Sequence[str], joiner: str) -> str:
    shown = [_phrase(phrase) for phrase in islice(phrases, _SHOWN)]
    if len(phrases) > _SHOWN:
        shown.append(f"{len(phrases) - _SHOWN:,} more")
    return _joined(shown, joiner)


def _phrase(phrase: str) -> str:
    seen = visible(phrase)
    if seen.startswith("{") and seen.endswith("}"):
        return f"a word of the list “{seen[1:-1]}”"
    return f"a word beginning with “{seen[:-1]}”" if seen.endswith("*") else f"“{seen}”"


def visible(phrase: str) -> str:
    """A phrase as a page can show it: what cannot be seen is a box."""
    return "".join("□" if category(letter) == "Cc" else letter for letter in phrase)


def _joined(words: Sequence[str], joiner: str) -> str:
    if not words:
        return "nothing yet"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def _channel(slug: str) -> str:
    return {"x": "X", "csv": "imports", "email": "e-mail", "manual": "what is typed in by hand"}.get(
        slug, slug.capitalize()
    )
