"""Places by name: towns, boroughs, suburbs and neighbourhoods with how many people live there, and airports by code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import asin, cos, degrees, floor, radians, sin
from sys import intern
from typing import Literal

from localcare.stores.core.gazetteer import EARTH_KM, kilometres
from localcare.stores.core.text import phrase

PlaceKind = Literal["town", "airport"]
_AIRPORT_WORDS = (" international airport", " regional airport", " municipal airport", " airport", " field")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place people name. The centre in degrees; `people` is 0 where nobody lives or nobody counted.

    `also` are other spellings; an airport's is its IATA code.
    """

    kind: PlaceKind
    name: str
    state: str
    lat: float
    lng: float
    people: int
    also: tuple[str, ...] = ()


class NamedPlaces:
    """Places by name, by code and by where they lie. An empty one knows nothing."""

    def __init__(self, places: Iterable[NamedPlace] = ()) -> None:
        self._by_name: dict[str, list[NamedPlace]] = {}
        self._by_code: dict[str, NamedPlace] = {}
        self._by_square: dict[tuple[int, int], list[NamedPlace]] = {}
        for place in places:
            for key in spoken_names(place):
                self._by_name.setdefault(key, []).append(place)
            self._by_square.setdefault((floor(place.lat), floor(place.lng)), []).append(place)
            if place.kind == "airport":
                self._by_code |= dict.fromkeys(place.also, place)
        for same in self._by_name.values():
            same.sort(key=lambda place: -place.people)

    def __len__(self) -> int:
        return sum(map(len, self._by_square.values()))

    def __iter__(self) -> Iterator[NamedPlace]:
        return (place for square in self._by_square.values() for place in square)

    def named(self, name: str, state: str | None = None) -> tuple[NamedPlace, ...]:
        """Every place of a name as `phrase` gives it, where most people live first."""
        return tuple(place for place in self._by_name.get(name, ()) if state is None or place.state == state)

    def airport(self, code: str) -> NamedPlace | None:
        """The airport of an IATA code in capital letters: "DFW"."""
        return self._by_code.get(code)

    def around(self, lat: float, lng: float, km: float) -> Iterator[NamedPlace]:
        """The places within so many kilometres of a point, in no order."""
        high = degrees(km / EARTH_KM)
        narrowing = sin(km / EARTH_KM) / max(cos(radians(lat)), 1e-9)
        wide = degrees(asin(narrowing)) if 0 <= narrowing < 1 else 180.0
        for south in range(floor(lat - high), floor(lat + high) + 1):
            for west in range(floor(lng - wide), floor(lng + wide) + 1):
                for place in self._by_square.get((south, west), ()):
                    if kilometres(lat, lng, place.lat, place.lng) <= km:
                        yield place


def spoken_names(place: NamedPlace) -> list[str]:
    """What people call a place, as `phrase` gives it: "the bronx" and "bronx", "john wayne" for an airport."""
    if place.kind == "airport":
        name = phrase(place.name)
        ending = next((words for words in _AIRPORT_WORDS if name.endswith(words)), "")
        short = name.removesuffix(ending)
        return list(dict.fromkeys([name, f"{short} airport"]))
    names = (phrase(name) for name in (place.name, *place.also))
    return list(dict.fromkeys(key for name in names for key in (name, name.removeprefix("the "))))


def parse_places(lines: Iterable[str]) -> NamedPlaces:
    """Places from tab-separated lines, the first of which is the header (see data/README.md)."""
    rows = (line.rstrip("\n").split("\t") for line in lines)
    next(rows, None)
    return NamedPlaces(_place(row) for row in rows)


def _place(row: list[str]) -> NamedPlace:
    kind, name, state, lat, lng, people, also = row
    other = tuple(also.split(";")) if also else ()
    is_airport = kind == "airport"
    return NamedPlace(
        "airport" if is_airport else "town", intern(name), intern(state), float(lat), float(lng), int(people), other
    )
