"""How triage does, week by week: counted when a week is over, kept, read by supervisors and told to them by mail."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pydantic import TypeAdapter
from sqlmodel import Session

from localcare.triage import reporting_repository as repository
from localcare.triage import rule_repository, ruling
from localcare.triage.core.overrides import MODEL_ALONE, Override, RuleSays, blame
from localcare.triage.core.weekly import Correction, LabelLine, WeekFigures, WrongRule
from localcare.triage.models import TriageWeek
from localcare.triage.reporting_repository import CorrectionCount
from localcare.triage.schemas import RuleEntry

WEEKS_SHOWN = 12
WEEKS_COMPARED = 4
ASKS, ASKS_NOT, HARMLESS = "answer", "no answer", "no risk"
PRAISES, PRAISES_NOT = "praise of the team", "no praise of the team"
RULES_NAMED = 12
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
    corrected = repository.count_corrections(session, brand_id, start)
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
        corrections=_corrections(corrected),
        false_alarms=sum(each.n for each in corrected if each.no_risk),
        wrong_rules=_wrong_rules(session, brand_id, week, corrected),
        mentions_corrected=sum(each.n for each in corrected),
    )


def keep_week(session: Session, brand_id: int, week: date, *, now: datetime) -> WeekFigures:
    """Count a week that is over, once and for all."""
    figures = count_week(session, brand_id, week)
    dumped = _FIGURES.dump_python(figures, mode="json")
    session.merge(TriageWeek(brand_id=brand_id, week=week, figures=dumped, counted_at=now))
    return figures


def read_week(session: Session, brand_id: int, week: date) -> WeekFigures:
    """The figures of a week as they were counted when it was over; else as far as it has come."""
    kept = repository.find_week(session, brand_id, week)
    return _FIGURES.validate_python(kept.figures) if kept else count_week(session, brand_id, week)


def list_weeks(session: Session, brand_id: int, *, before: date | None = None) -> list[WeekFigures]:
    """The weeks that were counted, before one if it is named, the newest first."""
    rows = repository.list_weeks(session, brand_id, before=before or date.max, limit=WEEKS_SHOWN)
    return [_FIGURES.validate_python(row.figures) for row in rows]


def list_latest_labels(
    session: Session, brand_id: int, *, week: date | None = None, limit: int = 50
) -> list[LabelLine]:
    """The corrections people made last, of all or of a week."""
    since = datetime.combine(week, time(), UTC) if week else None
    until = since + timedelta(days=7) if since else datetime.max.replace(tzinfo=UTC)
    return repository.list_latest_labels(session, brand_id, since=since, until=until, limit=limit)


def _wrong_rules(
    session: Session, brand_id: int, week: date, corrected: Sequence[CorrectionCount]
) -> tuple[WrongRule, ...]:
    """The rules behind the corrections of a week, the most often wrong first, with how often each fired in it."""
    if not corrected:
        return ()
    rules = {rule.key: _says(rule.entry) for rule in ruling.list_rules(session, brand_id)}
    wrong = blame(map(_override, corrected), rules)
    fired: Counter[str] = Counter()
    for key, day, hits, _ in rule_repository.list_hits(session, brand_id, since=week):
        fired[key] += hits if day < week + timedelta(days=7) else 0
    found = [
        WrongRule(key, rules[key].because if key != MODEL_ALONE else "", count, fired[key])
        for key, count in wrong.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.wrong, each.key))[:RULES_NAMED])


def _says(entry: RuleEntry) -> RuleSays:
    return RuleSays(
        entry.because, entry.topic, entry.risk, entry.actionable, entry.tier_at_least, entry.sentiment, entry.shout_out
    )


def _override(each: CorrectionCount) -> Override:
    fired = None if each.fired is None else tuple(each.fired)
    return Override(
        each.said_topic, each.right_topic, each.said_asks, each.right_asks, each.no_risk, fired, each.n,
        right_tier=each.right_tier, said_mood=each.said_mood, right_mood=each.right_mood, right_shout_out=each.right_praise,
    )  # fmt: skip


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for name, n in counts:
        total[name] += n
    return dict(total.most_common())


def _corrections(counts: Sequence[CorrectionCount]) -> tuple[Correction, ...]:
    """Each kind of correction with its count, the most frequent first; a word on several counts each."""
    total: Counter[tuple[str, str]] = Counter()
    for each in counts:
        for said, right in _said_and_right(each):
            total[said, right] += each.n
    return tuple(Correction(said, right, n) for (said, right), n in total.most_common())


def _said_and_right(each: CorrectionCount) -> Iterable[tuple[str, str]]:
    if each.no_risk:
        yield " and ".join(each.said_risks) or "a risk", HARMLESS
    if each.right_topic is not None:
        yield each.said_topic, each.right_topic
    if each.right_asks is not None:
        yield ASKS if each.said_asks else ASKS_NOT, ASKS if each.right_asks else ASKS_NOT
    for name, said, right in (
        ("tier", each.said_tier, each.right_tier),
        ("matter", each.said_matter, each.right_matter),
        ("mood", each.said_mood, each.right_mood),
    ):
        if right is not None:
            yield f"{name} {said}", f"{name} {right}"
    if each.right_praise is not None:
        yield (PRAISES_NOT, PRAISES) if each.right_praise else (PRAISES, PRAISES_NOT)
