"""Numbers and times as people read them; pure, so that every wording has a row in a table of tests."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

MINUTE, HOUR, DAY = 60, 3_600, 86_400
ClockTone = Literal["met", "calm", "soon", "late", "paused"]


class ClockWords(NamedTuple):
    """What a clock says and how loudly."""

    text: str
    tone: ClockTone


def duration(span: timedelta) -> str:
    """A span with its two largest units: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. Negative spans lose their sign."""
    seconds = int(abs(span.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return _two_units(seconds // HOUR, "h", seconds % HOUR // MINUTE, "min")
    return _two_units(seconds // DAY, "d", seconds % DAY // HOUR, "h")


def relative(instant: datetime, now: datetime) -> str:
    """How long ago, or in how long, in one unit: exact times belong in the tooltip."""
    seconds = int((now - instant).total_seconds())
    size = abs(seconds)
    if size < 45:
        return "just now" if seconds >= 0 else "in a moment"
    words = _one_unit(size)
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def clock_words(due_at: datetime, now: datetime, *, met_at: datetime | None = None, warn: timedelta) -> ClockWords:
    """A clock in words: met in time or late, running, due within `warn`, or late."""
    if met_at is not None:
        return ClockWords("Done in time", "met") if met_at <= due_at else ClockWords(_late(met_at - due_at), "late")
    left = due_at - now
    if left < timedelta():
        return ClockWords(_late(-left), "late")
    return ClockWords(f"Due in {duration(left)}", "soon" if left <= warn else "calm")


def excerpt(text: str | None, length: int = 140) -> str:
    """The beginning of a text on one line, cut between words, with an ellipsis when something is missing."""
    line = " ".join((text or "").split())
    if len(line) <= length:
        return line
    cut = line[: length + 1].rsplit(" ", 1)[0] if " " in line[: length + 1] else line[:length]
    return cut[:length].rstrip(" ,;:.–-") + "…"


def capital_first(words: str) -> str:
    """Words with a capital first, all else as it is."""
    return words[:1].upper() + words[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 case`, `2 cases`, `1,204 cases`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands separated; an en dash when there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def percent(share: float | None, digits: int = 0) -> str:
    """A share of 0..1 as per cent; an en dash when there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def initials(name: str) -> str:
    """Up to two letters that stand for a name; a dot for an author whose name the network withheld."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "•"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(name: str) -> int:
    """One of six colours for a name, the same in every process."""
    return sum(name.encode()) % 6 + 1


def _two_units(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def _one_unit(seconds: int) -> str:
    if seconds < 90:
        return "1 min"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    if seconds < DAY:
        return f"{round(seconds / HOUR)} h"
    return plural(round(seconds / DAY), "day")


def _late(span: timedelta) -> str:
    return f"Late by {duration(span)}"
