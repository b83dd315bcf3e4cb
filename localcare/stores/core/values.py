"""What goes into the resolver and what comes out of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Status = Literal["exact", "likely", "ambiguous", "none"]
AliasKind = Literal["nickname", "mall", "landmark", "neighbourhood", "cross-street", "phone", "address", "place-id"]
"""What an alias names; `address` is a street line, `place-id` a network's id of the place."""


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
class Alias:
    """What people also call a store. It counts only beside `city` when that is set.

    `presence` is the chance that somebody who says it means this store; None leaves the kind's own value.
    """

    kind: AliasKind
    words: str
    city: str | None = None
    presence: float | None = None


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A Page that stands for a store from `valid_from` until before `valid_to`; duplicates and rogue Pages too."""

    page_id: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A store as the resolver knows it, for one period; several entries of one store share its `id`.

    `number` is as the directory spells it, `page_ids` are Pages that were always its own, `hours` an OpenStreetMap
    opening_hours line, the period goes from `valid_from` until before `valid_to`, None being open-ended. `successor` is the
    number of the store that takes over from `closed_on` on; `other_numbers` are those of duplicates that were merged into it.
    """

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
    aliases: tuple[Alias, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    timezone: str | None = None
    hours: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    region_id: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    successor: str | None = None
    other_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierStore:
    """A store the author's earlier cases were about: how many of them, and when the last one was."""

    store_id: int
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """One mention, as far as it can tell where it belongs. `page_id` is the Page it stands on.

    `created_at` chooses the directory of its day, None the present one; `asked_among` are the stores offered by the
    "which store?" question it answers; `accuracy_m` is the radius of the fix; `home` the author's home town.
    """

    id: str
    text: str = ""
    page_id: str | None = None
    place: Place | None = None
    lat: float | None = None
    lng: float | None = None
    store_number: str | None = None
    author_id: str | None = None
    created_at: datetime | None = None
    earlier: tuple[EarlierStore, ...] = ()
    asked_among: tuple[int, ...] = ()
    accuracy_m: float | None = None
    home: str | None = None


class EvidenceKind(StrEnum):
    """What can speak for a store."""

    PAGE = "page"
    STORE_NUMBER = "store_number"
    PLACE = "place"
    URL = "url"
    COORDINATES = "coordinates"
    PHONE = "phone"
    ADDRESS = "address"
    ZIP = "zip"
    NAME = "name"
    LANDMARK = "landmark"
    NEIGHBOURHOOD = "neighbourhood"
    STREET = "street"
    CROSS_STREET = "cross_street"
    CITY = "city"
    STATE = "state"
    ASKED = "asked"
    EARLIER = "earlier"
    REGION = "region"
    HOURS = "hours"
    HOME = "home"
    CLOSED = "closed"


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
