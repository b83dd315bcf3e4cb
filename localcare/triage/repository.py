"""SQL of verdicts and labels: a batch goes in at once, after the mentions' former verdicts have become history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection, rows_as_json
from localcare.triage.core.correction import Ruling
from localcare.triage.models import TriageLabel, VerdictRow

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
    "also_topic": "text",
    "also_matter": "text",
    "also_tier": "integer",
    "shout_out": "boolean",
    "shout_out_names": "text[]",
    "language": "text",
    "abstained": "boolean",
    "model": "text",
    "reasons": "jsonb",
    "fired": "text[]",
}
_NAMES = ", ".join(_COLUMNS)
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
# an array of ids, not a join: whatever the statistics of a young table say, each id is looked up in the index
_SUPERSEDE = "update verdict set superseded_at = %s where mention_id = any(%s) and superseded_at is null"
_PRINT = "left(encode(sha256(convert_to(m.text, 'UTF8')), 'hex'), 16)"  # tells other words from the same ones
_INSERT_VERDICTS = f"""
    insert into verdict (brand_id, judged_at, {_NAMES}, words_print)
    select %s, %s, {_NAMES}, (
        select {_PRINT}
        from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at where k.id = n.mention_id)
    from jsonb_to_recordset(%b::jsonb) as n({_SHAPE})
"""
# the words are looked up only where a ruling holds of them alone
_RULINGS = f"""
    select l.mention_id, l.ruling, case when l.ruling ->> 'risk' is not null then (
        select {_PRINT} from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
        where k.id = l.mention_id) end
    from triage_label l where l.mention_id = any(%s) and l.taken_back_at is null
"""
_PRINTS = f"""
    select k.id, {_PRINT} from mention_key k join mention m on m.id = k.id and m.received_at = k.received_at
    where k.brand_id = %s and k.id = any(%s)
"""


def insert_verdicts(session: Session, brand_id: int, rows: Sequence[dict[str, object]], *, now: datetime) -> None:
    """Save one verdict per mention (no mention twice in a batch); whatever was current becomes history."""
    if rows:
        connection = raw_connection(session)
        connection.execute(_SUPERSEDE, (now, [row["mention_id"] for row in rows]))
        connection.execute(_INSERT_VERDICTS, (brand_id, now, rows_as_json(rows)))


def list_current(session: Session, brand_id: int, mention_ids: Collection[int]) -> list[VerdictRow]:
    """The verdicts that hold for these mentions, by mention."""
    query = select(VerdictRow).where(VerdictRow.brand_id == brand_id, col(VerdictRow.mention_id).in_(mention_ids))
    return list(session.exec(query.where(col(VerdictRow.superseded_at).is_(None)).order_by(col(VerdictRow.mention_id))))


def list_standing_labels(session: Session, brand_id: int, mention_ids: Collection[int]) -> dict[int, TriageLabel]:
    """What people say of these mentions, by mention; held for changing."""
    query = select(TriageLabel).where(TriageLabel.brand_id == brand_id, col(TriageLabel.mention_id).in_(mention_ids))
    held = session.exec(query.where(col(TriageLabel.taken_back_at).is_(None)).with_for_update())
    return {label.mention_id: label for label in held}


def list_rulings(session: Session, mention_ids: Sequence[int]) -> Mapping[int, Ruling]:
    """What people say of these mentions as they are worded now, to judge them by; most have nobody's word."""
    rows = raw_connection(session).execute(_RULINGS, (list(mention_ids),)).fetchall()
    return {mention_id: Ruling(**ruling).of_words(words) for mention_id, ruling, words in rows}


def prints_of(session: Session, brand_id: int, mention_ids: Collection[int]) -> dict[int, str]:
    """What tells the words of these mentions from others, by mention."""
    return dict(raw_connection(session).execute(_PRINTS, (brand_id, list(mention_ids))).fetchall())
