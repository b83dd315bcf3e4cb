"""The verbs of those who look after intake: what was set aside and why, run it again, settle it, read it as it came."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import Session

from localcare.channels.reading import FACEBOOK, read_event
from localcare.errors import NotFoundError
from localcare.intake import review_repository as repository
from localcare.intake import service
from localcare.intake.review_repository import ForgottenStrangers, FoundIssue, IssueCount, LoggedEvent, UnknownPage
from localcare.kit.db import ALL_BRANDS, set_actor
from localcare.mentions.core import MentionChange
from localcare.people.core import Viewer

__all__ = ["ForgottenStrangers", "FoundIssue", "IssueCount", "LoggedEvent", "ReadableEvent", "UnknownPage"]

ISSUE_KINDS = ("set-aside", "unknown-page", "stuck", "bad-row")
_AT_ONCE = 10_000
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class ReadableEvent:
    """A delivery for an administrator's eyes. `body` is text, without what is not this brand's; `withheld` counts those parts."""

    event: LoggedEvent
    issues: list[FoundIssue]
    body: str
    withheld: int


def list_issues(
    session: Session,
    viewer: Viewer,
    *,
    kind: str | None = None,
    event_id: int | None = None,
    before: int = 0,
    limit: int = 50,
    settled: bool = False,
) -> list[FoundIssue]:
    """What is set aside, newest first, below the issue id `before` when it is given. NotFoundError for unknown kinds."""
    if kind is not None and kind not in ISSUE_KINDS:
        raise NotFoundError(f"There is no state “{kind}”; there are: {', '.join(ISSUE_KINDS)}.")
    with _across_brands(session, viewer):
        return repository.list_issues(
            session,
            viewer.brand_id,
            kind=kind,
            event_id=event_id,
            before=before or _NEWEST,
            limit=limit,
            settled=settled,
        )


def count_issues(session: Session, viewer: Viewer) -> list[IssueCount]:
    """How much is set aside, by kind, and since when."""
    with _across_brands(session, viewer):
        return repository.count_issues(session, viewer.brand_id)


def list_unknown_pages(session: Session, viewer: Viewer, *, limit: int = 500) -> list[UnknownPage]:
    """Pages that write to us though nobody has linked them, the busiest first."""
    with _across_brands(session, viewer):
        return repository.list_unknown_pages(session, viewer.brand_id, limit=limit)


def count_forgotten_strangers(session: Session, viewer: Viewer) -> ForgottenStrangers:
    """What was forgotten because nobody linked its Page in time."""
    with _across_brands(session, viewer):
        return repository.count_forgotten_strangers(session, viewer.brand_id)


def count_events_since(session: Session, viewer: Viewer, since: datetime) -> int:
    """How many deliveries came since then."""
    return repository.count_events_since(session, viewer.brand_id, since)


def open_event(session: Session, viewer: Viewer, event_id: int) -> ReadableEvent:
    """A delivery as it came, as far as it is this brand's. NotFoundError when nothing of it is."""
    with _across_brands(session, viewer):
        event = _find_visible(session, viewer, event_id)
        issues = repository.list_issues(
            session, viewer.brand_id, kind=None, event_id=event_id, before=_NEWEST, limit=1_000, settled=True
        )
        body, withheld = _readable(session, viewer, event)
    return ReadableEvent(event, issues, body, withheld)


def find_page_channel(session: Session, event_id: int, page_id: str) -> str:
    """The network of an unknown Page, as its event tells it."""
    event = repository.find_event(session, event_id)
    if event is not None:
        for outcome in read_event(event.source, event.body, received_at=event.received_at):
            if isinstance(outcome, MentionChange) and outcome.page_id == page_id:
                return outcome.channel
    return FACEBOOK


def run_again(session: Session, viewer: Viewer, event_id: int, *, now: datetime) -> None:
    """Work one event in once more."""
    with _across_brands(session, viewer):
        _find_visible(session, viewer, event_id)
        service.run_again(session, [event_id], now=now)


def run_kind_again(session: Session, viewer: Viewer, kind: str, *, now: datetime, page_id: str | None = None) -> int:
    """Work all events in once more that have open issues of a kind, or of one Page; returns how many."""
    count = 0
    with _across_brands(session, viewer):
        while event_ids := repository.list_event_ids(
            session, viewer.brand_id, kind=kind, page_id=page_id, limit=_AT_ONCE
        ):
            count += len(service.run_again(session, event_ids, now=now))
    return count


def settle(session: Session, viewer: Viewer, issue_id: int, *, now: datetime) -> None:
    """Close an issue that needs nothing more. NotFoundError when there is no such open issue."""
    with _across_brands(session, viewer):
        if not repository.settle_issue(session, viewer.brand_id, issue_id, now=now):
            raise NotFoundError("There is no such open issue.")


@contextmanager
def _across_brands(session: Session, viewer: Viewer) -> Iterator[None]:
    """Who else has linked a Page is seen only from outside the brand's wall; what is shown never leaves the brand."""
    set_actor(session, ALL_BRANDS, viewer=viewer.actor)
    yield
    set_actor(session, viewer.brand_id, viewer=viewer.actor)


def _find_visible(session: Session, viewer: Viewer, event_id: int) -> LoggedEvent:
    event = repository.find_event(session, event_id)
    if event is None or event.brand_id not in (None, viewer.brand_id):
        raise NotFoundError(f"There is no event {event_id}.")
    if event.brand_id is None and not repository.list_issues(
        session, viewer.brand_id, kind=None, event_id=event_id, before=_NEWEST, limit=1, settled=True
    ):
        raise NotFoundError(f"There is no event {event_id}, or nothing in it is for you.")
    return event


def _readable(session: Session, viewer: Viewer, event: LoggedEvent) -> tuple[str, int]:
    """Where several brands share an installation, each sees its own Pages' parts of a delivery and nothing else."""
    is_whole = event.brand_id is not None or repository.count_brands(session) == 1
    try:
        document = orjson.loads(event.body)
    except orjson.JSONDecodeError:
        return (event.body.decode("utf-8", errors="replace"), 0) if is_whole else ("", 1)
    if is_whole:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(), 0
    entries = document.get("entry") if isinstance(document, dict) else None
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    own = repository.list_own_pages(session, viewer.brand_id, [str(entry.get("id")) for entry in entries])
    kept = [entry for entry in entries if str(entry.get("id")) in own]
    return orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode(), len(entries) - len(kept)
