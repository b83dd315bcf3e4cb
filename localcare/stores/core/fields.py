"""One value of a directory file at a time: what it means, or the reason it cannot be used."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import phonenumbers
import tzfpy

from localcare.stores.core.gazetteer import Gazetteer, kilometres
from localcare.stores.core.opening import are_hours
from localcare.stores.core.states import state_code

_PROOF_KM = 60.0  # a store lies this near to the centre of its ZIP; the median is 2 km
_DOUBT_KM = 150.0
_TIMEZONES = frozenset(tzfpy.timezonenames()) | {"UTC", "US/Eastern", "US/Central", "US/Mountain", "US/Pacific"}
_EMAIL = re.compile(r"[^@\s,;<>\"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_LONGEST = {"number": 40, "name": 200, "street": 200, "city": 100, "hours": 500, "nicknames": 1000, "region_path": 400}
_LONGEST_ELSE = 300
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S")


class FieldRefusedError(ValueError):
    """A value that makes its whole row unusable; `column` and `value` name it, the message is the reason."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True, slots=True)
class Point:
    """Coordinates in degrees, and what had to be done to them, in words."""

    lat: float
    lng: float
    warning: str | None = None


def require_short(column: str, text: str) -> str:
    """The text. Raises FieldRefusedError when it is longer than anything a column may hold."""
    longest = _LONGEST.get(column, _LONGEST_ELSE)
    if len(text) > longest:
        reason = f"has {len(text):,} characters, more than the {longest:,} it may have: shorten it; is a quotation mark missing?"
        raise FieldRefusedError(column, text, reason)
    return text


def read_state(text: str, *, country: str) -> str | None:
    """The two-letter code in the USA; as spelled elsewhere and where it is not known."""
    return (state_code(text) if country == "US" else None) or text or None


def read_zip(text: str, state: str | None, *, country: str, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """A ZIP and a warning. A lost leading zero comes back when the state proves it; what is no ZIP is left out."""
    if country != "US" or not text:
        return text or None, None
    five, _, four = text.removesuffix(".0").replace(" ", "-").partition("-")
    if five.isdigit() and 8 <= len(five) <= 9 and not four:
        five, four = five[:-4], five[-4:]
    suffix = f"-{four.zfill(4)}" if four.isdigit() else ""
    if five.isdigit() and len(five) == 5:
        return five + suffix, None
    area = gazetteer.find_zip(five.zfill(5)) if five.isdigit() and len(five) in (3, 4) else None
    if area and area.state == state:
        return area.zip + suffix, f"zip {text} has lost its leading zero: read as {area.zip}{suffix}"
    return None, f"{text!r} is no ZIP code: left out"


def read_phone(text: str, *, country: str) -> tuple[str | None, str | None]:
    """A phone number in E.164 and a warning."""
    if not text:
        return None, None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None, f"{text!r} is no phone number: left out"
    if not phonenumbers.is_possible_number(number):
        return None, f"{text!r} is no phone number: left out"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None


def read_email(text: str) -> tuple[str | None, str | None]:
    """An e-mail address in lower case and a warning."""
    address = text.strip().lower()
    if not address:
        return None, None
    if _EMAIL.fullmatch(address) and len(address) <= 254:
        return address, None
    return None, f"{text!r} is no e-mail address: left out; write it as name@example.com"


def read_hours(text: str) -> tuple[str | None, str | None]:
    """Opening hours and a warning; what nobody can read is left out."""
    if not text or are_hours(text):
        return text or None, None
    return None, f"hours {text[:60]!r} cannot be read: left out; write them as Mo-Fr 09:00-18:00; Sa 10:00-16:00"


def read_date(text: str, column: str) -> date | None:
    """A day. Raises FieldRefusedError for what is none."""
    if not text:
        return None
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a calendar day has no zone)
        except ValueError:
            continue
    raise FieldRefusedError(column, text, "is no date; write it as 2026-11-21")


def read_point(
    lat_text: str, lng_text: str, *, zip_code: str | None, state: str | None, gazetteer: Gazetteer
) -> tuple[Point | None, str | None]:
    """Coordinates, or None with the reason. Swapped or wrongly signed ones are mended when ZIP or state proves it."""
    if not lat_text and not lng_text:
        return None, None
    if not lat_text or not lng_text:
        return None, "latitude and longitude belong together: one is missing"
    try:
        lat, lng = float(lat_text), float(lng_text)
    except ValueError:
        return None, f"coordinates {lat_text!r}, {lng_text!r} are no numbers"
    if abs(lat) < 0.01 and abs(lng) < 0.01:
        return None, "coordinates 0,0 are in the sea, not a store"
    return _proven(lat, lng, zip_code, state, gazetteer)


def zone_of(
    point: Point | None, zip_code: str | None, city: str | None, state: str | None, gazetteer: Gazetteer
) -> str | None:
    """The time zone of a place: by its coordinates, else its ZIP, its town, its state when that has but one."""
    if point:
        return tzfpy.get_tz(point.lng, point.lat) or None
    area = gazetteer.find_zip(zip_code) or gazetteer.find_town(city or "", state or "")
    return area.timezone if area else gazetteer.zone_of_state(state)


def is_timezone(name: str) -> bool:
    """Whether a time zone of this name exists."""
    return name in _TIMEZONES


def _proven(
    lat: float, lng: float, zip_code: str | None, state: str | None, gazetteer: Gazetteer
) -> tuple[Point | None, str | None]:
    if _agrees(lat, lng, zip_code, state, gazetteer):
        return Point(lat, lng), None
    mended = (
        Point(lng, lat, "latitude and longitude were swapped: put right"),
        Point(lat, -lng, "longitude had the wrong sign: put right"),
        Point(-lng, lat, "latitude and longitude were swapped and one sign wrong: put right"),
        Point(lng, -lat, "latitude and longitude were swapped and one sign wrong: put right"),
    )
    for point in mended:
        if _agrees(point.lat, point.lng, zip_code, state, gazetteer, sure=True):
            return point, None
    if not _on_earth(lat, lng):
        return None, f"coordinates {lat:g}, {lng:g} are out of range"
    return Point(lat, lng, f"coordinates {lat:g}, {lng:g} do not fit the state or ZIP: kept as given"), None


def _agrees(
    lat: float, lng: float, zip_code: str | None, state: str | None, gazetteer: Gazetteer, *, sure: bool = False
) -> bool:
    """Whether nothing speaks against a point; with `sure`, whether ZIP or state speaks for it."""
    if not _on_earth(lat, lng):
        return False
    area, box = gazetteer.find_zip(zip_code), gazetteer.box_of_state(state)
    if area and kilometres(lat, lng, area.lat, area.lng) <= (_PROOF_KM if sure else _DOUBT_KM):
        return True
    if box:
        return box.holds(lat, lng)
    return not sure and area is None


def _on_earth(lat: float, lng: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lng <= 180
