"""What a person says of a verdict: it stands in place of what triage said, and is a label to learn from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import NO_RISK, PageKind, Reason, Source, Verdict

PERSON: Source = "person"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is right by a person called `who`; None where they said nothing. Topic, tier and matter come together.

    `risk` is `NO_RISK` or None. It is said of these very words, whose print is `words`: it lapses when they are edited.
    `calm_tier` is the tier without the risk.
    """

    who: str
    topic: str | None = None
    tier: int | None = None
    matter: str | None = None
    actionable: bool | None = None
    risk: str | None = None
    calm_tier: int | None = None
    words: str | None = None

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to hold a verdict to."""
        return self.topic is not None or self.actionable is not None or self.risk is not None

    def of_words(self, words: str | None) -> "Ruling":
        """What holds of the words with this print: that there is no risk was said of those it was said of, and of no others."""
        return self if self.risk is None or self.words == words else replace(self, risk=None)

    def beside(self, earlier: "Ruling") -> "Ruling":
        """Both rulings: this one where it says something, else the earlier one."""
        about = self if self.topic is not None else earlier
        calm = self if self.risk is not None else earlier
        is_calmed = self.risk is not None and about is earlier and about.tier is not None
        return Ruling(
            who=self.who,
            topic=about.topic,
            tier=self.calm_tier if is_calmed else about.tier,
            matter=about.matter,
            actionable=earlier.actionable if self.actionable is None else self.actionable,
            risk=calm.risk,
            calm_tier=calm.calm_tier,
            words=calm.words,
        )


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
    if ruling.actionable is not None:
        right = replace(
            right,
            actionable=ruling.actionable,
            actionable_probability=1.0 if ruling.actionable else 0.0,
            urgency=_urgency(right, ruling.actionable),
            abstained=False,
        )
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


def _urgency(verdict: Verdict, actionable: bool) -> str:  # noqa: FBT001
    if actionable:
        return "normal" if verdict.urgency == "low" else verdict.urgency
    return verdict.urgency if verdict.risks else "low"


def _in_words(ruling: Ruling) -> str:
    parts = [] if ruling.topic is None else [f"is about {ruling.topic.replace('-', ' ')}"]
    if ruling.actionable is not None:
        parts.append("needs an answer" if ruling.actionable else "needs no answer")
    if ruling.risk == NO_RISK:
        parts.append("carries no risk")
    return f"{ruling.who} says it {' and '.join(parts)}"
