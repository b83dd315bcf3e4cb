"""Times as a store tells them."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MORNING = time(9)


class Snooze(StrEnum):
    """How long a case is put out of sight."""

    HOUR = "hour"
    TOMORROW = "tomorrow"
    WEEK = "week"


def snooze_until(choice: Snooze, now: datetime, zone: str) -> datetime:
    """When a snoozed case comes back, in UTC: in an hour, or at nine in the morning where the store is."""
    if choice is Snooze.HOUR:
        return now + timedelta(hours=1)
    today = now.astimezone(ZoneInfo(zone)).date()
    days = 1 if choice is Snooze.TOMORROW else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), MORNING, ZoneInfo(zone)).astimezone(UTC)


def start_of_day(now: datetime, zone: str) -> datetime:
    """Midnight where the store is."""
    return datetime.combine(local_day(now, zone), time(), ZoneInfo(zone)).astimezone(UTC)


def local_day(now: datetime, zone: str) -> date:
    """Today's date where the store is."""
    return now.astimezone(ZoneInfo(zone)).date()


def wall_time(moment: datetime, zone: str) -> str:
    """`Fri, Nov 20, 9:14 AM CST`: the time that people in the store saw on the wall."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{here:%a, %b} {here.day}, {here.hour % 12 or 12}:{here:%M %p %Z}"
