"""How things stand with a geocoder: who may ask it when, and when it is left in peace. One state for all workers.

The pace is a token bucket kept as one instant (GCRA, ITU-T I.371); the breaker rests after failures and tries again with
a single question.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Literal

PATIENCE = timedelta(seconds=1.5)
"""The longest a worker stands in the queue for a slot: replies and mails need it too. What is further away is postponed."""

_POSTPONED = timedelta(seconds=15)

FAILURES_BORNE = 5
_TRIAL = timedelta(seconds=60)
_LONGEST_REST = timedelta(hours=1)
_FIRST_REST = {"over-limit": timedelta(minutes=2), "denied": timedelta(hours=1)}
_REST = timedelta(seconds=30)

Precision = Literal["door", "interpolated", "place", "street", "area", "unknown"]


@dataclass(frozen=True, slots=True)
class GeocodedPoint:
    """Where a geocoder believes an address to be: WGS-84 degrees, and how far off that may be, in metres."""

    lat: float
    lng: float
    accuracy_m: float
    precision: Precision
    attribution: str = ""


class Trouble(StrEnum):
    """Why there is no answer."""

    DENIED = "denied"
    OVER_LIMIT = "over-limit"
    UNAVAILABLE = "unavailable"
    BAD_ANSWER = "bad-answer"


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer. `why` is free of keys and addresses; `retry_after` is what the provider asked for."""

    trouble: Trouble
    why: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider knows no such place, or none that can be it."""

    why: str = ""


Reply = GeocodedPoint | NotFound | Failed


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a provider may be asked; `burst` questions may go out at once after a pause."""

    per_second: float
    per_day: int
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """From one question to the next."""
        return timedelta(seconds=1 / self.per_second)


@dataclass(frozen=True, slots=True)
class Line:
    """The line to one provider. `due_at` is when the bucket is full again; `resting_until` is set while it is left alone."""

    due_at: datetime | None = None
    day: date | None = None
    asked_today: int = 0
    failures: int = 0
    resting_until: datetime | None = None
    trouble: str | None = None
    answered_at: datetime | None = None

    def state(self, now: datetime) -> Literal["working", "resting", "trying"]:
        """Closed, open and half-open, in words: answering, left in peace, about to be tried with one question."""
        if self.resting_until is None:
            return "working"
        return "resting" if now < self.resting_until else "trying"


@dataclass(frozen=True, slots=True)
class Slot:
    """One question may go out at that instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """No question may go out before that instant."""

    until: datetime
    why: str


def take_slot(line: Line, pace: Pace, now: datetime) -> tuple[Line, Slot | Later]:
    """The line after one more question, and when that may go out. A line that rests or is used up stays as it is."""
    state = line.state(now)
    if state == "resting" and line.resting_until:
        return line, Later(line.resting_until, line.trouble or "the geocoder is left in peace")
    today = now.astimezone(UTC).date()
    asked = line.asked_today if line.day == today else 0
    if asked >= pace.per_day:
        tomorrow = datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC)
        return line, Later(tomorrow, f"today's {pace.per_day:,} questions are asked")
    full_at = max(line.due_at or now, now)
    at = max(now, full_at - (pace.burst - 1) * pace.interval)
    if at - now > PATIENCE:
        return line, Later(at + _POSTPONED, "others are before us")
    trial = now + _TRIAL if state == "trying" else None
    return replace(line, due_at=full_at + pace.interval, day=today, asked_today=asked + 1, resting_until=trial), Slot(
        at
    )


def after_reply(line: Line, reply: Reply, now: datetime) -> Line:
    """The line once a question was answered or not: an answer heals it, failures make it rest, longer each time."""
    if not isinstance(reply, Failed):
        return replace(line, failures=0, resting_until=None, trouble=None, answered_at=now)
    failures = line.failures + 1
    rest = reply.retry_after or _rest(reply.trouble, failures)
    until = now + rest if rest else None
    if line.resting_until and until:
        until = max(until, line.resting_until)
    return replace(line, failures=failures, resting_until=until, trouble=f"{reply.trouble}: {reply.why}")


def _rest(trouble: Trouble, failures: int) -> timedelta | None:
    first = _FIRST_REST.get(trouble)
    beyond = failures - (1 if first else FAILURES_BORNE)
    if beyond < 0:
        return None
    return min((first or _REST) * (1 << min(beyond, 10)), _LONGEST_REST)
