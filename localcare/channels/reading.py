"""Who can read what: from a logged delivery's source to the changes in it, without a database."""

from collections.abc import Sequence
from datetime import datetime

from localcare.channels.facebook.core import NoInterest, Parsed, SetAside, parse_delivery
from localcare.channels.mail.unread import read_unread
from localcare.channels.signed_source import parse_signed_delivery
from localcare.channels.stored import decode_changes

__all__ = ["FACEBOOK", "MAIL", "STORED", "NoInterest", "Parsed", "SetAside", "read_event", "signed_source"]

FACEBOOK = "facebook"
STORED = "stored"
MAIL = "mail"
_SIGNED = "signed"


def signed_source(channel: str, name: str) -> str:
    """How a delivery of a signed source is labelled in the event log."""
    return f"{_SIGNED}:{channel}:{name}"


def read_event(source: str, body: bytes, *, received_at: datetime) -> Sequence[Parsed]:
    """Every outcome of one delivery; the same bytes always give the same outcomes."""
    if source == FACEBOOK:
        return parse_delivery(body)
    if source == STORED:
        return decode_changes(body)
    if source == MAIL:
        return read_unread(body)
    kind, _, rest = source.partition(":")
    if kind == _SIGNED:
        return parse_signed_delivery(body, channel=rest.partition(":")[0], now=received_at)
    return [SetAside(None, source, "Nothing in this version of localcare can read this source.")]
