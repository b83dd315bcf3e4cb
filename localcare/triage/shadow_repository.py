"""SQL of models in the shadow: who is, what they look at next, what they would have said, and what that comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import beginning_of, raw_connection, rows_as_json
from localcare.triage.core.shadow import TASKS, AlarmCount, Contest, DayCount, Move, MovedCase
from localcare.triage.core.shares import Share
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.rule_trial_repository import FROM_MENTIONS, MENTION_COLUMNS, ReadMention

_BRANDS = "select brand_id from triage_model where state = 'shadow' and trouble is null order by brand_id"
_HOLD = """
    select id, share, looked_to, version from triage_model
    where brand_id = %s and state = 'shadow' and trouble is null for update skip locked
"""
# Knuth's multiplicative hash: the same mentions are drawn by every worker, whatever their order
_DRAWN = "(m.id * 2654435761 %% 4294967296) < %(share)s * 4294967296"
_NEXT = f"""
    select {MENTION_COLUMNS} {FROM_MENTIONS} and m.id > %(after)s and {_DRAWN}
        and m.received_at > %(now)s::timestamptz - interval '30 days'
    order by m.id limit %(most)s
"""
_LAST = (
    "select coalesce(max(id), 0) from mention where brand_id = %s and received_at > %s::timestamptz - interval '2 days'"
)
_INSERT = """
    insert into triage_shadow (brand_id, model_id, mention_id, at, said, differs)
    select %s, %s, mention_id, %s, said, differs
    from jsonb_to_recordset(%b::jsonb) as n(mention_id bigint, said jsonb, differs jsonb)
    on conflict (model_id, mention_id) do nothing
"""
_LOOKED = "update triage_model set looked_to = greatest(looked_to, %s) where id = %s"
_FORGET = "delete from triage_shadow where at < %s"
_COUNT = "select count(*), count(*) filter (where differs = '{}') from triage_shadow where model_id = %s"
_SHARES = """
    select t.task, count(*) filter (where not jsonb_exists(s.differs, t.task))::int, count(*)::int
    from triage_shadow s, unnest(%s::text[]) with ordinality as t(task, place)
    where s.model_id = %s and jsonb_exists(s.said, t.task)
    group by t.task, t.place order by t.place
"""
_MOVES = """
    select t.task, s.said ->> t.task as live, s.differs ->> t.task as shadow, count(*)::int as count
    from triage_shadow s, unnest(%s::text[]) as t(task) where s.model_id = %s and jsonb_exists(s.differs, t.task)
    group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 60
"""
_RIGHT = """
    case t.task when 'actionable' then case l.ruling ->> 'actionable' when 'true' then 'yes' when 'false' then 'no' end
        when 'tier' then l.ruling ->> 'said_tier' when 'matter' then l.ruling ->> 'said_matter' else l.ruling ->> t.task end
"""
_CONTESTS = f"""
    select t.task, count(*)::int as corrected,
        count(*) filter (where s.said ->> t.task = {_RIGHT})::int as live_right,
        count(*) filter (where coalesce(s.differs ->> t.task, s.said ->> t.task) = {_RIGHT})::int as shadow_right
    from triage_shadow s join triage_label l on l.mention_id = s.mention_id and l.taken_back_at is null,
        unnest(array['actionable', 'topic', 'risk', 'tier', 'matter', 'sentiment']) as t(task)
    where s.model_id = %(model)s and l.at > %(since)s and {_RIGHT} is not null and jsonb_exists(s.said, t.task)
    group by t.task order by t.task
"""
_DAYS = """
    select (m.received_at at time zone 'UTC')::date as day, count(*)::int as judged,
        count(*) filter (where s.differs <> '{}')::int as differing
    from triage_shadow s join mention_key m on m.id = s.mention_id where s.model_id = %s group by 1 order by 1
"""
_ALARMS = f"""
    select count(*) filter (where s.said ->> 'risk' = '{NO_RISK}') as more,
        count(*) filter (where s.differs ->> 'risk' = '{NO_RISK}') as fewer,
        count(*) filter (where '{NO_RISK}' not in (s.said ->> 'risk', s.differs ->> 'risk')) as other
    from triage_shadow s where s.model_id = %s and jsonb_exists(s.differs, 'risk')
