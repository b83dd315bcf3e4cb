"""SQL of a brand's own labels, and of what nobody has corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_STANDING = """
    select l.mention_id, l.at, m.conversation_key, l.ruling ->> 'topic' as topic,
        coalesce(l.ruling ->> 'said_tier', l.ruling ->> 'tier')::int as tier,
        coalesce(l.ruling ->> 'said_matter', l.ruling ->> 'matter') as matter, l.ruling ->> 'sentiment' as mood,
        (l.ruling ->> 'shout_out')::boolean as shout_out, (l.ruling ->> 'actionable')::boolean as actionable,
        case when l.ruling ->> 'words' = left(encode(sha256(convert_to(m.text, 'UTF8')), 'hex'), 16)
            then l.ruling ->> 'risk' end as risk
    from triage_label l join mention_key k on k.id = l.mention_id
        join mention m on m.id = k.id and m.received_at = k.received_at
    where l.brand_id = %(brand)s and l.taken_back_at is null and m.removed_at is null and m.purged_at is null
        and m.text <> '' order by l.at desc limit %(most)s
"""
_COUNT = """
    select count(*)::int, count(*) filter (where at > %s)::int from triage_label where brand_id = %s and taken_back_at is null
"""
_LABELLED = "select mention_id from triage_label where brand_id = %s and mention_id = any(%s)"


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a person says of a mention that is still there; None where they said nothing, or of other words than it has now."""

    mention_id: int
    at: datetime
    conversation_key: str
    topic: str | None
    tier: int | None
    matter: str | None
    actionable: bool | None
    risk: str | None
    mood: str | None
    shout_out: bool | None


def list_standing(session: Session, brand_id: int, *, most: int) -> list[LabelRow]:
    """What people say, the newest first."""
    with raw_connection(session).cursor(row_factory=class_row(LabelRow)) as cursor:
        return cursor.execute(_STANDING, {"brand": brand_id, "most": most}).fetchall()


def ever_labelled(session: Session, brand_id: int, mention_ids: Sequence[int]) -> set[int]:
    """Those of these mentions of which anybody ever said something, though they took it back."""
    rows = raw_connection(session).execute(_LABELLED, (brand_id, list(mention_ids))).fetchall()
    return {mention_id for (mention_id,) in rows}


def count_standing(session: Session, brand_id: int, *, since: datetime) -> tuple[int, int]:
    """(what people say that stands, what of it they have said since)."""
    row = raw_connection(session).execute(_COUNT, (since, brand_id)).fetchone()
    return (row[0], row[1]) if row else (0, 0)
