"""The regions above stores: as the file says, else nation > state > metro area."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from localcare.stores.core.gazetteer import Gazetteer, ZipArea
from localcare.stores.core.states import state_name
from localcare.stores.core.text import phrase

NATIONS = {"US": "United States", "CA": "Canada", "MX": "Mexico", "GB": "United Kingdom", "PR": "United States"}
_COUNTY_WORDS = {"AK": "", "DC": "", "LA": " Parish", "PR": ""}
UNPLACED = "Elsewhere"


@dataclass(frozen=True, slots=True)
class RegionNode:
    """A region to be: its names from the root, and a slug that no other region of the brand has."""

    path: tuple[str, ...]
    slug: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    @property
    def depth(self) -> int:
        """0 for the nation."""
        return len(self.path) - 1


def region_path(
    value: Callable[[str], str],
    *,
    city: str | None,
    state: str | None,
    zip_code: str | None,
    country: str,
    gazetteer: Gazetteer,
) -> tuple[str, ...]:
    """The names from the nation down to the region a store is in: the file's own, else by where the store stands."""
    given = tuple(name for part in re.split(r"[/>]", value("region_path")) if (name := part.strip()))
    if given:
        return given
    nation = NATIONS.get(country, country)
    columns = tuple(name for name in (value("region"), value("district")) if name)
    return (nation, *columns) if columns else default_path(nation, city, state, zip_code, gazetteer)


def default_path(
    nation: str, city: str | None, state: str | None, zip_code: str | None, gazetteer: Gazetteer
) -> tuple[str, ...]:
    """Nation > state > metro area; the county where there is no metro, the state alone where nothing tells."""
    area = gazetteer.find_zip(zip_code) or (gazetteer.find_town(city, state) if city and state else None)
    code = state or (area.state if area else None)
    if code is None:
        return (nation, UNPLACED)
    below = (area.metro or _county(area)) if area and area.state == code else None
    return (nation, state_name(code) or code, below) if below else (nation, state_name(code) or code)


def _county(area: ZipArea) -> str:
    return f"{area.county}{_COUNTY_WORDS.get(area.state, ' County')}" if area.county else ""


def plan_regions(
    paths: Iterable[tuple[str, ...]], existing: Mapping[tuple[str, ...], str] | None = None
) -> list[RegionNode]:
    """The regions that are missing for stores with these paths, parents first. `existing` maps a path to its slug.

    A slug is the region's name; where that is taken, its parent's goes before it ("oregon-portland"), then a count.
    """
    known = dict(existing or {})
    taken = set(known.values())
    planned: list[RegionNode] = []
    wanted = {path[:depth] for path in set(paths) for depth in range(1, len(path) + 1)}
    for path in sorted(wanted - known.keys(), key=lambda path: (len(path), path)):
        node = RegionNode(path, _free_slug(path, taken))
        taken.add(node.slug)
        planned.append(node)
    return planned


def slugify(name: str) -> str:
    """A name as it stands in an address: "St. Louis" becomes "st-louis"."""
    return phrase(name).replace(" ", "-") or "region"


def _free_slug(path: tuple[str, ...], taken: set[str]) -> str:
    for start in range(len(path) - 1, -1, -1):
        slug = "-".join(slugify(name) for name in path[start:])
        if slug not in taken:
            return slug
    count = 2
    while f"{slugify(path[-1])}-{count}" in taken:
        count += 1
    return f"{slugify(path[-1])}-{count}"
