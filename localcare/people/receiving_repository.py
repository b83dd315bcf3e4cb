"""SQL of who could receive stores' matters, and of absences. Stores and regions are read by name, as in `repository`."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row, dict_row
from sqlmodel import col, select

from localcare.kit.db import Session, raw_connection
from localcare.people.core.receiving import Candidate, Standing
from localcare.people.models import Absence

_HELD = "coalesce(g.valid_from <= h.today, true) and coalesce(g.valid_to >= h.today, true)"
_AWAY = "a.ended_at is null and h.today between a.from_on and a.to_on"
# on each store's own date: somebody in Honolulu is still away when it is tomorrow in New York
_STORES = """
    with h as (
        select s.id, s.brand_id, string_to_array(trim(both '/' from r.path), '/')::integer[] as regions,
            (%(now)s at time zone s.timezone)::date as today
        from store s join region r on r.id = s.region_id where s.id = any(%(stores)s)
    ), could as (
"""
_NEAR = f"""
        select h.id, h.today, g.person_id, case g.role when 'manager' then {Standing.MANAGER:d} else {Standing.DEPUTY:d} end
            as standing, 0 as farness, '' as stands_in_for
        from h join role_grant g on g.store_id = h.id and g.role in ('manager', 'deputy') where {_HELD}
        union all
        select h.id, h.today, a.stand_in_id, {Standing.STAND_IN:d}, 0, p.name
        from h join role_grant g on g.store_id = h.id and g.role = 'manager'
        join absence a on a.person_id = g.person_id and a.stand_in_id is not null join person p on p.id = g.person_id
        where {_HELD} and {_AWAY}
        union all
        select h.id, h.today, g.person_id, {Standing.LEAD:d}, 1000 - top.depth, ''
        from h join region top on top.id = any(h.regions)
        join role_grant g on g.region_id = top.id and g.store_id is null and g.role = 'lead' where {_HELD}
"""
_NATION = f"""
        select h.id, h.today, g.person_id, {Standing.NATION:d} as standing,
            case g.role when 'lead' then 0 else 1 end as farness, '' as stands_in_for
        from h join role_grant g on g.brand_id = h.brand_id and g.region_id is null and g.store_id is null
            and g.role in ('lead', 'supervisor') where {_HELD}
"""
_NAMED = f"""
    )
    select h.id as store_id, h.person_id, p.name, h.standing, h.farness, h.stands_in_for,
        (select max(a.to_on) from absence a where a.person_id = h.person_id and {_AWAY}) as away_until
    from could h join person p on p.id = h.person_id where p.deactivated_at is null
"""
_UNMANNED = """
    select s.id from store s
    where s.brand_id = %(brand)s and (s.closed_on is null or s.closed_on > %(now)s::date)
        and (s.opened_on is null or s.opened_on <= %(now)s::date)
        and (%(all)s or s.id = any(%(stores)s)) and not exists (
            select from role_grant g join person p on p.id = g.person_id and p.deactivated_at is null
            where g.store_id = s.id and g.role = 'manager'
                and coalesce(g.valid_from <= (%(now)s at time zone s.timezone)::date, true)
                and coalesce(g.valid_to >= (%(now)s at time zone s.timezone)::date, true)
                and not exists (
                    select from absence a where a.person_id = g.person_id and a.ended_at is null
                        and (%(now)s at time zone s.timezone)::date between a.from_on and a.to_on))
    order by s.number
"""
_TEAM = """
    select g.id, g.person_id, p.name, g.role, g.valid_from, g.valid_to from role_grant g join person p on p.id = g.person_id
    where g.store_id = %(store)s and g.role in ('manager', 'deputy') and p.deactivated_at is null
    order by g.role desc, coalesce(g.valid_from, '-infinity'::date), p.name
"""
_LEADS_ABOVE = """
    select g.id, g.person_id, p.name, g.role, g.valid_from, g.valid_to
    from store s join region r on r.id = s.region_id
    join role_grant g on g.role = 'lead' and g.store_id is null
        and g.region_id = any(string_to_array(trim(both '/' from r.path), '/')::integer[])
    join person p on p.id = g.person_id join region top on top.id = g.region_id
    where s.id = %(store)s and p.deactivated_at is null order by top.depth desc, p.name
"""
_ABSENCES = """
    select a.id, a.person_id, p.name, a.from_on, a.to_on, a.stand_in_id, i.name as stand_in, a.note, a.recorded_by,
        a.recorded_at, a.ended_by, a.ended_at
    from absence a join person p on p.id = a.person_id left join person i on i.id = a.stand_in_id
    where a.brand_id = %(brand)s and a.person_id = any(%(people)s) order by a.from_on desc, a.id desc limit 50
