"""When a store's digest is due: one instant per local date, whatever the clocks of that place do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_ZONE = "America/New_York"
LONGEST_WINDOW = timedelta(days=7)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The feedback one digest gathers: from (inclusive) to (exclusive), for one day of the store's calendar."""

    local_date: date
    starts: datetime
    ends: datetime


def next_digest_at(after: datetime, zone: str, hour: int) -> datetime:
    """The first instant later than `after` at which it is `hour` o'clock in the zone, in UTC.

    An hour that the clocks skip becomes the first instant after the gap; of one that happens twice it is the first.
    """
    day = after.astimezone(zone_of(zone)).date() - _DAY
    while (instant := digest_at(day, zone, hour)) <= after:
        day += _DAY
    return instant


def last_digest_day(now: datetime, zone: str, hour: int) -> date:
    """The newest local date whose digest hour has come: the one a digest sent now belongs to, however late it is."""
    day = now.astimezone(zone_of(zone)).date() + _DAY
    while digest_at(day, zone, hour) > now:
        day -= _DAY
    return day


def window_of(local_date: date, now: datetime, previous_end: datetime | None) -> Window:
    """From where the last digest ended (or a day ago, and never more than a week) until now: no word is left between."""
    starts = previous_end if previous_end is not None else now - _DAY
    return Window(local_date, starts=max(starts, now - LONGEST_WINDOW), ends=now)


def digest_at(day: date, zone: str, hour: int) -> datetime:
    """The instant of the digest hour on a local date, in UTC."""
    place = zone_of(zone)
    wall = datetime.combine(day, time(hour))
    instant = wall.replace(tzinfo=place).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == wall:
        return instant
    return _end_of_gap(instant, place)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name; a name nobody knows must not keep every other store from its mail."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def _end_of_gap(beyond: datetime, place: ZoneInfo) -> datetime:
    """The instant at which the clocks had jumped to the offset that holds at `beyond`."""
    offset = beyond.astimezone(place).utcoffset()
    early, late = beyond - _DAY - _DAY, beyond
    while late - early > _MINUTE:
        middle = early + (late - early) // 2
        if middle.astimezone(place).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late.replace(second=0, microsecond=0)
