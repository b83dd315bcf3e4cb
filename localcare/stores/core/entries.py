"""The directory as the resolver reads it, from its rows: one entry per store and period in which it looked the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from localcare.stores.core.values import Alias, AliasKind, PageSpan, StoreEntry


class StoreState(NamedTuple):
    """A store during a period, as its row tells; `valid_to` None is the present."""

    id: int
    number: str
    name: str
    street: str | None
    city: str | None
    state: str | None
    zip: str | None
    lat: float | None
    lng: float | None
    phone: str | None
    nicknames: list[str]
    timezone: str
    hours: str | None
    opened_on: date | None
    closed_on: date | None
    region_id: int
    successor: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class DatedAlias:
    """An alias and when it was right."""

    alias: Alias
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class DirectoryRows:
    """Everything of a directory, by store id; `earlier` states are in order of time."""

    present: Sequence[StoreState]
    earlier: Mapping[int, Sequence[StoreState]] = field(default_factory=dict)
    aliases: Mapping[int, Sequence[DatedAlias]] = field(default_factory=dict)
    pages: Mapping[int, Sequence[PageSpan]] = field(default_factory=dict)
    other_numbers: Mapping[int, Sequence[str]] = field(default_factory=dict)


def build_entries(rows: DirectoryRows, *, today: date) -> list[StoreEntry]:
    """Every store's entries, oldest period first; `is_open` tells of the day itself."""
    entries: list[StoreEntry] = []
    for store in rows.present:
        earlier = rows.earlier.get(store.id)
        if earlier:
            states = [*earlier, store._replace(valid_from=earlier[-1].valid_to)]
            entries.extend(_joined(_entry(state, rows, today) for state in states))
        else:
            entries.append(_entry(store, rows, today))
    return entries


def learned_presence(supports: int, contradictions: int) -> float | None:
    """How often words that were learned meant the store, by Laplace's rule of succession; None without any vote."""
    votes = supports + contradictions
    return (supports + 1) / (votes + 2) if votes else None


def as_alias(kind: AliasKind, words: str, city: str | None, presence: float | None = None) -> DatedAlias:
    """An alias that has always been right."""
    return DatedAlias(Alias(kind, words, city, presence))


def _entry(state: StoreState, rows: DirectoryRows, today: date) -> StoreEntry:
    spans = rows.pages.get(state.id, ())
    always = tuple(span.page_id for span in spans if span.valid_from is None and span.valid_to is None)
    dated = tuple(span for span in spans if span.valid_from is not None or span.valid_to is not None)
    known = rows.aliases.get(state.id, ())
    return StoreEntry(
        id=state.id,
        number=state.number,
        name=state.name,
        street=state.street,
        city=state.city,
        state=state.state,
        zip=state.zip,
        lat=state.lat,
        lng=state.lng,
        phone=state.phone,
        page_ids=always,
        nicknames=tuple(state.nicknames),
        is_open=(state.closed_on is None or state.closed_on > today)
        and (state.opened_on is None or state.opened_on <= today),
        aliases=tuple(each.alias for each in known if _overlap(each, state)),
        pages=dated,
        timezone=state.timezone,
        hours=state.hours,
        opened_on=state.opened_on,
        closed_on=state.closed_on,
        region_id=state.region_id,
        valid_from=state.valid_from,
        valid_to=state.valid_to,
        successor=state.successor,
        other_numbers=tuple(rows.other_numbers.get(state.id, ())),
    )


def _overlap(alias: DatedAlias, state: StoreState) -> bool:
    begins = alias.valid_from is None or state.valid_to is None or alias.valid_from < state.valid_to
    if state.valid_to is None and alias.valid_to is not None:
        return False
    ends = alias.valid_to is None or state.valid_from is None or state.valid_from < alias.valid_to
    return begins and ends


def _joined(entries: Iterable[StoreEntry]) -> list[StoreEntry]:
    """Neighbouring periods that look alike as one."""
    found: list[StoreEntry] = []
    for entry in entries:
        if found and replace(found[-1], valid_from=None, valid_to=None) == replace(
            entry, valid_from=None, valid_to=None
        ):
            found[-1] = replace(found[-1], valid_to=entry.valid_to)
        else:
            found.append(entry)
    return found
