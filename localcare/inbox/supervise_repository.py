"""SQL of the supervisor's board: what waits where, who has what in hand, what comes in. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

Row = TypeVar("Row")

NEWEST_CASES, NEWEST_MENTIONS = 20_000, 50_000
"""How far back the day's figures look, in rows: cases of a week, mentions of more than a day, at a million a month."""

_REPLY_CLOCKS = "('first_reply', 'next_reply')"
_AWAKE = "c.is_open and c.waiting_since is not null and (c.state <> 'snoozed' or c.snoozed_until <= %(now)s)"
_QUEUES = f"""
    select c.queue, count(*) as waiting, min(c.waiting_since) as oldest,
        count(*) filter (where k.due_at < %(now)s) as late,
        count(*) filter (where k.due_at >= %(now)s and k.due_at < %(now)s + interval '1 hour') as due_soon
    from care_case c left join lateral (
        select min(due_at) as due_at from case_clock
        where case_id = c.id and stopped_at is null and kind in {_REPLY_CLOCKS}
    ) k on true
    where c.brand_id = %(brand)s and c.queue = any(%(queues)s) and {_AWAKE}
    group by c.queue
"""
_IN_HAND = """
    select c.queue, p.name, count(*) as cases from care_case c join person p on p.id = c.owner_id
    where c.brand_id = %(brand)s and c.is_open and c.queue = any(%(queues)s)
    group by c.queue, p.id, p.name order by c.queue, cases desc, p.name
"""
_TODAY = """
    with recent as materialized (
        select * from care_case where brand_id = %(brand)s and id > (select max(id) - %(newest)s from care_case)
    )
    select queue, case when first_reply_at is not null then 'answered' when is_open then 'waiting' else 'closed' end as fate,
        greatest(0, ceil(extract(epoch from coalesce(first_reply_at, closed_at, %(now)s) - opened_at) / 60))::integer
            as minutes,
        opened_at >= %(midnight)s as is_new,
        answered_at >= %(midnight)s or closed_at >= %(midnight)s as is_handled, count(*) as cases
    from recent
    where opened_at >= %(midnight)s or answered_at >= %(midnight)s or closed_at >= %(midnight)s
    group by 1, 2, 3, 4, 5
"""
_LATE_STORES = f"""
    select s.number, s.name, coalesce(s.city, '') as city, count(*) as late, min(k.due_at) as worst
    from case_clock k
    join care_case c on c.id = k.case_id and {_AWAKE}
    join store s on s.id = c.store_id and c.queue = 'store:' || s.number
    where k.brand_id = %(brand)s and k.stopped_at is null and k.due_at < %(now)s and k.kind in {_REPLY_CLOCKS}
    group by s.id order by late desc, worst
"""
_SILENT_STORES = f"""
    select s.number, s.name, coalesce(s.city, '') as city, w.waiting as late, w.oldest as worst
    from (
        select c.queue, count(*) as waiting, min(c.waiting_since) as oldest from care_case c
        where c.brand_id = %(brand)s and c.queue like 'store:%%' and {_AWAKE}
        group by c.queue having min(c.waiting_since) < %(waiting_since)s
    ) w
    join store s on s.brand_id = %(brand)s and s.number = substr(w.queue, 7)
    where not exists (
        select from care_case a where a.store_id = s.id and a.opened_at >= %(silent_since)s - interval '30 days'
            and (a.answered_at >= %(silent_since)s or a.closed_at >= %(silent_since)s)
    )
    order by w.oldest
"""
_STORES_WAITING = f"""
    select count(*) from care_case c where c.brand_id = %(brand)s and c.queue like 'store:%%' and {_AWAKE}
"""
_MENTIONS_BY_HOUR = """
    select date_trunc('hour', received_at) as hour, count(*) as count from mention_key
    where brand_id = %(brand)s and id > (select max(id) - %(newest)s from mention_key)
        and received_at >= %(since)s and received_at <= %(now)s
    group by 1
"""
_CASES_BY_HOUR = """
    select date_trunc('hour', opened_at) as hour, count(*) as count from care_case
    where brand_id = %(brand)s and id > (select max(id) - %(newest)s from care_case)
        and opened_at >= %(since)s and opened_at <= %(now)s
    group by 1
"""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """What waits in a queue; `late` and `due_soon` by the promised reply."""

    queue: str
    waiting: int
    oldest: datetime
    late: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has how many open cases of a queue in hand."""

    queue: str
    name: str
    cases: int


@dataclass(frozen=True, slots=True)
class TodayLine:
    """Cases of today that fared alike: `is_new` were opened today, `is_handled` answered or closed today."""

    queue: str
    fate: str
    minutes: int
    is_new: bool
    is_handled: bool | None
    cases: int


@dataclass(frozen=True, slots=True)
class StoreBehind:
    """A store with `late` (or waiting) cases, the worst since."""

    number: str
    name: str
    city: str
    late: int
    worst: datetime


@dataclass(frozen=True, slots=True)
class HourCount:
    """How much came in an hour."""

    hour: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Whose board, and when: `midnight` is where the supervisor works."""

    brand_id: int
    now: datetime
    midnight: datetime


def list_queues_now(session: Session, moment: Moment, queues: Sequence[str]) -> list[QueueNow]:
    """What waits in these queues; empty ones are missing."""
    return _rows(session, QueueNow, _QUEUES, moment, queues=list(queues))


def list_holders(session: Session, moment: Moment, queues: Sequence[str]) -> list[Holder]:
    """Who has cases of these queues in hand, by queue, the fullest hands first."""
    return _rows(session, Holder, _IN_HAND, moment, queues=list(queues))


def list_today(session: Session, moment: Moment) -> list[TodayLine]:
    """What became of today's cases and which were handled today, in every queue, among the newest cases."""
    return _rows(session, TodayLine, _TODAY, moment, newest=NEWEST_CASES)


def list_late_stores(session: Session, moment: Moment) -> list[StoreBehind]:
    """Stores with a late reply, the most first."""
    return _rows(session, StoreBehind, _LATE_STORES, moment)


def list_silent_stores(
    session: Session, moment: Moment, *, waiting_since: datetime, silent_since: datetime
) -> list[StoreBehind]:
    """Stores where somebody waits since before one time and nobody answered or closed anything since the other."""
    return _rows(
        session, StoreBehind, _SILENT_STORES, moment, waiting_since=waiting_since, silent_since=silent_since
    )  # fmt: skip


def count_waiting_in_stores(session: Session, moment: Moment) -> int:
    """How many customers wait in all stores' inboxes."""
    values = {"brand": moment.brand_id, "now": moment.now}
    row = raw_connection(session).execute(_STORES_WAITING, values).fetchone()
    return int(row[0]) if row else 0


def count_mentions_by_hour(session: Session, moment: Moment, since: datetime) -> list[HourCount]:
    """What came in per hour, among the newest mentions."""
    return _rows(session, HourCount, _MENTIONS_BY_HOUR, moment, since=since, newest=NEWEST_MENTIONS)


def count_cases_by_hour(session: Session, moment: Moment, since: datetime) -> list[HourCount]:
    """What became a case per hour, among the newest cases."""
    return _rows(session, HourCount, _CASES_BY_HOUR, moment, since=since, newest=NEWEST_CASES)


def _rows(session: Session, kind: type[Row], statement: str, moment: Moment, **values: object) -> list[Row]:
    known = {"brand": moment.brand_id, "now": moment.now, "midnight": moment.midnight}
    with raw_connection(session).cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(statement, known | values).fetchall()
