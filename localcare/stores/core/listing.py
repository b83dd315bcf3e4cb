"""A store as its Page on a network describes it, brought into the directory's own spelling."""

from dataclasses import dataclass, replace

from localcare.stores.core.address import street_key
from localcare.stores.core.fields import read_phone, read_point, read_state, read_zip, zone_of
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.hierarchy import NATIONS
from localcare.stores.core.text import phrase

FROM_FILE = "file:"
"""What the id of a listing begins with that is no Page but a row of a file; its store number follows."""
_COUNTRY_CODES = {name.upper(): code for code, name in NATIONS.items() if code != "PR"} | {"USA": "US", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One store Page. `number` may have lost its leading zeros, `code` keeps them; any part but the id may be missing.

    Coordinates are WGS-84 degrees, `phone` is E.164, `hours` an OpenStreetMap opening_hours line once it is tidied.
    """

    page_id: str
    page_name: str = ""
    number: str | None = None
    code: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = "US"
    lat: float | None = None
    lng: float | None = None
    timezone: str | None = None
    phone: str | None = None
    hours: str | None = None
    is_closed: bool = False

    @property
    def own_number(self) -> str | None:
        """The number a store opened from this Page has: the spelling that keeps its zeros, if there is one."""
        return self.code or self.number

    @property
    def is_page(self) -> bool:
        """Whether it is a Page, and not a row of a file."""
        return not self.page_id.startswith(FROM_FILE)

    @property
    def is_placed(self) -> bool:
        """Whether it says enough of where the store is to open one."""
        return self.lat is not None or self.zip is not None or bool(self.street and self.city)

    @property
    def where(self) -> str:
        """Its address in one line, as far as it has one."""
        return in_one_line(self.street, self.city, self.state, self.zip) or "no address"

    @property
    def facts(self) -> tuple[object, ...]:
        """What a decision about it rests on: as long as these are equal, it holds."""
        return (self.page_id, self.number, self.code, *door_facts(self.street, self.city, self.zip),
                *point_facts(self.lat, self.lng), self.is_closed)  # fmt: skip


def tidy(listing: Listing, gazetteer: Gazetteer) -> Listing:
    """The listing as the directory would spell it; what is no ZIP, phone or place on earth is left out."""
    country = (listing.country or "US").strip().upper()
    country = _COUNTRY_CODES.get(country, country)
    state = read_state((listing.state or "").strip(), country=country)
    zip_code, _ = read_zip((listing.zip or "").strip(), state, country=country, gazetteer=gazetteer)
    lat_text, lng_text = ("" if part is None else repr(part) for part in (listing.lat, listing.lng))
    point, _ = read_point(lat_text, lng_text, zip_code=zip_code, state=state, gazetteer=gazetteer)
    city = (listing.city or "").strip() or None
    return replace(
        listing,
        page_name=listing.page_name.strip(),
        number=(listing.number or "").strip() or None,
        code=(listing.code or "").strip() or None,
        street=(listing.street or "").strip() or None,
        city=city,
        state=state,
        zip=zip_code,
        country=country,
        lat=point.lat if point else None,
        lng=point.lng if point else None,
        timezone=zone_of(point, zip_code, city, state, gazetteer),
        phone=read_phone((listing.phone or "").strip(), country=country)[0],
        hours=(listing.hours or "").strip() or None,
    )


def in_one_line(street: str | None, city: str | None, state: str | None, zip_code: str | None) -> str:
    """ "1 Main St, Dallas, TX 75201", leaving out what is missing."""
    region = " ".join(part for part in (state, zip_code) if part)
    return ", ".join(part for part in (street, city, region) if part)


def door_facts(street: str | None, city: str | None, zip_code: str | None) -> tuple[str, ...]:
    """An address so that two spellings of it are equal."""
    key = street_key(street)
    door = f"{key.number} {key.street}" if key else phrase(street or "")
    return (door, phrase(city or ""), (zip_code or "")[:5])


def point_facts(lat: float | None, lng: float | None) -> tuple[float, ...]:
    """Coordinates to about 100 m, so that a fix that trembles is no news."""
    return () if lat is None or lng is None else (round(lat, 3), round(lng, 3))
