"""What the map draws and what its table says: pure, from the stores of a brand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from localcare.inbox.admin.stores.cartography import place_on_map
from localcare.inbox.admin.stores.map_repository import MappedStore
from localcare.stores.core.states import state_name

CLOSED, WITHOUT_PAGE = 1, 2

Row = tuple[str, str, str, float, float, int, int, int]
"""number, name, town, x, y, flags, open cases, id."""


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state's stores in figures; without a name those whose state is not known."""

    code: str
    name: str
    open: int
    closed: int
    without_page: int
    cases: int
    off_map: int


def map_rows(stores: Iterable[MappedStore]) -> list[Row]:
    """The stores that have a place on the sheet, as short as can be: there may be ten thousand."""
    rows = []
    for store in stores:
        if store.latitude is None or store.longitude is None:
            continue
        spot = place_on_map(store.latitude, store.longitude)
        if spot:
            flags = CLOSED * (not store.is_open) + WITHOUT_PAGE * (store.is_open and not store.has_page)
            town = ", ".join(part for part in (store.city, store.state) if part)
            rows.append((store.number, store.name, town, spot.x, spot.y, flags, store.cases, store.id))
    return rows


def state_lines(stores: Iterable[MappedStore]) -> list[StateLine]:
    """The same in words: every state that has a store, by name; what the map cannot show is counted as `off_map`."""
    by_state: dict[str, list[MappedStore]] = defaultdict(list)
    for store in stores:
        by_state[store.state].append(store)
    lines = [_line(code, members) for code, members in by_state.items()]
    return sorted(lines, key=lambda line: (not line.code, line.name))


def _line(code: str, stores: Sequence[MappedStore]) -> StateLine:
    return StateLine(
        code=code,
        name=state_name(code) or code or "State not known",
        open=sum(store.is_open for store in stores),
        closed=sum(not store.is_open for store in stores),
        without_page=sum(store.is_open and not store.has_page for store in stores),
        cases=sum(store.cases for store in stores),
        off_map=sum(not _is_on_map(store) for store in stores),
    )


def _is_on_map(store: MappedStore) -> bool:
    if store.latitude is None or store.longitude is None:
        return False
    return place_on_map(store.latitude, store.longitude) is not None
