"""Which cases somebody sees in which view, and what waits in whose queues."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.inbox.core.listing import IN_ORDER_OF_URGENCY, Cursor, ListFilter, Shown
from localcare.inbox.core.queues import agent_queues, national_queues, store_queue
from localcare.inbox.repository import listing as repository
from localcare.inbox.repository import stores as store_repository
from localcare.inbox.repository.listing import CaseLine, ListQuestion, QueueLine
from localcare.inbox.repository.stores import StoreCard
from localcare.people.core import Viewer

PAGE_SIZE = 25
MOST_COUNTED = 150
"""Beside a list of more queues than this (a region with very many stores) none are counted: nobody reads that far."""


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of a list: its cases, the queues beside it, the store it is limited to, and where the next page begins."""

    filter: ListFilter
    cases: Sequence[CaseLine]
    queues: Sequence[tuple[str, QueueLine | None]]
    store: StoreCard | None
    is_first: bool
    following: Cursor | None


def list_cases(
    session: Session, viewer: Viewer, wanted: ListFilter, *, skills: Collection[str], page: str, now: datetime
) -> CaseList:
    """One page of the cases a viewer asks for. NotFoundError for a store that is not theirs."""
    store = _store_of(session, viewer, wanted, now)
    queues = queues_of(session, viewer, wanted, store=store, skills=skills)
    after = Cursor.read(page) if page else None
    asked = (wanted.queue,) if wanted.queue else queues
    question = ListQuestion(
        viewer=viewer,
        filter=wanted,
        now=now,
        queues=asked,
        store_id=store.id if store else None,
        after=after,
        limit=PAGE_SIZE + 1,
    )
    found = repository.list_cases(session, question)
    shown = found[:PAGE_SIZE]
    following = _cursor(shown[-1], wanted.shown) if len(found) > PAGE_SIZE else None
    counted = queues if len(queues) <= MOST_COUNTED else ()
    waiting = repository.list_queue_lines(session, viewer, counted, now)
    beside = [(queue, waiting.get(queue)) for queue in counted]
    return CaseList(wanted, shown, beside, store, after is None, following)


def queues_of(
    session: Session,
    viewer: Viewer,
    wanted: ListFilter,
    *,
    store: StoreCard | None,
    skills: Collection[str],
) -> tuple[str, ...]:
    """The queues a list shows: a store's and (for the store's cases that lie with them) the national team's, or one's own."""
    if store is not None:
        return (store_queue(store.number), *national_queues(skills))
    if viewer.store_ids is None:
        is_own = viewer.role == "agent" and not wanted.owner and not wanted.words
        return agent_queues(viewer.tiers, viewer.skills) if is_own else national_queues(skills)
    own = (store_queue(number) for number in store_repository.list_store_numbers(session, viewer))
    return (*own, *national_queues(skills))


def _store_of(session: Session, viewer: Viewer, wanted: ListFilter, now: datetime) -> StoreCard | None:
    number = wanted.store or (wanted.queue.removeprefix("store:") if wanted.queue.startswith("store:") else "")
    if not number:
        return None
    store = store_repository.find_store(session, viewer, number, now)
    if store is None:
        raise NotFoundError("There is no store with this number, or it is not yours.")
    return store


def _cursor(last: CaseLine, shown: Shown) -> Cursor:
    if shown in IN_ORDER_OF_URGENCY:
        return Cursor(last.id, last.urgency_rank, last.waiting_since)
    return Cursor(last.id)
