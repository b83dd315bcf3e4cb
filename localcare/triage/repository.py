"""SQL of verdicts: a batch goes in at once, after the mentions' former verdicts have become history."""

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
# an array of ids, not a join: whatever the statistics of a young table say, each id is looked up in the index
_SUPERSEDE = "update verdict set superseded_at = %s where mention_id = any(%s) and superseded_at is null"
_INSERT_VERDICTS = f"""
    insert into verdict (brand_id, judged_at, {_NAMES})
    select %s, %s, {_NAMES} from jsonb_to_recordset(%b::jsonb) as n({_SHAPE})
"""


def insert_verdicts(session: Session, brand_id: int, rows: Sequence[dict[str, object]], *, now: datetime) -> None:
    """Save one verdict per mention (no mention twice in a batch); whatever was current becomes history."""
    if rows:
        connection = raw_connection(session)
        connection.execute(_SUPERSEDE, (now, [row["mention_id"] for row in rows]))
        connection.execute(_INSERT_VERDICTS, (brand_id, now, rows_as_json(rows)))
