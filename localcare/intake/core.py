"""What is accepted: a delivery, byte for byte, and the fingerprint by which a repeated one is known."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FORGOTTEN_STRANGER = "mention of a Page that nobody linked in time"
"""What the issue of an unknown Page's mention says once its words are gone; until then it names the mention."""


class Lane(StrEnum):
    """How an event came to us."""

    WEBHOOK = "webhook"
    POLL = "poll"
    IMPORT = "import"
    MAIL = "mail"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it came. `source` names who can read the body: facebook, stored, or a signed source's name.

    `brand_id` is known when the lane belongs to a brand; a Meta delivery may mix brands and learns it from its Pages.
    """

    lane: Lane
    source: str
    body: bytes
    received_at: datetime
    brand_id: int | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 over source, brand and body: a retry has the same one."""
        return hashlib.sha256(b"%s\0%d\0" % (self.source.encode(), self.brand_id or 0) + self.body).digest()


@dataclass(frozen=True, slots=True)
class Issue:
    """A part of an event that could not become a mention, for an administrator to read."""

    event_id: int
    position: int
    kind: str
    page_id: str | None
    what: str
    why: str
    brand_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedEvent:
    """An event being worked in; its todo row is locked until the transaction ends."""

    id: int
    received_at: datetime
    lane: str
    source: str
    brand_id: int | None
    body: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did: events read, changes in them, mentions touched, cases opened or changed."""

    events: int = 0
    changes: int = 0
    mentions: int = 0
    cases: int = 0
