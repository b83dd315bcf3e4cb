"""What a Page says of its store that the directory does not, or says otherwise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localcare.stores.core.address import street_key
from localcare.stores.core.conflicts import StoreHere
from localcare.stores.core.listing import Listing
from localcare.stores.core.matching import km_between
from localcare.stores.core.text import phrase

_SAME_POINT_KM = 0.2
_SHORT_HOUR = re.compile(r"\b(\d):")
Told = str | float


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what the directory has, and what the Page says. Fields are named as in the store's table."""

    field: str
    here: Told | None
    there: Told


@dataclass(frozen=True, slots=True)
class Update:
    """A store and what its Page adds. `filled` was empty here; `differing` is for the overwriting kind of sync."""

    listing: Listing
    store: StoreHere
    filled: tuple[Difference, ...]
    differing: tuple[Difference, ...]


def difference_of(listing: Listing, store: StoreHere) -> Update | None:
    """What a Page adds to its store, or None when they agree. A closed store is history and stays as it was."""
    if not store.is_open or listing.is_closed:
        return None
    every = tuple(_differences(listing, store))
    if not every:
        return None
    filled = tuple(each for each in every if each.here is None)
    return Update(listing, store, filled, tuple(each for each in every if each.here is not None))


def _differences(listing: Listing, store: StoreHere) -> Iterator[Difference]:
    if listing.code and listing.code not in (store.number, store.code, *store.former):
        yield Difference("store_code", store.code, listing.code)
    if listing.phone and listing.phone != store.phone:
        yield Difference("phone", store.phone, listing.phone)
    if listing.hours and _plain_hours(listing.hours) != _plain_hours(store.hours or ""):
        yield Difference("hours", store.hours, listing.hours)
    yield from _address(listing, store)
    km = km_between(listing, store)
    if listing.lat is not None and listing.lng is not None and (km is None or km > _SAME_POINT_KM):
        yield Difference("latitude", store.lat, listing.lat)
        yield Difference("longitude", store.lng, listing.lng)


def _address(listing: Listing, store: StoreHere) -> Iterator[Difference]:
    if listing.street and not _is_one_street(listing.street, store.street):
        yield Difference("street", store.street, listing.street)
    if listing.city and phrase(listing.city) != phrase(store.city or ""):
        yield Difference("city", store.city, listing.city)
    if listing.state and listing.state != store.state:
        yield Difference("state", store.state, listing.state)
    if listing.zip and listing.zip[:5] != (store.zip or "")[:5]:
        yield Difference("zip", store.zip, listing.zip)


def _is_one_street(there: str, here: str | None) -> bool:
    key = street_key(there)
    return key == street_key(here) if key else phrase(there) == phrase(here or "")


def _plain_hours(line: str) -> str:
    """Opening hours without the freedom of their spelling: "Mo-Fr 9:00-18:00, Sa …" and "mo-fr 09:00-18:00; Sa …" are one."""
    return _SHORT_HOUR.sub(r"0\1:", line.casefold()).replace(" ", "").replace(";", ",").rstrip(",")
