"""Thirty days of incidents as a strip: one row per kind, one cell per day, the darker the more Pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from localcare.channels.facebook.core.incidents import KINDS, IncidentKind
from localcare.inbox.admin.health.question import KIND_LABELS
from localcare.inbox.admin.health.repository import Edge

DAYS = 30
_SLOT = 100 / DAYS


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a kind: Pages in trouble, where it is drawn (in per cent of the width), how dark (0 to 1)."""

    day: date
    pages: int
    x: float
    ink: float

    @property
    def label(self) -> str:
        """The day in words."""
        return day_words(self.day)


@dataclass(frozen=True, slots=True)
class StripRow:
    """A kind of incident over the days."""

    kind: IncidentKind
    label: str
    cells: tuple[Cell, ...]

    @property
    def most(self) -> int:
        """Pages on the worst day."""
        return max(cell.pages for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Strip:
    """The rows of kinds that befell any Page."""

    rows: tuple[StripRow, ...]
    first: str
    width: float = round(_SLOT * 0.86, 3)


def day_words(day: date) -> str:
    """A day as it is said."""
    return f"{day:%B} {day.day}"


def first_day(today: date) -> date:
    """Where the strip begins."""
    return today - timedelta(days=DAYS - 1)


def strip_of(edges: Sequence[Edge], *, today: date) -> Strip:
    """Draw how many Pages were in trouble each day, from where incidents began and ended."""
    first = first_day(today)
    days = [first + timedelta(days=place) for place in range(DAYS)]
    counts = {kind: _per_day([edge for edge in edges if edge.kind == kind], days) for kind in KINDS}
    top = max((max(row) for row in counts.values()), default=0) or 1
    rows = tuple(
        StripRow(
            kind,
            KIND_LABELS[kind],
            tuple(
                Cell(day, pages, round(_SLOT * place, 3), round(0.22 + 0.78 * sqrt(pages / top), 3) if pages else 0.0)
                for place, (day, pages) in enumerate(zip(days, counts[kind], strict=True))
            ),
        )
        for kind in KINDS
        if any(counts[kind])
    )
    return Strip(rows, day_words(first))


def _per_day(edges: Sequence[Edge], days: Sequence[date]) -> list[int]:
    return [sum(edge.step * edge.pages for edge in edges if edge.day <= day) for day in days]
