"""Meta's opening hours, a flat map of "mon_1_open" to "09:00", as an OpenStreetMap opening_hours line."""

import re
from collections.abc import Iterable
from itertools import groupby

_DAYS = {"mon": "Mo", "tue": "Tu", "wed": "We", "thu": "Th", "fri": "Fr", "sat": "Sa", "sun": "Su"}
_KEY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)_(\d)_(open|close)")
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def opening_hours(pairs: Iterable[tuple[str, str]]) -> str | None:
    """ "Mo-Fr 09:00-19:00; Sa 10:00-12:00,13:00-18:00"; None when nothing of it can be read. Days not named are closed."""
    spans: dict[str, dict[str, dict[str, str]]] = {}
    for key, value in pairs:
        found, time = _KEY.fullmatch(key), _TIME.fullmatch(value.strip())
        if found and time:
            spans.setdefault(found[1], {}).setdefault(found[2], {})[found[3]] = f"{int(time[1]):02}:{time[2]}"
    lines = [(day, _line(spans.get(day, {}))) for day in _DAYS]
    parts = []
    for line, group in groupby(lines, key=lambda pair: pair[1]):
        days = [_DAYS[day] for day, _ in group]
        if line:
            parts.append(f"{days[0] if len(days) == 1 else f'{days[0]}-{days[-1]}'} {line}")
    return "; ".join(parts) or None


def _line(spans: dict[str, dict[str, str]]) -> str:
    whole = (span for _, span in sorted(spans.items()) if len(span) == 2)
    return ",".join(f"{span['open']}-{span['close']}" for span in whole)
