"""SQL of cases that were sent to stores for a while: which are untaken, and where they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

_UNTAKEN = """
    select c.id, c.conversation_key, c.queue, c.store_id, c.channel, c.page_id, c.author_external_id, c.resolution_status,
        c.topic, c.tier, c.matter, c.urgency, c.sentiment, c.language, c.risks
    from care_case c
    where c.brand_id = %(brand)s and c.is_open and c.queue like 'store:%%' and c.id > %(after)s
        and c.owner_id is null and not c.routed_by_hand and c.waiting_since is not null and c.replied_at is null
        and exists (
            select from case_event e where e.case_id = c.id and e.kind = 'routed' and e.actor = 'policy'
                and e.at >= %(since)s and e.at <= %(until)s
        )
    order by c.id limit %(most)s for update of c skip locked
"""
_MOVE = """
    update care_case c set queue = n.queue, route_reason = n.reason, version = c.version + 1, updated_at = %(now)s
    from jsonb_to_recordset(%(rows)b) as n(case_id bigint, queue text, reason text)
    where c.id = n.case_id
"""


@dataclass(frozen=True, slots=True)
class UntakenCase:
    """What routing asks of such a case."""

    id: int
    conversation_key: str
    queue: str
    store_id: int | None
    channel: str
    page_id: str | None
    author_external_id: str | None
    resolution_status: str
    topic: str
    tier: int
    matter: str
    urgency: str
    sentiment: str
    language: str
    risks: tuple[str, ...]


def list_untaken(
    session: Session, brand_id: int, *, since: datetime, until: datetime, after: int, most: int
) -> list[UntakenCase]:
    """Such cases that a rule put there in that span, by id; held."""
    values = {"brand": brand_id, "since": since, "until": until, "after": after, "most": most}
    with raw_connection(session).cursor(row_factory=class_row(UntakenCase)) as cursor:
        return cursor.execute(_UNTAKEN, values).fetchall()


def move(session: Session, rows: Sequence[dict[str, object]], now: datetime) -> None:
    """Put held cases into other queues."""
    raw_connection(session).execute(_MOVE, {"rows": rows_as_json(rows), "now": now})
