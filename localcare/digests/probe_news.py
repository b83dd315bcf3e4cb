"""A mail to administrators when something that Meta took away answers again; once, until it has been gone in between."""

import hashlib
from datetime import datetime, timedelta

from localcare.channels.facebook.core.advice import Advice
from localcare.digests import probe_news_repository as repository
from localcare.digests.core.page_alert import Cause, PageAlertContent
from localcare.digests.core.words import tidy
from localcare.digests.emails import Addressee, Envelope, PageAlertLetter, build_page_alert_mail, mail_domain
from localcare.digests.page_alerts import KIND
from localcare.digests.probe_news_repository import News
from localcare.digests.told_repository import Told, list_told
from localcare.digests.unsubscribing import unsubscribe_url
from localcare.errors import CareError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail import Mail, NoTransport
from localcare.kit.runtime import Runtime

_OLDEST = timedelta(days=3)
_SUBJECT = "Facebook answers about recommendations again"
_WHAT_NOW = Advice(
    name="Recommendations answer",
    stops=(),
    broke="Facebook’s /ratings answers again",
    effect="Recommendations may be readable by program again. localcare reads none of them by itself until it is told to.",
    mender="whoever runs or develops localcare",
    steps=(
        "Look at Administration → What networks allow: is it the same the next night?",
        "Read Meta’s changelog of the Graph API: is it meant, and for which versions?",
        "Tell the developers of localcare: the reader for recommendations is there and only has to be switched on.",
    ),
)


def tell_of_probes(runtime: Runtime) -> int:
    """What the clock does every ten minutes; returns how many mails. Idempotent; what could not be sent is owed still."""
    if isinstance(runtime.mail, NoTransport):
        return 0
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        owed = repository.claim(session, since=now - _OLDEST, now=now)
    return sum(_tell(runtime, news, now) for news in owed)


def _tell(runtime: Runtime, news: News, now: datetime) -> int:
    with runtime.db.session(news.brand_id, viewer="alerts") as session:
        people = list_told(session, news.brand_id, role="administrator", kind=KIND, today=now.date())
    mails = [_write(runtime, news, person, now) for person in people]
    try:
        answers = runtime.mail.send_many(mails) if mails else []
    except CareError:
        with runtime.db.session(news.brand_id, viewer="alerts") as session:
            repository.give_back(session, news.probe_id)
        raise
    return sum(answer is None for answer in answers)


def _write(runtime: Runtime, news: News, person: Told, now: datetime) -> Mail:
    domain = mail_domain(runtime.settings.mail_from)
    key = f"{news.probe_id}:{person.person_id}"
    to = Addressee(
        name=person.name,
        email=person.email,
        brand=person.brand_name,
        reason=f"You get this because you administer {person.brand_name}’s Facebook Pages here.",
        link=runtime.settings.base_url.rstrip("/"),
        unsubscribe_url=unsubscribe_url(runtime, person.person_id, KIND),
    )
    envelope = Envelope(
        message_id=f"probe.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}",
        dedupe_key=f"probe:{key}",
        list_id=f"page-alert.{domain}",
        at=now,
    )
    return build_page_alert_mail(PageAlertLetter(_content(news), to), envelope)


def _content(news: News) -> PageAlertContent:
    cause = Cause(
        title=_WHAT_NOW.broke,
        detail=tidy(news.detail, 400),
        since=f"{news.at:%A, %B} {news.at.day}, {news.at:%H:%M} UTC",
        pages=f"asked of {tidy(news.page, 60)}",
        advice=_WHAT_NOW,
        target="/admin/capabilities",
    )
    lead = "It is asked every night, and every night since January 2025 the answer was that they are gone. Tonight it was not."
    return PageAlertContent(_SUBJECT, _SUBJECT, lead, (cause,), target="/admin/capabilities")
