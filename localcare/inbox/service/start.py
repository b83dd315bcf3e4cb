"""What the first screen shows: a store's people what needs them now, an agent what they have and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.channels.facebook.stars import StarHistory, star_history
from localcare.errors import NotFoundError
from localcare.inbox.core.listing import ListFilter, Shown
from localcare.inbox.core.moments import start_of_day
from localcare.inbox.core.queues import agent_queues, store_queue
from localcare.inbox.repository import listing as list_repository
from localcare.inbox.repository import stores as repository
from localcare.inbox.repository.listing import CaseLine, ListQuestion, QueueLine
from localcare.inbox.repository.stores import FeedItem, FeedQuestion, Mood, StoreCard, StoreCounts
from localcare.inbox.service.store_people import Covered, list_covered
from localcare.people.core import Viewer
from localcare.people.core.duty import Duty
from localcare.people.duty import find_duty
from localcare.people.receiving import Receiving, list_receiving

WEEK = timedelta(days=7)
FEED_DEPTH = timedelta(days=365)
_MOST_WAITING = 40
_MOST_LIKED = 6
_FEW = 5
FEED_PAGE = 20


@dataclass(frozen=True, slots=True)
class KnownReceiving:
    """Who receives a store's matters, by its number."""

    number: str
    receiving: Receiving


@dataclass(frozen=True, slots=True)
class StoreStart:
    """What needs a store's people now. `liked` is today's praise, or without any this week's; `elsewhere` lies centrally."""

    stores: Sequence[StoreCard]
    waiting: Sequence[CaseLine]
    has_more: bool
    elsewhere: Sequence[CaseLine]
    liked: Sequence[FeedItem]
    is_liked_today: bool
    counts: StoreCounts
    covered: Sequence[Covered] = ()
    away: Sequence[KnownReceiving] = ()


@dataclass(frozen=True, slots=True)
class AgentStart:
    """What an agent has in hand, what waits in their queues, and what the desk knows of them."""

    mine: Sequence[CaseLine]
    queues: Sequence[tuple[str, QueueLine | None]]
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store's own page: its open cases, what is said about it, and the week in figures."""

    store: StoreCard
    cases: Sequence[CaseLine]
    feed: Sequence[FeedItem]
    has_more: bool
    counts: StoreCounts
    stars: StarHistory | None = None
    receiving: Receiving | None = None


def open_store_start(session: Session, viewer: Viewer, now: datetime) -> StoreStart:
    """The start page of a store's manager or deputy, for the stores they run, and of who stands in, for those stores."""
    covered = list_covered(session, viewer, now=now)
    own = viewer.own_store_ids | {each.store.id for each in covered} or (viewer.store_ids or frozenset())
    stores = [store for store in repository.list_stores(session, viewer, own, now) if store.is_open or len(own) == 1]
    ids = [store.id for store in stores]
    waiting = _waiting(session, viewer, stores, now)
    liked = _liked(session, stores, now)
    midnight = _midnight(stores, now)
    today = [item for item in liked if item.mentioned_at >= midnight]
    return StoreStart(
        stores=stores,
        waiting=sorted(waiting[:_MOST_WAITING], key=lambda line: _by_need(line, now)),
        has_more=len(waiting) > _MOST_WAITING,
        elsewhere=_elsewhere(session, viewer, stores, now),
        liked=(today or liked)[:_MOST_LIKED],
        is_liked_today=bool(today),
        counts=repository.count_said(session, ids, now - WEEK),
        covered=covered,
        away=_away(session, viewer, stores, covered, now),
    )


def open_agent_start(session: Session, viewer: Viewer, now: datetime) -> AgentStart:
    """The start page of a care agent."""
    queues = agent_queues(viewer.tiers, viewer.skills)
    question = ListQuestion(viewer=viewer, filter=ListFilter(shown=Shown.MINE), now=now, limit=50)
    mine = list_repository.list_cases(session, question)
    waiting = list_repository.list_queue_lines(session, viewer, queues, now)
    duty = find_duty(session, viewer.brand_id, viewer.person_id or 0, day=now.date())
    return AgentStart(mine, [(queue, waiting.get(queue)) for queue in queues], duty)


