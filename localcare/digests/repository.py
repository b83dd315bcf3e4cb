"""SQL of digests: which are due and for whom, claimed and recorded in batches, and who wants none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, select

from localcare.digests.core import StoreCard, Window
from localcare.digests.models import MailOptOut
from localcare.people.models import Brand, Person, RoleGrant
from localcare.stores.models import Store

_CLOCK_LOCK = 7_415_301
_HELD_ON = "coalesce(g.valid_from <= {day}, true) and coalesce(g.valid_to >= {day}, true)"

_DUE = text("""
    select id, brand_id, timezone, next_digest_at from store
    where (next_digest_at is null or next_digest_at <= :now) and (closed_on is null or closed_on > :today)
    order by next_digest_at limit :limit for update skip locked
""")
_SET_NEXT = text("""
    update store set next_digest_at = n.at
    from unnest(cast(:stores as integer[]), cast(:at as timestamptz[])) as n (id, at) where store.id = n.id
""")
_OPTED_OUT = text("select person_id from mail_opt_out where person_id = any(:people) and kind = 'digest'")
_PREVIOUS = text("""
    select store_id, max(window_to) as ended from digest
    where store_id = any(:stores) and local_date >= :since and state <> 'failed' group by 1
""")
_INSERT = text("""
    insert into digest (brand_id, store_id, person_id, local_date, window_from, window_to, message_id, state)
    select *, 'due' from unnest(
        cast(:brands as integer[]), cast(:stores as integer[]), cast(:people as integer[]), cast(:days as date[]),
        cast(:starts as timestamptz[]), cast(:ends as timestamptz[]), cast(:messages as text[]))
    on conflict (store_id, person_id, local_date) do nothing returning brand_id, id
""")
_CLAIM = text(f"""
    update digest d set state = 'sending', attempts = d.attempts + 1, sent_at = :now
    from store s, person p, brand b
    where d.id = any(:ids) and d.state = 'due' and s.id = d.store_id and p.id = d.person_id and b.id = d.brand_id
    returning d.id, d.person_id, p.email, p.name as person_name, b.name as brand_name, d.message_id, d.local_date,
        d.window_from, d.window_to, s.id as store_id, s.number, s.name as store_name, s.timezone,
        (select max(g.role) from role_grant g where g.person_id = d.person_id and g.store_id = d.store_id
            and g.role in ('manager', 'deputy') and {_HELD_ON.format(day="d.local_date")}) as role,
        p.deactivated_at is null
            and not exists (select from mail_opt_out o where o.person_id = p.id and o.kind = 'digest') as wanted
""")
_RECORD = text("""
    update digest d set state = r.state, error = r.error, sent_at = case r.state when 'sent' then cast(:now as timestamptz) end
    from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:errors as text[])) as r (id, state, error)
    where d.id = r.id and d.state = 'sending'
""")
_GIVE_BACK = text("""
    update digest set state = 'due', error = 'its process died while sending'
    where state = 'sending' and sent_at <= :abandoned returning brand_id, id
""")
_OWED = text("select brand_id, id from digest where state = 'due' order by id")


@dataclass(frozen=True, slots=True)
class DueStore:
    """A store whose digest hour has come, or (without `due_at`) that never had one set."""

    store_id: int
    brand_id: int
    timezone: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest to be owed to one person."""

    brand_id: int
    store_id: int
    person_id: int
    window: Window
    message_id: str


