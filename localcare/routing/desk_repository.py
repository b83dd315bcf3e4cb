"""SQL of the desk: which lanes have somebody waiting, the oldest of each, and who may give out at this moment. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import starmap

from psycopg.rows import tuple_row
from sqlmodel import Session

from localcare.cases.models import IN_NO_HAND
from localcare.kit.db import raw_connection, rows_as_json
from localcare.routing.core.cover import Backlog
from localcare.routing.core.giving import Lane, Waiting

_ASSIGNER = 7_415_902

# From one lane to the next by the index: as many steps as there are lanes, however many cases wait in each. Queues of one
# kind stand together in every collation; the first queue of another kind ends the walk.
_LANES = f"""
    select lane.* from unnest(%(kinds)s::text[]) as k(kind) cross join lateral (
        with recursive lane as (
            select * from (
                select queue, urgency_rank, language, waiting_since from care_case
                where brand_id = %(brand)s and {IN_NO_HAND} and queue >= k.kind
                order by queue, urgency_rank, language, waiting_since limit 1
            ) f where split_part(f.queue, ':', 1) = k.kind
            union all
            select n.* from lane l cross join lateral (
                select queue, urgency_rank, language, waiting_since from care_case
                where brand_id = %(brand)s and {IN_NO_HAND}
                    and (queue, urgency_rank, language) > (l.queue, l.urgency_rank, l.language)
                order by queue, urgency_rank, language, waiting_since limit 1
            ) n where split_part(n.queue, ':', 1) = k.kind
        )
        select * from lane
    ) lane
"""
_HEADS = f"""
    select c.id, c.queue, c.urgency_rank, c.language, c.waiting_since
    from jsonb_to_recordset(%(lanes)b) as l(queue text, urgency_rank integer, language text)
    cross join lateral (
        select id, queue, urgency_rank, language, waiting_since from care_case
        where brand_id = %(brand)s and queue = l.queue and urgency_rank = l.urgency_rank and language = l.language
            and {IN_NO_HAND}
        order by waiting_since, id limit %(each)s
    ) c
    where %(but)s::integer is null or not exists (
        select from case_event e where e.case_id = c.id and e.at > %(since)s and e.person_id = %(but)s
            and e.kind in ('released', 'escalated', 'handed-over')
    )
"""
_TURN = "select pg_try_advisory_xact_lock(%s, %s)"
_COUNTS = f"""
    select queue, language, count(*) as waiting, min(waiting_since) as oldest from care_case
    where brand_id = %(brand)s and {IN_NO_HAND} group by queue, language
"""


def try_turn(session: Session, brand_id: int) -> bool:
    """Whether this transaction is the one that gives out this brand's cases now."""
    row = raw_connection(session).execute(_TURN, (_ASSIGNER, brand_id)).fetchone()
    return bool(row and row[0])


def list_lanes(session: Session, brand_id: int, kinds: Collection[str]) -> list[Lane]:
    """Where somebody waits in nobody's hand, in queues of these kinds (tier1, crisis …)."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return list(starmap(Lane, cursor.execute(_LANES, {"brand": brand_id, "kinds": sorted(kinds)})))


def list_heads(
    session: Session,
    brand_id: int,
    lanes: Sequence[Lane],
    *,
    each: int,
    but_of: int | None = None,
    since: datetime | None = None,
) -> list[Waiting]:
    """The oldest of these lanes, so many of each; without those that one person has let go since then."""
    rows: list[dict[str, object]] = [
        {"queue": lane.queue, "urgency_rank": lane.urgency_rank, "language": lane.language} for lane in lanes
    ]
    values = {"lanes": rows_as_json(rows), "brand": brand_id, "each": each, "but": but_of, "since": since}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return list(starmap(Waiting, cursor.execute(_HEADS, values)))


def count_waiting(session: Session, brand_id: int) -> list[Backlog]:
    """How many wait in nobody's hand in each queue and language, and since when the oldest."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return list(starmap(Backlog, cursor.execute(_COUNTS, {"brand": brand_id})))
