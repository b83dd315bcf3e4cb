"""SQL of mentions: keys first, in order, so that two workers never wait for each other in a circle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row, tuple_row
from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json
from localcare.mentions.core import Attachment, MentionState, Place

Key = tuple[str, str]
"""(channel, external_id), within one brand."""

_COLUMNS = {
    "id": "bigint",
    "received_at": "timestamptz",
    "event_id": "bigint",
    "channel": "text",
    "kind": "text",
    "external_id": "text",
    "page_id": "text",
    "thread_id": "text",
    "parent_id": "text",
    "conversation_key": "text",
    "author_version": "text",
    "author_external_id": "text",
    "author_name": "text",
    "from_page": "boolean",
    "content_version": "text",
    "text": "text",
    "rating": "integer",
    "recommends": "boolean",
    "attachments": "jsonb",
    "place": "jsonb",
    "store_number": "text",
    "permalink": "text",
    "first_change_at": "timestamptz",
    "network_created_at": "timestamptz",
    "created_at": "timestamptz",
    "edited_at": "timestamptz",
    "hidden_version": "text",
    "hidden": "boolean",
    "removed_at": "timestamptz",
}
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_NAMES = ", ".join(_COLUMNS)
_KEPT = ("id", "received_at", "event_id")
_CHANGES = ", ".join(f"{name} = n.{name}" for name in _COLUMNS if name not in _KEPT)

_INSERT_KEYS = """
    insert into mention_key (brand_id, channel, external_id, received_at)
    select %s, channel, external_id, %s from jsonb_to_recordset(%b::jsonb) as n(channel text, external_id text)
    order by channel, external_id
    on conflict (brand_id, channel, external_id) do nothing
    returning channel, external_id, id
"""
# an array of ids, not a join: whatever the statistics of a young table say, each id is looked up in the index; no key
# update: who writes an answer holds the conversation and only needs the key to stay, so the two never wait in a circle
_LOCK_KEYS = """
    select channel, external_id, id, received_at from mention_key
    where brand_id = %s and channel = any(%s) and external_id = any(%s)
    order by channel, external_id for no key update
"""
_LOCK_KEYS_BY_ID = """
    select channel, external_id, id, received_at from mention_key
    where brand_id = %s and id = any(%s) order by channel, external_id for no key update
"""
_SELECT_MENTIONS = f"""
    select {", ".join(f"m.{name}" for name in _COLUMNS)}
    from jsonb_to_recordset(%b::jsonb) as n(id bigint, received_at timestamptz)
    join mention m on m.id = n.id and m.received_at = n.received_at
"""
_INSERT_MENTIONS = f"""
    insert into mention (brand_id, {_NAMES}) select %s, {_NAMES} from jsonb_to_recordset(%b::jsonb) as n({_SHAPE})
"""
_UPDATE_MENTIONS = f"""
    update mention m set {_CHANGES}
    from jsonb_to_recordset(%b::jsonb) as n({_SHAPE})
    where m.id = n.id and m.received_at = n.received_at
"""


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention's state with its place in the database."""

    id: int
    received_at: datetime
    event_id: int | None
    state: MentionState


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Where a mention with this key lies."""

    channel: str
    external_id: str
    id: int
    received_at: datetime


def claim_keys(
    session: Session, brand_id: int, keys: Sequence[Key], now: datetime
) -> tuple[dict[Key, int], list[KeyRow]]:
    """Make the keys that are new, lock those that are not: (ids of the new ones, rows of the known ones)."""
    connection = raw_connection(session)
    wanted = rows_as_json([{"channel": channel, "external_id": external_id} for channel, external_id in keys])
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_INSERT_KEYS, (brand_id, now, wanted)).fetchall()
    fresh = {(channel, external_id): id_ for channel, external_id, id_ in rows}
    if len(fresh) == len(keys):
        return fresh, []
    rest = {key for key in keys if key not in fresh}
    channels, external_ids = ([*set(part)] for part in zip(*rest, strict=True))
    with connection.cursor(row_factory=class_row(KeyRow)) as cursor:
        locked = cursor.execute(_LOCK_KEYS, (brand_id, channels, external_ids)).fetchall()
    return fresh, [row for row in locked if (row.channel, row.external_id) in rest]


def lock_keys(session: Session, brand_id: int, mention_ids: Sequence[int]) -> list[KeyRow]:
    """The keys of these mentions, locked in the order in which a batch locks them."""
    with raw_connection(session).cursor(row_factory=class_row(KeyRow)) as cursor:
        return cursor.execute(_LOCK_KEYS_BY_ID, (brand_id, list(mention_ids))).fetchall()


def load_mentions(session: Session, keys: Sequence[KeyRow]) -> dict[Key, StoredMention]:
    """The stored mentions behind locked keys."""
    if not keys:
        return {}
    wanted = rows_as_json([{"id": key.id, "received_at": key.received_at} for key in keys])
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_SELECT_MENTIONS, (wanted,)).fetchall()
    stored = [_stored(dict(zip(_COLUMNS, row, strict=True))) for row in rows]
    return {(mention.state.channel, mention.state.external_id): mention for mention in stored}


def insert_mentions(
    session: Session, brand_id: int, mentions: Sequence[StoredMention], keys: Mapping[int, str]
) -> None:
    """Write new mentions; `keys` gives the conversation key by id."""
    if mentions:
        rows = rows_as_json([_row(mention, keys[mention.id]) for mention in mentions])
        raw_connection(session).execute(_INSERT_MENTIONS, (brand_id, rows))


def update_mentions(session: Session, mentions: Sequence[StoredMention], keys: Mapping[int, str]) -> None:
    """Write what is now known of mentions that were there."""
    if mentions:
        rows = rows_as_json([_row(mention, keys[mention.id]) for mention in mentions])
        raw_connection(session).execute(_UPDATE_MENTIONS, (rows,))


def _row(mention: StoredMention, conversation_key: str) -> dict[str, object]:
    state = mention.state
    return {
        "id": mention.id,
        "received_at": mention.received_at,
        "event_id": mention.event_id,
        "conversation_key": conversation_key,
        "channel": state.channel,
        "kind": state.kind,
        "external_id": state.external_id,
        "page_id": state.page_id,
        "thread_id": state.thread_id,
        "parent_id": state.parent_id,
        "author_version": state.author_version,
        "author_external_id": state.author_external_id,
        "author_name": state.author_name,
        "from_page": state.from_page,
        "content_version": state.content_version,
        "text": state.text,
        "rating": state.rating,
        "recommends": state.recommends,
        "attachments": state.attachments,
        "place": state.place,
        "store_number": state.store_number,
        "permalink": state.permalink,
        "first_change_at": state.first_change_at,
        "network_created_at": state.network_created_at,
        "created_at": state.created_at,
        "edited_at": state.edited_at,
        "hidden_version": state.hidden_version,
        "hidden": state.hidden,
        "removed_at": state.removed_at,
    }


def _stored(row: dict[str, Any]) -> StoredMention:
    del row["conversation_key"], row["created_at"]
    identity = {name: row.pop(name) for name in _KEPT}
    row["attachments"] = tuple(Attachment(**attachment) for attachment in row["attachments"])
    row["place"] = Place(**row["place"]) if row["place"] else None
    return StoredMention(**identity, state=MentionState(**row))
