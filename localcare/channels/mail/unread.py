"""Mails that no template fits, as the event log keeps them: their texts, so that better templates can read them later.

Of a mail whose sender is not believed only the envelope is kept.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from pydantic import TypeAdapter, ValidationError

from localcare.channels.facebook.core import SetAside
from localcare.channels.mail.letter import Letter


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail that became no mention, and why. `is_refused`: its sender is not proven."""

    letter: Letter
    why: str
    is_refused: bool
    received_at: datetime


_UNREAD = TypeAdapter(Unread)


def encode_unread(unread: Unread) -> bytes:
    """The mail for the event log."""
    kept = asdict(unread)
    if unread.is_refused:
        kept["letter"] |= {"views": (), "links": ()}
    return orjson.dumps(kept)


def decode_unread(stored: bytes) -> Unread | None:
    """What `encode_unread` was given, as far as it was kept; None for anything else."""
    try:
        return _UNREAD.validate_json(stored)
    except ValidationError:
        return None


def read_unread(stored: bytes) -> Sequence[SetAside]:
    """Set aside, whenever it is read."""
    unread = decode_unread(stored)
    if unread is None:
        return [SetAside(None, "mail", "This is no mail that we kept.")]
    what = f"mail from {unread.letter.sender or 'nobody'}: {unread.letter.subject or 'no subject'}"
    return [SetAside(None, what[:300], unread.why)]
