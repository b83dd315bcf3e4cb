"""The supervisor's question: is anything late, lost, spiking or on fire, and who is overloaded?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.errors import ForbiddenError
from localcare.inbox import supervise_repository as repository
from localcare.inbox.core.queues import national_queues
from localcare.inbox.repository.stores import StoreCard, list_stores
from localcare.inbox.supervise_repository import Holder, Moment, QueueNow, StoreBehind, TodayLine
from localcare.insight.core.waiting import MedianWait, Wait, median_wait
from localcare.people.core import Viewer
from localcare.people.receiving import Receiving, list_receiving, list_unmanned
from localcare.routing.core import CRISIS, Policy

Line = TypeVar("Line", Holder, TodayLine)

SILENT_AFTER, SILENT_FOR = timedelta(hours=24), timedelta(days=3)
"""A store is silent when somebody waits for longer than the first and nothing was answered or closed for the second."""
HOURS_SHOWN = 24
UNMANNED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class QueueBoard:
    """A central queue: what waits (None: nothing), who has what in hand, what was done today."""

    queue: str
    now: QueueNow | None
    holders: tuple[Holder, ...]
    handled_today: int
    first_reply: MedianWait

    @property
    def waiting(self) -> int:
        """How many customers wait."""
        return self.now.waiting if self.now else 0

    @property
    def late(self) -> int:
        """How many of them wait for longer than promised."""
        return self.now.late if self.now else 0

    @property
    def due_soon(self) -> int:
        """How many of them are due within the hour."""
        return self.now.due_soon if self.now else 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board. `mentions` and `cases` are counts per hour of the last day, the oldest first.

    `unmanned` are the first stores whose manager is away or missing, with who receives their matters; so many more there are.
    """

    queues: tuple[QueueBoard, ...]
    stores_waiting: int
    late_stores: tuple[StoreBehind, ...]
    silent_stores: tuple[StoreBehind, ...]
    mentions: tuple[int, ...]
    cases: tuple[int, ...]
    unmanned: tuple[tuple[StoreCard, Receiving], ...] = ()
    unmanned_more: int = 0

    @property
    def crisis(self) -> QueueBoard:
        """The queue that comes first."""
        return next(board for board in self.queues if board.queue == CRISIS)


def open_board(session: Session, viewer: Viewer, policy: Policy, now: datetime) -> Board:
    """The board of the whole brand. ForbiddenError for whoever does not run it."""
    if not (viewer.may_supervise or viewer.may_administer) or not viewer.may_see_store(None):
        raise ForbiddenError("The board of all queues is for supervisors.")
    local = now.astimezone(ZoneInfo(viewer.timezone))
    moment = Moment(viewer.brand_id, now, local.replace(hour=0, minute=0, second=0, microsecond=0))
    names = national_queues(policy.skills)
    unmanned = list_unmanned(session, viewer.brand_id, None, now=now)
    since = now - timedelta(hours=HOURS_SHOWN + 1)
    return Board(
        queues=_queues(session, moment, names),
        stores_waiting=repository.count_waiting_in_stores(session, moment),
        late_stores=tuple(repository.list_late_stores(session, moment)),
        silent_stores=tuple(
            repository.list_silent_stores(
                session, moment, waiting_since=now - SILENT_AFTER, silent_since=now - SILENT_FOR
            )
        ),
        mentions=_by_hour(repository.count_mentions_by_hour(session, moment, since), now),
        cases=_by_hour(repository.count_cases_by_hour(session, moment, since), now),
        unmanned=_with_receiving(session, viewer, unmanned[:UNMANNED_SHOWN], now),
        unmanned_more=max(0, len(unmanned) - UNMANNED_SHOWN),
    )


def _with_receiving(
    session: Session, viewer: Viewer, store_ids: Sequence[int], now: datetime
) -> tuple[tuple[StoreCard, Receiving], ...]:
    receiving = list_receiving(session, store_ids, now=now)
    stores = list_stores(session, viewer, store_ids, now) if store_ids else []
    return tuple((store, receiving[store.id]) for store in stores)


def _queues(session: Session, moment: Moment, names: Sequence[str]) -> tuple[QueueBoard, ...]:
    waiting = {line.queue: line for line in repository.list_queues_now(session, moment, names)}
    holders = _grouped(repository.list_holders(session, moment, names))
    today = _grouped(repository.list_today(session, moment))
    return tuple(
        QueueBoard(
            queue=name,
            now=waiting.get(name),
            holders=tuple(holders.get(name, ())),
            handled_today=sum(line.cases for line in today.get(name, ()) if line.is_handled),
            first_reply=median_wait(_waits(today.get(name, ()))),
        )
        for name in names
    )


def _grouped(lines: Iterable[Line]) -> Mapping[str, list[Line]]:
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.queue].append(line)
    return groups


def _waits(lines: Iterable[TodayLine]) -> list[Wait]:
    return [Wait(line.minutes, line.fate == "answered", line.cases) for line in lines if line.is_new]


def _by_hour(counts: Iterable[repository.HourCount], now: datetime) -> tuple[int, ...]:
    """One number for each of the last full hours, zeros too."""
    known = {count.hour: count.count for count in counts}
    running = now.replace(minute=0, second=0, microsecond=0)
    hours = (running - timedelta(hours=back) for back in range(HOURS_SHOWN, 0, -1))
    return tuple(known.get(hour, 0) for hour in hours)
