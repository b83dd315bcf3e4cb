"""How far the stores are from a point: straight through the earth's ellipsoid, which at these distances is the way on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

NEAREST = 5
_SPARE = 8  # looked at beyond the nearest, for those that did not count on the day
_SIGHT_KM = 80.0  # farther than this nobody means the store he stands near
_FIX_KM = 0.04  # a phone's fix is good to about 40 m
_EQUATOR_KM, _POLE_KM = 6378.137, 6356.752314245  # WGS-84


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A store's position in the directory and its distance, good to a metre."""

    store: int
    km: float


class Nearness:
    """The coordinates of a directory as points in space (km); `stores` are positions in it, in step with the points."""

    def __init__(self, stores: Sequence[int], points: Sequence[tuple[float, float]]) -> None:
        self._stores = np.array(stores, dtype=np.int32)
        self._points = _in_space(np.array(points, dtype=np.float64).reshape(-1, 2))

    def nearest(
        self, lat: float, lng: float, *, without: frozenset[int] = frozenset(), count: int = NEAREST
    ) -> list[Neighbour]:
        """The nearest stores within 80 km, nearest first, those left out aside."""
        if not len(self._stores):
            return []
        apart = self._points - _in_space(np.array([[lat, lng]]))
        squares = np.einsum("ij,ij->i", apart, apart)
        few = min(count + _SPARE, len(squares))
        ahead = np.argpartition(squares, few - 1)[:few]
        found = [Neighbour(int(self._stores[i]), float(squares[i]) ** 0.5) for i in ahead if squares[i] < _SIGHT_KM**2]
        counted = [neighbour for neighbour in found if neighbour.store not in without]
        return sorted(counted, key=lambda neighbour: neighbour.km)[:count]


def nearness_odds(km: float, spacing_km: float, accuracy_km: float | None = None) -> float:
    """The log-odds that somebody at a distance from a store means it; `spacing_km` is how far the next store is.

    Within the error of a fix it falls like a normal distribution, farther out like a heavy tail whose width grows with
    the space between stores: in the country people name the store of the next town, in a city the one across the street.
    """
    error = max(_FIX_KM, accuracy_km or 0.0)
    width = max(min(max(0.1 * spacing_km, 0.2), 1.5), error)
    near = 8 - 2 * log(error / _FIX_KM) - km**2 / (2 * error**2)
    return max(near, 5 - 2 * log(1 + (km / width) ** 2))


def is_on_earth(lat: float, lng: float) -> bool:
    """Whether coordinates can be a place on land: finite, in range, and not the 0,0 of an empty field."""
    return -90 <= lat <= 90 and -180 <= lng <= 180 and (abs(lat) > 0.01 or abs(lng) > 0.01)


def _in_space(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    lat, lng = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    flat = (_POLE_KM / _EQUATOR_KM) ** 2
    normal = _EQUATOR_KM / np.sqrt(np.cos(lat) ** 2 + flat * np.sin(lat) ** 2)
    around = normal * np.cos(lat)
    return np.stack((around * np.cos(lng), around * np.sin(lng), flat * normal * np.sin(lat)), axis=1)
