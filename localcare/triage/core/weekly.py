"""How triage did in a week: what people corrected, and whether customers write about other things than they used to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import log, sqrt

NOTABLE_SHIFT = 0.25
"""From here on a population stability index is usually called a major shift; from half of it a slight one."""

_ENOUGH = 100
_SURE = 3.0  # standard errors
_WORTH_SAYING = 0.02  # of all that need an answer


@dataclass(frozen=True, slots=True)
class Correction:
    """How often people said `right` where triage had said `said`.

    Topics, `answer` and `no answer`, risks and `no risk`, `tier 2`, `matter billing`, `mood negative`, praise or none.
    """

    said: str
    right: str
    count: int


@dataclass(frozen=True, slots=True)
class WrongRule:
    """How often people corrected what a rule had said, of how often it fired; an empty key stands for no rule at all."""

    key: str
    because: str
    wrong: int
    fired: int


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """Counts of one week that begins on a Monday (UTC). `topics` counts what needs an answer, `probability` is a mean.

    `false_alarms` are mentions whose risk people say is none; `wrong_rules` the rules behind corrections, the worst first.
    `mentions_corrected` is None of a week that was counted while a mention could be corrected in one thing only.
    """

    week: date
    judged: int
    actionable: int
    abstained: int
    probability: float
    topics: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, int] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    false_alarms: int = 0
    wrong_rules: tuple[WrongRule, ...] = ()
    mentions_corrected: int | None = None

    @property
    def corrected(self) -> int:
        """How many mentions people corrected."""
        each_once = self.mentions_corrected
        return sum(each.count for each in self.corrections) if each_once is None else each_once

    @property
    def corrected_share(self) -> float:
        """Corrections for each mention that needed an answer."""
        return self.corrected / self.actionable if self.actionable else 0.0

    @property
    def abstained_share(self) -> float:
        """How often triage was not sure."""
        return self.abstained / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Moved:
    """A topic whose share of all that needs an answer has changed by more than chance."""

    topic: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a week is from those before it. `shift` is None where too little was written to say."""

    shift: float | None
    moved: tuple[Moved, ...]

    @property
    def is_notable(self) -> bool:
        """Whether somebody should look: the model may know these words less well."""
        return self.shift is not None and self.shift >= NOTABLE_SHIFT


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One correction as people read it."""

    id: int
    mention_id: int
    case_id: int | None
    at: datetime
    who: str
    said_topic: str
    right_topic: str | None
    right_asks: bool | None
    said_risks: list[str]
    right_risk: str | None
    said_tier: int | None
    right_tier: int | None
    said_matter: str | None
    right_matter: str | None
    said_mood: str | None
    right_mood: str | None
    right_praise: bool | None
    model: str
    taken_back_at: datetime | None
    taken_back_by: str | None
    words: str


def drift(week: WeekFigures, before: Sequence[WeekFigures]) -> Drift:
    """This week's topics beside those of the weeks before, taken together."""
    earlier: Counter[str] = Counter()
    for each in before:
        earlier.update(each.topics)
    now = Counter(week.topics)
    if earlier.total() < _ENOUGH or now.total() < _ENOUGH:
        return Drift(None, ())
    topics = sorted({*earlier, *now})
    moved = [Moved(topic, earlier[topic] / earlier.total(), now[topic] / now.total()) for topic in topics]
    sure = [each for each in moved if _is_sure(each, earlier.total(), now.total())]
    return Drift(
        _stability(moved, earlier.total(), now.total()), tuple(sorted(sure, key=lambda m: -abs(m.now - m.before)))
    )


def _stability(moved: Sequence[Moved], n_before: int, n_now: int) -> float:
    """The population stability index: sum of (now - before) x log(now / before), half a mention where there is none."""
    total = 0.0
    for each in moved:
        before, now = max(each.before, 0.5 / n_before), max(each.now, 0.5 / n_now)
        total += (now - before) * log(now / before)
    return total


def _is_sure(moved: Moved, n_before: int, n_now: int) -> bool:
    share = (moved.before * n_before + moved.now * n_now) / (n_before + n_now)
    error = sqrt(share * (1 - share) * (1 / n_before + 1 / n_now))
    step = abs(moved.now - moved.before)
    return step >= _WORTH_SAYING and step > _SURE * error
