"""Take what must be forgotten out of a stored delivery and leave the rest of it as it came.

A delivery is cut into the smallest parts that can be read alone; a part goes when one of the forgotten mentions is in it.
What is left, when it is run again, says what it said before.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import orjson

from localcare.channels.facebook.core.delivery import load_delivery
from localcare.channels.reading import FACEBOOK, STORED, NoInterest, Parsed, read_event
from localcare.channels.stored import decode_changes, encode_changes
from localcare.mentions.core import MentionChange

Forgotten = AbstractSet[tuple[str, str]]
"""(channel, external id) of the mentions."""

_LISTS = ("changes", "messaging", "standby")
Holds = Callable[[bytes], bool]


def forget_in(source: str, body: bytes, forgotten: Forgotten, *, received_at: datetime) -> bytes | None:
    """The body without these mentions; None when none of them is in it, or it cannot be read at all."""

    def is_forgotten(outcome: Parsed) -> bool:
        return isinstance(outcome, MentionChange) and (outcome.channel, outcome.external_id) in forgotten

    return _without(source, body, is_forgotten, received_at)


def drop_pages(source: str, body: bytes, page_ids: AbstractSet[str], *, received_at: datetime) -> bytes | None:
    """The body without all that is of these Pages; None when nothing in it is, or it cannot be read at all."""
    return _without(source, body, lambda outcome: outcome.page_id in page_ids, received_at)


def drop_idle(body: bytes, *, received_at: datetime) -> bytes | None:
    """A delivery of Meta's without what makes no mention but may name people: likes, receipts; None when there is none."""

    def is_idle(part: bytes) -> bool:
        outcomes = read_event(FACEBOOK, part, received_at=received_at)
        return bool(outcomes) and all(isinstance(outcome, NoInterest) for outcome in outcomes)

    told = load_delivery(body)
    left = _facebook_without(told, is_idle) if isinstance(told, dict) else None
    return None if left is None else orjson.dumps(left)


def _without(source: str, body: bytes, goes: Callable[[Parsed], bool], received_at: datetime) -> bytes | None:
    if source == STORED:
        changes = decode_changes(body)
        kept = [change for change in changes if not goes(change)]
        return encode_changes(kept) if len(kept) < len(changes) else None

    def holds(part: bytes) -> bool:
        return any(goes(outcome) for outcome in read_event(source, part, received_at=received_at))

    told = load_delivery(body)
    if not isinstance(told, dict):
        return None
    left = _facebook_without(told, holds) if source == FACEBOOK else _signed_without(told, holds)
    return None if left is None else orjson.dumps(left)


def _facebook_without(told: dict[str, Any], holds: Holds) -> dict[str, Any] | None:
    entries = told.get("entry")
    if not isinstance(entries, list):
        return None
    left = [kept for entry in entries for kept in _entry_without(told, entry, holds)]
    return None if left == entries else {**told, "entry": left}


def _entry_without(told: dict[str, Any], entry: object, holds: Holds) -> list[object]:
    """The entry without the changes that hold a forgotten mention; an empty list when nothing is left of it."""
    if not isinstance(entry, dict):
        return [entry]
    if "field" in entry:
        return [] if holds(orjson.dumps({**told, "entry": [entry]})) else [entry]
    shell = {key: part for key, part in entry.items() if key not in _LISTS}
    left = dict(entry)
    for name in _LISTS:
        if isinstance(entry.get(name), list):
            left[name] = [
                part for part in entry[name] if not holds(orjson.dumps({**told, "entry": [{**shell, name: [part]}]}))
            ]
    return [left] if left == entry or any(left.get(name) for name in _LISTS) else []


def _signed_without(told: dict[str, Any], holds: Holds) -> dict[str, Any] | None:
    items = told.get("mentions")
    if not isinstance(items, list):
        return None
    kept = [item for item in items if not holds(orjson.dumps({"mentions": [item]}))]
    return {**told, "mentions": kept} if len(kept) < len(items) else None
