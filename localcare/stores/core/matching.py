"""Which stores a Page may be: by number, code, page id, then address and distance. Finding only; deciding is reconcile's."""

from collections.abc import Iterable, Sequence
from itertools import product

from localcare.stores.core.address import StreetKey, street_key
from localcare.stores.core.conflicts import StoreHere
from localcare.stores.core.gazetteer import kilometres
from localcare.stores.core.listing import Listing
from localcare.stores.core.text import phrase

NEAR_KM = 0.15  # two fixes of one door differ by up to this; a neighbour in the same mall does too
_CELL = 0.01  # degrees of a grid cell: more than a kilometre north to south, and east to west up to 84° of latitude
_SAME_DOOR_KM = 25.0  # one address, but a directory whose coordinates are those of its ZIP
_SAME_ZIP_KM = 10.0
_UNKNOWN_DOOR_KM = 3.0
_OTHER_DOOR_KM = 1.0


class StoresHere:
    """The directory, findable by everything a Page may tell; by its own numbers only where the network has the same."""

    def __init__(self, stores: Iterable[StoreHere], *, has_own_numbers: bool = True) -> None:
        self._has_own_numbers = has_own_numbers
        self._by_code: dict[str, list[StoreHere]] = {}
        self._by_number: dict[str, list[StoreHere]] = {}
        self._by_page: dict[str, StoreHere] = {}
        self._by_street: dict[StreetKey, list[StoreHere]] = {}
        self._by_cell: dict[tuple[int, int], list[StoreHere]] = {}
        for store in stores:
            self._add(store)

    def named(self, listing: Listing) -> tuple[list[StoreHere], list[StoreHere]]:
        """The stores that its number names, and those that its code names."""
        by_number = self._by_number.get(_loose(listing.number), []) if listing.number else []
        if not listing.code:
            return by_number, []
        return by_number, self._by_code.get(listing.code) or self._by_number.get(_loose(listing.code), [])

    def linked(self, page_id: str) -> StoreHere | None:
        """The store whose Page it is here."""
        return self._by_page.get(page_id)

    def at_address(self, listing: Listing) -> list[StoreHere]:
        """Stores behind the same door, open ones only where there are any."""
        key = street_key(listing.street)
        found = [store for store in self._by_street.get(key, ()) if is_same_town(listing, store)] if key else []
        return [store for store in found if store.is_open] or found

    def near(self, listing: Listing) -> list[StoreHere]:
        """Open stores within 150 m, the nearest first."""
        if listing.lat is None or listing.lng is None:
            return []
        row, column = _cell(listing.lat, listing.lng)
        around = product((row - 1, row, row + 1), (column - 1, column, column + 1))
        seen = [store for cell in around for store in self._by_cell.get(cell, ()) if store.is_open]
        measured = [(km, store) for store in seen if (km := km_between(listing, store)) is not None and km <= NEAR_KM]
        return [store for _, store in sorted(measured, key=lambda pair: (pair[0], pair[1].id))]

    def _add(self, store: StoreHere) -> None:
        numbers = (store.number, *store.former) if self._has_own_numbers else ()
        names = {name for name in (*numbers, store.code) if name}
        for name in names:
            self._by_code.setdefault(name, []).append(store)
        for name in {_loose(name) for name in names}:
            self._by_number.setdefault(name, []).append(store)
        self._by_page |= dict.fromkeys(store.pages, store)
        key = street_key(store.street)
        if key:
            self._by_street.setdefault(key, []).append(store)
        if store.lat is not None and store.lng is not None:
            self._by_cell.setdefault(_cell(store.lat, store.lng), []).append(store)


def far_apart(listing: Listing, store: StoreHere) -> str | None:
    """In a sentence how far a Page's place is from a store's, when that is too far to be one place."""
    km = km_between(listing, store)
    if km is None:
        is_elsewhere = _is_told(listing, store) and not is_same_town(listing, store)
        return f"There it is at {listing.where}, here at {store.where}." if is_elsewhere else None
    if km <= _allowed_km(listing, store):
        return None
    return f"There it is at {listing.where}, here {km:,.1f} km away at {store.where}."


def km_between(listing: Listing, store: StoreHere) -> float | None:
    """Great-circle distance, when both say where they are."""
    if listing.lat is None or listing.lng is None or store.lat is None or store.lng is None:
        return None
    return kilometres(listing.lat, listing.lng, store.lat, store.lng)


def is_same_town(listing: Listing, store: StoreHere) -> bool:
    """Whether ZIP, or city and state, or less than a kilometre say so; unknown parts say nothing against it."""
    if listing.zip and store.zip and listing.zip[:5] == store.zip[:5]:
        return True
    km = km_between(listing, store)
    if km is not None and km <= _OTHER_DOOR_KM:
        return True
    if not listing.city or not store.city:
        return km is None and not (listing.zip and store.zip)
    same_state = not listing.state or not store.state or listing.state == store.state
    return same_state and phrase(listing.city) == phrase(store.city)


def only_open(stores: Sequence[StoreHere]) -> list[StoreHere]:
    """The open ones, or all when none is."""
    return [store for store in stores if store.is_open] or list(stores)


def _allowed_km(listing: Listing, store: StoreHere) -> float:
    there, here = street_key(listing.street), street_key(store.street)
    if there and here:
        return _SAME_DOOR_KM if there == here else _OTHER_DOOR_KM
    is_same_zip = bool(listing.zip and store.zip and listing.zip[:5] == store.zip[:5])
    return _SAME_ZIP_KM if is_same_zip else _UNKNOWN_DOOR_KM


def _is_told(listing: Listing, store: StoreHere) -> bool:
    return bool((listing.zip and store.zip) or (listing.city and store.city))


def _loose(number: str) -> str:
    """A number without the leading zeros that a network loses: "0042" and "42" are one, "R7" and "r7" too."""
    return number.strip().casefold().lstrip("0") or "0"


def _cell(lat: float, lng: float) -> tuple[int, int]:
    return int(lat // _CELL), int(lng // _CELL)
