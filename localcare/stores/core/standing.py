"""Which entries of a directory counted on a day: those of the period, and of them the stores that were open."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from localcare.stores.core.values import StoreEntry

_DAYS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """What did not count at a time: `gone` entries belong to another period, `shut` stores were not open."""

    gone: frozenset[int] = frozenset()
    shut: frozenset[int] = frozenset()

    def known(self, stores: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the period, open or not."""
        return tuple(at for at in stores if at not in self.gone) if self.gone else stores

    def open(self, stores: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the period that were open."""
        return tuple(at for at in stores if at not in self.shut) if self.shut else stores


class Calendar:
    """The standing of every entry at any time; between two changes it is worked out once. None asks for the present."""

    def __init__(self, entries: Sequence[StoreEntry]) -> None:
        self._entries = entries
        self._changing = [at for at, entry in enumerate(entries) if _changes(entry)]
        self._boundaries = sorted({moment for at in self._changing for moment in _moments(entries[at])})
        self._worked_out: dict[int, Standing] = {}
        self._present = self._standing(None)

    def at(self, when: datetime | None) -> Standing:
        """How the entries stood at an aware time."""
        if when is None or not self._boundaries:
            return self._present
        span = bisect_right(self._boundaries, when)
        standing = self._worked_out.get(span)
        if standing is None:
            if len(self._worked_out) >= _DAYS_KEPT:
                self._worked_out.clear()
            standing = self._worked_out[span] = self._standing(when)
        return standing

    def _standing(self, when: datetime | None) -> Standing:
        entries = self._entries
        gone = frozenset(at for at in self._changing if not _is_of_period(entries[at], when))
        shut = frozenset(at for at in self._changing if not _is_open(entries[at], when))
        return Standing(gone, gone | shut)


def in_span(valid_from: datetime | None, valid_to: datetime | None, when: datetime | None) -> bool:
    """Whether a time lies in a span that includes its beginning; the present lies in spans without an end."""
    if when is None:
        return valid_to is None
    return (valid_from is None or valid_from <= when) and (valid_to is None or when < valid_to)


def _changes(entry: StoreEntry) -> bool:
    moments = (entry.valid_from, entry.valid_to, entry.opened_on, entry.closed_on)
    return not entry.is_open or any(moment is not None for moment in moments)


def _moments(entry: StoreEntry) -> Iterator[datetime]:
    yield from (moment for moment in (entry.valid_from, entry.valid_to) if moment)
    yield from (_midnight(day) for day in (entry.opened_on, entry.closed_on) if day)


def _is_of_period(entry: StoreEntry, when: datetime | None) -> bool:
    return in_span(entry.valid_from, entry.valid_to, when)


def _is_open(entry: StoreEntry, when: datetime | None) -> bool:
    """As told for the present; at a time by its dates, and without any as told."""
    if when is None or (entry.closed_on is None and not entry.is_open):
        return entry.is_open
    day = when.astimezone(UTC)
    opened, closed = entry.opened_on, entry.closed_on
    return (opened is None or _midnight(opened) <= day) and (closed is None or day < _midnight(closed))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