"""
# of the newest, the same words once: a customer's refrain would fill the list
_CASES = f"""
    select d.mention_id, c.case_id, d.at, {beginning_of("d.text", 160)} as words, d.live, d.shadow
    from (
        select distinct on (lower(n.text)) n.* from (
            select s.mention_id, k.received_at as at, m.text, s.said ->> %(task)s as live, s.differs ->> %(task)s as shadow
            from triage_shadow s join mention_key k on k.id = s.mention_id
                join mention m on m.id = k.id and m.received_at = k.received_at
            where s.model_id = %(model)s and jsonb_exists(s.differs, %(task)s) and m.removed_at is null and m.text <> ''
                and (%(live)s::text is null or s.said ->> %(task)s = %(live)s)
                and (%(shadow)s::text is null or s.differs ->> %(task)s = %(shadow)s)
            order by s.mention_id desc limit 20 * %(most)s
        ) n order by lower(n.text), n.mention_id desc
    ) d left join lateral (select max(case_id) as case_id from case_mention where mention_id = d.mention_id) c on true
    order by d.mention_id desc limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class HeldShadow:
    """A model in the shadow, held by whoever works for it."""

    id: int
    share: float
    looked_to: int
    version: str


def list_brands(session: Session) -> list[int]:
    """Brands with a model in the shadow that can run; wants a session of all brands."""
    return [brand_id for (brand_id,) in raw_connection(session).execute(_BRANDS)]


def hold(session: Session, brand_id: int) -> HeldShadow | None:
    """A brand's model in the shadow; None when there is none, or another worker has it just now."""
    with raw_connection(session).cursor(row_factory=class_row(HeldShadow)) as cursor:
        return cursor.execute(_HOLD, (brand_id,)).fetchone()


def list_next(session: Session, brand_id: int, held: HeldShadow, *, now: datetime, most: int) -> list[ReadMention]:
    """What it looks at next, oldest first."""
    values = {"brand": brand_id, "after": held.looked_to, "share": held.share, "now": now, "most": most}
    with raw_connection(session).cursor(row_factory=class_row(ReadMention)) as cursor:
        return cursor.execute(_NEXT, values).fetchall()


def last_mention(session: Session, brand_id: int, *, now: datetime) -> int:
    """The id of the newest mention."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_LAST, (brand_id, now)).fetchone()
    return int(row[0]) if row else 0


def save(
    session: Session,
    brand_id: int,
    held: HeldShadow,
    rows: Sequence[dict[str, object]],
    *,
    looked_to: int,
    now: datetime,
) -> None:
    """Keep what it would have said, and how far it has looked."""
    connection = raw_connection(session)
    if rows:
        connection.execute(_INSERT, (brand_id, held.id, now, rows_as_json(rows)))
    connection.execute(_LOOKED, (looked_to, held.id))


def forget(session: Session, *, before: datetime) -> None:
    """Let go what is old, of all brands."""
    raw_connection(session).execute(_FORGET, (before,))


def count(session: Session, model_id: int) -> tuple[int, int]:
    """(mentions judged along, those on which nothing differs)."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_COUNT, (model_id,)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def count_shares(session: Session, model_id: int) -> dict[str, Share]:
    """How often both say the same, by task."""
    rows = raw_connection(session).execute(_SHARES, (list(TASKS), model_id)).fetchall()
    return {task: Share(hits, of) for task, hits, of in rows}


def list_moves(session: Session, model_id: int) -> list[Move]:
    """What one says where the other says something else, the most frequent first."""
    with raw_connection(session).cursor(row_factory=class_row(Move)) as cursor:
        return cursor.execute(_MOVES, (list(TASKS), model_id)).fetchall()


def list_contests(session: Session, model_id: int, *, since: datetime) -> list[Contest]:
    """Who was right of what colleagues corrected since."""
    with raw_connection(session).cursor(row_factory=class_row(Contest)) as cursor:
        return cursor.execute(_CONTESTS, {"model": model_id, "since": since}).fetchall()


def list_days(session: Session, model_id: int) -> list[DayCount]:
    """Judged and differing, by the day a mention came."""
    with raw_connection(session).cursor(row_factory=class_row(DayCount)) as cursor:
        return cursor.execute(_DAYS, (model_id,)).fetchall()


def count_alarms(session: Session, model_id: int) -> AlarmCount:
    """How many mentions would alarm somebody, or nobody any more."""
    with raw_connection(session).cursor(row_factory=class_row(AlarmCount)) as cursor:
        return cursor.execute(_ALARMS, (model_id,)).fetchone() or AlarmCount()


def list_moved_cases(
    session: Session,
    model_id: int,
    *,
    most: int,
    task: str = "queue",
    live: str | None = None,
    shadow: str | None = None,
) -> list[MovedCase]:
    """The newest mentions on which both differ in a task, each wording once; of those where `live` or `shadow` says this."""
    values = {"model": model_id, "task": task, "live": live, "shadow": shadow, "most": most}
    with raw_connection(session).cursor(row_factory=class_row(MovedCase)) as cursor:
        return cursor.execute(_CASES, values).fetchall()
