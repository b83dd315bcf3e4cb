"""How far the stores are from a point: numpy finds the nearest few, geopy's geodesic measures them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from geopy.distance import geodesic
from numpy.typing import NDArray

from localcare.stores.core.gazetteer import EARTH_KM

NEAREST = 5
_SIGHT_KM = 80.0  # farther than this nobody means the store he stands near
_FIX_KM = 0.04  # a phone's fix is good to about 40 m


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A store's position in the directory and its geodesic distance."""

    store: int
    km: float


class Nearness:
    """The coordinates of a directory as unit vectors. `stores` are positions in the directory, in step with the points."""

    def __init__(self, stores: Sequence[int], points: Sequence[tuple[float, float]]) -> None:
        self._stores = stores
        self._points = points
        self._vectors = _unit_vectors(np.array(points, dtype=np.float64).reshape(-1, 2))

    def nearest(self, lat: float, lng: float, count: int = NEAREST) -> list[Neighbour]:
        """The nearest stores within 80 km, nearest first."""
        if not len(self._stores):
            return []
        chord = 2 - 2 * (self._vectors @ _unit_vectors(np.array([[lat, lng]]))[0])
        few = min(count, len(self._stores))
        ahead = np.argpartition(chord, few - 1)[:few]
        sight = (_SIGHT_KM / EARTH_KM) ** 2
        seen = [int(i) for i in ahead if chord[i] < sight]
        found = [Neighbour(self._stores[i], geodesic((lat, lng), self._points[i]).km) for i in seen]
        return sorted(found, key=lambda neighbour: neighbour.km)


def nearness_weight(km: float, spacing_km: float) -> float:
    """The log-odds that somebody at a distance from a store means it; `spacing_km` is how far the next store is.

    Within the error of a fix it falls like a normal distribution, farther out like a heavy tail whose width grows with
    the space between stores: in the country people name the store of the next town, in a city the one across the street.
    """
    width = min(max(0.1 * spacing_km, 0.2), 1.5)
    near = 8 - km**2 / (2 * _FIX_KM**2)
    return max(near, 5 - 2 * log(1 + (km / width) ** 2))


def is_on_earth(lat: float, lng: float) -> bool:
    """Whether coordinates can be a place on land: finite, in range, and not the 0,0 of an empty field."""
    return -90 <= lat <= 90 and -180 <= lng <= 180 and (abs(lat) > 0.01 or abs(lng) > 0.01)


def _unit_vectors(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lat, lng = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.stack((np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)), axis=1)
