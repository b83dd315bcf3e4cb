"""SQL of the roster: who holds which role where, written by import and read by digests, routing and alerts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.types.json import Jsonb
from sqlalchemy import text

from localcare.kit.db import Session, raw_connection, rows_as_json
from localcare.people.core.people_file import Appointment, Directory

_UPSERT_PERSONS = """
insert into person (brand_id, email, name, locale, created_at)
select distinct on (email) %(brand)s, email, name, locale, %(now)s
from jsonb_to_recordset(%(rows)b) as r(email text, name text, locale text)
on conflict (brand_id, email) do update
  set name = excluded.name, locale = excluded.locale, deactivated_at = null
  where (person.name, person.locale) is distinct from (excluded.name, excluded.locale) or person.deactivated_at is not null
returning xmax = 0
"""
_WANTED = """
with wanted as (
  select p.id as person_id, r.role, r.region_id, r.store_id, r.skills, r.tier, r.capacity, r.valid_from, r.valid_to
  from jsonb_to_recordset(%(rows)b) as r(
    email text, role text, region_id integer, store_id integer, skills text[], tier integer, capacity integer,
    valid_from date, valid_to date)
  join person p on p.brand_id = %(brand)s and p.email = r.email)
"""
_SAME = """g.person_id = w.person_id and g.role = w.role and g.region_id is not distinct from w.region_id
  and g.store_id is not distinct from w.store_id and (g.valid_to is null or g.valid_to >= %(today)s
    or (g.valid_from, g.valid_to) is not distinct from (w.valid_from, w.valid_to))"""
_UPDATE_GRANTS = f"""{_WANTED}
update role_grant g set skills = w.skills, tier = w.tier, capacity = w.capacity,
  valid_from = coalesce(w.valid_from, g.valid_from), valid_to = w.valid_to
from wanted w where {_SAME}
  and (g.skills, g.tier, g.capacity, g.valid_from, g.valid_to)
    is distinct from (w.skills, w.tier, w.capacity, coalesce(w.valid_from, g.valid_from), w.valid_to)
"""
_END_GRANTS = f"""{_WANTED}
update role_grant g set valid_to = %(today)s::date - 1
where g.brand_id = %(brand)s
  and g.person_id in (select id from person where brand_id = %(brand)s and email = any(%(complete)s))
  and (g.valid_to is null or g.valid_to >= %(today)s) and not exists (select from wanted w where {_SAME})
"""
_INSERT_GRANTS = f"""{_WANTED}
insert into role_grant (brand_id, person_id, role, region_id, store_id, skills, tier, capacity, valid_from, valid_to)
select %(brand)s, w.person_id, w.role, w.region_id, w.store_id, w.skills, w.tier, w.capacity, w.valid_from, w.valid_to
from wanted w where not exists (select from role_grant g where {_SAME})
"""
_END_FORMER = """
update role_grant g set valid_to = coalesce(r.since, %(today)s::date) - 1
from jsonb_to_recordset(%(rows)b) as r(email text, store_id integer, since date)
where g.brand_id = %(brand)s and g.store_id = r.store_id and g.role = 'manager'
  and (g.valid_to is null or g.valid_to >= coalesce(r.since, %(today)s::date))
  and g.person_id <> (select id from person where brand_id = %(brand)s and email = r.email)
"""
_SUCCEEDING = """
select r.email, r.store_id from jsonb_to_recordset(%(rows)b) as r(email text, store_id integer, since date)
join role_grant g on g.brand_id = %(brand)s and g.store_id = r.store_id and g.role = 'manager'
  and (g.valid_to is null or g.valid_to >= %(today)s)
join person p on p.id = g.person_id
group by r.email, r.store_id having bool_and(p.email <> r.email)
"""
_VALID = "(g.valid_from is null or g.valid_from <= :day) and (g.valid_to is null or g.valid_to >= :day)"
_CONTACT = "p.id as person_id, p.name, p.email, p.locale, g.role"
_OF_STORES = text(
    f"select {_CONTACT}, s.id as store_id from store s"
    " join region here on here.id = s.region_id"
    " cross join unnest(string_to_array(trim(both '/' from here.path), '/')::integer[]) as above(id)"
    " join role_grant g on g.region_id = above.id"
    f" join person p on p.id = g.person_id and p.deactivated_at is null"
    f" where s.brand_id = :brand and s.id = any(:stores) and g.role = any(:roles) and {_VALID}"
    f" union all select {_CONTACT}, g.store_id from role_grant g"
    " join person p on p.id = g.person_id and p.deactivated_at is null"
    f" where g.brand_id = :brand and g.store_id = any(:stores) and g.role = any(:roles) and {_VALID}"
    " order by store_id, role, person_id"
)
_OF_NATION = text(
    f"select {_CONTACT}, null::integer as store_id, g.skills, g.tier, g.capacity from role_grant g"
    " join person p on p.id = g.person_id and p.deactivated_at is null"
    f" where g.brand_id = :brand and g.region_id is null and g.store_id is null and g.role = any(:roles) and {_VALID}"
    " order by p.id, g.id"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to about a store, or (without one) about the nation, and in which role."""

    person_id: int
    name: str
    email: str
    locale: str
    role: str
    store_id: int | None


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works the central queues: what they can take on, and how many cases at once."""

    person_id: int
    name: str
    email: str
    role: str
    skills: frozenset[str]
    tier: int | None
    capacity: int


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What an import did, counted in persons and in roles over one scope."""

    persons_added: int
    persons_changed: int
    roles_added: int
    roles_changed: int
    roles_ended: int


