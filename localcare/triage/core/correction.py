"""What a person says of a verdict: it stands in place of what triage said, and is a label to learn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import (
    NO_RISK,
    SENTIMENTS,
    PageKind,
    Reason,
    Sentiment,
    SentimentClass,
    Source,
    Verdict,
)

PERSON: Source = "person"
Part = Literal["topic", "answer", "risk", "tier", "matter", "mood", "shout-out"]
"""What a person can say of a verdict, each by itself."""
_FIELDS: Mapping[Part, tuple[str, ...]] = {
    "topic": ("topic", "tier", "matter"),
    "answer": ("actionable",),
    "risk": ("risk", "calm_tier", "words"),
    "tier": ("said_tier",),
    "matter": ("said_matter",),
    "mood": ("sentiment",),
    "shout-out": ("shout_out",),
}
"""The fields of a ruling by what they say; the first is None where nobody said it."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is right by a person called `who`; None where they said nothing. Topic, tier and matter come together.

    `said_tier` and `said_matter` were said by themselves and hold whatever the topic. `risk` is `NO_RISK` or None: it is said
    of these very words, whose print is `words`, and lapses when they are edited. `calm_tier` is the tier without the risk.
    """

    who: str
    topic: str | None = None
    tier: int | None = None
    matter: str | None = None
    actionable: bool | None = None
    risk: str | None = None
    calm_tier: int | None = None
    words: str | None = None
    said_tier: int | None = None
    said_matter: str | None = None
    sentiment: SentimentClass | None = None
    shout_out: bool | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it says something of."""
        return tuple(part for part, (first, *_) in _FIELDS.items() if getattr(self, first) is not None)

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to hold a verdict to."""
        return bool(self.parts)

    def of_words(self, words: str | None) -> "Ruling":
        """What holds of the words with this print: that there is no risk was said of those it was said of, and of no others."""
        return self if self.risk is None or self.words == words else replace(self, risk=None)

    def without(self, part: Part) -> "Ruling":
        """What is left when one part of it was a mistake."""
        return replace(self, **dict.fromkeys(_FIELDS[part]))  # type: ignore[arg-type]

    def beside(self, earlier: "Ruling") -> "Ruling":
        """Both rulings: this one where it says something, else the earlier one."""
        silent = [names for part, names in _FIELDS.items() if part not in self.parts]
        kept = {name: getattr(earlier, name) for names in silent for name in names}
        if self.risk is not None and self.topic is None and earlier.tier is not None:
            kept["tier"] = self.calm_tier
        return replace(self, **kept)


def rule_topic(who: str, topic: str, taxonomy: Taxonomy, *, risks: Iterable[str], page_kind: PageKind) -> Ruling:
    """The ruling that it is about this topic: tier and matter follow from the taxonomy. KeyError for a topic it lacks."""
    about = taxonomy.topics[topic]
    tier = max([about.tier, *(taxonomy.risks[risk].tier for risk in risks if risk in taxonomy.risks)])
    return Ruling(who, topic=topic, tier=tier, matter=about.matter_on(page_kind))


def rule_no_risk(who: str, topic: str, taxonomy: Taxonomy, *, words: str) -> Ruling:
    """The ruling that these words carry no risk: their tier is then the usual one of their topic."""
    about = taxonomy.topics.get(topic)
    return Ruling(who, risk=NO_RISK, calm_tier=about.tier if about else 1, words=words)


def corrected(verdict: Verdict, ruling: Ruling) -> Verdict:
    """The verdict as the person wants it, with their word as its first reason."""
    right = _calmed(verdict, ruling) if ruling.risk == NO_RISK else verdict
    if ruling.topic is not None and ruling.tier is not None and ruling.matter is not None:
        tier = max(ruling.tier, right.tier) if right.risks else ruling.tier  # no topic takes a risk out of senior hands
        right = replace(right, topic=ruling.topic, tier=tier, matter=ruling.matter)
    if ruling.said_tier is not None:
        right = replace(right, tier=max(ruling.said_tier, right.tier) if right.risks else ruling.said_tier)
    if ruling.actionable is not None:
        right = replace(
            right,
            actionable=ruling.actionable,
            actionable_probability=1.0 if ruling.actionable else 0.0,
            urgency=_urgency(right, ruling.actionable),
            abstained=False,
        )
    right = _in_their_mood(replace(right, matter=ruling.said_matter or right.matter), ruling)
    return replace(right, reasons=(Reason(PERSON, _in_words(ruling)), *machine_reasons(verdict)))


def machine_reasons(verdict: Verdict) -> tuple[Reason, ...]:
    """What rules, model and signals said, without any person's word."""
    return tuple(reason for reason in verdict.reasons if reason.source != PERSON)


def _calmed(verdict: Verdict, ruling: Ruling) -> Verdict:
    """Without its risks: as hard as its topic usually is, and no more urgent than what is none."""
    if not verdict.risks:
        return verdict
    tier = verdict.tier if ruling.calm_tier is None else ruling.calm_tier
    return replace(verdict, risks=(), tier=tier, urgency="normal" if verdict.actionable else "low")


def _in_their_mood(verdict: Verdict, ruling: Ruling) -> Verdict:
    """With the mood and the praise that the person hears in it."""
    if ruling.sentiment is not None:
        shares = Sentiment(*(float(mood == ruling.sentiment) for mood in SENTIMENTS))
        verdict = replace(verdict, sentiment=ruling.sentiment, sentiment_probability=shares)
    if ruling.shout_out is not None:
        names = verdict.shout_out_names if ruling.shout_out else ()
        verdict = replace(verdict, shout_out_present=ruling.shout_out, shout_out_names=names)
    return verdict


def _urgency(verdict: Verdict, actionable: bool) -> str:  # noqa: FBT001
    if actionable:
        return "normal" if verdict.urgency == "low" else verdict.urgency
    return verdict.urgency if verdict.risks else "low"


def _in_words(ruling: Ruling) -> str:
    said = {
        "topic": f"is about {(ruling.topic or '').replace('-', ' ')}",
        "answer": "needs an answer" if ruling.actionable else "needs no answer",
        "risk": "carries no risk",
        "tier": f"is of tier {ruling.said_tier}",
        "matter": f"is {matter_in_words(ruling.said_matter or '')}",
        "mood": f"sounds {ruling.sentiment}",
        "shout-out": "praises somebody of the team" if ruling.shout_out else "praises nobody of the team",
    }
    *first, last = [said[part] for part in ruling.parts]
    return f"{ruling.who} says it {', '.join(first)}{' and ' if first else ''}{last}"


def matter_in_words(matter: str) -> str:
    """Whose matter it is, as a sentence goes on: `a matter of billing`."""
    words = {"store": "the store’s matter", "other": "nobody’s matter in particular"}
    return words.get(matter, f"a matter of {'the ' if matter == 'network' else ''}{matter}")
