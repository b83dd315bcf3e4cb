"""How a digest says things: customers' words made harmless and short, times as people in the store say them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_HOUR = timedelta(hours=1)

_KINDS = {
    "review": "recommendation",
    "post": "post",
    "comment": "comment",
    "mention": "tag",
    "message": "message",
}
_CHANNELS = {"facebook": "Facebook", "instagram": "Instagram", "x": "X", "google": "Google", "email": "e-mail"}


def tidy(text: str, limit: int) -> str:
    """A customer's words for a mail: one paragraph, no addresses to click, no marks that turn the rest around."""
    plain = _DIRECTION.sub("", _CONTROL.sub(" ", _ADDRESS.sub("[link]", text)))
    words = " ".join(plain.split())
    if len(words) <= limit:
        return words
    cut = words[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,.;:") + "…"


def source(channel: str, kind: str) -> str:
    """Where it was said: `recommendation on Facebook`."""
    medium = _CHANNELS.get(channel)
    what = kind if kind == "review" and channel != "facebook" else _KINDS.get(kind, kind)
    return f"{what} on {medium}" if medium else what


def moment(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time on the store's wall clock: `today 8:05 AM`, `yesterday 6:40 PM`, `Mon 6:40 PM`, `Nov 3`."""
    here, today = instant.astimezone(zone), now.astimezone(zone).date()
    clock = f"{here.hour % 12 or 12}:{here:%M} {'AM' if here.hour < 12 else 'PM'}"
    days = (today - here.date()).days
    if days in (-1, 0, 1):
        return f"{ {-1: 'tomorrow', 0: 'today', 1: 'yesterday'}[days] } {clock}"
    if -6 <= days <= 6:
        return f"{here:%a} {clock}"
    return f"{here:%b} {here.day}"


def span(length: timedelta) -> str:
    """A length of time in one unit: `20 min`, `3 h`, `2 days`."""
    hours = length // _HOUR
    if hours < 1:
        return f"{max(1, length // timedelta(minutes=1))} min"
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def count(number: int, one: str, many: str = "") -> str:
    """`1 customer`, `2 customers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """`Maria`, `Maria and Devon`, `Maria, Devon and Lee`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
