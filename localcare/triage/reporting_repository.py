"""SQL of weekly figures: counted once a week is over, then kept; the corrections people made, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg.rows import class_row
from sqlmodel import Session, col, select

from localcare.kit.db import beginning_of, raw_connection
from localcare.triage.core.weekly import LabelLine
from localcare.triage.models import TriageWeek

_VERDICTS = """
    select topic, actionable, abstained, language, model, count(*)::int as n, sum(actionable_probability) as probability
    from verdict where brand_id = %(brand)s and judged_at >= %(start)s and judged_at < %(end)s and superseded_at is null
    group by topic, actionable, abstained, language, model
"""
# what was said by itself; tier and matter that only follow from a topic are counted with the topic
_RIGHT = """
    (l.said ->> 'tier')::int as said_tier, (l.ruling ->> 'said_tier')::int as right_tier, l.said ->> 'matter' as said_matter,
        l.ruling ->> 'said_matter' as right_matter, l.said ->> 'sentiment' as said_mood, l.ruling ->> 'sentiment' as right_mood,
        (l.ruling ->> 'shout_out')::boolean as right_praise"""
_CORRECTIONS = f"""
    select said ->> 'topic' as said_topic, ruling ->> 'topic' as right_topic, (said ->> 'actionable')::boolean as said_asks,
        (ruling ->> 'actionable')::boolean as right_asks, coalesce(ruling ->> 'risk' = 'none', false) as no_risk,
        coalesce(said -> 'risks', '[]') as said_risks, nullif(said -> 'fired', 'null') as fired, {_RIGHT},
        count(*)::int as n
    from triage_label l where brand_id = %(brand)s and at >= %(start)s and at < %(end)s and taken_back_at is null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
"""
_BRANDS_DUE = """
    select b.id from brand b where not exists (select from triage_week w where w.brand_id = b.id and w.week = %(week)s)
        and exists (select from verdict v where v.brand_id = b.id) order by b.id
"""
_LATEST = f"""
    select l.id, l.mention_id, l.case_id, l.at, l.ruling ->> 'who' as who, l.said ->> 'topic' as said_topic,
        l.ruling ->> 'topic' as right_topic, (l.ruling ->> 'actionable')::boolean as right_asks,
        coalesce(l.said -> 'risks', '[]') as said_risks, l.ruling ->> 'risk' as right_risk, {_RIGHT}, l.model, l.taken_back_at,
        l.taken_back_by, {beginning_of("m.text", 160)} as words
    from triage_label l join mention_key k on k.id = l.mention_id join mention m on m.id = k.id and m.received_at = k.received_at
    where l.brand_id = %(brand)s and l.at < %(until)s and (%(since)s::timestamptz is null or l.at >= %(since)s)
    order by l.at desc, l.id desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """Verdicts of one kind; `probability` is the sum of theirs."""

    topic: str
    actionable: bool
    abstained: bool
    language: str
    model: str
    n: int
    probability: float


@dataclass(frozen=True, slots=True)
class CorrectionCount:
    """Labels of one kind."""

    said_topic: str
    right_topic: str | None
    said_asks: bool
    right_asks: bool | None
    no_risk: bool
    said_risks: list[str]
    fired: list[str] | None
    said_tier: int | None
    right_tier: int | None
    said_matter: str | None
    right_matter: str | None
    said_mood: str | None
    right_mood: str | None
    right_praise: bool | None
    n: int


def count_verdicts(session: Session, brand_id: int, start: datetime) -> list[VerdictCount]:
    """What triage said in the seven days from `start`."""
    with raw_connection(session).cursor(row_factory=class_row(VerdictCount)) as cursor:
        return cursor.execute(_VERDICTS, _span(brand_id, start)).fetchall()


def count_corrections(session: Session, brand_id: int, start: datetime) -> list[CorrectionCount]:
    """What people said was wrong in the seven days from `start`."""
    with raw_connection(session).cursor(row_factory=class_row(CorrectionCount)) as cursor:
        return cursor.execute(_CORRECTIONS, _span(brand_id, start)).fetchall()


def list_brands_due(session: Session, week: date) -> list[int]:
    """Brands whose week has not been counted; wants a session of all brands."""
    return [row[0] for row in raw_connection(session).execute(_BRANDS_DUE, {"week": week})]


def list_weeks(session: Session, brand_id: int, *, before: date, limit: int) -> Sequence[TriageWeek]:
    """Counted weeks before one, the newest first."""
    query = select(TriageWeek).where(TriageWeek.brand_id == brand_id, TriageWeek.week < before)
    return session.exec(query.order_by(col(TriageWeek.week).desc()).limit(limit)).all()


def find_week(session: Session, brand_id: int, week: date) -> TriageWeek | None:
    """A week that was counted."""
    return session.get(TriageWeek, (brand_id, week))


def list_latest_labels(
    session: Session, brand_id: int, *, since: datetime | None, until: datetime, limit: int
) -> list[LabelLine]:
    """The corrections people made last in that time, those taken back too."""
    with raw_connection(session).cursor(row_factory=class_row(LabelLine)) as cursor:
        return cursor.execute(_LATEST, {"brand": brand_id, "since": since, "until": until, "limit": limit}).fetchall()


def _span(brand_id: int, start: datetime) -> dict[str, object]:
    return {"brand": brand_id, "start": start, "end": start + timedelta(days=7)}
