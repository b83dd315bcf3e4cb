"""What two sources tell differently: its kinds, what a person may decide, and when an old decision still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from localcare.stores.core.listing import Listing, door_facts, in_one_line, point_facts

ConflictKind = Literal[
    "number-mismatch",
    "page-elsewhere",
    "two-stores-one-page",
    "page-without-store",
    "new-store",
    "far-away",
    "closed-here-open-there",
    "open-here-closed-there",
    "duplicate-location",
    "other-number",
    "former-number",
]
KIND_WORDS: dict[ConflictKind, str] = {
    "number-mismatch": "The number is another store's, or nobody's",
    "page-elsewhere": "The Page belongs to another store here",
    "two-stores-one-page": "Several stores fit one Page",
    "page-without-store": "No store fits this Page",
    "new-store": "A store that is not here yet",
    "far-away": "The Page's address is far from the store",
    "closed-here-open-there": "Closed here, open on the network",
    "open-here-closed-there": "Open here, closed on the network",
    "duplicate-location": "A second Page of one store",
    "other-number": "A store that is here under another number",
    "former-number": "A number that another store had before",
}
Deed = Literal["link", "renumber", "move", "open", "reopen", "close", "duplicate", "rogue", "ignore"]


@dataclass(frozen=True, slots=True)
class StoreHere:
    """A store as the directory has it now. `pages` are its official Pages on the network in question, `former` the
    numbers of stores that were merged into it.
    """

    id: int
    number: str
    name: str
    code: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    lat: float | None = None
    lng: float | None = None
    phone: str | None = None
    hours: str | None = None
    is_open: bool = True
    pages: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Its address in one line."""
        return in_one_line(self.street, self.city, self.state, self.zip) or "no address"

    @property
    def facts(self) -> tuple[object, ...]:
        """What a decision about it rests on."""
        return (self.id, self.number, *door_facts(self.street, self.city, self.zip),
                *point_facts(self.lat, self.lng), self.is_open)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something for a person to decide about one Page; `stores` are those it may be about, the likeliest first."""

    kind: ConflictKind
    listing: Listing
    stores: tuple[StoreHere, ...]
    detail: str

    @property
    def subject(self) -> str:
        """What it is about: one open conflict of a kind and subject at a time."""
        return self.listing.page_id

    @property
    def facts(self) -> str:
        """A digest of what a decision would rest on; another one means that it must be asked anew."""
        told = (self.kind, self.listing.facts, *sorted(store.facts for store in self.stores))
        return blake2b(repr(told).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: a deed and the store it is done to. `slug` is how it is written down: "link:17", "ignore"."""

    deed: Deed
    words: str
    store_id: int | None = None

    @property
    def slug(self) -> str:
        """As it is saved and typed."""
        return self.deed if self.store_id is None else f"{self.deed}:{self.store_id}"


@dataclass(frozen=True, slots=True)
class CandidateStore:
    """A store that a saved conflict may be about, as it was told then."""

    store_id: int
    number: str
    name: str
    where: str


def choices_of(kind: ConflictKind, stores: Sequence[CandidateStore], listing: Listing) -> tuple[Choice, ...]:
    """What a person may decide, the likeliest first; "ignore" is always the last."""
    each = [choice for store in stores for choice in _for_store(kind, store, listing)]
    whole = [Choice("open", f"It is a store of its own: open {listing.own_number}")] if _may_open(kind, listing) else []
    if kind in ("page-without-store", "new-store"):
        whole.append(Choice("rogue", "It is not one of our Pages"))
    return (*each, *whole, Choice("ignore", _IGNORE_WORDS.get(kind, "Leave everything as it is")))


_IGNORE_WORDS: dict[ConflictKind, str] = {
    "other-number": "Leave the row of the file out",
    "former-number": "Leave the row of the file out",
    "page-elsewhere": "Leave the Page with the store it has here",
    "closed-here-open-there": "It stays closed",
    "open-here-closed-there": "It stays open",
}


def _for_store(kind: ConflictKind, store: CandidateStore, listing: Listing) -> list[Choice]:
    number, there = store.number, listing.where
    at = store.store_id
    match kind:
        case "number-mismatch":
            renumber = Choice("renumber", f"Store {number} is now {listing.own_number}", at)
            return [Choice("link", f"It is store {number}, whose number stays", at), renumber]
        case "other-number":
            return [Choice("renumber", f"Store {number} is now {listing.own_number}", at)]
        case "former-number":
            return []
        case "far-away":
            moved = Choice("move", f"Store {number} has moved to {there}", at)
            return [Choice("link", f"It is store {number}, whose address here is right", at), moved]
        case "closed-here-open-there":
            return [Choice("reopen", f"Store {number} is open again", at)]
        case "open-here-closed-there":
            return [Choice("close", f"Store {number} is closed", at)]
        case "duplicate-location":
            second = Choice("duplicate", f"It is a second Page of store {number}", at)
            own = Choice("link", f"It is the Page of store {number} from now on", at)
            return [second, own, Choice("rogue", f"Somebody else runs it in the name of store {number}", at)]
        case _:
            return [Choice("link", f"It is the Page of store {number}, {store.where}", at)]


def _may_open(kind: ConflictKind, listing: Listing) -> bool:
    asked = (
        "number-mismatch",
        "page-without-store",
        "new-store",
        "duplicate-location",
        "other-number",
        "former-number",
    )
    is_asked = kind in asked
    return is_asked and listing.own_number is not None and listing.is_placed
