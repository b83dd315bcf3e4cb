"""SQL of those who keep people right. Regions and stores are read by name, to say what a scope is called."""

from dataclasses import dataclass, field
from datetime import date, datetime

from psycopg.rows import class_row
from sqlalchemy import text

from localcare.kit.db import Session, raw_connection

_NOT_OVER = "(g.valid_to is null or g.valid_to >= %(today)s)"
_SCOPE = "coalesce(s.number, r.slug, 'nation')"
_PLACES = "left join store s on s.id = g.store_id left join region r on r.id = g.region_id"
_PERSONS = f"""
    select p.id, p.email, p.name, p.locale, p.deactivated_at is null as active from person p
    where p.brand_id = %(brand)s and p.id > %(after)s
        and (%(email)s::text is null or p.email = %(email)s)
        and (%(words)s::text is null or p.name ilike %(words)s or p.email ilike %(words)s)
        and (%(role)s::text is null and %(scope)s::text is null or p.id in (
            select g.person_id from role_grant g {_PLACES} where g.brand_id = %(brand)s and {_NOT_OVER}
            and (%(role)s::text is null or g.role = %(role)s) and (%(scope)s::text is null or {_SCOPE} = %(scope)s)))
    order by p.id limit %(limit)s
"""
_ROLES = f"""
    select g.id, g.person_id, p.email, g.role, {_SCOPE} as scope, s.name as store_name, g.skills, g.tier, g.capacity,
        g.valid_from, g.valid_to
    from role_grant g join person p on p.id = g.person_id {_PLACES}
    where g.brand_id = %(brand)s and {_NOT_OVER} and {{which}} order by g.person_id, g.id
"""
_COUNTS = f"""
    select g.role, count(distinct g.person_id) as persons from role_grant g
    join person p on p.id = g.person_id and p.deactivated_at is null
    where g.brand_id = %(brand)s and {_NOT_OVER} and (g.valid_from is null or g.valid_from <= %(today)s) group by g.role
"""
_ADMINISTRATORS = """
    select count(distinct g.person_id) from role_grant g join person p on p.id = g.person_id and p.deactivated_at is null
    where g.brand_id = %(brand)s and g.role = 'administrator' and g.store_id is null and g.region_id is null
        and (g.valid_to is null or g.valid_to >= %(today)s) and (g.valid_from is null or g.valid_from <= %(today)s)
"""
_TOKENS = """
    select id, name, scopes, created_at, last_used_at, revoked_at from api_token where brand_id = %s order by id desc
"""
_REVOKE = text(
    "update api_token set revoked_at = :now where id = :id and brand_id = :brand and revoked_at is null returning name"
)

NOBODY = "A former colleague"
# who did something, by name; where the person is known too, that decides, so that a namesake keeps theirs
_NAMED = {
    "triage_label": ("taken_back_by",),
    "triage_rule": ("created_by", "updated_by"),
    "triage_rule_change": ("recorded_by", "undone_by"),
    "triage_dry_run": ("asked_by",),
    "triage_model": ("trained_by",),
    "triage_model_change": ("by", "undone_by"),
    "policy_version": ("created_by", "signed_by"),
    "policy_event": ("actor",),
    "surge": ("created_by",),
    "surge_event": ("actor",),
    "crisis_hook": ("changed_by",),
    "staffing_run": ("asked_by",),
    "directory_change": ("recorded_by", "undone_by"),
    "absence": ("recorded_by", "ended_by"),
    "store_alias": ("created_by", "decided_by"),
}
# a name stands whole among other words: Ana is not in Anaheim
_ESCAPED = r"regexp_replace({name}, '([^[:alnum:][:space:]])', '\\\1', 'g')"
_WHOLE = "'(?<![[:alnum:]])' || {} || '(?![[:alnum:]])'"
_IN_WORDS = _WHOLE.format(_ESCAPED.format(name=":name"))
# as JSON has it, without its quotes: what a name holds is escaped there and here alike
_AS_JSON = "substr(to_jsonb(cast(:name as text))::text, 2, length(to_jsonb(cast(:name as text))::text) - 2)"
_IN_JSON = _WHOLE.format(_ESCAPED.format(name=_AS_JSON))
_FORGET_PERSON = (
    "delete from web_session where person_id = :id",
    "delete from sign_in_link where person_id = :id",
    "update role_grant set valid_to = least(coalesce(valid_to, :now), :now - interval '1 day') where person_id = :id",
    "update reply set author_name = :nobody where author_id = :id",
    "update absence set note = '' where person_id = :id",
    "update case_event set actor = :nobody where person_id = :id",
    f"""
    update case_event set detail = regexp_replace(detail, {_IN_WORDS}, :nobody, 'g')
    where brand_id = :brand and strpos(detail, :name) > 0
    """,
    f"""
    update case_event set data = regexp_replace(data::text, {_IN_JSON}, :nobody, 'g')::jsonb
    where brand_id = :brand and data <> '{{}}' and strpos(data::text, {_AS_JSON}) > 0
    """,
    f"""
    update care_case set route_reason = regexp_replace(route_reason, {_IN_WORDS}, :nobody, 'g')
    where brand_id = :brand and strpos(route_reason, :name) > 0
    """,
    f"""
    update verdict set reasons = regexp_replace(reasons::text, {_IN_JSON}, :nobody, 'g')::jsonb
    where mention_id in (select mention_id from triage_label where person_id = :id)
    """,
    "update triage_label set ruling = jsonb_set(ruling, '{who}', to_jsonb(cast(:nobody as text))) where person_id = :id",
    f"""
    update resolution set candidates = regexp_replace(candidates::text, {_IN_JSON}, :nobody, 'g')::jsonb
    where decided_by = 'person:' || :id
    """,
    *(
        f"update {table} set {column} = :nobody where brand_id = :brand and {column} = :name"
        for table, columns in _NAMED.items()
        for column in columns
    ),
    """
    update person set email = 'forgotten-' || id || '@invalid', name = :nobody,
        deactivated_at = coalesce(deactivated_at, :now)
    where id = :id
    """,
)


