"""Opening hours by the date: weekly hours, holidays and single days, as far as an OpenStreetMap opening_hours line tells them.

Source of the notation: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from localcare.stores.core.opening import Week, read_week

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})\s+)?(?P<month>{'|'.join(_MONTHS)})\s+"
    rf"(?:(?P<first>\d{{1,2}})(?:\s*-\s*(?P<last>\d{{1,2}}))?|(?P<weekday>{'|'.join(_DAYS)})\[(?P<nth>-?[1-5])\])"
)
_RULE = re.compile(r"(?P<days>.+?)\s+(?P<times>off|closed|\d{1,2}:\d{2}.*)")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """Days that come every year, or in one: `Dec 24-26`, `Nov Th[4]` (the fourth Thursday), `2027 Jan 02`."""

    month: int
    first: int = 0
    last: int = 0
    weekday: int = 0
    nth: int = 0
    year: int | None = None

    def holds(self, day: date) -> bool:
        """Whether the date is one of them."""
        if day.month != self.month or self.year not in (None, day.year):
            return False
        if not self.nth:
            return self.first <= day.day <= self.last
        week = (day.day - 1) // 7 + 1 if self.nth > 0 else -((_days_left(day)) // 7 + 1)
        return day.weekday() == self.weekday and week == self.nth


@dataclass(frozen=True, slots=True)
class OpenDays:
    """When somebody is there: minutes of the day by weekday, other ones on certain days; a later rule goes before.

    `on_holidays` is what holds on the brand's holidays, None where the line says nothing of them.
    """

    week: Week
    special: tuple[tuple[DayOfYear, Spans], ...] = ()
    on_holidays: Spans | None = None

    @property
    def ever_opens(self) -> bool:
        """Whether there is a weekday on which it opens."""
        return any(self.week)

    def spans_on(self, day: date, holidays: Iterable[DayOfYear] = ()) -> Spans:
        """Minutes of that local day, (from, to), from midnight; a holiday of the brand is closed unless said otherwise."""
        for days, spans in reversed(self.special):
            if days.holds(day):
                return spans
        if any(holiday.holds(day) for holiday in holidays):
            return self.on_holidays or ()
        return self.week[day.weekday()]


@lru_cache(maxsize=4096)
def read_open_days(line: str | None) -> OpenDays | None:
    """The opening of an opening_hours line; None when there is none, it says more than this reads, or it never opens."""
    weekly: list[str] = []
    special: list[tuple[DayOfYear, Spans]] = []
    on_holidays: Spans | None = None
    for rule in (part.strip() for part in (line or "").lower().split(";")):
        found = _RULE.fullmatch(rule)
        spans = _spans(found["times"]) if found else None
        if found and spans is not None and found["days"] == "ph":
            on_holidays = spans
        elif found and spans is not None and (days := read_day_of_year(found["days"])):
            special.append((days, spans))
        elif rule:
            weekly.append(rule)
    week = read_week("; ".join(weekly)) if weekly else None
    opening = OpenDays(week, tuple(special), on_holidays) if week else None
    return opening if opening and opening.ever_opens else None


def read_day_of_year(text: str) -> DayOfYear | None:
    """`Dec 25`, `Dec 24-26`, `Nov Th[4]`, `2027 Jan 02`; None for anything else, such as a day no month has."""
    found = _DATE.fullmatch(text.strip().lower())
    if found is None:
        return None
    month, year = _MONTHS.index(found["month"]) + 1, int(found["year"]) if found["year"] else None
    if found["nth"]:
        return DayOfYear(month, weekday=_DAYS.index(found["weekday"]), nth=int(found["nth"]), year=year)
    first = int(found["first"])
    last = int(found["last"] or first)
    return DayOfYear(month, first, last, year=year) if 1 <= first <= last <= _longest(month) else None


def _spans(times: str) -> Spans | None:
    """Times of a day are read by the reader of the week, so that both understand the same."""
    week = read_week(f"mo {times}")
    return week[0] if week and (week[0] or times in ("off", "closed")) else None


def _longest(month: int) -> int:
    return 29 if month == 2 else (date(2024, month % 12 + 1, 1) - timedelta(days=1)).day


def _days_left(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - day).days - 1
