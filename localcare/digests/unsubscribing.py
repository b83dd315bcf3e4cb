"""Leaving a kind of mail by a signed link that needs no sign-in, as RFC 8058 asks; and coming back."""

from dataclasses import dataclass
from datetime import datetime

from localcare.digests import repository
from localcare.digests.models import MailOptOut
from localcare.errors import NotFoundError
from localcare.kit.crypto import Signer
from localcare.kit.db import Session
from localcare.kit.runtime import Runtime

KINDS = {
    "digest": "the daily digest",
    "alert": "alerts about crises",
    "late": "mails about late replies",
    "page-alert": "alerts about Facebook Pages",
    "triage-report": "the Monday mail about triage",
}
PATH = "/digests/unsubscribe/"
_PURPOSE = "unsubscribe"
_LIFE_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Subscription:
    """One kind of mail of one person, and whether it is still sent."""

    person_id: int
    brand_id: int
    name: str
    email: str
    kind: str
    is_active: bool

    @property
    def what(self) -> str:
        """The kind in words."""
        return KINDS[self.kind]


def unsubscribe_url(runtime: Runtime, person_id: int, kind: str) -> str:
    """The address that one POST unsubscribes at; valid for 400 days."""
    token = runtime.signer.sign({"person": person_id, "kind": kind}, purpose=_PURPOSE)
    return f"{runtime.settings.base_url.rstrip('/')}{PATH}{token}"


def read_subscription(session: Session, signer: Signer, token: str) -> Subscription:
    """What a link is about. ForbiddenError when it is not ours or too old, NotFoundError when the person is gone."""
    statement = signer.read(token, purpose=_PURPOSE, max_age_seconds=_LIFE_SECONDS)
    person_id, kind = int(statement["person"]), str(statement["kind"])
    person = repository.find_person(session, person_id)
    if person is None or kind not in KINDS:
        raise NotFoundError("Nobody gets this mail any more.")
    is_active = not repository.has_opted_out(session, person_id, kind)
    return Subscription(person_id, person.brand_id, person.name, person.email, kind, is_active)


def unsubscribe(session: Session, subscription: Subscription, now: datetime) -> None:
    """Send this person no more of that kind; twice is once."""
    repository.add_opt_out(
        session,
        MailOptOut(person_id=subscription.person_id, brand_id=subscription.brand_id, kind=subscription.kind, since=now),
    )


def subscribe_again(session: Session, subscription: Subscription) -> None:
    """Take an unsubscription back."""
    repository.remove_opt_out(session, subscription.person_id, subscription.kind)
