"""The verbs of digests: owe them when their hour comes, send them in batches, resume what a dead process left.

A batch is claimed and committed; read, built and handed to the mail server; recorded and committed. What is repeated after
a crash carries the Message-ID that was fixed when it was first owed (docs/decisions/0006-digest-exactly-once.md).
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.digests import repository
from localcare.digests.alerting import take_up_abandoned
from localcare.digests.composing import ComposedMail, compose
from localcare.digests.core import last_digest_day, next_digest_at, window_of
from localcare.digests.recipients import list_recipients
from localcare.digests.repository import DueStore, NewDigest, Outcome
from localcare.errors import CareError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import defer_many
from localcare.kit.runtime import Runtime

SEND_TASK = "digests.send"
BATCH = 50
STORES_AT_ONCE = 10_000
ABANDONED_AFTER = timedelta(minutes=5)
_REMEMBERED = timedelta(days=8)


def tick(runtime: Runtime) -> int:
    """What the clock does every 30 seconds: owe the digests that are due, take up those a dead process left; how many."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        return claim_due(session, now, hour=runtime.settings.digest_hour) + _take_up(session, now)


def resume(runtime: Runtime) -> int:
    """Put digests and alerts back on the queue whose process died while sending; returns how many digests."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        return _take_up(session, runtime.clock.now())


def claim_due(session: Session, now: datetime, *, hour: int) -> int:
    """Owe one digest per store, person and local day, set each store's next time, defer the sending; returns how many.

    Needs a session of all brands. Run by any number of processes at once, each digest is owed once.
    """
    if not repository.is_first_at_the_clock(session):
        return 0
    stores = repository.lock_due_stores(session, now, limit=STORES_AT_ONCE)
    if not stores:
        return 0
    repository.set_next(session, {store.store_id: next_digest_at(now, store.timezone, hour) for store in stores})
    owed = repository.insert_digests(session, _digests_for(session, stores, now, hour))
    _defer_sending(session, owed)
    return len(owed)


def send_batch(
    runtime: Runtime, brand_id: int, digest_ids: Sequence[int], *, at_point: Callable[[str], None] = lambda _point: None
) -> int:
    """Send what of these is still owed, over one connection; returns how many mails were accepted.

    Raises UnavailableError when the mail server cannot be reached: they are owed again, and the job comes back.
    """
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="digests") as session:
        claimed = repository.claim_digests(session, digest_ids, now=now)
    at_point("digests claimed")
    if not claimed:
        return 0
    with runtime.db.session(brand_id, viewer="digests") as session:
        composed = compose(session, runtime, claimed)
    outcomes = _hand_over(runtime, brand_id, composed)
    at_point("digests accepted")
    _record(runtime, brand_id, outcomes)
    return sum(1 for outcome in outcomes if outcome.state == "sent")


def send_due(runtime: Runtime, *, connections: int = 2) -> int:
    """Owe and send everything that is due now, here and without a worker; returns how many mails were accepted.

    While one connection waits for the mail server, the other batch is built.
    """
    tick(runtime)
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        batches = _batches(repository.list_owed(session))
    with ThreadPoolExecutor(max_workers=connections) as senders:
        return sum(senders.map(lambda batch: send_batch(runtime, *batch), batches))


def _digests_for(session: Session, stores: Sequence[DueStore], now: datetime, hour: int) -> list[NewDigest]:
    due = {store.store_id: store for store in stores if store.due_at is not None}
    previous = repository.find_previous_ends(session, list(due), (now - _REMEMBERED).date())
    return [
        NewDigest(
            brand_id=due[store_id].brand_id,
            store_id=store_id,
            person_id=person_id,
            window=window_of(last_digest_day(now, due[store_id].timezone, hour), now, previous.get(store_id)),
            message_id=f"digest.{uuid.uuid4()}",
        )
        for store_id, person_id in list_recipients(session, list(due), now)
    ]


def _hand_over(runtime: Runtime, brand_id: int, composed: Sequence[ComposedMail]) -> list[Outcome]:
    ready = [(piece.digest_id, piece.mail) for piece in composed if piece.mail is not None]
    try:
        answers = runtime.mail.send_many([mail for _, mail in ready]) if ready else []
    except CareError as error:
        _record(runtime, brand_id, [Outcome(piece.digest_id, "due", error.message) for piece in composed])
        raise
    sent = [
        Outcome(digest_id, "failed" if refusal else "sent", refusal)
        for (digest_id, _), refusal in zip(ready, answers, strict=True)
    ]
    without_mail = [
        Outcome(piece.digest_id, "failed" if piece.fault else "empty", piece.fault)
        for piece in composed
        if piece.mail is None
    ]
    return [*sent, *without_mail]


def _record(runtime: Runtime, brand_id: int, outcomes: Sequence[Outcome]) -> None:
    with runtime.db.session(brand_id, viewer="digests") as session:
        repository.record_outcomes(session, outcomes, runtime.clock.now())


def _take_up(session: Session, now: datetime) -> int:
    take_up_abandoned(session, now - ABANDONED_AFTER)
    return _defer_sending(session, repository.give_back_abandoned(session, now - ABANDONED_AFTER))


def _defer_sending(session: Session, owed: Sequence[tuple[int, int]]) -> int:
    batches = _batches(owed)
    defer_many(session, SEND_TASK, [{"brand_id": brand_id, "digest_ids": list(ids)} for brand_id, ids in batches])
    return len(owed)


def _batches(owed: Sequence[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """(brand id, digest id) pairs as jobs of one brand and at most BATCH digests."""
    by_brand: defaultdict[int, list[int]] = defaultdict(list)
    for brand_id, digest_id in owed:
        by_brand[brand_id].append(digest_id)
    return [
        (brand_id, ids[start : start + BATCH])
        for brand_id, ids in by_brand.items()
        for start in range(0, len(ids), BATCH)
    ]
