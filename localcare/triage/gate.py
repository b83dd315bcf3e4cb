"""The gate a new model must pass: on the fixed sets it is nowhere clearly worse than the one in use.

`compare(old, new, root)` judges the same texts with both and gives, task by task, the difference with its 95 % interval. The
new model passes when no interval reaches below -MARGIN. Models come from folders: `shipped.load_triager(folder=…)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from localcare.triage.core import Triager
from localcare.triage.measures import Measure, macro_f1, paired_difference, paired_values
from localcare.triage.trial import KINDS, FixedSets, Trial, judge_all, read_fixed_sets

MARGIN = 0.03
"""How much worse a task may be in the worst case of its 95 % interval."""
GATED = ("actionable", "topic", "tier", "whose matter", "risk, any")
"""The tasks of our labels that are held; shout-outs are too few to tell one model from another."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How good old and new are at one task, how much better the new one is, and the 95 % interval of that."""

    task: str
    difference: float
    low: float
    high: float
    old: float = 0.0
    new: float = 0.0
    texts: int = 0

    @property
    def is_not_worse(self) -> bool:
        """Whether even the bad end of the interval is bearable."""
        return self.low >= -MARGIN

    def __str__(self) -> str:
        verdict = "not worse" if self.is_not_worse else "may be worse"
        figures = f"{self.old:.3f} before, {self.new:.3f} now" if self.texts else ""
        return f"{self.task}: {figures}, {self.difference:+.3f} ({self.low:+.3f} to {self.high:+.3f}), {verdict}"


@dataclass(frozen=True, slots=True)
class GateReport:
    """One comparison a task."""

    comparisons: tuple[Comparison, ...]

    @property
    def passes(self) -> bool:
        """Whether the new model may take the old one's place."""
        return all(each.is_not_worse for each in self.comparisons)


def compare(old: Triager, new: Triager, root: Path, *, sets: FixedSets | None = None) -> GateReport:
    """Both triagers on the test part of our labels and the held-out fifth of the sentiment sets under `root`."""
    fixed = sets or read_fixed_sets(root)
    return compare_trials(judge_all("old", old, fixed), judge_all("new", new, fixed))


def compare_trials(old: Trial, new: Trial) -> GateReport:
    """`compare` for verdicts that were given already."""
    ours = [compared(task, macro_f1, *old.answers[task], new.answers[task][1]) for task in GATED]
    moods = [
        compared(
            f"sentiment, {kind}", measure, [e.label for e in old.sets.moods[kind]], old.moods[kind], new.moods[kind]
        )
        for kind, measure in KINDS.items()
        if old.sets.moods.get(kind)
    ]
    return GateReport(tuple(ours + moods))


def compared(task: str, measure: Measure, right: Sequence[str], old: Sequence[str], new: Sequence[str]) -> Comparison:
    """Old and new answers to the same question."""
    before, after = paired_values(measure, right, old, new)
    return Comparison(task, *paired_difference(measure, right, old, new), before, after, len(right))
