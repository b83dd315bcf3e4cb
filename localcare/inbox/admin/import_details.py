"""What a file of stores would do, store by store, and the rows it leaves out as a file to correct: pure."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from localcare.inbox.admin.stores.wording import FactLine
from localcare.stores.core.changes import KnownStore, StoreChange
from localcare.stores.core.records import decode, read_records
from localcare.stores.service import ImportReport

SHOWN = 100
_LABELS = {
    "name": "Name", "region": "Region", "street": "Street", "city": "City", "state": "State", "zip": "ZIP",
    "country": "Country", "lat": "Latitude", "lng": "Longitude", "timezone": "Time zone", "phone": "Phone", "hours": "Hours",
    "nicknames": "Nicknames", "opened_on": "Opened on", "closed_on": "Closed on", "successor_number": "Taken over by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A store of the file: what would become of it. A new one has no page yet."""

    number: str
    words: str = ""
    changes: tuple[FactLine, ...] = ()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class ImportGroup:
    """Stores to which the same would happen; `lines` are the first hundred of `count`."""

    title: str
    count: int
    lines: tuple[ImportLine, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Why a row is left out, for the file of those rows."""

    line: int
    column: str
    reason: str


def import_groups(report: ImportReport) -> tuple[ImportGroup, ...]:
    """The stores that the file adds, changes and closes, and those that it does not name."""
    closed = set(report.closed)
    changed = [change for change in report.changed if change.after.number not in closed]
    leaving = [number for number in report.absent if number not in closed]
    groups = (
        ImportGroup("Added", len(report.added), tuple(ImportLine(n, is_known=False) for n in report.added[:SHOWN])),
        ImportGroup("Changed", len(changed), tuple(map(_changed, changed[:SHOWN]))),
        ImportGroup("Closed", len(report.closed), tuple(map(ImportLine, report.closed[:SHOWN]))),
        ImportGroup("Open, but not in the file", len(leaving), tuple(map(ImportLine, leaving[:SHOWN]))),
    )
    return tuple(group for group in groups if group.count)


def refused_file(body: bytes, refused: Sequence[RefusedRow]) -> str:
    """The rows that were left out as they came, with what is wrong in two columns more: to correct and bring again."""
    faults: Mapping[int, RefusedRow] = {row.line: row for row in reversed(refused)}
    records = list(read_records(io.StringIO(decode(body), newline="")))
    written = io.StringIO()
    writer = csv.writer(written)
    if records:
        writer.writerow([*records[0].values, "problem_column", "problem"])
    writer.writerows(
        [*record.values, faults[record.line].column, faults[record.line].reason]
        for record in records[1:]
        if record.line in faults
    )
    return written.getvalue()


def _changed(change: StoreChange) -> ImportLine:
    lines = tuple(
        FactLine(_LABELS.get(name, name), _words(change.before, name), _words(change.after, name))
        for name in change.fields
    )
    return ImportLine(change.after.number, change.after.name, lines)


def _words(store: KnownStore, name: str) -> str:
    value: object = getattr(store, name, None)
    if value is None:
        return ""
    if isinstance(value, Collection) and not isinstance(value, str):
        return (" / " if name == "region" else ", ").join(str(part) for part in value)
    return str(value)
