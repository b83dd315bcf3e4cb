"""From claimed digests to mails: facts for the whole batch, one link each, built and rendered one by one."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlmodel import Session

from localcare.channels.facebook.stars import list_star_changes
from localcare.digests.core import DigestContent, DigestFacts, build_digest
from localcare.digests.emails import Addressee, DigestLetter, Envelope, build_digest_mail, mail_domain
from localcare.digests.facts_repository import Feedback, StoreWindow, read_feedback
from localcare.digests.recipients import read_reasons, reason_of
from localcare.digests.repository import ClaimedDigest
from localcare.digests.unsubscribing import unsubscribe_url
from localcare.kit.mail import Mail
from localcare.kit.runtime import Runtime
from localcare.people.service import LinkOrder, make_links
from localcare.triage.shipped import load_taxonomy

log = logging.getLogger(__name__)

_UNWANTED = "does not want digests any more, or has left"
_BROKEN = "could not be built; the log has the reason"


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A digest as a mail; without one either there was nothing to say, or `fault` says what went wrong."""

    digest_id: int
    mail: Mail | None = None
    fault: str | None = None


def compose(session: Session, runtime: Runtime, claimed: Sequence[ClaimedDigest]) -> list[ComposedMail]:
    """The mail of every claimed digest. One that cannot be built does not keep the others back."""
    now = runtime.clock.now()
    windows = [StoreWindow(digest.store.store_id, digest.window.starts, digest.window.ends) for digest in claimed]
    contents = [
        _try_to_build(digest, feedback, now)
        for digest, feedback in zip(claimed, gather_feedback(session, windows, now), strict=True)
    ]
    orders = [
        LinkOrder(person_id=digest.person_id, target=content.store_target, store_id=digest.store.store_id)
        for digest, content in zip(claimed, contents, strict=True)
        if isinstance(content, DigestContent)
    ]
    links = iter(make_links(session, runtime, orders, purpose="digest"))
    reasons = read_reasons(session, claimed, now)
    return [
        _try_to_write(runtime, digest, content, next(links), now, reason=reasons[digest.digest_id])
        if isinstance(content, DigestContent)
        else ComposedMail(digest.digest_id, fault=content)
        for digest, content in zip(claimed, contents, strict=True)
    ]


def gather_feedback(session: Session, windows: Sequence[StoreWindow], now: datetime) -> list[Feedback]:
    """The feedback of every window, with what has become of the store's stars on the days that it ends on or begins."""
    spans = [(window.store_id, window.starts.date(), window.ends.date()) for window in windows]
    changes = list_star_changes(session, spans)
    told = read_feedback(session, windows, now)
    return [
        replace(feedback, stars=changes.get(window.store_id)) for window, feedback in zip(windows, told, strict=True)
    ]


def build_content(digest: ClaimedDigest, feedback: Feedback, now: datetime) -> DigestContent | None:
    """What a digest says, or None when there is nothing to say."""
    stars = feedback.stars
    facts = DigestFacts(
        digest.store, digest.window, now, feedback.waiting, feedback.handled, feedback.said, feedback.usual,
        stars=stars.words if stars else "", stars_url=stars.url if stars else "",
    )  # fmt: skip
    return build_digest(facts, topic_names())


def write_mail(
    runtime: Runtime, digest: ClaimedDigest, content: DigestContent, link: str, now: datetime, *, reason: str = ""
) -> Mail:
    """The mail of a digest. ValueError when the address cannot be one."""
    domain = mail_domain(runtime.settings.mail_from)
    to = Addressee(
        name=digest.person_name,
        email=digest.email,
        brand=digest.brand_name,
        reason=reason or reason_of(digest, None),
        link=link,
        unsubscribe_url=unsubscribe_url(runtime, digest.person_id, "digest"),
    )
    envelope = Envelope(
        message_id=f"{digest.message_id}@{domain}",
        dedupe_key=f"digest:{digest.store.store_id}:{digest.person_id}:{digest.window.local_date}",
        list_id=f"digest.{domain}",
        at=now,
    )
    return build_digest_mail(DigestLetter(content, to), envelope)


def _try_to_build(digest: ClaimedDigest, feedback: Feedback, now: datetime) -> DigestContent | str | None:
    if not digest.is_wanted:
        return _UNWANTED
    try:
        return build_content(digest, feedback, now)
    except Exception:
        log.exception("the content of digest %s could not be built", digest.digest_id)
        return _BROKEN


def _try_to_write(
    runtime: Runtime, digest: ClaimedDigest, content: DigestContent, link: str, now: datetime, *, reason: str
) -> ComposedMail:
    try:
        return ComposedMail(digest.digest_id, write_mail(runtime, digest, content, link, now, reason=reason))
    except Exception:
        log.exception("digest %s could not be written", digest.digest_id)
        return ComposedMail(digest.digest_id, fault=_BROKEN)


@cache
def topic_names() -> Mapping[str, str]:
    """The shipped topics, slug to name."""
    return {topic.slug: topic.name for topic in load_taxonomy().topics.values()}


def topic_and_risk_names() -> Mapping[str, str]:
    """The shipped topics and risks, slug to name."""
    return {**topic_names(), **risk_names()}


@cache
def risk_names() -> Mapping[str, str]:
    """The shipped risks, slug to name."""
    return {risk.slug: risk.name for risk in load_taxonomy().risks.values()}