"""
_STAND_INS = """
    with h as (
        select s.id, s.region_id, string_to_array(trim(both '/' from r.path), '/')::integer[] as regions
        from store s join region r on r.id = s.region_id where s.id = %(store)s
    )
    select distinct on (p.id) p.id, p.name, g.role, o.name as place from h
    join role_grant g on g.brand_id = %(brand)s and coalesce(g.valid_from <= %(today)s, true)
        and coalesce(g.valid_to >= %(today)s, true)
    left join store o on o.id = g.store_id join person p on p.id = g.person_id and p.deactivated_at is null
    where g.role in ('manager', 'deputy') and o.region_id = h.region_id
        or g.role = 'lead' and g.store_id is null and g.region_id = any(h.regions)
    order by p.id, o.id = h.id desc nulls last
"""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A manager or deputy of a store, past and coming ones too."""

    id: int
    person_id: int
    name: str
    role: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class KnownAbsence:
    """An absence as it was said, and by whom it was ended."""

    id: int
    person_id: int
    name: str
    from_on: date
    to_on: date
    stand_in_id: int | None
    stand_in: str | None
    note: str
    recorded_by: str
    recorded_at: datetime
    ended_by: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PossibleStandIn:
    """Somebody near a store who could stand in: of its team, of a store of the same district, or a lead above."""

    id: int
    name: str
    role: str
    place: str | None


def list_near(session: Session, store_ids: Sequence[int], now: datetime) -> Mapping[int, list[Candidate]]:
    """The people of these stores, who stands in for them, and the leads above, by store."""
    return _candidates(session, _NEAR, store_ids, now)


def list_national(session: Session, store_ids: Sequence[int], now: datetime) -> Mapping[int, list[Candidate]]:
    """Who answers for the nation in which each of these stores lies."""
    return _candidates(session, _NATION, store_ids, now)


def _candidates(session: Session, which: str, store_ids: Sequence[int], now: datetime) -> Mapping[int, list[Candidate]]:
    found: defaultdict[int, list[Candidate]] = defaultdict(list)
    if store_ids:
        with raw_connection(session).cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(_STORES + which + _NAMED, {"stores": list(store_ids), "now": now}):
                store_id = row.pop("store_id")
                found[store_id].append(Candidate(**row | {"standing": Standing(row["standing"])}))
    return found


def list_unmanned(session: Session, brand_id: int, store_ids: Sequence[int] | None, now: datetime) -> list[int]:
    """Open stores of these (None: of all) whose managers are all away or that have none, by number."""
    values = {"brand": brand_id, "now": now, "all": store_ids is None, "stores": list(store_ids or ())}
    return [store_id for (store_id,) in raw_connection(session).execute(_UNMANNED, values).fetchall()]


def list_team(session: Session, store_id: int) -> list[TeamMember]:
    """Managers and deputies of a store, former and coming ones too."""
    with raw_connection(session).cursor(row_factory=class_row(TeamMember)) as cursor:
        return cursor.execute(_TEAM, {"store": store_id}).fetchall()


def list_leads_above(session: Session, store_id: int) -> list[TeamMember]:
    """The leads of the regions above a store, the nearest first, former and coming ones too."""
    with raw_connection(session).cursor(row_factory=class_row(TeamMember)) as cursor:
        return cursor.execute(_LEADS_ABOVE, {"store": store_id}).fetchall()


def list_absences(session: Session, brand_id: int, person_ids: Collection[int]) -> list[KnownAbsence]:
    """Absences of these people, the latest first, ended and withdrawn ones too."""
    with raw_connection(session).cursor(row_factory=class_row(KnownAbsence)) as cursor:
        return cursor.execute(_ABSENCES, {"brand": brand_id, "people": sorted(person_ids)}).fetchall()


def list_possible_stand_ins(session: Session, brand_id: int, store_id: int, today: date) -> list[PossibleStandIn]:
    """Who could stand in at a store, its own people first, by name."""
    with raw_connection(session).cursor(row_factory=class_row(PossibleStandIn)) as cursor:
        return cursor.execute(_STAND_INS, {"brand": brand_id, "store": store_id, "today": today}).fetchall()


def insert_absence(session: Session, absence: Absence) -> Absence:
    """An absence, with its id."""
    session.add(absence)
    session.flush()
    return absence


def find_absence(session: Session, brand_id: int, absence_id: int) -> Absence | None:
    """An absence of the brand, held for changing."""
    query = select(Absence).where(Absence.id == absence_id, Absence.brand_id == brand_id).with_for_update()
    return session.exec(query).one_or_none()


def find_overlapping(session: Session, person_id: int, from_on: date, to_on: date) -> Absence | None:
    """An absence that holds on some of these days already."""
    query = select(Absence).where(
        Absence.person_id == person_id,
        col(Absence.ended_at).is_(None),
        col(Absence.from_on) <= to_on,
        col(Absence.to_on) >= from_on,
    )
    return session.exec(query).first()