@dataclass(frozen=True, slots=True)
class ClaimedDigest:
    """A digest that is this process's to send. `role` is the person's in that store; None is the region's lead."""

    digest_id: int
    person_id: int
    email: str
    person_name: str
    brand_name: str
    message_id: str
    window: Window
    store: StoreCard
    role: str | None
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed digest: sent, empty, failed, or due again."""

    digest_id: int
    state: str
    error: str | None = None


# --- due ------------------------------------------------------------------------------------------------------------


def is_first_at_the_clock(session: Session) -> bool:
    """Whether no other process ticks right now; holds until the end of the transaction."""
    return bool(session.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _CLOCK_LOCK}).scalar_one())


def lock_due_stores(session: Session, now: datetime, *, limit: int) -> list[DueStore]:
    """Open stores whose hour has come, longest due first; those with no hour set come last."""
    return [DueStore(*row) for row in session.execute(_DUE, {"now": now, "today": now.date(), "limit": limit})]


def set_next(session: Session, next_at: Mapping[int, datetime]) -> None:
    """When each store is due again."""
    session.execute(_SET_NEXT, {"stores": list(next_at), "at": list(next_at.values())})


def list_opted_out(session: Session, person_ids: Collection[int]) -> set[int]:
    """Who of these wants no digests."""
    return set(session.scalars(_OPTED_OUT, {"people": sorted(person_ids)}))


def find_previous_ends(session: Session, store_ids: Sequence[int], since: date) -> dict[int, datetime]:
    """Where the last digest of each store ended."""
    rows = session.execute(_PREVIOUS, {"stores": list(store_ids), "since": since})
    return {row.store_id: row.ended for row in rows}


def insert_digests(session: Session, digests: Sequence[NewDigest]) -> list[tuple[int, int]]:
    """Owe these digests; (brand id, digest id) of those that nobody owed yet."""
    columns = {
        "brands": [digest.brand_id for digest in digests],
        "stores": [digest.store_id for digest in digests],
        "people": [digest.person_id for digest in digests],
        "days": [digest.window.local_date for digest in digests],
        "starts": [digest.window.starts for digest in digests],
        "ends": [digest.window.ends for digest in digests],
        "messages": [digest.message_id for digest in digests],
    }
    return [(brand_id, digest_id) for brand_id, digest_id in session.execute(_INSERT, columns)]


# --- sending --------------------------------------------------------------------------------------------------------


def claim_digests(session: Session, ids: Sequence[int], *, now: datetime) -> list[ClaimedDigest]:
    """Take the owed ones among these. While one is `sending`, its `sent_at` says since when."""
    rows = session.execute(_CLAIM, {"ids": list(ids), "now": now}).mappings()
    return [
        ClaimedDigest(
            digest_id=row["id"],
            person_id=row["person_id"],
            email=row["email"],
            person_name=row["person_name"],
            brand_name=row["brand_name"],
            message_id=row["message_id"],
            window=Window(row["local_date"], row["window_from"], row["window_to"]),
            store=StoreCard(row["store_id"], row["number"], row["store_name"], row["timezone"]),
            role=row["role"],
            is_wanted=row["wanted"],
        )
        for row in rows
    ]


def record_outcomes(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down what became of claimed digests."""
    session.execute(
        _RECORD,
        {
            "ids": [outcome.digest_id for outcome in outcomes],
            "states": [outcome.state for outcome in outcomes],
            "errors": [outcome.error for outcome in outcomes],
            "now": now,
        },
    )


def give_back_abandoned(session: Session, abandoned: datetime) -> list[tuple[int, int]]:
    """Owe again what has been `sending` since before that instant: its process has died. (brand id, digest id) of each."""
    return [(brand_id, digest_id) for brand_id, digest_id in session.execute(_GIVE_BACK, {"abandoned": abandoned})]


def list_owed(session: Session) -> list[tuple[int, int]]:
    """(brand id, digest id) of every digest that waits to be sent."""
    return [(brand_id, digest_id) for brand_id, digest_id in session.execute(_OWED)]


# --- who wants none -------------------------------------------------------------------------------------------------


def find_person(session: Session, person_id: int) -> Person | None:
    """Somebody who gets mail."""
    return session.get(Person, person_id)


def has_opted_out(session: Session, person_id: int, kind: str) -> bool:
    """Whether this person wants no mail of that kind."""
    return session.get(MailOptOut, (person_id, kind)) is not None


def add_opt_out(session: Session, opt_out: MailOptOut) -> None:
    """Send no more of a kind; said twice it is the same."""
    session.execute(insert(MailOptOut).values(**opt_out.model_dump()).on_conflict_do_nothing())


def remove_opt_out(session: Session, person_id: int, kind: str) -> None:
    """Send that kind again."""
    session.exec(delete(MailOptOut).where(col(MailOptOut.person_id) == person_id, col(MailOptOut.kind) == kind))


# --- previews -------------------------------------------------------------------------------------------------------


def find_store(session: Session, number: str) -> Store | None:
    """A store by its number, in the brand of the session."""
    return session.exec(select(Store).where(Store.number == number)).first()


def list_stores_answered_by(session: Session, email: str) -> list[tuple[Store, Person]]:
    """The stores whose manager or deputy has this address."""
    query = (
        select(Store, Person)
        .join(RoleGrant, col(RoleGrant.store_id) == Store.id)
        .join(Person, col(Person.id) == RoleGrant.person_id)
        .where(Person.email == email, col(RoleGrant.role).in_(("manager", "deputy")))
        .order_by(Store.number)
    )
    return list({(store.id, person.id): (store, person) for store, person in session.exec(query)}.values())


def get_brand_name(session: Session, brand_id: int) -> str:
    """What the brand is called."""
    return session.get_one(Brand, brand_id).name


def card_of(store: Store) -> StoreCard:
    """A store as its mail names it."""
    return StoreCard(store.id or 0, store.number, store.name, store.timezone)
