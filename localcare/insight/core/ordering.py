"""How a comparison is asked for in an address: window, view, order; and the order itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from localcare.insight.core.comparison import Standing
from localcare.insight.core.measures import USUAL_WINDOW, WINDOWS

PAGE_SIZE = 50
NEVER = 10**9


class Sort(StrEnum):
    """The columns that can be sorted by."""

    NAME = "name"
    MENTIONS = "mentions"
    POSITIVE = "positive"
    COMPLAINTS = "complaints"
    ELSEWHERE = "elsewhere"
    ANSWERED = "answered"
    REPLY = "reply"
    OPEN = "open"
    LATE = "late"


def _reply_minutes(item: Standing) -> float:
    minutes = item.first_reply.minutes
    return NEVER if minutes is None else minutes


_KEYS: dict[Sort, Callable[[Standing], float]] = {
    Sort.MENTIONS: lambda item: item.tally.voices.mentions,
    Sort.POSITIVE: lambda item: item.share.value if item.share else -1.0,
    Sort.COMPLAINTS: lambda item: item.tally.voices.complaints,
    Sort.ELSEWHERE: lambda item: item.tally.voices.elsewhere,
    Sort.ANSWERED: lambda item: item.answered.value if item.answered.count.n else -1.0,
    Sort.REPLY: _reply_minutes,
    Sort.OPEN: lambda item: item.tally.desk.open,
    Sort.LATE: lambda item: item.tally.desk.late,
}
_USUALLY_ASCENDING = frozenset({Sort.NAME, Sort.REPLY})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address asks for. `view` is "stores" or "regions"; empty lets the region decide."""

    days: int = USUAL_WINDOW
    sort: Sort = Sort.POSITIVE
    descending: bool = True
    view: str = ""
    page: int = 1

    @classmethod
    def read(cls, *, days: int, sort: str, direction: str, view: str, page: int) -> "Wish":
        """The wish of an address; what nobody offered becomes the usual."""
        column = Sort(sort) if sort in set(Sort) else Sort.POSITIVE
        descending = direction == "desc" if direction in ("asc", "desc") else column not in _USUALLY_ASCENDING
        known_days = days if days in WINDOWS else USUAL_WINDOW
        return cls(known_days, column, descending, view if view in ("stores", "regions") else "", max(1, page))

    def address(self, path: str) -> str:
        """The address that asks for this; the usual is left out."""
        usual = Wish()
        asked = {
            "days": str(self.days) if self.days != usual.days else "",
            "view": self.view,
            "sort": self.sort if self.sort is not usual.sort else "",
            "dir": self._direction(),
            "page": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path

    def sorted_by(self, column: Sort) -> "Wish":
        """The wish behind a column's header: its usual direction, or the other one when it is sorted by it already."""
        usual = column not in _USUALLY_ASCENDING
        descending = not self.descending if column is self.sort else usual
        return replace(self, sort=column, descending=descending, page=1)

    def _direction(self) -> str:
        if self.descending is (self.sort not in _USUALLY_ASCENDING):
            return ""
        return "desc" if self.descending else "asc"


def in_order(standings: Iterable[Standing], wish: Wish) -> list[Standing]:
    """The standings in the wished order; equals by name."""
    by_name = sorted(standings, key=lambda item: item.place.name)
    if wish.sort is Sort.NAME:
        return by_name[::-1] if wish.descending else by_name
    return sorted(by_name, key=_KEYS[wish.sort], reverse=wish.descending)
