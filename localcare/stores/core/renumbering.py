"""Rows of a file that may be stores known under another number: found, never guessed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from localcare.stores.core.changes import KnownStore, store_after
from localcare.stores.core.conflicts import Conflict, ConflictKind, StoreHere
from localcare.stores.core.directory import StoreRow
from localcare.stores.core.import_checks import door_of
from localcare.stores.core.listing import FROM_FILE, Listing
from localcare.web.words import capital_first


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row with a number that no store has, and the stores here that it may be, by their numbers; `told` says why."""

    row: StoreRow
    kind: ConflictKind
    stores: tuple[str, ...]
    told: str


class KnownUnnamed:
    """Open stores that a file does not name, by what tells that a row is one of them."""

    def __init__(self, known: Mapping[str, KnownStore], named: AbstractSet[str]) -> None:
        self._by_door: dict[tuple[str, ...], list[str]] = {}
        self._by_phone: dict[str, list[str]] = {}
        shared = Counter(store.phone for store in known.values())
        for number, store in known.items():
            if number in named or store.closed_on is not None:
                continue
            if door := door_of(store):
                self._by_door.setdefault(door, []).append(number)
            if store.phone and shared[store.phone] == 1:  # a hotline's number tells nothing
                self._by_phone.setdefault(store.phone, []).append(number)

    def like(self, row: StoreRow) -> tuple[tuple[str, ...], str]:
        """The stores like a row, and what they share with it in words; those that share both first."""
        door = door_of(store_after(row, None, frozenset()))
        here = self._by_door.get(door, []) if door else []
        called = self._by_phone.get(row.phone, []) if row.phone else []
        both = [number for number in here if number in called]
        found = tuple(both or dict.fromkeys([*here, *called]))
        return found, "address and phone" if both else "address" if here else "phone"


def find_doubtful(
    rows: Sequence[StoreRow], known: Mapping[str, KnownStore], named: AbstractSet[str], former: Mapping[str, str]
) -> Iterator[Doubtful]:
    """The rows that would be added and may be known stores; `former` maps numbers of before to those of now."""
    unnamed = KnownUnnamed(known, named)
    for row in rows:
        if row.number in known:
            continue
        now = former.get(row.number)
        if now is not None:
            kind: ConflictKind = "former-number" if now in named else "other-number"
            yield Doubtful(row, kind, (now,), f"had the number {row.number} before")
            continue
        stores, shared = unnamed.like(row)
        if stores:
            yield Doubtful(row, "other-number", stores, f"has this {shared}, and the file does not name it")


def in_words(doubtful: Doubtful) -> str:
    """Why a row is not simply added."""
    stores = doubtful.stores
    named = f"store {stores[0]}" if len(stores) == 1 else f"stores {', '.join(stores)}"
    told = doubtful.told if len(stores) == 1 else doubtful.told.replace("has this", "have this").replace(" it", " them")
    return f"{named} {told}"


def as_conflict(doubtful: Doubtful, stores: Sequence[StoreHere]) -> Conflict:
    """The question for a person."""
    row = doubtful.row
    listing = Listing(
        page_id=f"{FROM_FILE}{row.number}",
        page_name=row.name or "",
        number=row.number,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        country=row.country,
        lat=row.lat,
        lng=row.lng,
        timezone=row.timezone,
        phone=row.phone,
        hours=row.hours,
        is_closed=row.closed_on is not None,
    )
    words = in_words(doubtful)
    return Conflict(doubtful.kind, listing, tuple(stores), f"{capital_first(words)}.")
