"""How triage does, week by week: counted when a week is over, kept, read by supervisors and told to them by mail."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pydantic import TypeAdapter
from sqlmodel import Session

from localcare.triage import reporting_repository as repository
from localcare.triage.core.weekly import Correction, LabelLine, WeekFigures
from localcare.triage.models import TriageWeek
from localcare.triage.reporting_repository import CorrectionCount

WEEKS_SHOWN = 12
WEEKS_COMPARED = 4
ASKS, ASKS_NOT = "answer", "no answer"
_FIGURES = TypeAdapter(WeekFigures)


def last_week(now: datetime) -> date:
    """The Monday of the last week that is over (UTC)."""
    return (now - timedelta(days=now.weekday() + 7)).date()


def this_week(now: datetime) -> date:
    """The Monday of the week under way (UTC)."""
    return (now - timedelta(days=now.weekday())).date()


def list_due_brands(session: Session, now: datetime) -> list[int]:
    """Brands whose last week has not been counted; wants a session of all brands."""
    return repository.list_brands_due(session, last_week(now))


def count_week(session: Session, brand_id: int, week: date) -> WeekFigures:
    """The figures of the week that begins on this Monday; a week under way as far as it has come."""
    start = datetime.combine(week, time(), UTC)
    verdicts = repository.count_verdicts(session, brand_id, start)
    judged = sum(each.n for each in verdicts)
    asking = [each for each in verdicts if each.actionable]
    return WeekFigures(
        week=week,
        judged=judged,
        actionable=sum(each.n for each in asking),
        abstained=sum(each.n for each in verdicts if each.abstained),
        probability=sum(each.probability for each in verdicts) / judged if judged else 0.0,
        topics=_summed((each.topic, each.n) for each in asking),
        languages=_summed((each.language, each.n) for each in verdicts),
        models=_summed((each.model, each.n) for each in verdicts),
        corrections=_corrections(repository.count_corrections(session, brand_id, start)),
    )


def keep_week(session: Session, brand_id: int, week: date, *, now: datetime) -> WeekFigures:
    """Count a week that is over, once and for all."""
    figures = count_week(session, brand_id, week)
    dumped = _FIGURES.dump_python(figures, mode="json")
    session.merge(TriageWeek(brand_id=brand_id, week=week, figures=dumped, counted_at=now))
    return figures


def list_weeks(session: Session, brand_id: int) -> list[WeekFigures]:
    """The weeks that were counted, the newest first."""
    rows = repository.list_weeks(session, brand_id, limit=WEEKS_SHOWN)
    return [_FIGURES.validate_python(row.figures) for row in rows]


def list_latest_labels(session: Session, brand_id: int, *, limit: int = 50) -> list[LabelLine]:
    """The corrections people made last."""
    return repository.list_latest_labels(session, brand_id, limit=limit)


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for name, n in counts:
        total[name] += n
    return dict(total.most_common())


def _corrections(counts: Sequence[CorrectionCount]) -> tuple[Correction, ...]:
    """Each kind of correction with its count, the most frequent first; a word on both topic and answer counts as topic."""
    total: Counter[tuple[str, str]] = Counter()
    for each in counts:
        if each.right_topic is not None:
            total[each.said_topic, each.right_topic] += each.n
        else:
            total[ASKS if each.said_asks else ASKS_NOT, ASKS if each.right_asks else ASKS_NOT] += each.n
    return tuple(Correction(said, right, n) for (said, right), n in total.most_common())
