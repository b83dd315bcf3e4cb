"""Where the marks of a plot go: values in, coordinates out. The templates only draw them.

Every plot has a title and a data table beside it, so nothing is told by the picture alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value with its interval and its n; `href` opens what is behind it."""

    label: str
    value: float
    low: float
    high: float
    n: int
    href: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Whisker:
    """One row of a dot-and-whisker plot: positions in per cent of the plot's width."""

    estimate: Estimate
    at: float
    start: float
    length: float
    text: str
    low_text: str
    high_text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class WhiskerPlot:
    """Stores side by side; `reference` is the line of the group (its mean, say)."""

    title: str
    unit: str
    rows: tuple[Whisker, ...]
    ticks: tuple[Tick, ...]
    reference: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram or series: x, y, width and height in the plot's own 100 × 40 units."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float


def whisker_plot(
    title: str,
    estimates: Sequence[Estimate],
    *,
    unit: str = "%",
    scale: float = 100,
    reference: float | None = None,
    digits: int = 0,
) -> WhiskerPlot:
    """Lay out estimates on one axis. `scale` turns a value into the axis' unit (100 for shares in per cent)."""
    ends = [edge * scale for row in estimates for edge in (row.low, row.high)] or [0.0, scale]
    ticks = nice_ticks(min(ends), max(ends))
    low, width = ticks[0], (ticks[-1] - ticks[0]) or 1.0

    def place(value: float) -> float:
        return round(100 * (value * scale - low) / width, 2)

    def draw(row: Estimate) -> Whisker:
        start, end = place(row.low), place(row.high)
        texts = (f"{value * scale:.{digits}f} {unit}" for value in (row.value, row.low, row.high))
        return Whisker(row, place(row.value), start, round(end - start, 2), *texts)

    marks = tuple(Tick(round(100 * (tick - low) / width, 2), f"{tick:g}") for tick in ticks)
    line = None if reference is None else place(reference)
    return WhiskerPlot(title, unit, tuple(map(draw, estimates)), marks, line)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round marks that span low..high (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990)."""
    size = max(abs(low), abs(high))
    span = high - low if high - low > 1e-9 * max(1.0, size) else max(size, 1e-6)
    step = _nice(span / max(1, wanted - 1))
    first, last = floor(low / step), ceil(high / step)
    return [round(mark * step, 10) for mark in range(first, max(last, first + 1) + 1)]


def bars(values: Sequence[tuple[str, float]], *, height: float = 40, gap: float = 0.2) -> tuple[Bar, ...]:
    """Lay out a histogram or a series per day as bars over 100 units of width; the tallest is `height` units."""
    top = max((value for _, value in values), default=0) or 1
    slot = 100 / max(1, len(values))
    return tuple(
        Bar(
            label,
            value,
            x=round(index * slot + slot * gap / 2, 2),
            y=round(height - height * value / top, 2),
            width=round(slot * (1 - gap), 2),
            height=round(height * value / top, 2),
        )
        for index, (label, value) in enumerate(values)
    )


def sparkline(values: Sequence[float], *, width: float = 100, height: float = 24) -> str:
    """The `points` of an SVG polyline through the values; two units are kept free above and below for the stroke."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span, step = (high - low) or 1.0, width / max(1, len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{height - 2 - (height - 4) * (value - low) / span:.1f}"
        for index, value in enumerate(values)
    )


def _nice(value: float) -> float:
    magnitude = 10 ** floor(log10(value)) if value > 0 else 1.0
    for factor in (1, 2, 5):
        if value <= factor * magnitude:
            return float(factor * magnitude)
    return float(10 * magnitude)
