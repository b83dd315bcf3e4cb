"""Changes as JSON bytes and back, without loss: how the CSV lane keeps rows until the pipeline takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from localcare.mentions.core import Attachment, MentionChange, Place, Verb


def encode_changes(changes: Sequence[MentionChange]) -> bytes:
    """The changes as a JSON array."""
    return orjson.dumps(list(changes))


def decode_changes(stored: bytes) -> list[MentionChange]:
    """The changes `encode_changes` was given."""
    return [_change(row) for row in orjson.loads(stored)]


def _change(row: dict[str, Any]) -> MentionChange:
    place, created_at = row["place"], row["created_at"]
    row |= {
        "verb": Verb(row["verb"]),
        "at": datetime.fromisoformat(row["at"]),
        "attachments": tuple(Attachment(**attachment) for attachment in row["attachments"]),
        "place": None if place is None else Place(**place),
        "created_at": None if created_at is None else datetime.fromisoformat(created_at),
    }
    return MentionChange(**row)
