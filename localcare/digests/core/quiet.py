"""Quiet hours: when a mail that can wait may go out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_quiet(now: datetime, zone: str, begins: time, ends: time) -> datetime:
    """The moment, in UTC, from which on somebody in this zone may be written to: now, or when the quiet hours are over."""
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time()
    is_over_midnight = ends <= begins
    if begins == ends:
        return now
    is_quiet = (clock >= begins or clock < ends) if is_over_midnight else begins <= clock < ends
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1) if is_over_midnight and clock >= begins else local.date()
    return datetime.combine(day, ends, ZoneInfo(zone)).astimezone(UTC)
