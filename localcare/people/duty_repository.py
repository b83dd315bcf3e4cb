"""SQL of what agents bring to the desk: read whole for the few who work there, written when somebody edits or says something."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, tuple_row

from localcare.kit.db import Session, raw_connection, rows_as_json
from localcare.people.core import CENTRAL_ROLES
from localcare.people.core.duty import Duty, Presence, Skill
from localcare.people.core.shifts import WorkingTime, read_spans, read_weekly

_DUTIES = """
    with granted as (
        select g.person_id, array_agg(distinct g.tier) filter (where g.tier is not null) as tiers,
            max(g.capacity) as capacity, array_agg(distinct s.skill) filter (where s.skill is not null) as trades
        from role_grant g left join lateral unnest(g.skills) as s(skill) on true
        where g.brand_id = %(brand)s and g.role = any(%(roles)s) and g.region_id is null and g.store_id is null
            and (g.valid_from is null or g.valid_from <= %(day)s) and (g.valid_to is null or g.valid_to >= %(day)s)
            and (%(persons)s::integer[] is null or g.person_id = any(%(persons)s))
        group by g.person_id
        having %(persons)s::integer[] is not null or bool_or(g.role = 'agent') or count(g.tier) > 0
            or count(s.skill) > 0 or exists (select from agent_desk d where d.person_id = g.person_id)
    )
    select p.id, p.name, coalesce(g.tiers, '{}') as tiers, g.capacity, coalesce(g.trades, '{}') as trades,
        coalesce(d.languages, '{en}') as languages, coalesce(d.shifts, '') as shifts,
        coalesce(d.timezone, 'UTC') as timezone, coalesce(d.is_pushed, true) as is_pushed,
        coalesce(d.is_willing, true) as is_willing, coalesce(d.presence, 'offline') as presence, d.last_seen_at,
        d.given_at, d.acted_at,
        (select coalesce(jsonb_agg(jsonb_build_array(k.skill, k.is_primary, k.proficiency) order by k.skill), '[]')
            from agent_skill k where k.person_id = p.id) as known,
        (select coalesce(jsonb_agg(jsonb_build_array(a.on_day, a.hours)), '[]')
            from agent_day a where a.person_id = p.id and a.on_day >= %(day)s - 2) as days
    from granted g join person p on p.id = g.person_id and p.deactivated_at is null
    left join agent_desk d on d.person_id = p.id
    order by p.name, p.id
"""
_PRESENCES = """
    select person_id, presence, last_seen_at, is_willing, given_at, acted_at from agent_desk
    where brand_id = %(brand)s and presence = 'here'
"""
_READ = "select distinct unnest(languages) from agent_desk where brand_id = %s"
_ATTENDED = "select distinct brand_id from agent_desk order by 1"
_SAY = """
    insert into agent_desk (person_id, brand_id, presence, presence_at, last_seen_at)
    values (%(person)s, %(brand)s, %(presence)s, %(now)s, %(now)s)
    on conflict (person_id) do update set presence = excluded.presence, presence_at = excluded.presence_at,
        last_seen_at = excluded.last_seen_at, is_willing = true
"""
_SEEN = """
    update agent_desk set last_seen_at = %(now)s
    where person_id = %(person)s and last_seen_at < %(now)s - interval '30 seconds'
"""
_WILLING = "update agent_desk set is_willing = %(willing)s where person_id = %(person)s and is_willing <> %(willing)s"
_ACTED = "update agent_desk set acted_at = %(now)s, last_seen_at = %(now)s where person_id = %(person)s"
_GIVEN = "update agent_desk set given_at = %(now)s where person_id = any(%(persons)s)"
_UNSEEN = """
    update agent_desk set presence = 'away', presence_at = %(now)s
    where brand_id = %(brand)s and presence = 'here' and last_seen_at < %(since)s returning person_id
"""
_PUT_DESKS = """
    insert into agent_desk (person_id, brand_id, languages, shifts, timezone, is_pushed)
    select n.person_id, %(brand)s, n.languages, n.shifts, n.timezone, n.is_pushed
    from jsonb_to_recordset(%(rows)b) as n(
        person_id integer, languages text[], shifts text, timezone text, is_pushed boolean)
    on conflict (person_id) do update set languages = excluded.languages, shifts = excluded.shifts,
        timezone = excluded.timezone, is_pushed = excluded.is_pushed
