"""A row of the brand Page's `/locations`: a store's own Page, as Meta describes the store."""

from dataclasses import dataclass

from pydantic import SecretStr

from localcare.channels.facebook.core.read import (
    Json,
    id_at,
    link_at,
    node_at,
    number_at,
    secret_at,
    text_at,
    word_at,
)

LOCATION_FIELDS = (
    "id,name,store_number,store_code,store_location_descriptor,"
    "location{street,city,state,zip,country,latitude,longitude},phone,hours,is_permanently_closed,temporary_status,"
    "overall_star_rating,rating_count,link,access_token"
)


@dataclass(frozen=True, slots=True)
class LocationRow:
    """One store Page. `store_code` keeps the leading zeros that `store_number` loses; `hours` are Meta's own pairs."""

    page_id: str
    name: str | None = None
    store_number: str | None = None
    store_code: str | None = None
    descriptor: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    hours: tuple[tuple[str, str], ...] = ()
    is_permanently_closed: bool = False
    temporary_status: str | None = None
    overall_star_rating: float | None = None
    rating_count: int | None = None
    link: str | None = None
    access_token: SecretStr | None = None


def location_of(row: Json) -> LocationRow | None:
    """The row, or None when it does not even name its Page."""
    page_id = id_at(row, "id")
    if page_id is None:
        return None
    where = node_at(row, "location")
    count = number_at(row, "rating_count")
    return LocationRow(
        page_id=page_id,
        name=text_at(row, "name"),
        store_number=id_at(row, "store_number"),
        store_code=id_at(row, "store_code"),
        descriptor=text_at(row, "store_location_descriptor"),
        street=text_at(where, "street"),
        city=text_at(where, "city"),
        state=text_at(where, "state"),
        zip=id_at(where, "zip"),
        country=text_at(where, "country"),
        latitude=number_at(where, "latitude"),
        longitude=number_at(where, "longitude"),
        phone=text_at(row, "phone"),
        hours=tuple((day, time) for day, time in node_at(row, "hours").items() if isinstance(time, str)),
        is_permanently_closed=row.get("is_permanently_closed") is True,
        temporary_status=word_at(row, "temporary_status").lower() or None,
        overall_star_rating=number_at(row, "overall_star_rating"),
        rating_count=None if count is None else int(count),
        link=link_at(row, "link"),
        access_token=secret_at(row, "access_token"),
    )
