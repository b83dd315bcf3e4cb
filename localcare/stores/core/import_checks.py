"""What contradicts itself in a file of stores, beside what is known: rows to refuse, and notes about the others."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from localcare.stores.core.address import street_key, unit_of
from localcare.stores.core.changes import KnownStore, store_after
from localcare.stores.core.columns import HEADINGS
from localcare.stores.core.directory import RefusedRow, RowWarning, StoreRow
from localcare.stores.core.listing import door_facts

_SUCCESSOR = HEADINGS["successor_number"]
Door = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """The rows that may be imported, those that may not, and what is worth knowing about the first."""

    rows: list[StoreRow]
    refused: list[RefusedRow]
    notes: list[RowWarning]


def check_rows(rows: Sequence[StoreRow], known: Mapping[str, KnownStore], columns: AbstractSet[str]) -> CheckedRows:
    """Sort out the rows that contradict themselves, each other or the directory."""
    after = {row.number: store_after(row, known.get(row.number), columns) for row in rows}
    refused = {row.number: complaint for row in rows if (complaint := _of_days(row, after[row.number]))}
    while more := _of_successors(rows, after, known, refused):
        refused |= more
    kept = [row for row in rows if row.number not in refused]
    return CheckedRows(kept, list(refused.values()), list(_shared_doors(kept, after)))


def door_of(store: KnownStore) -> Door | None:
    """What two stores behind one door have in common; None without a house number, or a town or ZIP."""
    if street_key(store.street) is None or not (store.city or store.zip):
        return None
    street, city, zip_code = door_facts(store.street, store.city, store.zip)
    return (street, unit_of(store.street or "") or "", zip_code or city, store.state or "")


def _of_days(row: StoreRow, after: KnownStore) -> RefusedRow | None:
    opened, closed = after.opened_on, after.closed_on
    if opened is None or closed is None or closed >= opened:
        return None
    reason = f"closes before it opens on {opened.isoformat()}: correct one of the two days"
    return RefusedRow(row.line, "closed_on", closed.isoformat(), reason)


def _of_successors(
    rows: Sequence[StoreRow],
    after: Mapping[str, KnownStore],
    known: Mapping[str, KnownStore],
    refused: Mapping[str, RefusedRow],
) -> dict[str, RefusedRow]:
    """Rows whose successor is not there, or leads back to themselves. A refused row leaves what was known."""
    stores = {**known, **{number: store for number, store in after.items() if number not in refused}}
    found: dict[str, RefusedRow] = {}
    for row in rows:
        successor = row.successor_number
        if successor is None or row.number in refused:
            continue
        reason = _successor_complaint(row.number, successor, stores)
        if reason:
            found[row.number] = RefusedRow(row.line, _SUCCESSOR, successor, reason)
    return found


def _successor_complaint(number: str, successor: str, stores: Mapping[str, KnownStore]) -> str | None:
    if successor == number:
        return "is the store itself: name the store that takes over, or leave it empty"
    if successor not in stores:
        return "no store has this number, in the file or in the directory: correct it, or leave it empty"
    chain = list(_chain(successor, stores))
    if number not in chain:
        return None
    circle = " → ".join((number, *chain[: chain.index(number) + 1]))
    return f"leads back to the store itself ({circle}): one of them must name no successor"


def _chain(first: str, stores: Mapping[str, KnownStore]) -> Iterator[str]:
    seen: set[str] = set()
    number: str | None = first
    while number is not None and number not in seen:
        seen.add(number)
        yield number
        store = stores.get(number)
        number = store.successor_number if store else None


def _shared_doors(rows: Sequence[StoreRow], after: Mapping[str, KnownStore]) -> Iterator[RowWarning]:
    first: dict[Door, StoreRow] = {}
    for row in rows:
        door = door_of(after[row.number]) if after[row.number].closed_on is None else None
        if door is None:
            continue
        other = first.setdefault(door, row)
        if other is not row:
            text = (
                f"stands at the address of store {other.number} (line {other.line}): both are kept;"
                " a suite or nicknames tell them apart"
            )
            yield RowWarning(row.line, text, "street")
