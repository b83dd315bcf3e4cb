"""A digest as it would go, without owing or sending anything: for `localcare digest preview`."""

from datetime import date, datetime, timedelta

from localcare.digests import repository
from localcare.digests.composing import build_content, gather_feedback, write_mail
from localcare.digests.core import Window
from localcare.digests.core.windows import digest_at, zone_of
from localcare.digests.facts_repository import StoreWindow
from localcare.digests.recipients import list_recipients
from localcare.digests.repository import ClaimedDigest
from localcare.errors import InvalidError, NotFoundError
from localcare.kit.db import Session
from localcare.kit.mail import Mail
from localcare.kit.runtime import Runtime
from localcare.people.models import Person
from localcare.stores.models import Store

_NOBODY = "nobody@localhost"


def preview_digests(
    session: Session, runtime: Runtime, *, store_number: str | None, email: str | None, day: date | None
) -> list[Mail | None]:
    """The mails of one store (to whoever answers for it) or of one person; None where there is nothing to say.

    Of a past `day` its window is shown, with the cases that wait now. NotFoundError when the store or person is unknown.
    """
    pairs = _of_store(session, store_number, runtime.clock.now()) if store_number else _of_person(session, email or "")
    return [_preview(session, runtime, store, person, day) for store, person in pairs]


def _of_store(session: Session, number: str, now: datetime) -> list[tuple[Store, Person | None]]:
    store = repository.find_store(session, number)
    if store is None or store.id is None:
        raise NotFoundError(f"There is no store {number}.")
    ids = [person_id for _, person_id in list_recipients(session, [store.id], now)]
    return [(store, repository.find_person(session, person_id)) for person_id in ids] or [(store, None)]


def _of_person(session: Session, email: str) -> list[tuple[Store, Person | None]]:
    pairs = repository.list_stores_answered_by(session, email.strip().lower())
    if not pairs:
        raise NotFoundError(f"Nobody with the address {email} manages a store.")
    return [(store, person) for store, person in pairs]


def _preview(session: Session, runtime: Runtime, store: Store, person: Person | None, day: date | None) -> Mail | None:
    window = _window(runtime, store.timezone, day)
    digest = ClaimedDigest(
        digest_id=0,
        person_id=person.id or 0 if person else 0,
        email=person.email if person else _NOBODY,
        person_name=person.name if person else "Nobody",
        brand_name=repository.get_brand_name(session, store.brand_id),
        message_id="preview",
        window=window,
        store=repository.card_of(store),
        role="manager",
    )
    (feedback,) = gather_feedback(
        session, [StoreWindow(digest.store.store_id, window.starts, window.ends)], window.ends
    )
    content = build_content(digest, feedback, window.ends)
    link = f"{runtime.settings.base_url.rstrip('/')}/d/preview"
    return write_mail(runtime, digest, content, link, window.ends) if content else None


def _window(runtime: Runtime, zone: str, day: date | None) -> Window:
    now = runtime.clock.now()
    if day is None:
        return Window(now.astimezone(zone_of(zone)).date(), now - timedelta(days=1), now)
    ends = digest_at(day, zone, runtime.settings.digest_hour)
    if ends > now:
        raise InvalidError(f"{day} is not over yet in that store: leave --date out for what would go now.")
    return Window(day, ends - timedelta(days=1), ends)
