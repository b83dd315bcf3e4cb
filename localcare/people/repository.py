"""All SQL of who asks: brands, persons with their grants, links, sessions, tokens, audit.

Grants point at regions and stores. Their tables are read here by name, for ids and time zones only: the stage of
stores stands above this one and asks it who may see what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlmodel import col, select, update

from localcare.kit.db import Session
from localcare.people.core import GrantRow, Identity
from localcare.people.core.links import Link
from localcare.people.core.viewer import DEFAULT_TIMEZONE
from localcare.people.models import ApiToken, AuditEntry, Brand, Person, SignInLink, WebSession

_OWN_GRANTS = (
    "select g.id, g.role, g.region_id, g.store_id, g.skills, g.tier, g.valid_from, g.valid_to,"
    " coalesce(below.ids, '{}') as stores_below, coalesce(own.timezone, below.timezone) as timezone"
    " from role_grant g left join store own on own.id = g.store_id"
    " left join lateral ("
    "  select array_agg(s.id) as ids, mode() within group (order by s.timezone) as timezone"
    "  from region top join region r on r.brand_id = top.brand_id and starts_with(r.path, top.path)"
    "  join store s on s.region_id = r.id where top.id = g.region_id"
    " ) below on g.region_id is not null"
    " where g.person_id = :person"
)
# who stands in for a manager who is away is their deputy for those days
_AS_STAND_IN = (
    " union all select 2147483647, 'deputy', null, g.store_id, '{}', null, greatest(a.from_on, g.valid_from),"
    " least(a.to_on, g.valid_to), '{}', s.timezone"
    " from absence a join role_grant g on g.person_id = a.person_id and g.role = 'manager' join store s on s.id = g.store_id"
    " where a.stand_in_id = :person and a.ended_at is null"
)
_GRANTS = {
    stands_in: text(f"{_OWN_GRANTS}{_AS_STAND_IN if stands_in else ''} order by 1") for stands_in in (False, True)
}
_WHO = (
    "select p.id as person_id, p.name, p.email, p.locale, p.brand_id, b.name as brand_name, {more},"
    " exists (select from absence a where a.stand_in_id = p.id and a.ended_at is null) as stands_in"
    " from person p join brand b on b.id = p.brand_id {join} where p.deactivated_at is null and {where}"
)
_WHO_BY_ID = text(_WHO.format(more="null::integer as store_id", join="", where="p.id = :person"))
_WHO_BY_SESSION = text(
    _WHO.format(
        more="w.store_id",
        join="join web_session w on w.person_id = p.id",
        where="w.token_hash = :token_hash and w.expires_at > :now",
    )
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Everything a Viewer is computed from. `stores_below` has the stores of each region in the grants."""

    identity: Identity
    grants: tuple[GrantRow, ...]
    stores_below: dict[int, frozenset[int]]
    limited_to_store: int | None


# --- brands and persons ---------------------------------------------------------------------------------------------


def find_brand(session: Session, slug: str) -> Brand | None:
    """The brand of that slug."""
    return session.exec(select(Brand).where(Brand.slug == slug)).first()


def insert_brand(session: Session, brand: Brand) -> Brand:
    """A new tenant, with its id."""
    session.add(brand)
    session.flush()
    return brand


def list_brands(session: Session) -> list[Brand]:
    """Every brand of this installation, oldest first."""
    return list(session.exec(select(Brand).order_by(col(Brand.id))))


def find_colleague(session: Session, brand_id: int, email: str) -> Person | None:
    """Somebody of the brand who still works here, by e-mail."""
    query = select(Person).where(
        Person.brand_id == brand_id, Person.email == email, col(Person.deactivated_at).is_(None)
    )
    return session.exec(query).one_or_none()


def list_active_persons(session: Session, email: str) -> list[Person]:
    """Who has this address, in any brand the session may see."""
    return list(session.exec(select(Person).where(Person.email == email, col(Person.deactivated_at).is_(None))))


def find_known_person(session: Session, person_id: int) -> KnownPerson | None:
    """A person with grants, unless deactivated."""
    return _known(session, session.execute(_WHO_BY_ID, {"person": person_id}).mappings().first())


def find_signed_in(session: Session, token_hash: str, now: datetime) -> KnownPerson | None:
    """Whose session this is, unless it has ended."""
    found = session.execute(_WHO_BY_SESSION, {"token_hash": token_hash, "now": now})
    return _known(session, found.mappings().first())


