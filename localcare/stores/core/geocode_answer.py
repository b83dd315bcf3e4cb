"""What a geocoder's answer is worth: how exact it is, whether several places would do, whether it can be true at all.

Every provider says differently how sure it is; all of it becomes metres. An answer in a form that is not known counts as
a kilometre off.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from localcare.stores.core.address import place_from_line
from localcare.stores.core.gazetteer import Gazetteer, kilometres
from localcare.stores.core.geocode import GeocodedPoint, NotFound, Precision
from localcare.stores.core.nearness import is_on_earth

USEFUL_METRES = 1_500.0
"""Beyond this a point tells less than the town's name does."""

_DOOR, _INTERPOLATED, _PLACE, _UNKNOWN, _UNSURE = 25.0, 100.0, 75.0, 1_000.0, 2_000.0
_FROM_ZIP_KM = 60.0  # ZIPs of the West are wide
_OPENCAGE_KM = {10: 0.25, 9: 0.5, 8: 1.0, 7: 5.0, 6: 7.5, 5: 10.0, 4: 15.0, 3: 20.0, 2: 25.0}

Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """One place of an answer as the provider gave it."""

    lat: float
    lng: float
    raw: Raw


@dataclass(frozen=True, slots=True)
class _Worth:
    precision: Precision
    metres: float


def weigh_answer(
    service: str, found: Sequence[Found], line: str, gazetteer: Gazetteer, *, attribution: str = ""
) -> GeocodedPoint | NotFound:
    """The point an answer comes to. Places as good as the first but elsewhere make it less exact; too inexact is none."""
    credible = [each for each in found if _is_credible(each, line, gazetteer)]
    if not credible:
        return NotFound("what was found lies elsewhere" if found else "")
    first, worth = credible[0], _worth(service, credible[0].raw)
    rivals = [each for each in credible[1:] if _worth(service, each.raw).metres <= worth.metres]
    spread = max((kilometres(first.lat, first.lng, each.lat, each.lng) * 1000 for each in rivals), default=0.0)
    metres = max(worth.metres, spread)
    if metres > USEFUL_METRES:
        return NotFound("nothing more exact than a town or a long street")
    return GeocodedPoint(first.lat, first.lng, round(metres, 1), worth.precision, attribution)


def _is_credible(found: Found, line: str, gazetteer: Gazetteer) -> bool:
    if not is_on_earth(found.lat, found.lng):
        return False
    asked = place_from_line(line)
    area = gazetteer.find_zip(asked.zip)
    if area is not None:
        return kilometres(found.lat, found.lng, area.lat, area.lng) <= _FROM_ZIP_KM
    box = gazetteer.box_of_state(asked.state)
    return box is None or box.holds(found.lat, found.lng)


def _worth(service: str, raw: Raw) -> _Worth:
    read = _READERS.get(service)
    worth = read(raw) if read else None
    return worth or _Worth("unknown", max(_half_box(raw), _UNKNOWN))


def _google(raw: Raw) -> _Worth:
    kind = _at(raw, "geometry", "location_type")
    across = _half_box(_at(raw, "geometry", "bounds")) or _half_box(_at(raw, "geometry", "viewport"))
    match kind:
        case "ROOFTOP":
            worth = _Worth("door", _DOOR)
        case "RANGE_INTERPOLATED":
            worth = _Worth("interpolated", _INTERPOLATED)
        case "GEOMETRIC_CENTER":
            worth = _Worth("street" if "route" in _words(raw, "types") else "place", max(across, _PLACE))
        case _:
            worth = _Worth("area", max(across, _UNKNOWN))
    return _doubted(worth) if raw.get("partial_match") is True else worth


def _nominatim(raw: Raw) -> _Worth:
    across = _half_box(raw.get("boundingbox"))
    match raw.get("place_rank"):
        case int(rank) if rank >= 30:
            is_place = raw.get("class", raw.get("category")) not in {"place", "building"}
            return _Worth("place" if is_place else "door", max(across, _DOOR))
        case int(rank) if rank >= 26:
            return _Worth("street", max(across, _INTERPOLATED))
        case _:
            return _Worth("area", max(across, _UNKNOWN))


def _photon(raw: Raw) -> _Worth:
    across = _half_box(_at(raw, "properties", "extent"))
    match _at(raw, "properties", "type"):
        case "house":
            return _Worth("door", max(across, _DOOR))
        case "street":
            return _Worth("street", max(across, _INTERPOLATED))
        case _:
            return _Worth("area", max(across, _UNKNOWN))


