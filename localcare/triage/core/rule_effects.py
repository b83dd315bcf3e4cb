"""What a change of rules does to verdicts: one mention's difference, and the sum over many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from localcare.triage.core.verdict import Verdict

Effect = Literal["answer", "no-answer", "queue", "topic", "tier", "urgency", "risk", "same"]
SAMPLES_OF_EACH = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """The part of a verdict that decides where a mention goes, and where that is, if somebody told ("" if not)."""

    actionable: bool
    topic: str
    tier: int
    urgency: str
    risks: tuple[str, ...]
    queue: str = ""

    @classmethod
    def of(cls, verdict: Verdict, queue: str = "") -> "Outcome":
        """What the verdict comes to; of what needs no answer, tier and urgency come to nothing."""
        tier, urgency = (verdict.tier, verdict.urgency) if verdict.actionable else (0, "low")
        return cls(verdict.actionable, verdict.topic, tier, urgency, verdict.risks, queue if verdict.actionable else "")


@dataclass(frozen=True, slots=True)
class Sample:
    """A mention to read, with what it was and what it would be."""

    mention_id: int
    effects: tuple[Effect, ...]
    before: Outcome
    after: Outcome


@dataclass(slots=True)
class EffectReport:
    """What a dry run has found so far: how often rules fire, what changes how often, mentions to read."""

    fired: int = 0
    changed: int = 0
    effects: Counter[Effect] = field(default_factory=Counter)
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)

    def add(self, mention_id: int, old: Outcome, new: Outcome, *, fires: bool) -> None:
        """Count one mention on which a rule of the change fires, before or after."""
        effects = effects_of(old, new)
        self.fired += fires
        self.changed += effects != ("same",)
        self.moves.update(_moves(old, new))
        if any(self.effects[effect] < SAMPLES_OF_EACH for effect in effects):
            self.samples.append(Sample(mention_id, effects, old, new))
        self.effects.update(effects)


def effects_of(before: Outcome, after: Outcome) -> tuple[Effect, ...]:
    """In what ways two outcomes differ; `same` when in none."""
    if before.actionable != after.actionable:
        found: list[Effect] = ["answer" if after.actionable else "no-answer"]
    else:
        checks: Mapping[Effect, bool] = {
            "queue": before.queue != after.queue, "tier": before.tier != after.tier, "urgency": before.urgency != after.urgency,
        }  # fmt: skip
        found = [effect for effect, differs in checks.items() if differs]
    if before.topic != after.topic:
        found.append("topic")
    if set(before.risks) != set(after.risks):
        found.append("risk")
    return tuple(found) or ("same",)


def _moves(before: Outcome, after: Outcome) -> list[tuple[str, str, str]]:
    """(what, from, to) of what differs."""
    pairs = [("topic", before.topic, after.topic)]
    if before.actionable and after.actionable:
        pairs += [("queue", before.queue, after.queue)]
        pairs += [("tier", str(before.tier), str(after.tier)), ("urgency", before.urgency, after.urgency)]
    gone, come = (set(a) - set(b) for a, b in ((before.risks, after.risks), (after.risks, before.risks)))
    pairs += [("risk", risk, "") for risk in gone] + [("risk", "", risk) for risk in come]
    return [pair for pair in pairs if pair[1] != pair[2]]