"""
_DROP_SKILLS = "delete from agent_skill where person_id = any(%s)"
_PUT_SKILLS = """
    insert into agent_skill (person_id, brand_id, skill, is_primary, proficiency)
    select n.person_id, %(brand)s, n.skill, n.is_primary, n.proficiency from jsonb_to_recordset(%(rows)b)
        as n(person_id integer, skill text, is_primary boolean, proficiency integer)
"""
_GRANTED = """
    update role_grant g set skills = %(skills)s, tier = %(tier)s, capacity = %(capacity)s
    where g.person_id = %(person)s and g.brand_id = %(brand)s and g.role = any(%(roles)s) and g.store_id is null
        and g.region_id is null and (g.valid_to is null or g.valid_to >= %(day)s)
"""
_PUT_DAY = """
    insert into agent_day (person_id, brand_id, on_day, hours) values (%(person)s, %(brand)s, %(day)s, %(hours)s)
    on conflict (person_id, on_day) do update set hours = excluded.hours
"""
_DROP_DAY = "delete from agent_day where person_id = %s and on_day = %s"
_DAYS = "select on_day, hours from agent_day where person_id = %s and on_day >= %s order by on_day"
_TEXTS = """
    select p.email, p.id, coalesce(d.languages, '{en}'), coalesce(d.shifts, ''),
        coalesce(d.timezone, 'America/New_York'), coalesce(d.is_pushed, true)
    from person p left join agent_desk d on d.person_id = p.id
    where p.brand_id = %s and p.email = any(%s)
"""


@dataclass(frozen=True, slots=True)
class PresenceNow:
    """What changes by the minute about somebody who says they are there."""

    person_id: int
    presence: str
    last_seen_at: datetime | None
    is_willing: bool
    given_at: datetime | None
    acted_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskText:
    """The part of an agent's desk that people edit, as text."""

    languages: list[str]
    shifts: str
    timezone: str
    is_pushed: bool


def list_duties(session: Session, brand_id: int, day: date, *, persons: Sequence[int] | None = None) -> list[Duty]:
    """Who works the national team's desk on that day, by name; or those of these persons who may.

    A supervisor works there once they have a skill or a tier, or have said that they are there.
    """
    values = {"brand": brand_id, "day": day, "roles": list(CENTRAL_ROLES), "persons": persons}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [_duty(*row) for row in cursor.execute(_DUTIES, values)]


def list_presences(session: Session, brand_id: int) -> dict[int, PresenceNow]:
    """Who says they are there, by person."""
    with raw_connection(session).cursor(row_factory=class_row(PresenceNow)) as cursor:
        return {row.person_id: row for row in cursor.execute(_PRESENCES, {"brand": brand_id})}


def list_read_languages(session: Session, brand_id: int) -> frozenset[str]:
    """Every language that somebody of the team answers in."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return frozenset(language for (language,) in cursor.execute(_READ, (brand_id,)))


def list_attended_brands(session: Session) -> list[int]:
    """Brands whose agents say whether they are there."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return [brand_id for (brand_id,) in cursor.execute(_ATTENDED)]


def save_presence(session: Session, brand_id: int, person_id: int, presence: Presence, now: datetime) -> None:
    """What somebody says of themselves, which is a sign of life."""
    values = {"brand": brand_id, "person": person_id, "presence": presence, "now": now}
    raw_connection(session).execute(_SAY, values)


def note_sign_of_life(session: Session, person_id: int, now: datetime) -> None:
    """They were seen; written at most every half minute."""
    raw_connection(session).execute(_SEEN, {"person": person_id, "now": now})


def set_willing(session: Session, person_id: int, *, willing: bool) -> None:
    """Whether cases may be pushed to them again."""
    raw_connection(session).execute(_WILLING, {"person": person_id, "willing": willing})


def note_deed(session: Session, person_id: int, now: datetime) -> None:
    """They did something with a case."""
    raw_connection(session).execute(_ACTED, {"person": person_id, "now": now})