def _here(raw: Raw) -> _Worth:
    across = _half_box(raw.get("mapView"))
    match raw.get("resultType"):
        case "houseNumber" if raw.get("houseNumberType") == "interpolated":
            worth = _Worth("interpolated", _INTERPOLATED)
        case "houseNumber":
            worth = _Worth("door", _DOOR)
        case "place" | "intersection":
            worth = _Worth("place", _PLACE)
        case "street":
            worth = _Worth("street", max(across, _INTERPOLATED))
        case _:
            worth = _Worth("area", max(across, _UNKNOWN))
    score = _at(raw, "scoring", "queryScore")
    return _doubted(worth) if isinstance(score, int | float) and score < 0.8 else worth


def _arcgis(raw: Raw) -> _Worth:
    across = _half_box(raw.get("extent"))
    kind = _at(raw, "attributes", "Addr_type")
    worth = _Worth("door", _DOOR) if kind == "PointAddress" else _Worth("place", max(across, _INTERPOLATED))
    score = raw.get("score")
    return _doubted(worth) if isinstance(score, int | float) and score < 90 else worth


def _azure(raw: Raw) -> _Worth:
    across = _half_box(raw.get("viewport"))
    match raw.get("type"):
        case "Point Address":
            return _Worth("door", _DOOR)
        case "Address Range":
            return _Worth("interpolated", _INTERPOLATED)
        case "POI" | "Cross Street":
            return _Worth("place", _PLACE)
        case "Street":
            return _Worth("street", max(across, _INTERPOLATED))
        case _:
            return _Worth("area", max(across, _UNKNOWN))


def _opencage(raw: Raw) -> _Worth:
    confidence = raw.get("confidence")
    metres = _OPENCAGE_KM.get(confidence, 50.0) * 500 if isinstance(confidence, int) else _UNKNOWN
    is_door = _at(raw, "components", "_type") == "building"
    return _Worth("door" if is_door else "area", metres)


def _mapbox(raw: Raw) -> _Worth:
    match _at(raw, "properties", "accuracy"):
        case "rooftop" | "parcel" | "point":
            worth = _Worth("door", _DOOR)
        case "interpolated" | "intersection":
            worth = _Worth("interpolated", _INTERPOLATED)
        case _ if "poi" in _words(raw, "place_type"):
            worth = _Worth("place", _PLACE)
        case _:
            worth = _Worth("area", max(_half_box(raw.get("bbox")), _UNKNOWN))
    relevance = raw.get("relevance")
    return _doubted(worth) if isinstance(relevance, int | float) and relevance < 0.8 else worth


_READERS: dict[str, Callable[[Raw], _Worth]] = {
    "arcgis": _arcgis,
    "azure": _azure,
    "google": _google,
    "herev7": _here,
    "mapbox": _mapbox,
    "nominatim": _nominatim,
    "opencage": _opencage,
    "photon": _photon,
    "tomtom": _azure,
}


def _doubted(worth: _Worth) -> _Worth:
    """The provider itself says that it found something else than what was asked."""
    return replace(worth, metres=max(worth.metres, _UNSURE))


def _half_box(box: object) -> float:
    """Metres from the middle of a bounding box to its corner, in whichever form it is given; 0 without one."""
    corners = _corners(box)
    if corners is None:
        return 0.0
    south, west, north, east = corners
    return kilometres(south, west, north, east) * 500


_FORMS = (
    (("southwest", "lat"), ("southwest", "lng"), ("northeast", "lat"), ("northeast", "lng")),  # Google
    (("south",), ("west",), ("north",), ("east",)),  # HERE
    (("ymin",), ("xmin",), ("ymax",), ("xmax",)),  # ArcGIS
    (("btmRightPoint", "lat"), ("topLeftPoint", "lon"), ("topLeftPoint", "lat"), ("btmRightPoint", "lon")),  # TomTom
)


def _corners(box: object) -> tuple[float, float, float, float] | None:
    """South, west, north, east."""
    if isinstance(box, dict):
        for form in _FORMS:
            numbers = _numbers(_at(box, *path) for path in form)
            if numbers:
                return numbers
        return None
    numbers = _numbers(box) if isinstance(box, list | tuple) and len(box) == 4 else None
    if numbers is None or not isinstance(box, list | tuple):
        return None
    a, b, c, d = numbers
    if isinstance(box[0], str):  # Nominatim: south, north, west, east, as texts
        return a, c, b, d
    return min(b, d), min(a, c), max(b, d), max(a, c)  # GeoJSON and Photon: west first


def _numbers(values: Iterable[object]) -> tuple[float, float, float, float] | None:
    read = list(_floats(values))
    return (read[0], read[1], read[2], read[3]) if len(read) == 4 else None


def _floats(values: Iterable[object]) -> Iterator[float]:
    for value in values:
        if isinstance(value, int | float | str):
            try:
                yield float(value)
            except ValueError:
                return


def _at(raw: object, *path: str) -> object:
    """What lies at a path of a JSON answer, None where it ends early."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _words(raw: Raw, key: str) -> list[str]:
    value = raw.get(key)
    return [str(each) for each in value] if isinstance(value, list) else []
