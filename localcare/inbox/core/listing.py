"""What a list is asked for: which cases, in which order, from where on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode


class Shown(StrEnum):
    """The views of the list. `waiting` is what somebody must answer; the others are where cases are otherwise."""

    WAITING = "waiting"
    MINE = "mine"
    CUSTOMER = "with-customer"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    OPEN = "open"
    ALL = "all"


_LARGEST = 2**63
IN_ORDER_OF_URGENCY = frozenset({Shown.WAITING, Shown.MINE})


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the address of a list asks for; empty fields ask for nothing."""

    shown: Shown = Shown.WAITING
    queue: str = ""
    store: str = ""
    owner: str = ""
    words: str = ""

    @classmethod
    def read(cls, *, state: str, queue: str, store: str, owner: str, words: str) -> "ListFilter":
        """The filter of an address. Unknown states ask for what waits; a search without a state looks everywhere."""
        words = " ".join(words.split())[:80]
        default = Shown.ALL if words else Shown.WAITING
        if owner == "me":
            default = Shown.MINE
        try:
            shown = Shown(_STATES.get(state, state)) if state else default
        except ValueError:
            shown = default
        return cls(shown, queue.strip(), store.strip(), owner.strip(), words)

    def address(self, path: str = "/cases", *, page: str = "", **changed: str) -> str:
        """The address of this list, with some fields changed."""
        given = {
            "queue": self.queue, "store": self.store, "state": self.shown, "owner": self.owner, "q": self.words,
            "page": page,
        } | changed  # fmt: skip
        if given["state"] == (Shown.ALL if given["q"] else Shown.WAITING):
            given["state"] = ""
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{path}?{query}" if query else path

    def showing(self, shown: Shown) -> "ListFilter":
        """The same list in another view."""
        return replace(self, shown=shown, owner="" if self.owner == "me" else self.owner)


# the states of a case lead to the view that shows them
_STATES = dict.fromkeys(("new", "queued", "claimed", "escalated"), "waiting") | {
    "resolved": "closed",
    "merged": "closed",
    "not-ours": "closed",
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last case of a page: the next page begins after it."""

    id: int
    urgency_rank: int = 0
    waiting_since: datetime | None = None

    def write(self) -> str:
        """The cursor for an address."""
        since = self.waiting_since.isoformat() if self.waiting_since else ""
        return urlsafe_b64encode(f"{self.id}|{self.urgency_rank}|{since}".encode()).decode().rstrip("=")

    @staticmethod
    def read(text: str) -> "Cursor | None":
        """The cursor of an address; None for one that nobody wrote here, which is the first page."""
        try:
            padded = text + "=" * (-len(text) % 4)
            case_id, rank, since = urlsafe_b64decode(padded.encode()).decode().split("|")
            moment = datetime.fromisoformat(since) if since else None
            cursor = Cursor(int(case_id), int(rank), moment)
        except (ValueError, NotBase64):
            return None
        is_sound = 0 < cursor.id < _LARGEST and 0 <= cursor.urgency_rank < 10 and (moment is None or moment.tzinfo)
        return cursor if is_sound else None
