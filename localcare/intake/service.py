"""The verbs of intake: accept deliveries once, run events again, read who may send."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.intake import repository
from localcare.intake.core import ClaimedEvent, Delivery, Issue
from localcare.intake.models import Source
from localcare.kit.crypto import Cipher
from localcare.kit.db import raw_connection
from localcare.mentions.core import MentionChange


def accept(session: Session, deliveries: Sequence[Delivery]) -> list[int]:
    """Log deliveries in one statement; returns the ids of those that are not repeats."""
    return repository.insert_events(session, deliveries)


def claim(session: Session, *, limit: int, now: datetime) -> list[ClaimedEvent]:
    """The oldest events on the todo list, locked until the transaction ends."""
    return repository.claim_events(session, limit=limit, now=now)


def finish(session: Session, event_ids: Sequence[int]) -> None:
    """Take events off the todo list, in the transaction that did their work."""
    repository.mark_done(session, event_ids)


def postpone(session: Session, event_id: int, *, until: datetime) -> None:
    """Leave an event that failed for later."""
    repository.postpone_events(session, [event_id], until)


def save_issues(session: Session, issues: Sequence[Issue], *, now: datetime) -> None:
    """Show an administrator what could not become a mention, and why."""
    repository.save_issues(session, issues, now=now)


def settle(session: Session, event_ids: Sequence[int], *, now: datetime) -> None:
    """Close the issues of events that need nothing more."""
    repository.settle_issues(session, event_ids, now=now)


def run_again(session: Session, event_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Work events in once more, for instance after their Page was linked. Raises NotFoundError for unknown ids."""
    back = repository.put_back(session, event_ids)
    missing = sorted(set(event_ids) - set(back))
    if missing:
        raise NotFoundError(f"There is no event {', '.join(map(str, missing))}.")
    repository.settle_issues(session, back, now=now)
    return back


def unknown_page(event: ClaimedEvent, position: int, change: MentionChange) -> Issue:
    """What an administrator must see of a change on a Page that no brand has."""
    why = "No brand has this Page. Link it with localcare pages import, then run the event again."
    return Issue(event.id, position, "unknown-page", change.page_id, f"{change.kind} {change.external_id}", why)


def backlog(session: Session, now: datetime) -> tuple[int, timedelta]:
    """How many events wait to be worked in, and for how long the oldest has."""
    return repository.measure_backlog(raw_connection(session), now)


def get_source(session: Session, name: str, cipher: Cipher) -> tuple[Source, str]:
    """A signed source and its secret."""
    source = repository.find_source(session, name)
    if source is None:
        raise NotFoundError(f"There is no source called “{name}”. Add it with: localcare source add {name}")
    return source, cipher.decrypt(source.secret_encrypted, row=f"source:{name}")
