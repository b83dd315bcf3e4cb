"""Makes static/map/us.svg from us-atlas: `python -m localcare.inbox.admin.stores.build_outline states-10m.json us.svg`.

The file is part of the repository; this is how it came to be. us-atlas is under the ISC licence, its data (the Census
Bureau's cartographic boundaries of 2017) in the public domain: static/map/us-LICENSE.txt.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path

from pydantic import BaseModel

from localcare.inbox.admin.stores.cartography import HEIGHT, WIDTH, Spot, place_on_map
from localcare.stores.core.states import STATE_NAMES

_UNIT = 20
"""Steps to one unit of the sheet: a step is about 230 m."""
_TOLERANCE = 0.045
_SMALLEST = 0.25
_NUDGES = {"FL": (16, -2), "LA": (-9, -6), "MI": (5, 6), "HI": (18, -12), "MD": (-3, -2), "DE": (8, 4), "NJ": (2, 4)}
"""Where the middle of a state is no good place for its code: right, down."""

Ring = list[int]


class _Properties(BaseModel):
    name: str


class _Geometry(BaseModel):
    type: str
    arcs: list[Ring] | list[list[Ring]] = []
    properties: _Properties | None = None


class _Objects(BaseModel):
    geometries: list[_Geometry]


class _Transform(BaseModel):
    scale: tuple[float, float]
    translate: tuple[float, float]


class Topology(BaseModel):
    """The part of TopoJSON that us-atlas uses (https://github.com/topojson/topojson-specification)."""

    arcs: list[list[tuple[int, int]]]
    transform: _Transform
    objects: dict[str, _Objects]


def outline(topology: Topology) -> str:
    """Land, the borders between states, and the states' codes, as symbols of one SVG file."""
    arcs = [_thin(_project(topology, arc)) for arc in topology.arcs]
    states = topology.objects["states"].geometries
    uses = Counter(_index(arc) for state in states for ring in _rings(state) for arc in ring)
    rings = [_join(arcs, ring) for ring in _rings(*topology.objects["nation"].geometries)]
    land = "".join(_path(ring) + "z" for ring in rings if _area(ring) > _SMALLEST)
    borders = "".join(_path(arcs[index]) for index, count in uses.items() if count > 1 and len(arcs[index]) > 1)
    codes = {name.casefold(): code for code, name in STATE_NAMES.items()}
    labels = "".join(_label(arcs, state, codes) for state in states)
    drawn = {name: _PATH.format(unit=1 / _UNIT, d=d) for name, d in (("land", land), ("borders", borders))}
    return _SVG.format(box=f"0 0 {WIDTH} {HEIGHT}", labels=labels, **drawn)


def _label(arcs: Sequence[list[Spot]], state: _Geometry, codes: dict[str, str]) -> str:
    code = codes.get(state.properties.name.casefold(), "") if state.properties else ""
    rings = [_join(arcs, ring) for ring in _rings(state)]
    largest = max(rings, key=_area, default=[])
    if not code or _area(largest) < 25:
        return ""
    middle, (right, down) = _centre(largest), _NUDGES.get(code, (0, 0))
    return f'<text x="{middle.x + right:.0f}" y="{middle.y + down:.0f}">{code}</text>'


def _project(topology: Topology, arc: Sequence[tuple[int, int]]) -> list[Spot]:
    x = y = 0
    spots = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        longitude = x * topology.transform.scale[0] + topology.transform.translate[0]
        latitude = y * topology.transform.scale[1] + topology.transform.translate[1]
        spots.append(place_on_map(latitude, longitude))
    return [spot for spot in spots if spot]


def _thin(line: list[Spot]) -> list[Spot]:
    """Douglas and Peucker's: leave out what is nearer than the tolerance to the line without it."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    farthest = max(range(1, len(line) - 1), key=lambda at: _distance(line[at], first, last))
    if _distance(line[farthest], first, last) <= _TOLERANCE:
        return [first, last]
    return _thin(line[: farthest + 1])[:-1] + _thin(line[farthest:])


def _distance(spot: Spot, first: Spot, last: Spot) -> float:
    """From a point to the line through two others; to the first of them when both are one."""
    width, height = last.x - first.x, last.y - first.y
    length = (width**2 + height**2) ** 0.5
    if not length:
        return float(((spot.x - first.x) ** 2 + (spot.y - first.y) ** 2) ** 0.5)
    return float(abs(width * (first.y - spot.y) - (first.x - spot.x) * height) / length)


def _index(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _rings(*geometries: _Geometry) -> Iterable[Ring]:
    """Every ring of polygons and of multipolygons alike."""
    for geometry in geometries:
        for part in geometry.arcs:
            if part and isinstance(part[0], list):
                yield from (ring for ring in part if isinstance(ring, list))
            else:
                yield [arc for arc in part if isinstance(arc, int)]


def _join(arcs: Sequence[list[Spot]], ring: Ring) -> list[Spot]:
    return list(chain.from_iterable(arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring))


def _area(ring: Sequence[Spot]) -> float:
    return abs(sum(a.x * b.y - b.x * a.y for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True))) / 2


def _centre(ring: Sequence[Spot]) -> Spot:
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    doubled = sum(a.x * b.y - b.x * a.y for a, b in pairs)
    x = sum((a.x + b.x) * (a.x * b.y - b.x * a.y) for a, b in pairs) / (3 * doubled)
    return Spot(x, sum((a.y + b.y) * (a.x * b.y - b.x * a.y) for a, b in pairs) / (3 * doubled))


def _path(line: Sequence[Spot]) -> str:
    points = [(round(spot.x * _UNIT), round(spot.y * _UNIT)) for spot in line]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b]
    return f"M{points[0][0]} {points[0][1]}" + ("l" + " ".join(f"{x} {y}" for x, y in steps) if steps else "")


_PATH = '<path transform="scale({unit})" vector-effect="non-scaling-stroke" d="{d}"/>'
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">
<symbol id="land" viewBox="{box}">{land}</symbol>
<symbol id="borders" viewBox="{box}">{borders}</symbol>
<symbol id="states" viewBox="{box}">{labels}</symbol>
</svg>
"""


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    target.write_text(outline(Topology.model_validate_json(source.read_bytes())), encoding="utf-8")
