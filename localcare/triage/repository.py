"""SQL of verdicts: a batch goes in with one statement, which also puts the mentions' former verdicts into history."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

_COLUMNS = {
    "mention_id": "bigint",
    "actionable": "boolean",
    "actionable_probability": "double precision",
    "topic": "text",
    "tier": "integer",
    "sentiment": "text",
    "sentiment_probability": "jsonb",
    "urgency": "text",
    "risks": "text[]",
    "matter": "text",
    "shout_out": "boolean",
    "shout_out_names": "text[]",
    "language": "text",
    "abstained": "boolean",
    "model": "text",
    "reasons": "jsonb",
}
_NAMES = ", ".join(_COLUMNS)
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
# the join makes each insert wait for the update of the same mention, which the unique index of current verdicts needs
_INSERT_VERDICTS = f"""
    with new as (
        select {_NAMES} from jsonb_to_recordset(%(rows)b::jsonb) as n({_SHAPE})
    ), superseded as (
        update verdict v set superseded_at = %(now)s from new
        where v.mention_id = new.mention_id and v.brand_id = %(brand)s and v.superseded_at is null
        returning v.mention_id as former_id
    )
    insert into verdict (brand_id, judged_at, {_NAMES})
    select %(brand)s, %(now)s, {_NAMES} from new left join superseded on former_id = mention_id
    order by mention_id
"""


def insert_verdicts(session: Session, brand_id: int, rows: Sequence[dict[str, object]], *, now: datetime) -> None:
    """Save one verdict per mention (no mention twice in a batch); whatever was current becomes history."""
    if rows:
        with raw_connection(session).cursor() as cursor:
            cursor.execute(_INSERT_VERDICTS, {"rows": rows_as_json(rows), "brand": brand_id, "now": now})
