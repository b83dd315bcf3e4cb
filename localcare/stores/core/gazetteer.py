"""What is known of places without a directory: ZIP codes with their city, county, metro, time zone and centre."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from sys import intern

from localcare.stores.core.text import phrase

EARTH_KM = 6371.0088
_BOX_MARGIN = 0.75  # degrees a store may lie outside the box of its state's ZIP centres


@dataclass(frozen=True, slots=True)
class ZipArea:
    """One ZIP code. `metro` is the first city of its metropolitan area, None in the country; the centre in degrees."""

    zip: str
    city: str
    state: str
    county: str
    metro: str | None
    timezone: str
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Box:
    """A span of latitudes and longitudes in degrees."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lng: float) -> bool:
        """Whether a point lies inside."""
        return self.south <= lat <= self.north and self.west <= lng <= self.east


class Gazetteer:
    """ZIP codes by code, by town and by state. An empty one knows nothing and never objects."""

    def __init__(self, areas: Iterable[ZipArea] = ()) -> None:
        self._by_zip = {area.zip: area for area in areas}
        self._by_town: dict[str, list[ZipArea]] = {}
        self._by_county: dict[tuple[str, str], list[ZipArea]] = {}
        self._zones_of_state: dict[str, set[str]] = {}
        corners: dict[str, list[ZipArea]] = {}
        key_of = cache(phrase)  # names repeat: ten ZIPs to a county
        for area in self._by_zip.values():
            self._by_town.setdefault(key_of(area.city), []).append(area)
            self._by_county.setdefault((key_of(area.county), area.state), []).append(area)
            self._zones_of_state.setdefault(area.state, set()).add(area.timezone)
            corners.setdefault(area.state, []).append(area)
        self._boxes = {state: _box(inside) for state, inside in corners.items()}

    def find_zip(self, zip_code: str | None) -> ZipArea | None:
        """The area of a ZIP or ZIP+4."""
        return self._by_zip.get(zip_code[:5]) if zip_code else None

    def find_town(self, city: str, state: str) -> ZipArea | None:
        """One ZIP of a town."""
        return next((area for area in self._by_town.get(phrase(city), ()) if area.state == state), None)

    def is_town(self, town: str) -> bool:
        """Whether a town of this name exists anywhere; the name as `phrase` gives it."""
        return town in self._by_town

    def share_of_town(self, town: str, states: Container[str]) -> float:
        """Which part of all that is called so (counted in ZIPs) lies in these states; 1 for a name not known."""
        areas = self._by_town.get(town)
        return sum(area.state in states for area in areas) / len(areas) if areas else 1.0

    def zips_of_county(self, county: str, state: str) -> tuple[ZipArea, ...]:
        """The ZIPs of a county; the name as `phrase` gives it, without "county" ("harris"), or parish or borough."""
        return tuple(self._by_county.get((county, state), ()))

    def zone_of_state(self, state: str | None) -> str | None:
        """The time zone of a state that has but one."""
        zones = self._zones_of_state.get(state or "", set())
        return next(iter(zones)) if len(zones) == 1 else None

    def box_of_state(self, state: str | None) -> Box | None:
        """The span a state's stores lie in, with a margin."""
        return self._boxes.get(state or "")


def parse_gazetteer(lines: Iterable[str]) -> Gazetteer:
    """A gazetteer from tab-separated lines, the first of which is the header (see data/README.md)."""
    rows = (line.rstrip("\n").split("\t") for line in lines)
    next(rows, None)
    return Gazetteer(_area(row) for row in rows)


def kilometres(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Great-circle distance (haversine), good to 0.5 %."""
    north, east = radians(other_lat - lat) / 2, radians(other_lng - lng) / 2
    chord = sin(north) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def _area(row: list[str]) -> ZipArea:
    zip_code, city, state, county, metro, timezone, lat, lng = row
    city, state, county, metro, timezone = map(intern, (city, state, county, metro, timezone))
    return ZipArea(zip_code, city, state, county, metro or None, timezone, float(lat), float(lng))


def _box(areas: list[ZipArea]) -> Box:
    lats, lngs = [area.lat for area in areas], [area.lng for area in areas]
    return Box(min(lats) - _BOX_MARGIN, max(lats) + _BOX_MARGIN, min(lngs) - _BOX_MARGIN, max(lngs) + _BOX_MARGIN)
