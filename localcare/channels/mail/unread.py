"""Mails that no template fits, as the event log keeps them: their texts, so that better templates can read them later.

Of a mail whose sender is not believed only the envelope is kept.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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


def forget_words(stored: bytes) -> bytes | None:
    """The mail without anybody's words: from whom and when it came is left. None when there were none, or it is no mail."""
    unread = decode_unread(stored)
    if unread is None or not (unread.letter.views or unread.letter.links or unread.letter.subject):
        return None
    bare = replace(unread.letter, views=(), links=(), subject="", message_id="")
    return encode_unread(replace(unread, letter=bare))


def speaks_of(stored: bytes, name: str) -> bool:
    """Whether a person of this name is anywhere in the mail."""
    unread = decode_unread(stored)
    wanted = " ".join(name.casefold().split())
    if unread is None or not wanted:
        return False
    return any(wanted in " ".join(part.casefold().split()) for part in (unread.letter.subject, *unread.letter.views))


def read_unread(stored: bytes) -> Sequence[SetAside]:
    """Set aside, whenever it is read."""
    unread = decode_unread(stored)
    if unread is None:
        return [SetAside(None, "mail", "This is no mail that we kept.")]
    what = f"mail from {unread.letter.sender or 'nobody'}: {unread.letter.subject or 'no subject'}"
    return [SetAside(None, what[:300], unread.why)]
