"""Sending alerts: claim and commit, hand over, record and commit; a repeat after a crash has the same Message-ID."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases.lateness import DUE_SOON, LATE
from localcare.digests import alert_repository
from localcare.digests.alert_repository import CaseInDanger, ClaimedAlert
from localcare.digests.alerts import ASKED, CRISIS, NOTICE, RETURNED, SEND_ALERTS_TASK
from localcare.digests.composing import risk_names
from localcare.digests.core.alert import AlertContent, build_alert, build_approval, build_late, build_notice, urge
from localcare.digests.emails import Addressee, AlertLetter, Envelope, build_alert_mail, mail_domain
from localcare.digests.unsubscribing import KINDS, unsubscribe_url
from localcare.errors import CareError
from localcare.kit.jobs import defer
from localcare.kit.mail import Mail
from localcare.kit.runtime import Runtime
from localcare.people.core.links import with_target
from localcare.people.service import LinkOrder, make_links

log = logging.getLogger(__name__)

OLDEST = timedelta(days=3)
"""Words older than this are no alarm any more: an import of last year's reviews wakes nobody."""


def send_alerts(runtime: Runtime, brand_id: int, *, at_point: Callable[[str], None] = lambda _point: None) -> int:
    """Send every alert the brand owes; returns how many were accepted. UnavailableError: they are owed again."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="alerts") as session:
        claimed = alert_repository.claim_alerts(session, brand_id, now=now, oldest=now - OLDEST)
    at_point("alerts claimed")
    if not claimed:
        return 0
    with runtime.db.session(brand_id, viewer="alerts") as session:
        mails = _compose(session, runtime, claimed, now)
    states = _hand_over(runtime, brand_id, mails)
    at_point("alerts accepted")
    _record(runtime, brand_id, states)
    return sum(1 for state in states.values() if state == "sent")


def take_up_abandoned(session: Session, abandoned: datetime) -> None:
    """Put alerts back on the queue whose process died while sending."""
    for brand_id in alert_repository.give_back_abandoned(session, abandoned):
        defer(session, SEND_ALERTS_TASK, brand_id=brand_id)


def _compose(
    session: Session, runtime: Runtime, claimed: Sequence[ClaimedAlert], now: datetime
) -> list[tuple[int, Mail | None]]:
    """(alert id, its mail); one that cannot be written does not keep the others back."""
    cases = alert_repository.read_cases(session, sorted({alert.case_id for alert in claimed}))
    central = alert_repository.list_central(session, sorted({alert.person_id for alert in claimed}))
    links = _links(session, runtime, [alert for alert in claimed if alert.person_id not in central], cases)
    return [
        (alert.alert_id, _try_to_write(runtime, alert, cases[alert.case_id], links.get(alert.alert_id), now))
        for alert in claimed
    ]


def _try_to_write(
    runtime: Runtime, alert: ClaimedAlert, case: CaseInDanger, link: str | None, now: datetime
) -> Mail | None:
    try:
        return _write(runtime, alert, case, link, now)
    except Exception:
        log.exception("alert %s could not be written", alert.alert_id)
        return None


def _links(
    session: Session, runtime: Runtime, claimed: Sequence[ClaimedAlert], cases: Mapping[int, CaseInDanger]
) -> dict[int, str]:
    """Signed links that open the case's store, for those who do not sign in for the whole nation."""
    stores = {alert.alert_id: cases[alert.case_id].danger.store for alert in claimed}
    with_store = [(alert, store) for alert in claimed if (store := stores[alert.alert_id]) is not None]
    orders = [LinkOrder(person_id=alert.person_id, store_id=store.store_id) for alert, store in with_store]
    urls = make_links(session, runtime, orders, purpose="digest")
    return {alert.alert_id: url for (alert, _), url in zip(with_store, urls, strict=True)}


def _write(runtime: Runtime, alert: ClaimedAlert, case: CaseInDanger, link: str | None, now: datetime) -> Mail:
    domain = mail_domain(runtime.settings.mail_from)
    others = [name for name in case.told if name != alert.name]
    content = _content(alert, case, others, now)
    plain = runtime.settings.base_url.rstrip("/") + content.target
    leaving = "late" if alert.kind in (LATE, DUE_SOON) else "alert"
    to = Addressee(
        name=alert.name,
        email=alert.email,
        brand=alert.brand_name,
        reason=_reason(alert, content),
        link=with_target(link, content.target) if link else plain,
        unsubscribe_url=unsubscribe_url(runtime, alert.person_id, leaving),
        leaves=KINDS[leaving],
    )
    envelope = Envelope(
        message_id=f"{alert.message_id}@{domain}",
        dedupe_key=f"alert:{alert.case_id}:{alert.person_id}:{alert.kind}:{alert.alert_id}",
        list_id=f"alert.{domain}",
        at=now,
    )
    return build_alert_mail(AlertLetter(content, to), envelope)


def _content(alert: ClaimedAlert, case: CaseInDanger, others: Sequence[str], now: datetime) -> AlertContent:
    if alert.kind.startswith((ASKED, RETURNED)):
        return build_approval(case.danger, risk_names(), others, is_asked=alert.kind.startswith(ASKED), now=now)
    if alert.kind in (LATE, DUE_SOON) and case.due_at is not None:
        return build_late(case.danger, risk_names(), case.due_at, case.late_too, now=now)
    if alert.kind in (NOTICE, LATE, DUE_SOON):
        return build_notice(case.danger, risk_names(), case.route_reason, others, now=now)
    content = build_alert(case.danger, risk_names(), others, now=now)
    return content if alert.kind == CRISIS else urge(content)


def _reason(alert: ClaimedAlert, content: AlertContent) -> str:
    if alert.kind.startswith(ASKED):
        return "You get this because the routing policy names you for the approval of such answers."
    if alert.kind.startswith(RETURNED):
        return "You get this because you wrote the answer."
    if alert.kind == LATE:
        return f"You get this because you answer for {content.where} when it is late."
    if alert.kind == DUE_SOON:
        return f"You get this because you see the matters of {content.where}."
    if alert.kind == NOTICE:
        return "You get this because a rule of the routing policy names you for such cases."
    return f"You get this because a case at {content.where} went to the crisis queue and you answer for it."


def _hand_over(runtime: Runtime, brand_id: int, mails: Sequence[tuple[int, Mail | None]]) -> dict[int, str]:
    ready = [(alert_id, mail) for alert_id, mail in mails if mail is not None]
    try:
        answers = runtime.mail.send_many([mail for _, mail in ready])
    except CareError:
        _record(runtime, brand_id, {alert_id: "due" for alert_id, _ in mails})
        raise
    states = {alert_id: "failed" for alert_id, _ in mails}
    return states | {alert_id: "sent" for (alert_id, _), refusal in zip(ready, answers, strict=True) if refusal is None}


def _record(runtime: Runtime, brand_id: int, states: Mapping[int, str]) -> None:
    with runtime.db.session(brand_id, viewer="alerts") as session:
        alert_repository.record_alerts(session, states, runtime.clock.now())
