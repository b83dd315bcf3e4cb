"""Files that people bring, kept as they came: looked at first, imported when somebody says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.intake import files_repository as repository
from localcare.intake.core import Delivery, Lane

FILE_SOURCE = "file"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file with what it is said to hold: stores, pages, people or mentions (and those of which channel)."""

    event_id: int
    kind: str
    channel: str
    name: str
    body: bytes
    received_at: datetime


def keep_file(
    session: Session, brand_id: int, *, kind: str, channel: str, name: str, body: bytes, now: datetime
) -> int:
    """Store a file in the event log; returns its event id, which is the same for the same file."""
    source = ":".join((FILE_SOURCE, kind, channel, name[-120:]))
    return repository.insert_file(session, Delivery(Lane.IMPORT, source, body, now, brand_id), now=now)


def find_file(session: Session, brand_id: int, event_id: int) -> KeptFile | None:
    """A kept file of this brand."""
    event = repository.find_file(session, brand_id, event_id)
    if event is None:
        return None
    _, kind, channel, name = event.source.split(":", 3)
    return KeptFile(event.id, kind, channel, name, event.body, event.received_at)
