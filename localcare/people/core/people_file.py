"""Reading people.csv: who holds which role where and when, and a reason for each row that is refused."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from localcare.people.core.duty import Skill, SkillError, read_languages, read_skills
from localcare.people.core.shifts import ShiftError, read_weekly, read_zone, weekly_words
from localcare.people.core.viewer import DEFAULT_TIMEZONE, ROLES, STORE_ROLES

COLUMNS = (
    "email", "name", "role", "scope", "skills", "tier", "capacity", "from", "to", "locale",
    "second_skills", "languages", "shifts", "timezone",
)  # fmt: skip
REQUIRED = ("email", "role")
NATION = "nation"
DEFAULT_LOCALE = "en-US"
DEFAULT_CAPACITY = 5
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Directory:
    """What scopes may name: region ids by slug, store ids by number."""

    regions: Mapping[str, int]
    stores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """One region, one store, or (with neither) the nation."""

    region_id: int | None = None
    store_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeskColumns:
    """What a row says of an agent's desk; what it leaves out (None) stays as it is."""

    known: tuple[Skill, ...] | None = None
    languages: tuple[str, ...] | None = None
    shifts: str | None = None
    timezone: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether the row says anything of it."""
        return self != DeskColumns()


@dataclass(frozen=True, slots=True)
class Appointment:
    """One row that can be used: a person and one role over one or more scopes; `skills` are their own trades."""

    line: int
    email: str
    name: str
    role: str
    scopes: tuple[Scope, ...]
    skills: tuple[str, ...] = ()
    tier: int | None = None
    capacity: int = DEFAULT_CAPACITY
    valid_from: date | None = None
    valid_to: date | None = None
    locale: str = DEFAULT_LOCALE
    desk: DeskColumns = DeskColumns()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out: line (1 is the header), column, what stood there, and why it cannot be used."""

    line: int
    column: str
    value: str
    reason: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class PeopleReading:
    """What a people file holds."""

    appointments: tuple[Appointment, ...]
    refused: tuple[RefusedRow, ...]


class RowRefusedError(Exception):
    """One value of a row cannot be used."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def read_people(text: str, directory: Directory) -> PeopleReading:
    """Every appointment of a file. Nothing in a file raises: what cannot be used is in `refused`, with its reason."""
    appointments: list[Appointment] = []
    refused: list[RefusedRow] = []
    first_line: dict[tuple[str, str, Scope], int] = {}
    for line, row in _rows(text):
        try:
            appointment = read_appointment(row, directory, line=line)
            for scope in appointment.scopes:
                if known := first_line.get((appointment.email, appointment.role, scope)):
                    raise RowRefusedError(
                        "scope", row.get("scope", ""), f"the same role over the same scope as line {known}"
                    )
            first_line |= {(appointment.email, appointment.role, scope): line for scope in appointment.scopes}
            appointments.append(appointment)
        except RowRefusedError as refusal:
            email = row.get("email", "").lower()
            refused.append(RefusedRow(line, refusal.column, refusal.value[:200], refusal.reason, email))
    return PeopleReading(tuple(appointments), tuple(refused))


def read_appointment(row: Mapping[str, str], directory: Directory, *, line: int = 0) -> Appointment:
    """One row by column name. Raises RowRefusedError at the first value that cannot be used."""
    email = _email(row)
    role = _role(row)
    valid_from, valid_to = _day(row, "from"), _day(row, "to")
    if valid_from and valid_to and valid_to < valid_from:
        raise RowRefusedError("to", row["to"], f"ends before it begins ({row['from']})")
    return Appointment(
        line=line,
        email=email,
        name=" ".join(row.get("name", "").split()) or email.partition("@")[0],
        role=role,
        scopes=tuple(_scopes(row, role, directory)),
        skills=tuple(skill.name for skill in _skills(row, "skills", primary=True)),
        tier=_number(row, "tier", 1, 3),
        capacity=_number(row, "capacity", 1, 100) or DEFAULT_CAPACITY,
        valid_from=valid_from,
        valid_to=valid_to,
        locale=_locale(row),
        desk=_desk(row),
    )


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff").replace("\x00", "")
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=max(",;\t", key=head.count))
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        # A file without these columns is refused as a whole, by its first line.
        yield 1, dict.fromkeys(COLUMNS, "")
        return
    for values in reader:
        if any(value.strip() for value in values):
            yield reader.line_num, dict(zip(header, (value.strip() for value in values), strict=False))


def _email(row: Mapping[str, str]) -> str:
    email = row.get("email", "").lower()
    if not email:
        raise RowRefusedError("email", "", "is missing")
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise RowRefusedError("email", email, "is no e-mail address")
    return email


def _role(row: Mapping[str, str]) -> str:
    role = row.get("role", "").lower()
    if role not in ROLES:
        raise RowRefusedError("role", role, f"must be one of {', '.join(ROLES)}")
    return role


def _scopes(row: Mapping[str, str], role: str, directory: Directory) -> Iterator[Scope]:
    value = row.get("scope", "") or NATION
    if value.lower() == NATION:
        if role in STORE_ROLES:
            raise RowRefusedError("scope", value, f"a {role} needs one or more store numbers")
        yield Scope()
        return
    for word in dict.fromkeys(value.split()):
        yield _scope(word, role, directory)


def _scope(word: str, role: str, directory: Directory) -> Scope:
    if (store_id := directory.stores.get(word)) is not None:
        return Scope(store_id=store_id)
    if role in STORE_ROLES:
        raise RowRefusedError("scope", word, "is no store number of this brand")
    if (region_id := directory.regions.get(word.lower())) is not None:
        return Scope(region_id=region_id)
    raise RowRefusedError("scope", word, f"is neither a region, nor a store number, nor “{NATION}”")


def _skills(row: Mapping[str, str], column: str, *, primary: bool) -> tuple[Skill, ...]:
    try:
        return read_skills(row.get(column, ""), primary=primary)
    except SkillError as error:
        raise RowRefusedError(column, row[column], str(error)) from error


def _desk(row: Mapping[str, str]) -> DeskColumns:
    """A shift's time zone is the usual one unless the row names another."""
    own, helps = _skills(row, "skills", primary=True), _skills(row, "second_skills", primary=False)
    says_how_well = "second_skills" in row or ":" in row.get("skills", "")
    column = "languages"
    try:
        languages = read_languages(row.get(column, ""))
        column = "shifts"
        shifts = weekly_words(read_weekly(row.get(column, "")))
        column = "timezone"
        zone = read_zone(row.get(column, "") or DEFAULT_TIMEZONE)
    except (SkillError, ShiftError) as error:
        raise RowRefusedError(column, row[column], str(error)) from error
    return DeskColumns(
        known=(*own, *helps) if says_how_well else None,
        languages=languages or None,
        shifts=shifts if "shifts" in row else None,
        timezone=zone if row.get("timezone") or shifts else None,
    )


def _number(row: Mapping[str, str], column: str, lowest: int, highest: int) -> int | None:
    value = row.get(column, "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
        raise RowRefusedError(column, value, f"must be a whole number from {lowest} to {highest}")
    return int(value)


def _day(row: Mapping[str, str], column: str) -> date | None:
    value = row.get(column, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise RowRefusedError(column, value, "must be a day such as 2026-11-30") from error


def _locale(row: Mapping[str, str]) -> str:
    value = row.get("locale", "") or DEFAULT_LOCALE
    if not _LOCALE.fullmatch(value):
        raise RowRefusedError("locale", value, "must be a locale such as en-US")
    return value
