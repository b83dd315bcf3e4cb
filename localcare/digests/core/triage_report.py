"""What the Monday mail about triage says: what people corrected in the week, and what customers write about now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from localcare.triage.core.weekly import WeekFigures, drift
from localcare.web.words import plural

_TOLD, _RULES_TOLD = 6, 3
_ASKS = {"answer": "needs an answer", "no answer": "needs no answer"}


@dataclass(frozen=True, slots=True)
class TriageReportContent:
    """The mail before it has a recipient. `facts` are (name, value); `corrections` and `moved` are sentences."""

    subject: str
    headline: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    corrections: tuple[str, ...]
    moved: tuple[str, ...]
    target: str


def build_triage_report(
    week: WeekFigures, before: Sequence[WeekFigures], names: Mapping[str, str]
) -> TriageReportContent:
    """The mail on a week that is over; `before` are the weeks before it, the newest first, `names` topics and risks in words."""
    moving = drift(week, before)
    earlier = sum(each.corrected for each in before), sum(each.actionable for each in before)
    beside = f" ({earlier[0] / earlier[1]:.1%} in the weeks before)" if earlier[1] else ""
    return TriageReportContent(
        subject=f"Triage in the week of {week.week:%B} {week.week.day}: {plural(week.corrected, 'correction')}",
        headline=f"Triage in the week of {week.week:%B} {week.week.day}",
        lead=_lead(week, notable=moving.is_notable),
        facts=(
            ("Judged", f"{week.judged:,}"),
            ("Needed an answer", f"{week.actionable:,}"),
            ("Corrected by people", f"{week.corrected:,}, {week.corrected_share:.1%}{beside}"),
            ("Triage was not sure", f"{week.abstained:,}, {week.abstained_share:.1%}"),
            *([("False alarms", f"{week.false_alarms:,}")] if week.false_alarms else []),
        ),
        corrections=(*_corrections(week, names), *_rules(week)),
        moved=tuple(f"{_named(m.topic, names)}: {m.now:.0%}, {m.before:.0%} before" for m in moving.moved[:_TOLD]),
        target=f"/supervise/triage?week={week.week}",
    )


def _corrections(week: WeekFigures, names: Mapping[str, str]) -> Iterator[str]:
    for each in week.corrections[:_TOLD]:
        said, right = _named(each.said, names), _named(each.right, names)
        yield f"{said} was said, {right} is right: {plural(each.count, 'time')}"


def _rules(week: WeekFigures) -> Iterator[str]:
    """The rules that were most often behind it."""
    for each in [rule for rule in week.wrong_rules if rule.key][:_RULES_TOLD]:
        wrong, fired = plural(each.wrong, "time"), plural(each.fired, "time")
        yield f"The rule “{each.because}” ({each.key}) was wrong {wrong}; it fired {fired}."


def _lead(week: WeekFigures, *, notable: bool) -> str:
    if notable:
        return (
            "Customers write about other things than in the weeks before. "
            "Look at some of these cases: triage may know their words less well."
        )
    if not week.corrected:
        return "Nobody corrected triage in this week."
    return "What people corrected is kept as labels to learn from; each can be taken back on the page."


def _named(said: str, names: Mapping[str, str]) -> str:
    words = _ASKS.get(said) or " and ".join(names.get(slug, slug.replace("-", " ")) for slug in said.split(" and "))
    return f"“{words}”"
