"""Opening hours as a weak hint: who writes from a shop rarely does so hours after it has closed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.values import EvidenceKind

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_RULE = re.compile(r"^(?P<days>[a-z]{2}(?:\s*[-,]\s*[a-z]{2})*)?\s*(?P<times>off|closed|24/7|\d.*)$")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_MARGIN = 120  # minutes before opening and behind closing in which people still write about a visit
_MOST = 12  # with more candidates than this the hour tells nothing worth the while

Week = tuple[tuple[tuple[int, int], ...], ...]


def find_shut_doors(when: datetime | None, findings: Sequence[Finding], index: DirectoryIndex) -> Iterator[Finding]:
    """Against the stores that had long been closed at a time, when others of the candidates were open."""
    if when is None:
        return
    stores = {at for finding in findings for at in finding.stores}
    if 1 < len(stores) <= _MOST:
        open_then = {at: _was_open(index, at, when) for at in stores}
        speaking = tuple(sorted(at for at, is_open in open_then.items() if is_open))
        if speaking and any(is_open is False for is_open in open_then.values()):
            yield Finding(EvidenceKind.HOURS, "open at the hour it was written:", speaking, 0.5, "hours", counts=True)


def _was_open(index: DirectoryIndex, at: int, when: datetime) -> bool | None:
    entry = index.entries[at]
    if not entry.hours or not entry.timezone:
        return None
    try:
        local = when.astimezone(ZoneInfo(entry.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    week = read_week(entry.hours)
    minute = local.hour * 60 + local.minute
    if week is None:
        return None
    return any(start - _MARGIN <= minute <= end + _MARGIN for start, end in week[local.weekday()])


@lru_cache(maxsize=512)
def read_week(hours: str) -> Week | None:
    """Opening minutes for Monday to Sunday from a plain opening_hours line, None when it says more than this reads."""
    week: list[tuple[tuple[int, int], ...]] = [()] * 7
    for rule in hours.lower().split(";"):
        found = _RULE.match(rule.strip())
        days = _days(found["days"]) if found else None
        if not found or days is None:
            return None
        spans = _spans(found["times"])
        for day in days:
            week[day] = spans
    return tuple(week)


def _spans(times: str) -> tuple[tuple[int, int], ...]:
    if times == "24/7":
        return ((0, 1440),)
    found = ((int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _SPAN.findall(times))
    return tuple((start, end if end > start else 1440) for start, end in found)


def _days(said: str | None) -> list[int] | None:
    if not said:
        return list(range(7))
    found: list[int] = []
    for part in said.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            return None
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return found
