"""What an import would change: the file's rows beside the stores that are known, decided without a database."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from datetime import date

from localcare.stores.core.directory import StoreRow

DEFAULT_TIMEZONE = "America/New_York"
_REGION_COLUMNS = frozenset({"region_path", "region", "district"})


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store as the directory keeps it. `region` is the names from the nation down."""

    number: str
    name: str
    region: tuple[str, ...]
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str = "US"
    lat: float | None = None
    lng: float | None = None
    timezone: str = DEFAULT_TIMEZONE
    phone: str | None = None
    hours: str | None = None
    nicknames: tuple[str, ...] = ()
    opened_on: date | None = None
    closed_on: date | None = None
    successor_number: str | None = None


@dataclass(frozen=True, slots=True)
class StoreChange:
    """A store before and after an import, and the names of the fields that differ."""

    before: KnownStore
    after: KnownStore
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import does. `closed` counts among `changed`; `absent` are open stores that the file does not name."""

    added: list[KnownStore]
    changed: list[StoreChange]
    unchanged: int
    closed: list[str]
    absent: list[str]

    @property
    def writes(self) -> list[KnownStore]:
        """Every store to be written."""
        return [*self.added, *(change.after for change in self.changed)]


def plan_import(
    rows: Sequence[StoreRow],
    known: Mapping[str, KnownStore],
    columns: AbstractSet[str],
    *,
    close_missing_on: date | None = None,
    also_named: AbstractSet[str] = frozenset(),
) -> ImportPlan:
    """Sort rows into new, changed and same. A column that the file lacks leaves what is known alone; nothing is deleted.

    With `close_missing_on`, open stores that the file does not name (nor are `also_named`) are closed on that day.
    """
    plan = ImportPlan([], [], 0, [], [])
    unchanged = 0
    for row in rows:
        before = known.get(row.number)
        after = store_after(row, before, columns)
        if before is None:
            plan.added.append(after)
        elif not _note_change(plan, before, after):
            unchanged += 1
    named = {row.number for row in rows} | also_named
    absent = [number for number, store in known.items() if number not in named and store.closed_on is None]
    if close_missing_on is not None:
        for number in absent:
            _note_change(plan, known[number], replace(known[number], closed_on=close_missing_on))
    return replace(plan, unchanged=unchanged, absent=absent)


def _note_change(plan: ImportPlan, before: KnownStore, after: KnownStore) -> bool:
    names = tuple(each.name for each in fields(KnownStore) if getattr(before, each.name) != getattr(after, each.name))
    if not names:
        return False
    plan.changed.append(StoreChange(before, after, names))
    if before.closed_on is None and after.closed_on is not None:
        plan.closed.append(after.number)
    return True


def _new_store(row: StoreRow) -> KnownStore:
    return KnownStore(
        number=row.number,
        name=row.name or ", ".join(part for part in (row.street, row.city) if part) or f"Store {row.number}",
        region=row.region_path,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        country=row.country,
        lat=row.lat,
        lng=row.lng,
        timezone=row.timezone or DEFAULT_TIMEZONE,
        phone=row.phone,
        hours=row.hours,
        nicknames=row.nicknames,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        successor_number=row.successor_number,
    )


def store_after(row: StoreRow, before: KnownStore | None, columns: AbstractSet[str]) -> KnownStore:
    """The store that a row makes of what was known."""
    new = _new_store(row)
    if before is None:
        return new
    return replace(
        new,
        **{each.name: getattr(before, each.name) for each in fields(KnownStore) if not _tells(each.name, row, columns)},
    )


def _tells(field: str, row: StoreRow, columns: AbstractSet[str]) -> bool:
    """Whether a file says something about a field of a store that is known already."""
    if field in row.untold:
        return False
    match field:
        case "region":
            return not _REGION_COLUMNS.isdisjoint(columns)
        case "name":
            return row.name is not None
        case "timezone":
            return row.timezone is not None
        case "number":
            return True
        case _:
            return field in columns
