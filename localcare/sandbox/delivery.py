"""From updates to signed webhook bodies: envelopes, batches, duplicates, disorder, and when to try again. Pure."""

import hashlib
import hmac
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
    """How webhooks are sent. `batch` bounds the updates in one POST; shares are between 0 and 1."""

    batch: int = MAX_BATCH
    duplicate_share: float = 0.0
    nameless_share: float = 0.0
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
    """The updates with the habits' duplicates, missing names and disorder; without any, as they are."""
    out: list[PageUpdate] = []
    for update in updates:
        shown = _without_name(update) if rng.random() < habits.nameless_share else update
        out.extend([shown, shown] if rng.random() < habits.duplicate_share else [shown])
    if habits.is_shuffled:
        rng.shuffle(out)
    return out


def pack(updates: Sequence[PageUpdate], now: datetime, *, batch: int = MAX_BATCH) -> Iterator[Delivery]:
    """Deliveries of at most `batch` updates each, of as many Pages as come along."""
    size = max(1, min(batch, MAX_BATCH))
    for start in range(0, len(updates), size):
        part = updates[start : start + size]
        body = graph_json({"object": "page", "entry": _entries(part, now)})
        yield Delivery(body, len(part), now)


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
        if update.is_messaging:
            entries.append({"id": update.page_id, "time": milliseconds(now), "messaging": [update.value]})
            continue
        if update.page_id not in changes:
            changes[update.page_id] = []
            entries.append({"id": update.page_id, "time": int(now.timestamp()), "changes": changes[update.page_id]})
        changes[update.page_id].append({"field": update.field, "value": update.value})
    return entries


def _without_name(update: PageUpdate) -> PageUpdate:
    value = {key: part for key, part in update.value.items() if key not in ("from", "sender_id", "sender_name")}
    return update if update.is_messaging else PageUpdate(update.page_id, update.field, value)
