"""From updates to signed webhook bodies: envelopes, batches, duplicates, disorder, and when to try again. Pure."""

import hashlib
import hmac
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from localcare.sandbox.messaging_payloads import milliseconds
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.wire import graph_json

MAX_BATCH = 1000
GIVE_UP_AFTER = timedelta(hours=36)
# "retry immediately, then try a few more times with decreasing frequency over the next 36 hours"
RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (0, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 12 * 3600)
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How webhooks are sent. `batch` bounds the updates in one POST; shares are between 0 and 1.

    Of the updates: `duplicate_share` are told twice, `nameless_share` say nothing of their author, `numeric_share` give
    the author's id as a number, `sender_share` name the author by `sender_*`, `flat_share` (Instagram's) stand on the
    entry itself. Of the deliveries: `repeat_share` are sent twice though they were taken, `late_share` after later ones.
    """

    batch: int = MAX_BATCH
    duplicate_share: float = 0.0
    nameless_share: float = 0.0
    numeric_share: float = 0.0
    sender_share: float = 0.0
    flat_share: float = 0.0
    repeat_share: float = 0.0
    late_share: float = 0.0
    is_shuffled: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST: exactly these bytes are signed and, on a retry, sent again with the same `entry.time`."""

    body: bytes
    updates: int
    first_at: datetime
    attempt: int = 0


def disturb(updates: Sequence[PageUpdate], habits: Habits, rng: random.Random) -> list[PageUpdate]:
    """The updates with the habits' duplicates, changed authors and disorder; without any, as they are."""
    out: list[PageUpdate] = []
    for update in updates:
        shown = _retold(update, habits, rng)
        out.extend([shown, shown] if rng.random() < habits.duplicate_share else [shown])
    if habits.is_shuffled:
        rng.shuffle(out)
    return out


def pack(
    updates: Sequence[PageUpdate], now: datetime, *, batch: int = MAX_BATCH, includes_values: bool = True
) -> Iterator[Delivery]:
    """Deliveries of at most `batch` updates each, of as many Pages as come along, Facebook's and Instagram's apart.

    Without values an entry only says which fields changed, as a subscription without “Include Values” is told.
    """
    size = max(1, min(batch, MAX_BATCH))
    for network in dict.fromkeys(update.network for update in updates):
        told = [update for update in updates if update.network == network]
        for start in range(0, len(told), size):
            part = told[start : start + size]
            entries = _entries(part, now) if includes_values else _entries_without_values(part, now)
            yield Delivery(graph_json({"object": network, "entry": entries}), len(part), now)


def sign(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def next_attempt(delivery: Delivery, now: datetime) -> datetime | None:
    """When to try a refused delivery again; None when Meta drops it (36 hours after the first attempt)."""
    if delivery.attempt >= len(RETRY_AFTER):
        return None
    at = now + RETRY_AFTER[delivery.attempt]
    return at if at - delivery.first_at <= GIVE_UP_AFTER else None


def _entries(updates: Iterable[PageUpdate], now: datetime) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    changes: dict[str, list[dict[str, object]]] = {}
    for update in updates:
        change: dict[str, object] = {"field": update.field, "value": update.value}
        if update.is_messaging:
            entries.append({"id": update.page_id, "time": milliseconds(now), "messaging": [update.value]})
        elif update.is_flat:
            entries.append({"id": update.page_id, "time": int(now.timestamp()), **change})
        else:
            if update.page_id not in changes:
                changes[update.page_id] = []
                entries.append({"id": update.page_id, "time": int(now.timestamp()), "changes": changes[update.page_id]})
            changes[update.page_id].append(change)
    return entries


def _entries_without_values(updates: Sequence[PageUpdate], now: datetime) -> list[dict[str, object]]:
    """Messages always come with theirs."""
    fields: dict[str, list[str]] = {}
    for update in updates:
        if not update.is_messaging and update.field not in fields.setdefault(update.page_id, []):
            fields[update.page_id].append(update.field)
    time = int(now.timestamp())
    named: list[dict[str, object]] = [
        {"id": page, "time": time, "changed_fields": names} for page, names in fields.items()
    ]
    return named + _entries([update for update in updates if update.is_messaging], now)


def _retold(update: PageUpdate, habits: Habits, rng: random.Random) -> PageUpdate:
    """One update in the words of these habits; the same number of draws whatever they are."""
    nameless, numeric, sender, flat = (rng.random() for _ in range(4))
    if update.is_messaging:
        return update
    value = update.value
    if nameless < habits.nameless_share:
        value = {key: part for key, part in value.items() if key not in ("from", "sender_id", "sender_name")}
    elif sender < habits.sender_share and update.network == "page":
        value = _with_sender(value)
    elif numeric < habits.numeric_share:
        value = _with_number(value)
    is_flat = update.network == "instagram" and flat < habits.flat_share
    return replace(update, value=value, is_flat=is_flat)


def _with_sender(value: dict[str, object]) -> dict[str, object]:
    """As restfb's recorded edits name the author: `sender_*`, the id a number."""
    author = value.get("from")
    if not isinstance(author, dict) or value.get("item") == "reaction":
        return value
    rest = {key: part for key, part in value.items() if key != "from"}
    return {**rest, "sender_id": int(author["id"]), "sender_name": author["name"]}


def _with_number(value: dict[str, object]) -> dict[str, object]:
    author = value.get("from")
    return {**value, "from": {**author, "id": int(author["id"])}} if isinstance(author, dict) else value
