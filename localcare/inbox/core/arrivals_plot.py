"""Where the marks of arrivals beside their forecast go: hours in, positions in per cent out. The template only draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.routing.core.forecast import HOUR, Expected
from localcare.web.plots import Tick, nice_ticks

_GAP = 0.24


@dataclass(frozen=True, slots=True)
class HourOfArrivals:
    """An hour, called `label`: what came (None: it is to come), what should; `is_running` while it is under way."""

    hour: datetime
    label: str
    came: int | None
    expected: Expected | None
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """What an hour brought, in per cent of the plot; `is_above` the band."""

    of: HourOfArrivals
    x: float
    y: float
    width: float
    height: float
    is_above: bool


@dataclass(frozen=True, slots=True)
class ArrivalsPlot:
    """Bars over a band (an SVG polygon's points, 100 × 100) and the forecast's line; `begins_at` is where a surge begins."""

    columns: tuple[Column, ...]
    band: str
    line: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]


def arrivals_plot(hours: Sequence[HourOfArrivals]) -> ArrivalsPlot:
    """Lay out hours from old to new."""
    highest = max((max(each.came or 0, each.expected.high if each.expected else 0) for each in hours), default=1)
    marks = nice_ticks(0, max(highest, 1), 4)
    top, slot = marks[-1], 100 / max(1, len(hours))

    def height(value: float) -> float:
        return round(100 * (1 - value / top), 2)

    known = [(place, each.expected) for place, each in enumerate(hours) if each.expected]
    # a step for each hour: a forecast is one number for the whole of it
    above = [(x, height(e.high)) for place, e in known for x in (place * slot, (place + 1) * slot)]
    below = [(x, height(e.low)) for place, e in reversed(known) for x in ((place + 1) * slot, place * slot)]
    means = [(x, height(e.mean)) for place, e in known for x in (place * slot, (place + 1) * slot)]
    return ArrivalsPlot(
        tuple(_column(each, place, slot, top) for place, each in enumerate(hours) if each.came is not None),
        _points([*above, *below]),
        _points(means),
        tuple(Tick(height(mark), f"{mark:g}") for mark in marks if mark),
        tuple(
            Tick(round(place * slot, 2), each.label.partition(" ")[2])
            for place, each in enumerate(hours)
            if not (each.hour - hours[0].hour) % (6 * HOUR)
        ),
    )


def _column(each: HourOfArrivals, place: int, slot: float, top: float) -> Column:
    came = each.came or 0
    is_above = each.expected is not None and came > each.expected.high
    part = round(100 * came / top, 2)
    return Column(
        each,
        round(place * slot + slot * _GAP / 2, 2),
        round(100 - part, 2),
        round(slot * (1 - _GAP), 2),
        part,
        is_above,
    )


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
