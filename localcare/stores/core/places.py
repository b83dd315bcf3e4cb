"""What a place tag, a fix or a Page given as data says about where."""

from collections.abc import Iterator

from localcare.stores.core.address import place_from_line
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex, zip_key
from localcare.stores.core.nearness import Neighbour, is_on_earth, nearness_odds
from localcare.stores.core.states import state_code
from localcare.stores.core.text import phrase
from localcare.stores.core.values import EvidenceKind, Place, Question

_ALONE_KM = 15.0  # how far the next store is taken to be where there is none
_TURNED_ROUND_KM = 5.0  # a swapped fix must come out near a store to be believed


def find_town(place: Place, index: DirectoryIndex, *, sure: bool) -> Iterator[Finding]:
    """The stores of the place's ZIP and town. Not `sure`: the place has an address of its own that is no store's."""
    told = "" if sure else "_other"
    zip_stores = index.by_zip.get(zip_key(place.zip), ()) if place.zip else ()
    if zip_stores:
        yield Finding(
            EvidenceKind.ZIP, f"the place's ZIP {place.zip} has", zip_stores, 6.0, f"place.zip{told}", counts=True
        )
    states = index.towns.get(phrase(place.city or ""), {})
    state = state_code(place.state)
    stores = states.get(state, ()) if state else tuple(at for inside in states.values() for at in inside)
    if stores:
        detail = f"the place is in {place.city}, which has"
        yield Finding(EvidenceKind.CITY, detail, stores, 4.0, f"place.town{told}", counts=True)
    if state:
        yield Finding(EvidenceKind.STATE, f"the place is in the state {state}", (), 2.0, "place.state", state=state)


def find_nearest(
    lat: float | None, lng: float | None, index: DirectoryIndex, *, without: frozenset[int],
    accuracy_m: float | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """The stores around a fix, each with its distance and that of the next one."""
    if lat is None or lng is None or not is_on_earth(lat, lng):
        return
    around = index.nearness.nearest(lat, lng, without=without)
    accuracy = accuracy_m / 1000 if accuracy_m and 0 < accuracy_m < 1e6 else None
    spacing = around[1].km if len(around) > 1 else _ALONE_KM
    for rank, here in enumerate(around):
        odds = nearness_odds(here.km, spacing, accuracy)
        if odds > -3:
            detail = f"{distance(here.km)} from the fix{_beside(rank, around)}"
            yield Finding(EvidenceKind.COORDINATES, detail, (here.store,), odds + 3, "fix", odds)


def find_turned_round(
    lat: float | None, lng: float | None, index: DirectoryIndex, *, without: frozenset[int]
) -> Iterator[Finding]:
    """Stores where a fix would be with latitude and longitude swapped or a minus sign lost: a guess, never an answer."""
    if lat is None or lng is None:
        return
    for turned in ((lng, lat), (lat, -lng), (lng, -abs(lat))):
        if is_on_earth(*turned):
            near = index.nearness.nearest(*turned, without=without, count=2)
            for here in (each for each in near if each.km <= _TURNED_ROUND_KM):
                detail = f"{distance(here.km)} from {turned[0]:g}, {turned[1]:g}, if the coordinates are turned round"
                yield Finding(EvidenceKind.COORDINATES, detail, (here.store,), 3 - here.km, "fix.turned")
            if near and near[0].km <= _TURNED_ROUND_KM:
                return


def find_region(question: Question, index: DirectoryIndex) -> Iterator[Finding]:
    """The stores of the region whose Page the mention stands on: they are meant sooner than others."""
    stores = index.by_region_page.get((question.page_id or "").strip(), ())
    if stores:
        detail = "it stands on the Page of a region, which has"
        yield Finding(EvidenceKind.REGION, detail, stores, 3.0, "region", counts=True)


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


def distance(km: float) -> str:
    """A distance for people: "0.2 km", "40 m"."""
    return f"{km:.1f} km" if km >= 0.1 else f"{km * 1000:.0f} m"


def _beside(rank: int, around: list[Neighbour]) -> str:
    if len(around) < 2:
        return ", no other store around"
    return f", next store {distance(around[1].km)}" if rank == 0 else f", nearest store {distance(around[0].km)}"
