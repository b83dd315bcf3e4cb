"""What a place tag, a fix or an address given as data says about where."""

from collections.abc import Iterator

from rapidfuzz import fuzz

from localcare.stores.core.address import place_from_line, street_key
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.nearness import is_on_earth, nearness_weight
from localcare.stores.core.states import state_code
from localcare.stores.core.text import phrase
from localcare.stores.core.values import EvidenceKind, Place, StoreEntry

_ALIKE = 82.0  # of 100: "haddonfieldberlin" and "berlin", "rlthorntonservice" and "rlthornton"


def find_address(place: Place, index: DirectoryIndex) -> Iterator[Finding]:
    """The store at a street address: the same house number, a like street, and a town, ZIP or state that agrees."""
    key = street_key(place.street)
    streets = index.by_house.get(key.number) if key else None
    if not key or not streets:
        yield from _find_line(place, index)
        return
    same = [at for at in streets.get(key.street, ()) if _same_town(place, index.entries[at]) is not False]
    agreed = [at for at in same if _same_town(place, index.entries[at])] or [
        at
        for street, stores in streets.items()
        if _alike(street, key.street)
        for at in stores
        if _same_town(place, index.entries[at])
    ]
    stores = tuple(agreed or same)
    if stores:
        detail = f"the address {place.street} is store {index.entries[stores[0]].number}'s"
        yield Finding(EvidenceKind.ADDRESS, detail, stores, 9.0, 0.985 if agreed else 0.7)


def _find_line(place: Place, index: DirectoryIndex) -> Iterator[Finding]:
    """An address without a house number ("Belvidere Oasis") is compared as it stands."""
    stores = index.by_street_line.get(phrase(place.street or ""), ())
    agreed = tuple(at for at in stores if _same_town(place, index.entries[at]))
    if agreed:
        detail = f"the address {place.street} is store {index.entries[agreed[0]].number}'s"
        yield Finding(EvidenceKind.ADDRESS, detail, agreed, 9.0, 0.95)


def find_town(place: Place, index: DirectoryIndex, *, sure: bool) -> Iterator[Finding]:
    """The stores of the place's ZIP and town. Not `sure`: the place has an address of its own that is no store's."""
    zip_stores = index.by_zip.get((place.zip or "")[:5], ())
    if zip_stores:
        detail = f"the place's ZIP {place.zip} has {_count(zip_stores)}"
        yield Finding(EvidenceKind.ZIP, detail, zip_stores, 6.0, 0.95 if sure else 0.3)
    states = index.towns.get(phrase(place.city or ""), {})
    state = state_code(place.state)
    stores = states.get(state, ()) if state else tuple(at for inside in states.values() for at in inside)
    if stores:
        detail = f"the place is in {place.city}, which has {_count(stores)}"
        yield Finding(EvidenceKind.CITY, detail, stores, 4.0, 0.93 if sure else 0.3)
    if state:
        yield Finding(EvidenceKind.STATE, f"the place is in the state {state}", (), 2.0, 0.2, state=state)


def find_nearest(lat: float | None, lng: float | None, index: DirectoryIndex) -> Iterator[Finding]:
    """The stores around a fix, each with its distance and that of the next one."""
    if lat is None or lng is None or not is_on_earth(lat, lng):
        return
    around = index.nearness.nearest(lat, lng)
    for rank, here in enumerate(around):
        other = around[1 if rank == 0 else 0] if len(around) > 1 else None
        spacing = around[1].km if len(around) > 1 else 15.0
        odds = nearness_weight(here.km, spacing)
        weight = max(0.0, odds + 3)
        if weight:
            word = "next" if rank == 0 else "nearest"
            beside = f", {word} store {_distance(other.km)}" if other else ", no other store around"
            detail = f"{_distance(here.km)} from the fix{beside}"
            presence = 1 / (1 + 2.718281828**-odds)
            yield Finding(EvidenceKind.COORDINATES, detail, (here.store,), weight, presence)


def what_is_wrong(lat: float | None, lng: float | None) -> list[str]:
    """Why coordinates that were given tell nothing, in words; empty when they are sound or not given."""
    if lat is None and lng is None:
        return []
    if lat is None or lng is None:
        return ["latitude and longitude belong together: one is missing"]
    return [] if is_on_earth(lat, lng) else [f"coordinates {lat:g}, {lng:g} are no place on earth: left aside"]


def is_a_town(place: Place, index: DirectoryIndex) -> bool:
    """Whether a place tag is a whole town ("Houston, Texas"): its coordinates are a centre, not a fix."""
    if place.street or not place.name:
        return False
    named = place_from_line(place.name)
    return not named.street and phrase(named.city or "") in index.towns


def _same_town(place: Place, entry: StoreEntry) -> bool | None:
    """Whether place and store agree on where in the country they are; None when the place does not say."""
    state, store_state = state_code(place.state), state_code(entry.state)
    if state and store_state and state != store_state:
        return False
    if place.zip and entry.zip and place.zip[:5] == entry.zip[:5]:
        return True
    if place.city and entry.city and phrase(place.city) == phrase(entry.city):
        return True
    if place.zip and entry.zip and place.zip[:3] == entry.zip[:3]:
        return True
    if place.zip or place.city:
        return False
    return True if state and store_state else None


def _alike(street: str, other: str) -> bool:
    shorter, longer = sorted((street, other), key=len)
    if len(shorter) >= 4 and shorter in longer:
        return True
    return len(shorter) >= 5 and fuzz.ratio(street, other) >= _ALIKE


def _distance(km: float) -> str:
    return f"{km:.1f} km" if km >= 0.1 else f"{km * 1000:.0f} m"


def _count(stores: tuple[int, ...]) -> str:
    return "one store" if len(stores) == 1 else f"{len(stores)} stores"
