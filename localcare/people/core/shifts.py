"""Who works when: weekly shifts in one's own time zone, single days that differ, right over midnight and clock changes."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OFF = frozenset({"off", "free", "closed"})
_SHIFT = re.compile(r"(?P<days>[A-Za-z, -]*?)\s*(?P<spans>\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}.*)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class ShiftError(ValueError):
    """A text that tells no working time; the sentence says what was expected."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Working time of a day, in local time; one that ends before it begins ends the next morning."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Spans by the weekday (Monday is 0) or the single date on which they begin; a date's replace its weekday's.

    Without any span anywhere somebody is there whenever they say so.
    """

    zone: str = "UTC"
    weekly: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    single: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def is_on(self, moment: datetime) -> bool:
        """Whether this (aware) moment is worked; the end of a span is no longer part of it."""
        local = moment.astimezone(ZoneInfo(self.zone))
        clock, today = local.time(), local.date()
        began_today = any(_is_within_day(span, clock) for span in self.spans_on(today))
        yesterday = self.spans_on(today - timedelta(days=1))
        return began_today or any(span.ends <= span.begins and clock < span.ends for span in yesterday)

    def local_day(self, moment: datetime) -> date:
        """The date there at this (aware) moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """What is worked from that date on; the whole day where no shift is known at all."""
        if day in self.single:
            return self.single[day]
        return self.weekly.get(day.weekday(), ()) if self.weekly else (Span(time(0), time(0)),)


def read_weekly(text: str) -> dict[int, tuple[Span, ...]]:
    """`Mo-Fr 09:00-17:00; Sa 10:00-14:00` by weekday; several spans of a day are separated by commas. ShiftError else."""
    weekly: dict[int, tuple[Span, ...]] = {}
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        match = _SHIFT.fullmatch(part)
        if match is None:
            raise ShiftError(f"“{part}” is no shift: write it as Mo-Fr 09:00-17:00, several separated by semicolons.")
        spans = read_spans(match["spans"])
        for day in _read_days(match["days"]):
            weekly[day] = tuple(sorted({*weekly.get(day, ()), *spans}))
    return weekly


def read_spans(text: str) -> tuple[Span, ...]:
    """`09:00-12:00, 13:00-17:00`; `off` or nothing is a day without work. ShiftError for anything else."""
    if text.strip().lower() in _OFF | {""}:
        return ()
    return tuple(sorted(_read_span(part.strip()) for part in text.split(",")))


@cache
def _zones() -> Set[str]:
    """Listing them reads the whole folder of zones."""
    return available_timezones()


def read_zone(text: str) -> str:
    """The name of a time zone. ShiftError for one that nobody knows."""
    if text not in _zones():
        raise ShiftError(f"“{text}” is no time zone: write it as America/Chicago.")
    return text


def weekly_words(weekly: Mapping[int, tuple[Span, ...]]) -> str:
    """The text that `read_weekly` reads, equal days together: `Mo-Fr 09:00-17:00; Sa 10:00-14:00`."""
    parts = []
    for spans, days in groupby(range(7), key=lambda day: weekly.get(day, ())):
        run = list(days)
        if spans:
            name = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
            parts.append(f"{name} {spans_words(spans)}")
    return "; ".join(parts)


def spans_words(spans: Iterable[Span]) -> str:
    """`09:00-12:00, 13:00-17:00`, or `off`."""
    return ", ".join(f"{span.begins:%H:%M}-{span.ends:%H:%M}" for span in spans) or "off"


def _is_within_day(span: Span, clock: time) -> bool:
    return span.begins <= clock and (clock < span.ends or span.ends <= span.begins)


def _read_span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    hours = [int(number) for number in match.groups()] if match else []
    if len(hours) != 4 or max(hours[0], hours[2] - 1) > 23 or max(hours[1], hours[3]) > 59:
        raise ShiftError(f"“{text}” is no working time: write it as 09:00-17:00, or off.")
    return Span(time(hours[0], hours[1]), time(hours[2] % 24, hours[3]))


def _read_days(text: str) -> list[int]:
    if not text.strip(" ,"):
        return list(range(7))
    days: list[int] = []
    for part in re.split(r"[,\s]+", re.sub(r"\s*-\s*", "-", text.strip(" ,"))):
        first, _, last = part.partition("-")
        begin = _day(first)
        days += [(begin + n) % 7 for n in range((_day(last) - begin) % 7 + 1)] if last else [begin]
    return days


def _day(name: str) -> int:
    short = name.strip()[:2].capitalize()
    if short not in DAYS:
        raise ShiftError(f"“{name}” is no day of the week: write Mo, Tu, We, Th, Fr, Sa or Su.")
    return DAYS.index(short)
