"""Where a place of the United States stands on our map: equal-area, with Alaska, Hawaii and Puerto Rico as insets.

The sheet is 975 by 610 units, the one of us-atlas. Source: J. P. Snyder, Map Projections: A Working Manual (USGS
Professional Paper 1395, 1987), Albers equal-area conic on a sphere; the insets are those of d3-geo's geoAlbersUsa.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

WIDTH, HEIGHT = 975, 610
_SCALE = 1300.0
_X, _Y = 487.5, 305.0

Projection = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the sheet, from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Box:
    """Degrees: from the south and west up to the north and east."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


def place_on_map(latitude: float, longitude: float) -> Spot | None:
    """Degrees to the sheet; None for what is not on it (another country, Guam, coordinates that are none)."""
    for boxes, project in _SHEETS:
        if any(box.holds(latitude, longitude) for box in boxes):
            x, y = project(latitude, longitude)
            return Spot(round(x, 2), round(y, 2))
    return None


def _albers(
    parallels: tuple[float, float], centre: tuple[float, float], scale: float, at: tuple[float, float]
) -> Projection:
    """The projection that puts `centre` (longitude, latitude) at a point of the sheet."""
    south, north = (sin(radians(degrees)) for degrees in parallels)
    cone = (south + north) / 2
    constant = 1 + south * (2 * cone - south)
    meridian, latitude_of_centre = centre
    middle = sqrt(constant - 2 * cone * sin(radians(latitude_of_centre))) / cone

    def project(latitude: float, longitude: float) -> tuple[float, float]:
        turn = (longitude - meridian + 540) % 360 - 180
        angle = radians(turn) * cone
        radius = sqrt(constant - 2 * cone * sin(radians(latitude))) / cone
        return at[0] + scale * radius * sin(angle), at[1] - scale * (middle - radius * cos(angle))

    return project


def _at(x: float, y: float) -> tuple[float, float]:
    return _X + x * _SCALE, _Y + y * _SCALE


_SHEETS: tuple[tuple[tuple[_Box, ...], Projection], ...] = (
    ((_Box(24.3, 49.6, -125.0, -66.5),), _albers((29.5, 45.5), (-96.6, 38.7), _SCALE, _at(0, 0))),
    (
        (_Box(51.0, 71.6, -180.0, -129.5), _Box(51.0, 54.0, 172.0, 180.0)),
        _albers((55, 65), (-156.0, 58.5), 0.35 * _SCALE, _at(-0.307, 0.201)),
    ),
    ((_Box(18.6, 22.6, -160.9, -154.5),), _albers((8, 18), (-160.0, 19.9), _SCALE, _at(-0.205, 0.212))),
    ((_Box(17.5, 18.7, -67.4, -64.4),), _albers((8, 18), (-66.0, 18.2), 1.15 * _SCALE, _at(0.338, 0.214))),
)