@dataclass(frozen=True, slots=True)
class PeopleQuestion:
    """Which people: those who match everything that is given."""

    role: str | None
    scope: str | None
    email: str | None
    words: str | None
    after_id: int
    limit: int


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that has not ended. `scope` is nation, a region's slug or a store's number."""

    id: int
    person_id: int
    email: str
    role: str
    scope: str
    store_name: str | None
    skills: list[str]
    tier: int | None
    capacity: int
    valid_from: date | None
    valid_to: date | None


@dataclass(slots=True)
class Colleague:
    """A person with their roles."""

    id: int
    email: str
    name: str
    locale: str
    active: bool
    roles: list[HeldRole] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many people hold a role."""

    role: str
    persons: int


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token of the API; its secret is kept nowhere."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def list_colleagues(session: Session, brand_id: int, question: PeopleQuestion, today: date) -> list[Colleague]:
    """People by id, and their roles: two queries, however many there are."""
    values = {
        "brand": brand_id,
        "today": today,
        "role": question.role,
        "scope": question.scope,
        "email": question.email,
        "words": f"%{_literal(question.words)}%" if question.words else None,
        "after": question.after_id,
        "limit": question.limit,
    }
    with raw_connection(session).cursor(row_factory=class_row(Colleague)) as cursor:
        people = {person.id: person for person in cursor.execute(_PERSONS, values).fetchall()}
    which = "g.person_id = any(%(ids)s)"
    with raw_connection(session).cursor(row_factory=class_row(HeldRole)) as roles:
        for held in roles.execute(_ROLES.format(which=which), {**values, "ids": list(people)}):
            people[held.person_id].roles.append(held)
    return list(people.values())


def find_held_role(session: Session, brand_id: int, grant_id: int, today: date) -> HeldRole | None:
    """One role that has not ended."""
    values = {"brand": brand_id, "today": today, "id": grant_id}
    with raw_connection(session).cursor(row_factory=class_row(HeldRole)) as cursor:
        return cursor.execute(_ROLES.format(which="g.id = %(id)s"), values).fetchone()


def count_roles(session: Session, brand_id: int, today: date) -> list[RoleCount]:
    """How many people hold each role on that day."""
    with raw_connection(session).cursor(row_factory=class_row(RoleCount)) as cursor:
        return cursor.execute(_COUNTS, {"brand": brand_id, "today": today}).fetchall()


def count_administrators(session: Session, brand_id: int, today: date) -> int:
    """How many people administer the whole brand on that day."""
    row = raw_connection(session).execute(_ADMINISTRATORS, {"brand": brand_id, "today": today}).fetchone()
    return int(row[0]) if row else 0


def set_last_day(session: Session, grant_id: int, day: date) -> None:
    """End a role with that day; one that would begin later never begins."""
    session.execute(text("update role_grant set valid_to = :day where id = :id"), {"day": day, "id": grant_id})


def list_api_tokens(session: Session, brand_id: int) -> list[IssuedToken]:
    """Every token of a brand, newest first."""
    with raw_connection(session).cursor(row_factory=class_row(IssuedToken)) as cursor:
        return cursor.execute(_TOKENS, (brand_id,)).fetchall()


def revoke_api_token(session: Session, brand_id: int, token_id: int, now: datetime) -> str | None:
    """The name of a token that was good until now; None when there is none."""
    found = session.execute(_REVOKE, {"id": token_id, "brand": brand_id, "now": now}).scalar_one_or_none()
    return None if found is None else str(found)


def find_person_id(session: Session, brand_id: int, email: str) -> int | None:
    """The person with this address, whether still at work or not."""
    found = session.execute(
        text("select id from person where brand_id = :b and email = :e"), {"b": brand_id, "e": email}
    )
    return found.scalar_one_or_none()


def forget_person(session: Session, person_id: int, now: datetime) -> None:
    """Leave of a person a row that others can refer to."""
    row = session.execute(text("select brand_id, name from person where id = :id"), {"id": person_id}).one()
    values = {"id": person_id, "now": now, "brand": row.brand_id, "name": row.name, "nobody": NOBODY}
    for statement in _FORGET_PERSON:
        session.execute(text(statement), values)


def _literal(words: str) -> str:
    """Words whose % and _ mean themselves in a pattern."""
    return words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
