"""Where the demo's stores stand in the brand's hierarchy: nation, region, state, and the city they cluster around."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

KM_PER_DEGREE = 111.2
_CLUSTER_KM = 55.0
_SMALLEST_CLUSTER = 4

# a metropolis gives its name to the stores around it, even where a suburb has more of them
_FAME = 12
_FAMOUS: dict[str, tuple[str, ...]] = {
    "AL": ("Birmingham",),
    "AR": ("Little Rock",),
    "AZ": (
        "Phoenix",
        "Tucson",
    ),
    "CA": (
        "Fresno",
        "Los Angeles",
        "Riverside",
        "Sacramento",
        "San Diego",
        "San Francisco",
        "San Jose",
    ),
    "CO": ("Denver",),
    "CT": ("Hartford",),
    "DC": ("Washington",),
    "FL": (
        "Jacksonville",
        "Miami",
        "Orlando",
        "Tampa",
    ),
    "GA": (
        "Atlanta",
        "Savannah",
        "Augusta",
    ),
    "HI": ("Honolulu",),
    "IA": ("Des Moines",),
    "ID": ("Boise",),
    "IL": ("Chicago",),
    "IN": ("Indianapolis",),
    "KS": ("Wichita",),
    "KY": ("Louisville",),
    "LA": ("New Orleans",),
    "MA": ("Boston",),
    "MD": ("Baltimore",),
    "ME": ("Portland",),
    "MI": (
        "Detroit",
        "Grand Rapids",
    ),
    "MN": ("Minneapolis",),
    "MO": (
        "Kansas City",
        "Saint Louis",
    ),
    "NC": (
        "Charlotte",
        "Raleigh",
    ),
    "NE": (
        "Omaha",
        "Lincoln",
    ),
    "NJ": ("Newark",),
    "NM": ("Albuquerque",),
    "NV": ("Las Vegas",),
    "NY": (
        "Buffalo",
        "New York",
        "Rochester",
        "Syracuse",
    ),
    "OH": (
        "Cincinnati",
        "Cleveland",
        "Columbus",
        "Akron",
    ),
    "OK": (
        "Oklahoma City",
        "Tulsa",
    ),
    "OR": (
        "Portland",
        "Eugene",
    ),
    "PA": (
        "Philadelphia",
        "Pittsburgh",
    ),
    "PR": ("San Juan",),
    "RI": ("Providence",),
    "SC": ("Myrtle Beach",),
    "TN": (
        "Knoxville",
        "Memphis",
        "Nashville",
    ),
    "TX": (
        "Austin",
        "Dallas",
        "El Paso",
        "Fort Worth",
        "Houston",
        "McAllen",
        "San Antonio",
    ),
    "UT": ("Salt Lake City",),
    "VA": (
        "Richmond",
        "Virginia Beach",
    ),
    "WA": (
        "Seattle",
        "Spokane",
    ),
    "WI": ("Milwaukee",),
}

_COMPASS_PREFIX = r"(N|S|E|W|NE|NW|SE|SW|North|South|East|West)"
_SUFFIX = (
    r"(Rd|St|Ave|Blvd|Dr|Ln|Pkwy|Hwy|Pike|Way|Ct|Cir|Pl|Plz|Ter|Sq|Loop|Expy|Fwy|Tpke|Trl"
    r"|Street|Road|Avenue|Drive|Parkway)"
)

REGIONS: dict[str, tuple[str, ...]] = {
    "Northeast": ("ME", "NH", "VT", "MA", "RI", "CT", "NY"),
    "Mid-Atlantic": ("NJ", "PA", "DE", "MD", "DC", "VA", "WV"),
    "Southeast": ("NC", "SC", "GA", "FL", "PR"),
    "Mid-South": ("TN", "KY", "AL", "MS", "AR", "LA"),
    "Great Lakes": ("OH", "MI", "IN", "IL", "WI"),
    "Heartland": ("MN", "IA", "MO", "KS", "NE", "ND", "SD"),
    "South Central": ("TX", "OK"),
    "Mountain": ("CO", "UT", "AZ", "NM", "NV", "ID", "MT", "WY"),
    "Pacific": ("CA", "OR", "WA", "AK", "HI"),
}
REGION_OF_STATE = {state: region for region, states in REGIONS.items() for state in states}


@dataclass(frozen=True, slots=True)
class Spot:
    """A street address with its WGS-84 coordinates; `label` is what people call the place, when the source knows."""

    street: str
    city: str
    state: str
    state_name: str
    zip: str
    latitude: float
    longitude: float
    area_code: str
    label: str | None = None


def slug(name: str) -> str:
    """The name as it stands in a URL or a scope: `Kansas City MO` → `kansas-city-mo`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def street_with_suffix(street: str) -> str:
    """The street without house number, compass and suite: `25647 W Westheimer Pkwy Ste 4` → `Westheimer Pkwy`."""
    name = re.sub(r",.*|\s(Ste|Suite|Unit|Bldg|Building)\b.*|\s*#.*", "", street, flags=re.IGNORECASE)
    name = re.sub(r"^[\d-]+[A-Z]?\s+", "", name).strip()
    name = re.sub(rf"^{_COMPASS_PREFIX}\.?\s+(?=\w)", "", name, flags=re.IGNORECASE)
    return re.sub(rf"\s+{_COMPASS_PREFIX}\.?$", "", name, flags=re.IGNORECASE)


