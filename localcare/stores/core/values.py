"""What goes into the resolver and what comes out of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Status = Literal["exact", "likely", "ambiguous", "none"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a customer or a network gave it; any part may be missing. Coordinates are WGS-84 degrees."""

    id: str | None = None
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A store as the resolver knows it. `number` is as the directory spells it; `page_ids` are its Pages."""

    id: int
    number: str
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    lat: float | None = None
    lng: float | None = None
    phone: str | None = None
    page_ids: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One mention, as far as it can tell where it belongs. `page_id` is the Page it stands on."""

    id: str
    text: str = ""
    page_id: str | None = None
    place: Place | None = None
    lat: float | None = None
    lng: float | None = None
    store_number: str | None = None
    author_id: str | None = None
    created_at: datetime | None = None


class EvidenceKind(StrEnum):
    """What can speak for a store."""

    PAGE = "page"
    STORE_NUMBER = "store_number"
    PLACE = "place"
    COORDINATES = "coordinates"
    PHONE = "phone"
    ADDRESS = "address"
    ZIP = "zip"
    NAME = "name"
    STREET = "street"
    CITY = "city"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a store, in words a store manager understands."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A store the mention may be about. `confidence` is the probability that it is this one, 0..1."""

    store_id: int
    number: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Which store. `store_id` is set when the status is exact or likely; `notes` say what spoke against any store."""

    status: Status
    store_id: int | None
    confidence: float
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedMention:
    """The answer for one mention, ready to be saved."""

    mention_id: int
    mentioned_at: datetime
    answer: Answer
