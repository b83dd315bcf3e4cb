"""SQL of surges: when overflow rules hold, their history, and what each hour and the last minutes brought."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from psycopg.rows import tuple_row
from sqlmodel import Session, SQLModel, col, select

from localcare.kit.db import raw_connection
from localcare.routing.models import ArrivalHour, Surge, SurgeEvent

NEWEST = 50_000
"""How far back the last hours look, in cases: more than a day at ten times the load."""

_TURN = "select pg_advisory_xact_lock(hashtextextended('surge', %s))"
_IS_ON = "select exists (select from surge where brand_id = %s and begun_at is not null and ended_at is null)"
# what was written long before it came in (an import of the past, say) tells nothing of how busy it is
_FRESH = "c.last_customer_at >= c.opened_at - interval '1 day'"
_COUNTS = f"""
    select date_trunc('hour', c.opened_at, 'UTC') as hour, count(*) from care_case c
    where c.brand_id = %(brand)s and c.opened_at >= %(since)s and c.opened_at < %(until)s and {_FRESH}
        and (%(newest)s::bigint is null or c.id > (select max(id) - %(newest)s from care_case))
    group by 1
"""
_KEEP = """
    insert into arrival_hour (brand_id, hour, cases)
    select %(brand)s, n.hour, n.cases from unnest(%(hours)s::timestamptz[], %(cases)s::integer[]) as n(hour, cases)
    on conflict (brand_id, hour) do nothing
"""
_RECENT = f"""
    select c.opened_at from care_case c
    where c.brand_id = %(brand)s and c.opened_at >= %(since)s and c.opened_at < %(until)s and {_FRESH}
        and c.id > (select max(id) - {NEWEST} from care_case)
"""
_FIRST = "select min(opened_at) from care_case where brand_id = %s"
_NOTE_RETURNED = "update surge set returned = returned + %s where id = %s"


def take_turn(session: Session, brand_id: int) -> None:
    """Wait until nobody else switches the brand's surges; held until the transaction ends."""
    raw_connection(session).execute(_TURN, (brand_id,))


def is_on(session: Session, brand_id: int) -> bool:
    """Whether overflow rules hold now."""
    row = raw_connection(session).execute(_IS_ON, (brand_id,)).fetchone()
    return bool(row and row[0])


def find_on(session: Session, brand_id: int) -> Surge | None:
    """The surge that is on."""
    query = select(Surge).where(
        Surge.brand_id == brand_id, col(Surge.begun_at).is_not(None), col(Surge.ended_at).is_(None)
    )
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def find(session: Session, brand_id: int, surge_id: int) -> Surge | None:
    """One surge, as the database has it now."""
    query = select(Surge).where(Surge.brand_id == brand_id, Surge.id == surge_id)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def list_planned(session: Session, brand_id: int) -> list[Surge]:
    """Those that are dated ahead, the next first."""
    query = select(Surge).where(
        Surge.brand_id == brand_id, col(Surge.begun_at).is_(None), col(Surge.withdrawn_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Surge.begins_at), col(Surge.id))))


def list_over(session: Session, brand_id: int, *, since: datetime) -> list[Surge]:
    """Those that ended since then, the last first."""
    query = select(Surge).where(Surge.brand_id == brand_id, col(Surge.ended_at) >= since)
    return list(session.exec(query.order_by(col(Surge.ended_at).desc(), col(Surge.id).desc())))


def find_resting(session: Session, brand_id: int, now: datetime) -> Surge | None:
    """The surge whose end lets the rule rest for longest, if it still does."""
    query = select(Surge).where(Surge.brand_id == brand_id, col(Surge.rests_until) > now)
    return session.exec(query.order_by(col(Surge.rests_until).desc())).first()


def list_resting(session: Session, brand_id: int, now: datetime) -> list[Surge]:
    """Every surge whose end still lets the rule rest."""
    return list(session.exec(select(Surge).where(Surge.brand_id == brand_id, col(Surge.rests_until) > now)))


def list_spans(session: Session, brand_id: int, *, since: datetime) -> list[tuple[datetime, datetime | None]]:
    """From when to when surges were on, those that are not over before then."""
    query = select(Surge.begun_at, Surge.ended_at).where(
        Surge.brand_id == brand_id,
        col(Surge.begun_at).is_not(None),
        (col(Surge.ended_at).is_(None)) | (col(Surge.ended_at) >= since),
    )
    return [(begun, ended) for begun, ended in session.exec(query) if begun is not None]


def list_events(session: Session, brand_id: int, *, limit: int) -> list[SurgeEvent]:
    """The newest lines of the history."""
    query = select(SurgeEvent).where(SurgeEvent.brand_id == brand_id)
    return list(session.exec(query.order_by(col(SurgeEvent.at).desc(), col(SurgeEvent.id).desc()).limit(limit)))


def save(session: Session, rows: Sequence[SQLModel]) -> None:
    """Write them now, in order."""
    for row in rows:
        session.add(row)
        session.flush()


def note_returned(session: Session, surge_id: int, cases: int) -> None:
    """So many more cases went back after it ended."""
    raw_connection(session).execute(_NOTE_RETURNED, (cases, surge_id))


def find_first_case_at(session: Session, brand_id: int) -> datetime | None:
    """When the brand's first case was opened."""
    row = raw_connection(session).execute(_FIRST, (brand_id,)).fetchone()
    return row[0] if row else None


def list_hours(session: Session, brand_id: int, *, since: datetime) -> list[ArrivalHour]:
    """What full hours brought since then, the oldest first."""
    query = select(ArrivalHour).where(ArrivalHour.brand_id == brand_id, ArrivalHour.hour >= since)
    return list(session.exec(query.order_by(col(ArrivalHour.hour))))


def count_hours(
    session: Session, brand_id: int, *, since: datetime, until: datetime, is_far: bool
) -> dict[datetime, int]:
    """The hours of a span that brought cases; `is_far` looks through all cases, else through the newest only."""
    values = {"brand": brand_id, "since": since, "until": until, "newest": None if is_far else NEWEST}
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_COUNTS, values).fetchall())


def keep_hours(session: Session, brand_id: int, hours: Mapping[datetime, int]) -> None:
    """Keep what full hours brought; what is kept already stays."""
    values = {"brand": brand_id, "hours": list(hours), "cases": list(hours.values())}
    raw_connection(session).execute(_KEEP, values)


def list_recent(session: Session, brand_id: int, *, since: datetime, until: datetime) -> list[datetime]:
    """When the cases of the last hours were opened."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(_RECENT, {"brand": brand_id, "since": since, "until": until})
        return [at for (at,) in rows]
