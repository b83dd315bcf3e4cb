"""When an answer is due: minutes counted inside the hours in which somebody is there to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from localcare.stores.core.open_days import DayOfYear, OpenDays, Spans

_DAY = 24 * 60
_MOST_DAYS = 800
"""Days that are looked at for open ones; opening hours open at least once a week."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening by the day in local time; `zone` is an IANA name. Without `days` it counts day and night.

    `holidays` are the brand's. `are_own` is whether the hours are the store's own, not what the brand takes them to be.
    """

    zone: str = "UTC"
    days: OpenDays | None = None
    holidays: tuple[DayOfYear, ...] = ()
    are_own: bool = False


ALWAYS = Hours()


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A clock to start: its kind, the minutes it gives, and the hours in which they count."""

    kind: str
    minutes: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class Placement:
    """Where routing puts a case, why, and the clocks that run there.

    `priority` is an urgency that it is listed as, its own where None; `notify` are those who get a mail of it,
    `approvers` who may approve its answer where that is needed (none named: the usual ones).
    """

    queue: str
    reason: str
    clocks: tuple[ClockPlan, ...] = ()
    priority: str | None = None
    needs_approval: bool = False
    notify: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()


def every_day(opens: time, closes: time) -> OpenDays | None:
    """The same hours on every day; None, day and night, where both are equal."""
    if opens == closes:
        return None
    begins, ends = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    spans: Spans = ((begins, ends if begins < ends else ends + _DAY),)
    return OpenDays((spans,) * 7)


def due_at(start: datetime, minutes: int, hours: Hours, *, paused: timedelta = timedelta()) -> datetime:
    """The instant at which `minutes` of open time, and what was `paused` of it, have passed since `start`, in UTC."""
    left = timedelta(minutes=minutes) + paused
    if hours.days is None:
        return start + left
    last = start
    for begins, last in _open_from(start, hours):
        if begins + left <= last:
            return begins + left
        left -= last - begins
    return last + left


def open_time(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much open time lies between two instants."""
    if hours.days is None:
        return max(end - start, timedelta())
    passed = timedelta()
    for begins, ends in _open_from(start, hours):
        if begins >= end:
            break
        passed += min(ends, end) - begins
    return passed


def _open_from(start: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Open spans in UTC from an instant on, in order, none over another; a night's begins the day before."""
    if hours.days is None:
        return
    zone = ZoneInfo(hours.zone)
    reached = start.astimezone(UTC)
    first = start.astimezone(zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=ahead) for ahead in range(_MOST_DAYS)):
        for opens, closes in sorted(hours.days.spans_on(day, hours.holidays)):
            begins, ends = max(reached, _instant(day, opens, zone)), _instant(day, closes, zone)
            if begins < ends:
                yield begins, ends
                reached = ends


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a local day; minutes past 24 h are of the day after."""
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minute)).astimezone(UTC)