def _known(session: Session, who: RowMapping | None) -> KnownPerson | None:
    if who is None:
        return None
    rows = session.execute(_GRANTS[who["stands_in"]], {"person": who["person_id"]}).mappings().all()
    identity = Identity(
        brand_id=who["brand_id"],
        brand_name=who["brand_name"],
        person_id=who["person_id"],
        name=who["name"],
        email=who["email"],
        locale=who["locale"],
        timezone=next((row["timezone"] for row in rows if row["timezone"]), DEFAULT_TIMEZONE),
    )
    below = {row["region_id"]: frozenset(row["stores_below"]) for row in rows if row["region_id"] is not None}
    return KnownPerson(identity, tuple(map(_grant, rows)), below, who["store_id"])


def _grant(row: RowMapping) -> GrantRow:
    return GrantRow(
        role=row["role"],
        region_id=row["region_id"],
        store_id=row["store_id"],
        skills=frozenset(row["skills"]),
        tier=row["tier"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


# --- links and sessions ---------------------------------------------------------------------------------------------


def insert_links(session: Session, links: Sequence[SignInLink]) -> None:
    """All links in one statement."""
    session.add_all(links)
    session.flush()


def count_links_since(session: Session, person_id: int, since: datetime) -> int:
    """How many sign-in links this person was sent lately."""
    found = session.execute(
        text(
            "select count(*) from sign_in_link where person_id = :person and purpose = 'sign-in' and created_at > :since"
        ),
        {"person": person_id, "since": since},
    )
    return int(found.scalar_one())


def find_link(session: Session, token_hash: str) -> Link | None:
    """A link as it is kept, whether or not it still opens; none for a deactivated person."""
    row = session.exec(
        select(SignInLink, Person.name, Person.brand_id)
        .join(Person, col(Person.id) == SignInLink.person_id)
        .where(SignInLink.token_hash == token_hash, col(Person.deactivated_at).is_(None))
    ).first()
    if row is None:
        return None
    link, name, brand_id = row
    return Link(link.person_id, name, brand_id, link.purpose, link.target, link.store_id, link.expires_at, link.used_at)


def mark_used(session: Session, token_hash: str, now: datetime, *, only_if_unused: bool) -> bool:
    """Note the first use; with `only_if_unused`, False when somebody else was first."""
    statement = update(SignInLink).where(col(SignInLink.token_hash) == token_hash)
    if only_if_unused:
        statement = statement.where(col(SignInLink.used_at).is_(None))
    found = session.exec(statement.values(used_at=now).returning(col(SignInLink.token_hash)))
    return found.first() is not None


def insert_session(session: Session, row: WebSession) -> None:
    """A signed-in browser."""
    session.add(row)
    session.flush()


def delete_session(session: Session, token_hash: str) -> None:
    """Forget a browser; forgetting it twice is fine."""
    session.execute(text("delete from web_session where token_hash = :hash"), {"hash": token_hash})


def delete_ended(session: Session, now: datetime) -> int:
    """Sweep links and sessions that nobody can use any more; returns how many."""
    links = session.execute(text("delete from sign_in_link where expires_at < :now - interval '30 days'"), {"now": now})
    sessions = session.execute(text("delete from web_session where expires_at < :now"), {"now": now})
    return int(links.rowcount + sessions.rowcount)  # type: ignore[attr-defined]


# --- programs, audit ------------------------------------------------------------------------------------------------


def insert_api_token(session: Session, row: ApiToken) -> ApiToken:
    """A program's token."""
    session.add(row)
    session.flush()
    return row


def use_api_token(session: Session, token_hash: str, now: datetime) -> tuple[ApiToken, str] | None:
    """The token and its brand's name unless revoked; its last use is noted at most once an hour."""
    found = session.exec(
        select(ApiToken, Brand.name)
        .join(Brand, col(Brand.id) == ApiToken.brand_id)
        .where(ApiToken.token_hash == token_hash, col(ApiToken.revoked_at).is_(None))
    ).first()
    if found is not None:
        session.execute(
            text(
                "update api_token set last_used_at = :now"
                " where id = :id and (last_used_at is null or last_used_at < :now - interval '1 hour')"
            ),
            {"id": found[0].id, "now": now},
        )
    return found


def insert_audit(session: Session, entry: AuditEntry) -> None:
    """One more line; it can never be changed."""
    session.add(entry)
    session.flush()


def set_retention(session: Session, brand_id: int, months: int | None) -> None:
    """Write how long words are kept."""
    session.execute(
        text("update brand set retention_months = :months where id = :id"), {"months": months, "id": brand_id}
    )