def street_name(street: str) -> str:
    """What a local calls the street: `25647 W Westheimer Pkwy Ste 4` → `Westheimer`."""
    full = street_with_suffix(street)
    short = re.sub(rf"\s+{_SUFFIX}\.?$", "", full)
    return short if re.search(r"[A-Za-z]{4}", short) else full


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Flat-earth distance between two (latitude, longitude), good enough within a metropolitan area."""
    return hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians(a[0]))) * KM_PER_DEGREE


def thin_out(spots: Iterable[Spot], *, apart_km: float, limit: int) -> list[Spot]:
    """The first spots, at most `limit`, that stand at least `apart_km` from every earlier one."""
    kept: list[Spot] = []
    grid: dict[tuple[int, int], list[Spot]] = defaultdict(list)
    for spot in spots:
        cell = (int(spot.latitude * 20), int(spot.longitude * 20))
        around = [other for dy in (-1, 0, 1) for dx in (-1, 0, 1) for other in grid[cell[0] + dy, cell[1] + dx]]
        if all(distance_km(_point(spot), _point(other)) >= apart_km for other in around):
            kept.append(spot)
            grid[cell].append(spot)
        if len(kept) == limit:
            break
    return kept


def region_paths(spots: Sequence[Spot]) -> dict[Spot, str]:
    """`Nation/Region/State/Metro` for every spot; each node's name makes a slug of its own."""
    by_state: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_state[spot.state].append(spot)
    clusters = {state: cluster(own) for state, own in by_state.items()}
    names = Counter(slug(metro) for metros in clusters.values() for metro in metros)
    taken = {slug(spot.state_name) for spot in spots} | {slug(region) for region in REGIONS}
    paths: dict[Spot, str] = {}
    for state, metros in clusters.items():
        for metro, members in metros.items():
            is_shared = names[slug(metro)] > 1 or slug(metro) in taken
            label = f"{metro} {state}" if is_shared else metro
            paths |= {spot: f"Nation/{REGION_OF_STATE[state]}/{spot.state_name}/{label}" for spot in members}
    return paths


def cluster(spots: Sequence[Spot]) -> dict[str, list[Spot]]:
    """Spots of one state by the city they gather around, biggest first; tiny clusters join their nearest neighbour."""
    left, clusters = list(spots), dict[str, list[Spot]]()
    famous = _FAMOUS.get(spots[0].state, ())
    while left:
        cities = Counter(spot.city for spot in left)
        city = max(cities, key=lambda name: cities[name] + _FAME * (name in famous))
        centre = _centre([spot for spot in left if spot.city == city])
        members = [s for s in left if s.city == city or distance_km(_point(s), centre) <= _CLUSTER_KM]
        clusters[city] = members
        left = [spot for spot in left if spot not in members]
    for city in [city for city, members in clusters.items() if len(members) < _SMALLEST_CLUSTER]:
        big = {name: own for name, own in clusters.items() if name != city}
        if not big:
            break
        centre = _centre(clusters[city])
        nearest = min(big, key=lambda name: distance_km(_centre(big[name]), centre))
        clusters[nearest] += clusters.pop(city)
    return clusters


def _centre(spots: Sequence[Spot]) -> tuple[float, float]:
    return sum(s.latitude for s in spots) / len(spots), sum(s.longitude for s in spots) / len(spots)


def _point(spot: Spot) -> tuple[float, float]:
    return spot.latitude, spot.longitude