def note_given(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """The desk has just given them something."""
    raw_connection(session).execute(_GIVEN, {"persons": sorted(person_ids), "now": now})


def send_unseen_away(session: Session, brand_id: int, *, since: datetime, now: datetime) -> list[int]:
    """Those who say they are there and were not seen since then are away; returns who."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_UNSEEN, {"brand": brand_id, "since": since, "now": now})
        return [person_id for (person_id,) in rows]


def save_desks(session: Session, brand_id: int, desks: Mapping[int, DeskText]) -> None:
    """Languages, shifts and whether cases are pushed, by person."""
    rows = [
        {"person_id": person, "languages": d.languages, "shifts": d.shifts, "timezone": d.timezone,
         "is_pushed": d.is_pushed}
        for person, d in desks.items()
    ]  # fmt: skip
    raw_connection(session).execute(_PUT_DESKS, {"brand": brand_id, "rows": rows_as_json(rows)})


def save_skills(session: Session, brand_id: int, skills: Mapping[int, Sequence[Skill]]) -> None:
    """How well these persons know what; replaces what was known of them."""
    rows: list[dict[str, object]] = [
        {"person_id": person, "skill": each.name, "is_primary": each.is_primary, "proficiency": each.proficiency}
        for person, known in skills.items()
        for each in known
    ]
    connection = raw_connection(session)
    connection.execute(_DROP_SKILLS, (list(skills),))
    connection.execute(_PUT_SKILLS, {"brand": brand_id, "rows": rows_as_json(rows)})


def save_grant(
    session: Session, brand_id: int, person_id: int, *, skills: Sequence[str], tier: int, capacity: int, day: date
) -> None:
    """Trades, tier and room in the grants of somebody of the national team that have not ended."""
    values = {"brand": brand_id, "person": person_id, "roles": list(CENTRAL_ROLES), "skills": list(skills),
              "tier": tier, "capacity": capacity, "day": day}  # fmt: skip
    raw_connection(session).execute(_GRANTED, values)


def save_day(session: Session, brand_id: int, person_id: int, day: date, hours: str) -> None:
    """Other hours on a single day."""
    raw_connection(session).execute(_PUT_DAY, {"brand": brand_id, "person": person_id, "day": day, "hours": hours})


def drop_day(session: Session, person_id: int, day: date) -> None:
    """The day is like its weekday again."""
    raw_connection(session).execute(_DROP_DAY, (person_id, day))


def list_days(session: Session, person_id: int, since: date) -> list[tuple[date, str]]:
    """Single days from then on, with their hours."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(_DAYS, (person_id, since)).fetchall()


def list_desk_texts(session: Session, brand_id: int, emails: Sequence[str]) -> dict[str, tuple[int, DeskText]]:
    """Persons with what people wrote down for their desks, the usual text where nobody has; by e-mail."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_TEXTS, (brand_id, list(emails)))
        return {email: (person, DeskText(*text)) for email, person, *text in rows}


def _duty(
    person_id: int,
    name: str,
    tiers: list[int],
    capacity: int,
    trades: list[str],
    languages: list[str],
    shifts: str,
    zone: str,
    is_pushed: bool,  # noqa: FBT001 (a row's column)
    is_willing: bool,  # noqa: FBT001
    presence: str,
    last_seen_at: datetime | None,
    given_at: datetime | None,
    acted_at: datetime | None,
    known: list[tuple[str, bool, int]],
    days: list[tuple[str, str]],
) -> Duty:
    return Duty(
        person_id=person_id,
        name=name,
        tiers=frozenset(tiers),
        skills=_skills(trades, known),
        languages=frozenset(languages),
        capacity=capacity,
        is_pushed=is_pushed,
        is_willing=is_willing,
        presence=Presence(presence),
        last_seen_at=last_seen_at,
        given_at=given_at,
        acted_at=acted_at,
        works=WorkingTime(
            zone, read_weekly(shifts), {date.fromisoformat(day): read_spans(hours) for day, hours in days}
        ),
        shifts=shifts,
    )


def _skills(trades: Sequence[str], known: Sequence[tuple[str, bool, int]]) -> tuple[Skill, ...]:
    """Trades as the grants name them, as well as they are known; then those that are helped out in."""
    level = {name: proficiency for name, is_primary, proficiency in known if is_primary}
    own = [Skill(name, is_primary=True, proficiency=level[name]) if name in level else Skill(name) for name in trades]
    helps = [
        Skill(name, is_primary, level) for name, is_primary, level in known if not is_primary and name not in trades
    ]
    return (*own, *helps)
