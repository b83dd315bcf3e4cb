"""The poll lane: what the REST lists show and no webhook told becomes events, worked in like any other.

Webhooks are a promise without a guarantee; a read is the truth of its moment. What a read adds to what is stored goes
through the event log, in the transaction that moves the watermark: neither is kept without the other.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.channels.facebook import polling_visits
from localcare.channels.facebook.polling_outcomes import PageRead
from localcare.channels.facebook.service import graph_access
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.intake import repository, service
from localcare.intake.core import Delivery, Lane
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.mentions.core import MentionChange

LANES_A_ROUND = 96
CHANGES_AN_EVENT = 200
_WORK_SECONDS = 50.0
_VIEWER = "polling"

OnRead = Callable[[int, int], None]
"""Called with the lanes read so far, and how many there are to read."""


@dataclass(frozen=True, slots=True)
class PollReport:
    """What polling did: Pages and lanes read, calls made, changes stored, and how the lanes fared."""

    pages: int = 0
    lanes: int = 0
    calls: int = 0
    changes: int = 0
    proven: int = 0
    unproven: int = 0
    failed: int = 0

    def plus(self, other: "PollReport") -> "PollReport":
        """Both together; a Page counts once for each time it was read."""
        return PollReport(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def poll_due(runtime: Runtime) -> PollReport:
    """Read what is due, for up to a minute; any number of workers may do so at once."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer=_VIEWER) as session:
        polling_visits.enrol_pages(session, now=now)
        polling_visits.wake_for_named(session, now=now)
        polling_visits.notice_outage(session, last_webhook_at=repository.find_last_webhook(session, now), now=now)
    ends = time.monotonic() + _WORK_SECONDS
    report = PollReport()
    while time.monotonic() < ends:
        done = _round(runtime)
        if not done.lanes:
            break
        report = report.plus(done)
    return report


def poll_pages(
    runtime: Runtime,
    brand_id: int,
    *,
    page_ids: Sequence[str] | None = None,
    since: datetime | None = None,
    on_read: OnRead | None = None,
) -> PollReport:
    """Read these Pages of a brand now, or all; from `since` on, or as far back as they usually are.

    What does not end within a visit's calls is left to the worker.
    """
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer=_VIEWER) as session:
        total = polling_visits.want_read(session, brand_id, page_ids, since=since, now=now)
    report = PollReport()
    while (done := _round(runtime, brand_id=brand_id, page_ids=page_ids)).lanes:
        report = report.plus(done)
        if on_read:
            on_read(report.lanes, total)
    return report


def _round(runtime: Runtime, *, brand_id: int | None = None, page_ids: Sequence[str] | None = None) -> PollReport:
    """Claim, read, keep: each in a transaction of its own, and the network in none."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer=_VIEWER) as session:
        visits = polling_visits.claim_visits(
            session, now=now, limit=LANES_A_ROUND, brand_id=brand_id, page_ids=page_ids
        )  # fmt: skip
    if not visits:
        return PollReport()
    reads = polling_visits.read_visits(graph_access(runtime.settings), runtime.cipher, visits, now=now)
    report = PollReport()
    for brand, of_brand in _by_brand(reads).items():
        with runtime.db.session(brand, viewer=_VIEWER) as session:
            report = report.plus(_keep(session, brand, of_brand, runtime.clock.now()))
    return report


def _by_brand(reads: Sequence[PageRead]) -> dict[int, list[PageRead]]:
    by_brand: dict[int, list[PageRead]] = defaultdict(list)
    for read in reads:
        by_brand[read.visit.brand_id].append(read)
    return by_brand


def _keep(session: Session, brand_id: int, reads: Sequence[PageRead], now: datetime) -> PollReport:
    settled = polling_visits.settle_visits(session, brand_id, reads, now=now)
    service.accept(session, _deliveries(brand_id, settled.changes, now))
    return PollReport(
        pages=len(reads),
        lanes=sum(len(read.visit.lanes) for read in reads),
        calls=sum(read.calls for read in reads),
        changes=len(settled.changes),
        proven=settled.proven,
        unproven=settled.unproven,
        failed=settled.failed,
    )


def _deliveries(brand_id: int, changes: Sequence[MentionChange], now: datetime) -> list[Delivery]:
    starts = range(0, len(changes), CHANGES_AN_EVENT)
    bodies = [encode_changes(changes[start : start + CHANGES_AN_EVENT]) for start in starts]
    return [Delivery(Lane.POLL, STORED, body, now, brand_id) for body in bodies]
