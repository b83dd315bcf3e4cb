"""A model in the shadow: what of a verdict is compared, and what the comparison comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from localcare.triage.core.shares import Share
from localcare.triage.core.verdict import NO_RISK, Verdict

TASKS = ("actionable", "topic", "tier", "matter", "sentiment", "urgency", "risk", "queue")
"""What is compared of two verdicts; the queue is where the brand's policy sends such a case."""
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """How often the live model said one thing and the shadow another."""

    task: str
    live: str
    shadow: str
    count: int


@dataclass(frozen=True, slots=True)
class Contest:
    """Of what colleagues have corrected since the model was trained: how often either model was right."""

    task: str
    corrected: int
    live_right: int
    shadow_right: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Mentions of one day (UTC) that both judged, and those of them on which they differ in anything."""

    day: date
    judged: int
    differing: int


@dataclass(frozen=True, slots=True)
class AlarmCount:
    """Mentions in which only the shadow sees a risk (`more`), only the live model does (`fewer`), or each another (`other`)."""

    more: int = 0
    fewer: int = 0
    other: int = 0

    @property
    def any(self) -> bool:
        """Whether anybody would be alarmed otherwise."""
        return bool(self.more or self.fewer or self.other)


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A mention that the shadow would send elsewhere or alarm otherwise, with its words as far as they are still there."""

    mention_id: int
    case_id: int | None
    at: datetime
    words: str
    live: str
    shadow: str


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """How a model does beside the live one; `shares` tells for each task how often both say the same."""

    judged: int
    same: int
    shares: Mapping[str, Share]
    moves: tuple[Move, ...]
    contests: tuple[Contest, ...]
    days: tuple[DayCount, ...]
    cases: tuple[MovedCase, ...]
    alarms: AlarmCount = AlarmCount()
    fewer_alarms: tuple[MovedCase, ...] = ()
    more_alarms: tuple[MovedCase, ...] = ()

    @property
    def queue_moves(self) -> int:
        """How many would have gone to another queue."""
        share = self.shares.get("queue")
        return share.of - share.hits if share else 0


def facts_of(verdict: Verdict, queue: str) -> dict[str, str]:
    """What is compared of a verdict."""
    return {
        "actionable": "yes" if verdict.actionable else "no",
        "topic": verdict.topic,
        "tier": str(verdict.tier),
        "matter": verdict.matter,
        "sentiment": verdict.sentiment,
        "urgency": verdict.urgency,
        "risk": " ".join(sorted(verdict.risks)) or NO_RISK,
        "queue": queue if verdict.actionable else "none",
    }


def differing(live: Facts, shadow: Facts) -> dict[str, str]:
    """What the shadow says where it differs."""
    return {task: shadow[task] for task in TASKS if shadow[task] != live[task]}
