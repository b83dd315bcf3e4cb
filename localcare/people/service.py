"""Sign-in by mailed link, sessions, tokens of programs, the audit. Nothing secret is kept: only hashes are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit import jobs
from localcare.kit.crypto import hash_token, new_token
from localcare.kit.db import ALL_BRANDS, Session
from localcare.kit.runtime import Runtime
from localcare.people import repository
from localcare.people.core import Grant, Viewer, compute_viewer
from localcare.people.core.links import (
    API_SCOPES,
    LINK_LIFE,
    MAX_LINKS_PER_HOUR,
    Link,
    Purpose,
    own_path,
)
from localcare.people.emails import build_sign_in_mail
from localcare.people.models import ApiToken, AuditEntry, Brand, Person, SignInLink, WebSession
from localcare.people.repository import KnownPerson

MAIL_SIGN_IN_LINK = "people.mail_sign_in_link"
TOKEN_PREFIX = "lc_"  # noqa: S105 (not a secret, the mark of one)
_PATHS: dict[Purpose, str] = {"sign-in": "sign-in", "digest": "d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOrder:
    """A link to be made: for whom, where it leads, and the only store it opens (None: all that the person may see)."""

    person_id: int
    target: str = "/"
    store_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened: the cookie's value and its life, and where to go now."""

    token: str
    life: timedelta
    target: str


# --- links ----------------------------------------------------------------------------------------------------------


def get_colleague(session: Session, brand_id: int, email: str) -> Person:
    """Somebody of the brand by e-mail. NotFoundError when nobody has that address."""
    found = repository.find_colleague(session, brand_id, email.strip().lower())
    if found is None:
        raise NotFoundError(f"Nobody of this brand has the address {email}.")
    return found


def request_sign_in(session: Session, email: str, target: str | None = None) -> None:
    """Have a link mailed to whoever has this address. The caller says the same whether anybody has."""
    for person in repository.list_active_persons(session, email.strip().lower()):
        assert person.id is not None  # noqa: S101
        jobs.defer(session, MAIL_SIGN_IN_LINK, person_id=person.id, target=own_path(target))


def mail_sign_in_link(runtime: Runtime, person_id: int, target: str) -> None:
    """Make and mail a link, unless that person was sent several lately. Run twice, it sends two; both work."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="sign-in") as session:
        known = repository.find_known_person(session, person_id)
        sent = repository.count_links_since(session, person_id, now - timedelta(hours=1))
        if known is None or sent >= MAX_LINKS_PER_HOUR:
            return
        url = make_link(session, runtime, person_id=person_id, purpose="sign-in", target=target)
    mail = build_sign_in_mail(known.identity, url, base_url=runtime.settings.base_url, at=now)
    runtime.mail.send_many([mail])


def make_link(
    session: Session,
    runtime: Runtime,
    *,
    person_id: int,
    purpose: Purpose,
    target: str = "/",
    store_id: int | None = None,
    life: timedelta | None = None,
) -> str:
    """An absolute URL that signs a person in; `life` is for those who print links, such as the demo."""
    order = LinkOrder(person_id=person_id, target=target, store_id=store_id)
    return make_links(session, runtime, [order], purpose=purpose, life=life)[0]


def make_links(
    session: Session,
    runtime: Runtime,
    orders: Sequence[LinkOrder],
    *,
    purpose: Purpose,
    life: timedelta | None = None,
) -> list[str]:
    """An absolute URL for each order, in its order; one statement for all of them."""
    now = runtime.clock.now()
    tokens = [new_token() for _ in orders]
    rows = [
        SignInLink(
            token_hash=hash_token(token),
            person_id=order.person_id,
            purpose=purpose,
            target=own_path(order.target),
            store_id=order.store_id,
            created_at=now,
            expires_at=now + (life or LINK_LIFE[purpose]),
        )
        for token, order in zip(tokens, orders, strict=True)
    ]
    repository.insert_links(session, rows)
    base = runtime.settings.base_url.rstrip("/")
    return [f"{base}/{_PATHS[purpose]}/{token}" for token in tokens]


def find_link(session: Session, token: str) -> Link | None:
    """What a link's page has to say about it; reading changes nothing, since mail scanners read every link."""
    return repository.find_link(session, hash_token(token))


def consume_link(session: Session, token: str, now: datetime, *, target: str | None = None) -> SignedIn | None:
    """Sign in with a link; None when it is unknown, over, or was used up. Of two at once, one wins.

    `target` may lead to another page than the link's own, since one link serves every line of a digest.
    """
    link = find_link(session, token)
    if link is None or not link.is_open(now):
        return None
    if not repository.mark_used(session, hash_token(token), now, only_if_unused=link.works_once):
        return None
    opened = create_session(session, link, now)
    detail: dict[str, object] = {"purpose": link.purpose, "store_id": link.store_id}
    _write_audit(session, link.brand_id, f"person:{link.person_id}", "signed in", "session", now, detail)
    return SignedIn(opened, link.session_life, own_path(target) if target else link.target)


# --- sessions -------------------------------------------------------------------------------------------------------


def create_session(session: Session, link: Link, now: datetime) -> str:
    """Open a browser's session as a link allows; returns the cookie's value, which is kept nowhere."""
    token = new_token()
    repository.insert_session(
        session,
        WebSession(
            token_hash=hash_token(token),
            person_id=link.person_id,
            brand_id=link.brand_id,
            store_id=link.store_id,
            created_at=now,
            expires_at=now + link.session_life,
        ),
    )
    return token