def open_store(
    session: Session, viewer: Viewer, number: str, mood: Mood, *, before: tuple[datetime, int] | None, now: datetime
) -> StoreView:
    """A store's own page. NotFoundError when there is none for this viewer."""
    store = repository.find_store(session, viewer, number, now)
    if store is None:
        raise NotFoundError("There is no store with this number, or it is not yours.")
    question = FeedQuestion(since=now - FEED_DEPTH, mood=mood, before=before, limit=FEED_PAGE + 1)
    feed = repository.list_feed(session, [store.id], question)
    return StoreView(
        store=store,
        cases=_waiting(session, viewer, [store], now)[:10] if before is None else [],
        feed=feed[:FEED_PAGE],
        has_more=len(feed) > FEED_PAGE,
        counts=repository.count_said(session, [store.id], now - WEEK),
        stars=star_history(session, store.page_id, now) if store.page_id else None,
        receiving=list_receiving(session, [store.id], now=now)[store.id] if store.is_open else None,
    )


def find_start_elsewhere(session: Session, viewer: Viewer, now: datetime) -> str:
    """The page that is the start of those who neither run a store nor answer cases; empty for those who do."""
    if viewer.limited_to_store is not None:
        return ""
    match viewer.role:
        case "administrator":
            return "/admin"
        case "supervisor":
            return "/supervise"
        case "lead" if _waits_for_stand_in(session, viewer, now):
            return ""
        case "lead":
            slug = repository.find_led_region(session, viewer)
            return f"/regions/{slug}" if slug else "/cases"
        case "agent" | "manager" | "deputy":
            return ""
        case _:
            return "/cases"


def _waits_for_stand_in(session: Session, viewer: Viewer, now: datetime) -> bool:
    """Whether somebody waits at a store whose matters this person receives for now."""
    stores = [each.store for each in list_covered(session, viewer, now=now)]
    return bool(stores and _waiting(session, viewer, stores, now))


def _away(
    session: Session, viewer: Viewer, stores: Sequence[StoreCard], covered: Sequence[Covered], now: datetime
) -> list[KnownReceiving]:
    """Own stores whose matters others receive, because this person is away."""
    own = {store.id: store for store in stores if store.id in viewer.own_store_ids} if len(stores) <= _FEW else {}
    receiving = list_receiving(session, sorted(own.keys() - {each.store.id for each in covered}), now=now)
    return [KnownReceiving(own[store_id].number, each) for store_id, each in receiving.items() if not each.is_usual]


def _waiting(session: Session, viewer: Viewer, stores: Sequence[StoreCard], now: datetime) -> list[CaseLine]:
    question = ListQuestion(
        viewer=viewer,
        filter=ListFilter(),
        now=now,
        queues=[store_queue(store.number) for store in stores],
        limit=_MOST_WAITING + 1,
    )
    return list_repository.list_cases(session, question)


def _elsewhere(session: Session, viewer: Viewer, stores: Sequence[StoreCard], now: datetime) -> list[CaseLine]:
    """Open cases about these stores that other people answer: worth knowing, nothing to do."""
    own = {store_queue(store.number) for store in stores}
    question = ListQuestion(viewer=viewer, filter=ListFilter(shown=Shown.OPEN), now=now, limit=30)
    found = list_repository.list_cases(session, question)
    numbers = {store.number for store in stores}
    return [line for line in found if line.queue not in own and line.store_number in numbers][:5]


def _liked(session: Session, stores: Sequence[StoreCard], now: datetime) -> list[FeedItem]:
    question = FeedQuestion(since=now - WEEK, mood="praise", limit=30)
    feed = repository.list_feed(session, [store.id for store in stores], question) if stores else []
    return sorted(feed, key=lambda item: (not item.shout_out, -item.mentioned_at.timestamp()))


def _midnight(stores: Sequence[StoreCard], now: datetime) -> datetime:
    return start_of_day(now, stores[0].timezone if stores else "UTC")


def _by_need(line: CaseLine, now: datetime) -> tuple[bool, int, datetime]:
    is_late = line.due_at is not None and line.due_at <= now
    return (not is_late, line.urgency_rank, line.due_at or line.last_customer_at)
