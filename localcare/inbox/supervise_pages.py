"""What the supervisor's board shows, at a desk and on a wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.core.queues import queue_name
from localcare.inbox.pages.store_people import receiving_words
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.supervise_repository import Holder, StoreBehind
from localcare.inbox.supervise_service import Board, QueueBoard
from localcare.insight.pages import wait_words
from localcare.people.core import Viewer
from localcare.people.receiving import Receiving
from localcare.routing.core import CRISIS, WHICH_STORE
from localcare.web.pages import Page
from localcare.web.parts import Link, Stat
from localcare.web.words import number, plural

BOARD_URL = "/supervise"
_STORES_SHOWN, _HOLDERS_SHOWN = 8, 3


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A central queue; every number opens its cases."""

    name: str
    href: str
    waiting: int
    oldest: datetime | None
    late: int
    due_soon: int
    in_hand: int
    holders: str
    holders_href: str
    handled: int
    handled_href: str
    first_reply: str
    replies: int
    is_crisis: bool


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store that is behind, and since when."""

    name: str
    detail: str
    href: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class UnmannedRow:
    """A store whose manager is away or missing, and who sees its matters."""

    name: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came in over the last day, per hour, as a line; in the last full hour in words."""

    label: str
    total: int
    last_hour: int
    by_hour: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BoardPage(Page):
    """`supervise/board.html` and its live part `supervise/_board.html`. `wall` is the large one without a frame.

    `quiet` are queues with nothing in them today.
    """

    lead: str
    alarm: str
    alarm_href: str
    stats: tuple[Stat, ...]
    queues: tuple[QueueRow, ...]
    quiet: tuple[Link, ...]
    late_stores: tuple[StoreRow, ...]
    late_stores_more: int
    silent_stores: tuple[StoreRow, ...]
    silent_stores_more: int
    arrivals: tuple[Arrivals, ...]
    unmanned: tuple[UnmannedRow, ...]
    unmanned_more: int
    wall: bool
    live_url: str
    other_url: str


def board_page(viewer: Viewer, board: Board, *, wall: bool) -> BoardPage:
    """The board. On a wall nobody is signed in visibly: the page has no frame."""
    late = sum(queue.late for queue in board.queues)
    waiting = sum(queue.waiting for queue in board.queues)
    return BoardPage(
        title="Queues now",
        viewer=None if wall else viewer,
        lead=f"{plural(waiting, 'customer waits', 'customers wait')} for the national team, {number(late)} too long.",
        alarm=_alarm(board.crisis),
        alarm_href=_cases(CRISIS),
        stats=_stats(board),
        queues=tuple(_queue_row(queue) for queue in board.queues if _is_shown(queue)),
        quiet=tuple(Link(queue_name(each.queue), _cases(each.queue)) for each in board.queues if not _is_shown(each)),
        late_stores=_store_rows(board.late_stores),
        late_stores_more=max(0, len(board.late_stores) - _STORES_SHOWN),
        silent_stores=_store_rows(board.silent_stores),
        silent_stores_more=max(0, len(board.silent_stores) - _STORES_SHOWN),
        arrivals=(_arrivals("Mentions", board.mentions), _arrivals("New cases", board.cases)),
        unmanned=tuple(_unmanned_row(*each) for each in board.unmanned),
        unmanned_more=board.unmanned_more,
        wall=wall,
        live_url=f"{BOARD_URL}?wall=1" if wall else BOARD_URL,
        other_url=BOARD_URL if wall else f"{BOARD_URL}?wall=1",
    )


def _is_shown(board: QueueBoard) -> bool:
    """Crisis and “which store?” are always there, so that an empty one is seen to be empty."""
    return board.queue in (CRISIS, WHICH_STORE) or bool(board.waiting or board.holders or board.handled_today)


def _alarm(crisis: QueueBoard) -> str:
    if not crisis.waiting:
        return ""
    words = plural(crisis.waiting, "case waits", "cases wait")
    return f"{words} in the crisis queue{f', {crisis.late} too long' if crisis.late else ''}."


def _stats(board: Board) -> tuple[Stat, ...]:
    central = board.queues
    waiting, late = sum(queue.waiting for queue in central), sum(queue.late for queue in central)
    soon, handled = sum(queue.due_soon for queue in central), sum(queue.handled_today for queue in central)
    which = next(queue for queue in central if queue.queue == WHICH_STORE)
    late_stores = sum(store.late for store in board.late_stores)
    return (
        Stat("Waiting", number(waiting), "/cases", "for the national team"),
        Stat("Late", number(late), "/cases", "longer than promised", "bad" if late else "good"),
        Stat("Due within the hour", number(soon), "/cases", "late if nobody takes them", "warn" if soon else "neutral"),
        Stat("Handled today", number(handled), "/cases?state=closed", "answered or closed"),
        Stat("Which store?", number(which.waiting), _cases(WHICH_STORE), "to be placed"),
        Stat(
            "Waiting in stores",
            number(board.stores_waiting),
            "#late-stores",
            f"{number(late_stores)} late at {plural(len(board.late_stores), 'store')}",
            "bad" if late_stores else "good",
        ),
    )


def _queue_row(board: QueueBoard) -> QueueRow:
    return QueueRow(
        name=queue_name(board.queue),
        href=_cases(board.queue),
        waiting=board.waiting,
        oldest=board.now.oldest if board.now else None,
        late=board.late,
        due_soon=board.due_soon,
        in_hand=sum(holder.cases for holder in board.holders),
        holders=_holders(board.holders),
        holders_href=_cases(board.queue, state="open"),
        handled=board.handled_today,
        handled_href=_cases(board.queue, state="closed"),
        first_reply=wait_words(board.first_reply),
        replies=board.first_reply.n,
        is_crisis=board.queue == CRISIS,
    )


def _holders(holders: Sequence[Holder]) -> str:
    shown = [f"{holder.name} {holder.cases}" for holder in holders[:_HOLDERS_SHOWN]]
    more = len(holders) - _HOLDERS_SHOWN
    return ", ".join([*shown, f"{more} more"] if more > 0 else shown)


def _store_rows(stores: Sequence[StoreBehind]) -> tuple[StoreRow, ...]:
    return tuple(
        StoreRow(
            store.name,
            f"{store.number} · {store.city}" if store.city else store.number,
            f"/cases?store={store.number}",
            store.late,
            store.worst,
        )
        for store in stores[:_STORES_SHOWN]
    )


def _unmanned_row(store: StoreCard, receiving: Receiving) -> UnmannedRow:
    return UnmannedRow(f"{store.name}, {store.number}", f"/stores/{store.number}/people", receiving_words(receiving))


def _arrivals(label: str, by_hour: tuple[int, ...]) -> Arrivals:
    return Arrivals(label, sum(by_hour), by_hour[-1], by_hour)


def _cases(queue: str, *, state: str = "") -> str:
    return f"/cases?queue={queue}{f'&state={state}' if state else ''}"
