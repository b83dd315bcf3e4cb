"""Opening hours as a weak hint: who writes from a shop rarely does so hours after it has closed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.opening import read_week
from localcare.stores.core.values import EvidenceKind

_MARGIN = 120  # minutes before opening and behind closing in which people still write about a visit
_MOST = 12  # with more candidates than this the hour tells nothing worth the while


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
