"""Opening hours as an OpenStreetMap opening_hours line, as far as a store directory needs them."""

import re
from functools import lru_cache

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_RULE = re.compile(r"^(?P<days>[a-z]{2}(?:\s*[-,]\s*[a-z]{2})*)?\s*(?P<times>off|closed|24/7|\d.*)$")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_LAST_HOUR = 28  # "18:00-26:00" is open until two at night
Week = tuple[tuple[tuple[int, int], ...], ...]


def are_hours(line: str) -> bool:
    """Whether a line tells opening hours: one of its rules at least is read, and no clock time is impossible."""
    clocks = [(int(hour), int(minute)) for a, b, c, d in _SPAN.findall(line) for hour, minute in ((a, b), (c, d))]
    if any(hour > _LAST_HOUR or minute > 59 for hour, minute in clocks):
        return False
    return any(_is_rule(rule.strip()) for rule in line.lower().split(";"))


def _is_rule(rule: str) -> bool:
    has_times = bool(_SPAN.search(rule)) or rule.endswith(("off", "closed", "24/7"))
    return has_times and read_week(rule) is not None


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