def end_session(session: Session, token: str) -> None:
    """Sign a browser out."""
    repository.delete_session(session, hash_token(token))


def viewer_of_session(session: Session, token: str, now: datetime) -> Viewer | None:
    """Whose browser this is, with the roles of today; None when the session has ended."""
    return _viewer(repository.find_signed_in(session, hash_token(token), now), now)


def viewer_of_person(session: Session, person_id: int, now: datetime, *, store_id: int | None = None) -> Viewer | None:
    """A person's view without a browser, for digests and previews; limited to one store when it is given."""
    viewer = _viewer(repository.find_known_person(session, person_id), now)
    return viewer.limited_to(store_id) if viewer and store_id is not None else viewer


def sweep_ended(session: Session, now: datetime) -> int:
    """Forget links and sessions that nobody can use any more; returns how many."""
    return repository.delete_ended(session, now)


def _viewer(known: KnownPerson | None, now: datetime) -> Viewer | None:
    if known is None:
        return None
    return compute_viewer(
        known.identity,
        known.grants,
        stores_below=known.stores_below,
        now=now,
        limited_to_store=known.limited_to_store,
    )


# --- programs -------------------------------------------------------------------------------------------------------


def create_api_token(session: Session, viewer: Viewer, name: str, scopes: Collection[str], now: datetime) -> str:
    """A new token of the viewer's brand; the answer is the only time it is seen. InvalidError on unknown scopes."""
    unknown = sorted(set(scopes) - set(API_SCOPES))
    if unknown or not scopes:
        raise InvalidError(f"Unknown scope {', '.join(unknown) or '(none)'}: choose from {', '.join(API_SCOPES)}.")
    secret = TOKEN_PREFIX + new_token()
    row = repository.insert_api_token(
        session,
        ApiToken(
            brand_id=viewer.brand_id, name=name, token_hash=hash_token(secret), scopes=sorted(scopes), created_at=now
        ),
    )
    audit(session, viewer, "created a token", f"token:{row.id}", now, name=name, scopes=" ".join(row.scopes))
    return secret


def viewer_of_token(session: Session, secret: str, now: datetime) -> Viewer | None:
    """The program behind a bearer token: it sees its whole brand and writes only what its scopes say."""
    found = repository.use_api_token(session, hash_token(secret), now)
    if found is None:
        return None
    token, brand_name = found
    roles = ("auditor", "agent") if "cases:write" in token.scopes else ("auditor",)
    return Viewer(
        brand_id=token.brand_id,
        name=token.name,
        brand_name=brand_name,
        grants=tuple(Grant(role) for role in roles),
        token_id=token.id,
        api_scopes=frozenset(token.scopes),
    )


# --- brands and audit -----------------------------------------------------------------------------------------------


def add_brand(session: Session, slug: str, name: str, now: datetime) -> Brand:
    """A new tenant. ConflictError when the slug is taken; needs a session of all brands."""
    if repository.find_brand(session, slug):
        raise ConflictError(f"There is already a brand “{slug}”.")
    brand = repository.insert_brand(session, Brand(slug=slug, name=name, created_at=now))
    assert brand.id is not None  # noqa: S101
    _write_audit(session, brand.id, "system", "added a brand", f"brand:{slug}", now, {"name": name})
    return brand


def keep_words(session: Session, viewer: Viewer, months: int | None, *, now: datetime) -> None:
    """Set after how many months a brand's customers' words are forgotten; None keeps them."""
    repository.set_retention(session, viewer.brand_id, months)
    audit(session, viewer, "set how long words are kept", f"brand:{viewer.brand_id}", now, months=months)


def get_brand(session: Session, slug: str | None) -> Brand:
    """The brand of that slug; without one, the only brand there is. NotFoundError says what to do."""
    brands = repository.list_brands(session)
    if not brands:
        raise NotFoundError("There is no brand yet: make one with `localcare brand add SLUG --name NAME`.")
    if slug is None and len(brands) == 1:
        return brands[0]
    known = ", ".join(brand.slug for brand in brands)
    if slug is None:
        raise NotFoundError(f"There are several brands; say which with --brand: {known}.")
    found = next((brand for brand in brands if brand.slug == slug), None)
    if found is None:
        raise NotFoundError(f"There is no brand “{slug}”; there are: {known}.")
    return found


def list_brand_ids(session: Session) -> list[int]:
    """Every brand, oldest first; needs a session of all brands."""
    return [brand.id for brand in repository.list_brands(session) if brand.id is not None]


def audit(session: Session, viewer: Viewer, action: str, subject: str, at: datetime, **detail: object) -> None:
    """Write down who did what to what: `audit(session, viewer, "erased an author", "author:12", now, reason="asked")`."""
    _write_audit(session, viewer.brand_id, viewer.actor, action, subject, at, detail)


def _write_audit(
    session: Session, brand_id: int, actor: str, action: str, subject: str, at: datetime, detail: dict[str, object]
) -> None:
    kind, _, number = actor.partition(":")
    entry = AuditEntry(brand_id=brand_id, at=at, actor=actor, action=action, subject=subject, detail=detail)
    entry.person_id = int(number) if kind == "person" else None
    repository.insert_audit(session, entry)
