"""Mails to administrators when Pages are lost: within minutes, one for many, again each day, and when all is well.

Claimed, handed over, kept: a claim that is not kept is owed again after five minutes, and a mail that went out twice has the
same Message-ID.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from localcare.digests import page_alert_repository as repository
from localcare.digests.core.page_alert import PageTrouble, Stage, build_page_alert
from localcare.digests.emails import Addressee, Envelope, PageAlertLetter, build_page_alert_mail, mail_domain
from localcare.digests.page_alert_repository import Moments, OwedIncident
from localcare.digests.told_repository import Told, list_told
from localcare.digests.unsubscribing import unsubscribe_url
from localcare.errors import CareError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail import Mail, NoTransport
from localcare.kit.runtime import Runtime

KIND = "page-alert"
REMIND_AFTER = timedelta(hours=24)
SETTLED_AFTER = timedelta(minutes=15)
"""What ends may begin again: it is called mended when it has been for so long."""

_LEASE = timedelta(minutes=5)
_LASTING = timedelta(hours=6)
_CALM = timedelta(seconds=30)
_PATIENCE = timedelta(minutes=2)
_OLDEST = timedelta(days=3)
_STAGES: tuple[Stage, ...] = ("lost", "still", "mended")


def tell_administrators(runtime: Runtime) -> int:
    """What the clock does every minute: send what is owed; returns how many mails. Idempotent."""
    if isinstance(runtime.mail, NoTransport):
        return 0
    moments = _moments(runtime.clock.now())
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brands = repository.list_brands(session, moments)
    return sum(tell_brand(runtime, brand_id) for brand_id in brands)


def tell_brand(runtime: Runtime, brand_id: int) -> int:
    """Send what one brand's administrators are owed; returns how many mails. Raises UnavailableError, and owes them still."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="alerts") as session:
        owed = repository.claim(session, brand_id, _moments(now))
        people = list_told(session, brand_id, role="administrator", kind=KIND, today=now.date()) if owed else []
    by_stage: dict[Stage, list[OwedIncident]] = defaultdict(list)
    for each in owed:
        by_stage[each.stage].append(each)
    sent = 0
    for stage in _STAGES:
        if by_stage[stage]:
            sent += _send(runtime, brand_id, stage, by_stage[stage], people, now)
    return sent


def _send(
    runtime: Runtime, brand_id: int, stage: Stage, owed: Sequence[OwedIncident], people: Sequence[Told], now: datetime
) -> int:
    mails = [_write(runtime, brand_id, stage, owed, person, now) for person in people]
    try:
        answers = runtime.mail.send_many(mails) if mails else []
    except CareError:
        with runtime.db.session(brand_id, viewer="alerts") as session:
            repository.give_back(session, owed)
        raise
    with runtime.db.session(brand_id, viewer="alerts") as session:
        repository.keep_told(session, [each.incident_id for each in owed], now=now)
    return sum(answer is None for answer in answers)


def _write(
    runtime: Runtime, brand_id: int, stage: Stage, owed: Sequence[OwedIncident], person: Told, now: datetime
) -> Mail:
    troubles = [
        PageTrouble(each.incident_id, each.kind, "" if each.is_everywhere else each.name, each.detail, each.since)
        for each in owed
    ]
    domain = mail_domain(runtime.settings.mail_from)
    key = f"{brand_id}:{stage}:{_digest(owed)}:{person.person_id}"
    to = Addressee(
        name=person.name,
        email=person.email,
        brand=person.brand_name,
        reason=f"You get this because you administer {person.brand_name}’s Facebook Pages here.",
        link=runtime.settings.base_url.rstrip("/"),
        unsubscribe_url=unsubscribe_url(runtime, person.person_id, KIND),
    )
    envelope = Envelope(
        message_id=f"pages.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}",
        dedupe_key=f"{KIND}:{key}",
        list_id=f"page-alert.{domain}",
        at=now,
    )
    return build_page_alert_mail(PageAlertLetter(build_page_alert(troubles, stage), to), envelope)


def _digest(owed: Sequence[OwedIncident]) -> str:
    """The same for the same incidents as they were told before."""
    parts = sorted(f"{each.incident_id}@{each.told_before}" for each in owed)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _moments(now: datetime) -> Moments:
    return Moments(
        reminded=now - REMIND_AFTER,
        settled=now - SETTLED_AFTER,
        oldest=now - _OLDEST,
        lasted=now - _LASTING,
        lease=now - REMIND_AFTER + _LEASE,
        calm=now - _CALM,
        patience=now - _PATIENCE,
    )
