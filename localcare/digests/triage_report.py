"""The Monday mail to supervisors on how triage did: the week is counted once and kept, then told."""

import hashlib
import logging
from datetime import date, datetime

from localcare.digests.composing import topic_and_risk_names
from localcare.digests.core.triage_report import TriageReportContent, build_triage_report
from localcare.digests.emails import Addressee, Envelope, TriageReportLetter, build_triage_report_mail, mail_domain
from localcare.digests.told_repository import Told, list_told
from localcare.digests.unsubscribing import unsubscribe_url
from localcare.errors import CareError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail import Mail, NoTransport
from localcare.kit.runtime import Runtime
from localcare.triage import reporting

log = logging.getLogger(__name__)

KIND = "triage-report"


def report_due_weeks(runtime: Runtime) -> int:
    """What the clock does every hour: count weeks that are over and tell supervisors; returns how many mails. Idempotent."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        due = reporting.list_due_brands(session, now)
    return sum(_report_or_wait(runtime, brand_id, now) for brand_id in due)


def _report_or_wait(runtime: Runtime, brand_id: int, now: datetime) -> int:
    try:
        return _report(runtime, brand_id, now)
    except CareError as error:
        log.warning("the week of triage of brand %s waits: %s", brand_id, error)
        return 0


def _report(runtime: Runtime, brand_id: int, now: datetime) -> int:
    week = reporting.last_week(now)
    with runtime.db.session(brand_id, viewer="triage report") as session:
        before = reporting.list_weeks(session, brand_id)[: reporting.WEEKS_COMPARED]
        content = build_triage_report(
            reporting.keep_week(session, brand_id, week, now=now), before, topic_and_risk_names()
        )
        people = list_told(session, brand_id, role="supervisor", kind=KIND, today=now.date())
        # a mail that cannot be sent leaves the week to be counted and told again
        mails = [_write(runtime, brand_id, week, content, person, now) for person in people]
        answers = [] if isinstance(runtime.mail, NoTransport) or not mails else runtime.mail.send_many(mails)
    return sum(answer is None for answer in answers)


def _write(
    runtime: Runtime, brand_id: int, week: date, content: TriageReportContent, person: Told, now: datetime
) -> Mail:
    domain = mail_domain(runtime.settings.mail_from)
    key = f"{brand_id}:{week}:{person.person_id}"
    to = Addressee(
        name=person.name,
        email=person.email,
        brand=person.brand_name,
        reason=f"You get this every Monday because you supervise {person.brand_name}’s queues.",
        link=runtime.settings.base_url.rstrip("/"),
        unsubscribe_url=unsubscribe_url(runtime, person.person_id, KIND),
    )
    envelope = Envelope(
        message_id=f"triage.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}",
        dedupe_key=f"{KIND}:{key}",
        list_id=f"triage-report.{domain}",
        at=now,
    )
    return build_triage_report_mail(TriageReportLetter(content, to), envelope)
