"""Where the marks of a month's plots go: outcomes in, coordinates out. The template only draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from localcare.simulation.core.figures import BUCKETS_MIN
from localcare.simulation.core.month import Outcome
from localcare.simulation.words import span
from localcare.web.plots import Tick

WIDTH, HEIGHT = 320.0, 120.0
_LEFT, _TOP, _BELOW = 40.0, 6.0, 18.0
_LEAST_MIN = 1.0
_MARKS = (
    (1.0, "1 min"),
    (10.0, "10 min"),
    (60.0, "1 h"),
    (480.0, "8 h"),
    (1440.0, "1 day"),
    (4320.0, "3 days"),
    (14400.0, "10 days"),
)
_GROUP_NAMES = ("1 min", "5 min", "15 min", "1 h", "4 h", "8 h", "1 day")


@dataclass(frozen=True, slots=True)
class DayPanel:
    """A way of working day by day, on a logarithmic scale that all panels share; `beside` is the line of the first way."""

    name: str
    story: str
    points: str
    beside: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    worst: str


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a bar: how many were answered in this group of response times. `at` and `width` in per cent."""

    label: str
    share: float
    at: float
    width: float


@dataclass(frozen=True, slots=True)
class Stack:
    """All cases of one way of working as one bar."""

    name: str
    bands: tuple[Band, ...]
    in_time: str


def group_labels() -> tuple[str, ...]:
    """What the groups of response times are called."""
    return (*(f"within {name}" for name in _GROUP_NAMES), f"over {_GROUP_NAMES[-1]}")


def day_panels(outcomes: Sequence[Outcome]) -> tuple[DayPanel, ...]:
    """A panel for each way of working."""
    top = max((minutes for out in outcomes for minutes in out.by_day), default=60.0) * 1.2
    days = len(outcomes[0].by_day)
    across = tuple(Tick(round(_y(minutes, top), 1), label) for minutes, label in _MARKS if minutes <= top)
    down = tuple(Tick(round(_x(day - 1, days), 1), str(day)) for day in _marked_days(days))
    first = _line(outcomes[0].by_day, top)
    return tuple(
        DayPanel(
            out.name,
            out.story,
            _line(out.by_day, top),
            first if n else "",
            across,
            down,
            f"worst day {span(max(out.by_day, default=0.0))}",
        )
        for n, out in enumerate(outcomes)
    )


def stacks(outcomes: Sequence[Outcome], promise_min: float) -> tuple[Stack, ...]:
    """A bar for each way of working, the quick answers first."""
    return tuple(
        Stack(out.name, _bands(out.groups), f"{out.within.value:.0%} within {span(promise_min)}") for out in outcomes
    )


def _bands(groups: Sequence[float]) -> tuple[Band, ...]:
    bands, at = [], 0.0
    for label, part in zip(group_labels(), groups, strict=True):
        bands.append(Band(label, part, round(at * 100, 2), round(part * 100, 2)))
        at += part
    return tuple(bands)


def _line(by_day: Sequence[float], top: float) -> str:
    return " ".join(f"{_x(day, len(by_day)):.1f},{_y(minutes, top):.1f}" for day, minutes in enumerate(by_day))


def _x(day: float, days: int) -> float:
    return _LEFT + (WIDTH - _LEFT - 8) * day / max(1, days - 1)


def _y(minutes: float, top: float) -> float:
    part = log10(max(minutes, _LEAST_MIN) / _LEAST_MIN) / log10(max(top, 10.0) / _LEAST_MIN)
    return HEIGHT - _BELOW - (HEIGHT - _TOP - _BELOW) * min(1.0, part)


def _marked_days(days: int) -> tuple[int, ...]:
    step = max(1, round(days / 6))
    return tuple(range(1, days + 1, step))


assert len(_GROUP_NAMES) == len(BUCKETS_MIN)  # noqa: S101
