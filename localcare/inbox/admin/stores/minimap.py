"""The small map of one store: which part of the sheet is shown, and where it and its neighbours stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from localcare.inbox.admin.stores.cartography import HEIGHT, WIDTH, Spot, place_on_map
from localcare.inbox.admin.stores.store_repository import Neighbour, StoreFile

_ASPECT = 1.6
_LEAST, _MOST = 130.0, 260.0
"""How wide the part is, in units of the sheet: a unit is about 4.6 km."""


@dataclass(frozen=True, slots=True)
class MiniMap:
    """A part of the sheet (`left`, `top`, `width`, `height`), the store's spot and its neighbours'; `dot` is a radius."""

    left: float
    top: float
    width: float
    height: float
    here: Spot
    others: tuple[Spot, ...]
    dot: float
    href: str

    @property
    def box(self) -> str:
        """As an SVG viewBox."""
        return f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}"


def draw_minimap(store: StoreFile, nearby: Sequence[Neighbour]) -> MiniMap | None:
    """A map around a store, wide enough for its nearest neighbours; None when the sheet does not have its place."""
    if store.latitude is None or store.longitude is None:
        return None
    here = place_on_map(store.latitude, store.longitude)
    if here is None:
        return None
    others = [spot for each in nearby if (spot := place_on_map(each.latitude, each.longitude))]
    reach = max((max(abs(spot.x - here.x), abs(spot.y - here.y) * _ASPECT) for spot in others), default=_MOST)
    width = min(_MOST, max(_LEAST, 2.6 * reach))
    height = width / _ASPECT
    left = min(max(here.x - width / 2, 0), WIDTH - width)
    top = min(max(here.y - height / 2, 0), HEIGHT - height)
    href = f"/admin/map?show=all#{here.x},{here.y},40"
    return MiniMap(left, top, width, height, here, tuple(others), dot=width / 60, href=href)
