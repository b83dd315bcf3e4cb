"""What a person says of a verdict: it stands in place of what triage said, and is a label to learn from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import PageKind, Reason, Source, Verdict

PERSON: Source = "person"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is right by a person called `who`; None where they said nothing. Topic, tier and matter come together."""

    who: str
    topic: str | None = None
    tier: int | None = None
    matter: str | None = None
    actionable: bool | None = None

    def beside(self, earlier: "Ruling") -> "Ruling":
        """Both rulings: this one where it says something, else the earlier one."""
        about = self if self.topic is not None else earlier
        return Ruling(
            who=self.who,
            topic=about.topic,
            tier=about.tier,
            matter=about.matter,
            actionable=earlier.actionable if self.actionable is None else self.actionable,
        )


def rule_topic(who: str, topic: str, taxonomy: Taxonomy, *, risks: Iterable[str], page_kind: PageKind) -> Ruling:
    """The ruling that it is about this topic: tier and matter follow from the taxonomy. KeyError for a topic it lacks."""
    about = taxonomy.topics[topic]
    tier = max([about.tier, *(taxonomy.risks[risk].tier for risk in risks if risk in taxonomy.risks)])
    return Ruling(who, topic=topic, tier=tier, matter=about.matter_on(page_kind))


def corrected(verdict: Verdict, ruling: Ruling) -> Verdict:
    """The verdict as the person wants it, with their word as its first reason."""
    right = verdict
    if ruling.topic is not None and ruling.tier is not None and ruling.matter is not None:
        right = replace(right, topic=ruling.topic, tier=ruling.tier, matter=ruling.matter)
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


def _urgency(verdict: Verdict, actionable: bool) -> str:  # noqa: FBT001
    if actionable:
        return "normal" if verdict.urgency == "low" else verdict.urgency
    return verdict.urgency if verdict.risks else "low"


def _in_words(ruling: Ruling) -> str:
    parts = [] if ruling.topic is None else [f"is about {ruling.topic.replace('-', ' ')}"]
    if ruling.actionable is not None:
        parts.append("needs an answer" if ruling.actionable else "needs no answer")
    return f"{ruling.who} says it {' and '.join(parts)}"