def read_directory(session: Session, brand_id: int) -> Directory:
    """What the scopes of a people file may name."""
    brand = {"brand": brand_id}
    regions = session.execute(text("select lower(slug) as slug, id from region where brand_id = :brand"), brand)
    stores = session.execute(text("select number, id from store where brand_id = :brand"), brand)
    return Directory({row.slug: row.id for row in regions}, {row.number: row.id for row in stores})


def write_appointments(
    session: Session,
    brand_id: int,
    appointments: Sequence[Appointment],
    *,
    today: date,
    now: datetime,
    complete: Collection[str] = (),
) -> RosterChange:
    """Make persons and roles as the appointments say; other running roles of `complete` e-mails end yesterday."""
    connection = raw_connection(session)
    persons: list[dict[str, object]] = [{"email": a.email, "name": a.name, "locale": a.locale} for a in appointments]
    grants = [row for appointment in appointments for row in _grant_rows(appointment)]
    values: dict[str, object] = {"brand": brand_id, "now": now, "today": today, "complete": list(complete)}
    written = connection.execute(_UPSERT_PERSONS, {**values, "rows": rows_as_json(persons)}).fetchall()
    added = sum(is_new for (is_new,) in written)
    values["rows"] = rows_as_json(grants)
    ended = connection.execute(_END_GRANTS, values).rowcount
    changed = connection.execute(_UPDATE_GRANTS, values).rowcount
    inserted = connection.execute(_INSERT_GRANTS, values).rowcount
    return RosterChange(added, len(written) - added, inserted, changed, ended)


def list_successors(
    session: Session, brand_id: int, appointments: Sequence[Appointment], *, today: date
) -> frozenset[Appointment]:
    """The appointments to stores that somebody else manages so far."""
    values = {"brand": brand_id, "today": today, "rows": _scope_rows(appointments)}
    found = set(raw_connection(session).execute(_SUCCEEDING, values).fetchall())
    return frozenset(a for a in appointments if any((a.email, scope.store_id) in found for scope in a.scopes))


def end_former_managers(session: Session, brand_id: int, appointments: Sequence[Appointment], *, today: date) -> int:
    """End the manager's role of everybody else in these stores on the day before; returns how many ended."""
    values = {"brand": brand_id, "today": today, "rows": _scope_rows(appointments)}
    return raw_connection(session).execute(_END_FORMER, values).rowcount


def list_contacts(
    session: Session, brand_id: int, store_ids: Collection[int], roles: Collection[str], day: date
) -> list[Contact]:
    """Who holds one of these roles over these stores on that day, by the store or by a region above it."""
    values = {"brand": brand_id, "stores": list(store_ids), "roles": list(roles), "day": day}
    return [Contact(**row) for row in session.execute(_OF_STORES, values).mappings()]


def list_national_contacts(session: Session, brand_id: int, roles: Collection[str], day: date) -> list[Contact]:
    """Who holds one of these roles over the whole brand on that day."""
    rows = session.execute(_OF_NATION, {"brand": brand_id, "roles": list(roles), "day": day}).mappings()
    return [Contact(r["person_id"], r["name"], r["email"], r["locale"], r["role"], None) for r in rows]


def list_agents(session: Session, brand_id: int, roles: Collection[str], day: date) -> list[Agent]:
    """Who works the central queues on that day."""
    rows = session.execute(_OF_NATION, {"brand": brand_id, "roles": list(roles), "day": day}).mappings()
    return [
        Agent(r["person_id"], r["name"], r["email"], r["role"], frozenset(r["skills"]), r["tier"], r["capacity"])
        for r in rows
    ]


def _scope_rows(appointments: Sequence[Appointment]) -> Jsonb:
    return rows_as_json(
        [
            {"email": a.email, "store_id": scope.store_id, "since": a.valid_from}
            for a in appointments
            for scope in a.scopes
        ]
    )


def _grant_rows(appointment: Appointment) -> list[dict[str, object]]:
    return [
        {
            "email": appointment.email,
            "role": appointment.role,
            "region_id": scope.region_id,
            "store_id": scope.store_id,
            "skills": appointment.skills,
            "tier": appointment.tier,
            "capacity": appointment.capacity,
            "valid_from": appointment.valid_from,
            "valid_to": appointment.valid_to,
        }
        for scope in appointment.scopes
    ]
