"""Reading a store directory: any header, real files with their mistakes, and a reason for each row that is refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha1
from re import search
from typing import Literal

from localcare.stores.core.address import street_key
from localcare.stores.core.columns import HEADINGS, match_columns, repeated_columns
from localcare.stores.core.fields import (
    FieldRefusedError,
    is_timezone,
    read_date,
    read_email,
    read_hours,
    read_phone,
    read_point,
    read_state,
    read_zip,
    require_short,
    zone_of,
)
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.hierarchy import region_path
from localcare.stores.core.records import Record, read_records
from localcare.stores.core.states import state_code

_COUNTRY_CODES = {"USA": "US", "UNITED STATES": "US", "CANADA": "CA", "MEXICO": "MX", "UK": "GB"}
NumberFrom = Literal["column", "url", "address"]


@dataclass(frozen=True, slots=True)
class DirectoryOptions:
    """How to read a file.

    `number_from` makes up numbers for a file that has none: from the last digits of its URL column, or as a short hash
    of the address (stable as long as the address is).
    """

    country: str = "US"
    number_from: NumberFrom = "column"
    gazetteer: Gazetteer = field(default_factory=Gazetteer)


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as a directory file tells it. `email` is the store's own mailbox, never taken for the manager's.

    `untold` are fields whose value could not be read: what is known of them stays.
    """

    line: int
    number: str
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = "US"
    lat: float | None = None
    lng: float | None = None
    timezone: str | None = None
    phone: str | None = None
    email: str | None = None
    page_id: str | None = None
    page_name: str | None = None
    region_path: tuple[str, ...] = ()
    manager_email: str | None = None
    manager_name: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    successor_number: str | None = None
    nicknames: tuple[str, ...] = ()
    hours: str | None = None
    untold: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not imported: line (1 is the header's), column, value, and what is wrong with it."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A row that is imported, but not quite as it stands."""

    line: int
    text: str
    column: str = ""


Doubt = tuple[str, str | None]
"""A column and what is doubtful about it, None when nothing is."""


@dataclass(frozen=True, slots=True)
class DirectoryReading:
    """What a file holds: the stores, the rows refused, the rows read with a doubt, the fields it has.

    `named` are the numbers of all rows, refused ones too; `unnamed` the lines whose number cannot be read.
    """

    rows: list[StoreRow]
    refused: list[RefusedRow]
    warnings: list[RowWarning]
    columns: frozenset[str] = frozenset()
    brands: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    unnamed: list[int] = field(default_factory=list)

    @property
    def brand_name(self) -> str | None:
        """The brand that the whole file names."""
        return next(iter(self.brands)) if len(self.brands) == 1 else None


def read_directory(lines: Iterable[str], *, options: DirectoryOptions | None = None) -> DirectoryReading:
    """Every store of a file. Nothing in a file raises: what cannot be used is in `refused`, with its reason."""
    chosen = options or DirectoryOptions()
    records = read_records(lines)
    header = next(records, None)
    if header is None:
        return DirectoryReading([], [RefusedRow(1, "", "", "the file is empty")], [])
    columns = match_columns(header.values)
    reading = DirectoryReading([], [], [], frozenset(columns))
    complaint = _header_complaint(header.values, columns, chosen)
    if complaint:
        reading.refused.append(RefusedRow(header.line, "store_number", ",".join(header.values)[:200], complaint))
        return reading
    first_lines: dict[str, int] = {}
    for record in records:
        try:
            _take(record, len(header.values), columns, chosen, reading, first_lines)
        except FieldRefusedError as refusal:
            column = HEADINGS.get(refusal.column, refusal.column)
            reading.refused.append(RefusedRow(record.line, column, refusal.value[:200], refusal.reason))
    if not reading.rows and not reading.refused:
        reason = "the file has a header line and no row below it: export it again"
        reading.refused.append(RefusedRow(header.line, "", "", reason))
    return reading


def _header_complaint(header: Sequence[str], columns: Mapping[str, int], options: DirectoryOptions) -> str | None:
    twice = repeated_columns(header)
    if twice:
        told = "; ".join(f"{name!r} in columns {', '.join(map(str, places))}" for name, places in twice.items())
        return f"a heading stands more than once ({told}): keep one of them, so that it is clear which holds"
    if options.number_from == "column" and "number" not in columns:
        return (
            "the file has no store number column (store_number, store_id …); add one, or let numbers be made"
            " from the URL or the address (--number-from url | address)"
        )
    if options.number_from == "url" and "url" not in columns:
        return "the file has no url column to take store numbers from"
    if not {"zip", "street", "lat"} & columns.keys():
        return "the file has neither coordinates, nor street and city, nor zip"
    return None


def _take(
    record: Record,
    width: int,
    columns: Mapping[str, int],
    options: DirectoryOptions,
    reading: DirectoryReading,
    first_lines: dict[str, int],
) -> None:
    def value(name: str) -> str:
        at = columns.get(name)
        return require_short(name, record.values[at]) if at is not None and at < len(record.values) else ""

    try:
        _require_whole(record, width)
        number = _number(value, options)
    except FieldRefusedError:
        reading.unnamed.append(record.line)
        raise
    reading.named.add(number)
    row, warnings = _store_row(record.line, number, value, options)
    if number in first_lines:
        raise FieldRefusedError("number", number, f"is the number of line {first_lines[number]} already")
    first_lines[number] = record.line
    reading.brands.update({value("brand")} - {""})
    reading.rows.append(row)
    reading.warnings.extend(
        RowWarning(record.line, text, HEADINGS.get(column, column)) for column, text in warnings if text
    )


def _require_whole(record: Record, width: int) -> None:
    if record.broken:
        raise FieldRefusedError("", ",".join(record.values), record.broken)
    if any(record.values[width:]):
        reason = (
            f"the line has {len(record.values)} values, the header {width}: is a quotation mark or a comma missing?"
        )
        raise FieldRefusedError("", ",".join(record.values), reason)


def _store_row(
    line: int, number: str, value: Callable[[str], str], options: DirectoryOptions
) -> tuple[StoreRow, list[Doubt]]:
    located, doubts = _located(line, value, options)
    phone, phone_doubt = read_phone(value("phone"), country=located.country)
    email, email_doubt = read_email(value("email"))
    manager_email, manager_doubt = read_email(value("manager_email"))
    hours, hours_doubt = read_hours(value("hours"))
    row = replace(
        located,
        number=number,
        name=value("name") or None,
        phone=phone,
        email=email,
        page_id=value("page_id") or None,
        page_name=value("page_name") or None,
        manager_email=manager_email,
        manager_name=value("manager_name") or None,
        opened_on=read_date(value("opened_on"), "opened_on"),
        closed_on=read_date(value("closed_on"), "closed_on"),
        successor_number=value("successor_number") or None,
        nicknames=tuple(name for part in value("nicknames").split(";") if (name := part.strip())),
        hours=hours,
        untold=frozenset({"hours"} if hours_doubt else ()) | frozenset({"phone"} if phone_doubt else ()),
    )
    return row, [
        *doubts,
        ("phone", phone_doubt),
        ("email", email_doubt),
        ("manager_email", manager_doubt),
        ("hours", hours_doubt),
    ]


def _located(line: int, value: Callable[[str], str], options: DirectoryOptions) -> tuple[StoreRow, tuple[Doubt, ...]]:
    """What a row says about where, and its doubts. Refuses a row that says nothing about it."""
    gazetteer = options.gazetteer
    country = (value("country") or options.country).upper()
    country = _COUNTRY_CODES.get(country, country)
    state = _state(value, country)
    zip_code, zip_doubt = read_zip(value("zip"), state, country=country, gazetteer=gazetteer)
    point, point_doubt = read_point(value("lat"), value("lng"), zip_code=zip_code, state=state, gazetteer=gazetteer)
    street, city = value("street") or None, value("city") or None
    if not (point or zip_code or (street and city)):
        _refuse_nowhere(value, point_doubt or zip_doubt)
    zone, zone_doubt = _timezone(value("timezone"), zone_of(point, zip_code, city, state, gazetteer))
    row = StoreRow(
        line=line,
        number="",
        street=street,
        city=city,
        state=state,
        zip=zip_code,
        country=country,
        lat=point.lat if point else None,
        lng=point.lng if point else None,
        timezone=zone,
        region_path=region_path(value, city=city, state=state, zip_code=zip_code, country=country, gazetteer=gazetteer),
    )
    point_warning = point.warning if point else point_doubt and f"{point_doubt}: left out"
    zip_doubt = zip_doubt or _strange_zip(zip_code, state, gazetteer)
    return row, (("zip", zip_doubt), ("lat", point_warning), ("timezone", zone_doubt))


def _state(value: Callable[[str], str], country: str) -> str | None:
    """The state. Raises FieldRefusedError for one that the USA do not have."""
    state = read_state(value("state"), country=country)
    if country == "US" and state and state_code(state) is None:
        reason = "is no state of the USA: write it as TX or Texas; a store elsewhere needs a country column"
        raise FieldRefusedError("state", state, reason)
    return state


def _strange_zip(zip_code: str | None, state: str | None, gazetteer: Gazetteer) -> str | None:
    area = gazetteer.find_zip(zip_code)
    if area is None or state is None or area.state == state:
        return None
    return f"zip {zip_code} lies in {area.state}, not in {state}: kept as given; correct whichever is wrong"


def _number(value: Callable[[str], str], options: DirectoryOptions) -> str:
    match options.number_from:
        case "column":
            number = value("number")
            if not number:
                raise FieldRefusedError("number", "", "has no store number")
        case "url":
            digits = search(r"(\d+)(?:\.\w+)?/?$", value("url"))
            if not digits:
                raise FieldRefusedError("url", value("url"), "has no number at its end")
            number = digits.group(1)
        case "address":
            key = street_key(value("street"))
            door = (key.number, key.street) if key else (value("street").lower(), "")
            whole = "|".join((*door, value("zip")[:5], value("city").lower()))
            number = sha1(whole.encode(), usedforsecurity=False).hexdigest()[:8]
    return number


def _timezone(given: str, found: str | None) -> tuple[str | None, str | None]:
    if given and is_timezone(given):
        return given, None
    if given:
        return found, f"time zone {given!r} is not known: {found or 'the default'} taken instead"
    return found, None if found else "no time zone can be told from its place: the default taken"


def _refuse_nowhere(value: Callable[[str], str], doubt: str | None) -> None:
    column = "lat" if value("lat") or value("lng") else "zip" if value("zip") else "street"
    given = value(column) + (f", {value('lng')}" if column == "lat" else "")
    reason = doubt or "has neither coordinates, nor street and city, nor ZIP"
    raise FieldRefusedError(column, given, reason)
