"""When an answer is due: minutes counted inside the hours in which somebody is there to answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """Daily opening in local time; `zone` is an IANA name. Always open when `opens` equals `closes`."""

    zone: str
    opens: time
    closes: time


ALWAYS = Hours(zone="UTC", opens=time(0), closes=time(0))


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A clock to start: its kind, the minutes it gives, and the hours in which they count."""

    kind: str
    minutes: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class Placement:
    """Where routing puts a case, why, and the clocks that run there.

    `priority` is an urgency that it is listed as, its own where None; `notify` are those who get a mail of it.
    """

    queue: str
    reason: str
    clocks: tuple[ClockPlan, ...] = ()
    priority: str | None = None
    needs_approval: bool = False
    notify: tuple[str, ...] = ()


def due_at(start: datetime, minutes: int, hours: Hours) -> datetime:
    """The instant at which `minutes` of open time have passed since `start`, in UTC."""
    if hours.opens == hours.closes:
        return start + timedelta(minutes=minutes)
    zone = ZoneInfo(hours.zone)
    left = timedelta(minutes=minutes)
    day = start.astimezone(zone).date()
    while True:
        opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
        closes = datetime.combine(day, hours.closes, zone).astimezone(UTC)
        begin = max(start, opens)
        if begin < closes:
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        day += timedelta(days=1)
