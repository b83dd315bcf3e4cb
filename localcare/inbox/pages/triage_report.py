"""How triage does: what people corrected week by week, what customers write about now, and every correction with its undo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from localcare.inbox.core.words import judge_name, sentence, topic_name, words_of
from localcare.people.core import Viewer
from localcare.triage.core.correction import matter_in_words
from localcare.triage.core.overrides import MODEL_ALONE
from localcare.triage.core.weekly import Drift, LabelLine, WeekFigures, WrongRule, drift
from localcare.triage.reporting import ASKS, ASKS_NOT, WEEKS_COMPARED
from localcare.triage.switching import Off
from localcare.web.pages import Page
from localcare.web.parts import Link, Stat
from localcare.web.plots import Bar, bars
from localcare.web.words import capital_first, plural

REPORT_URL = "/supervise/triage"
_EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    """One correction: who said what about which words; `undo_url` is empty once it was taken back."""

    who: str
    what: str
    words: str
    at: datetime
    case_href: str
    undo_url: str
    taken_back: str


@dataclass(frozen=True, slots=True)
class ConfusionLine:
    """How often people said `right` where triage had said `said`."""

    said: str
    right: str
    count: int


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A topic's share of all that needs an answer, before and now, in per cent; `moved` when by more than chance."""

    topic: str
    before: float | None
    now: float
    count: int
    moved: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that people found wrong; `href` is empty where no rule had spoken."""

    name: str
    key: str
    href: str
    wrong: int
    fired: int


@dataclass(frozen=True, kw_only=True)
class TriageReportPage(Page):
    """`supervise/triage.html`. `when` is “this week”, or which week is shown; `weeks` lead to those beside it."""

    when: str
    weeks: tuple[Link, ...]
    rules: tuple[RuleLine, ...]
    stats: tuple[Stat, ...]
    by_week: tuple[Bar, ...]
    confusions: tuple[ConfusionLine, ...]
    shares: tuple[ShareLine, ...]
    drift_words: str
    drift_is_notable: bool
    models: tuple[tuple[str, str], ...]
    corrections: tuple[CorrectedLine, ...]
    off: Off | None

    @property
    def week_title(self) -> str:
        """`when` as a sentence begins."""
        return capital_first(self.when)


def triage_report_page(
    viewer: Viewer,
    now: WeekFigures,
    weeks: Sequence[WeekFigures],
    labels: Sequence[LabelLine],
    *,
    latest: date,
    off: Off | None,
) -> TriageReportPage:
    """`now` is the week to read, `weeks` those before it, the newest first; `latest` is the Monday of the one under way."""
    before = weeks[:WEEKS_COMPARED]
    moving = drift(now, before)
    series = [(f"{each.week:%b %d}", float(each.corrected)) for each in (*reversed(weeks), now)]
    return TriageReportPage(
        title="How triage does",
        viewer=viewer,
        when="this week" if now.week == latest else f"the week of {now.week:%B} {now.week.day}, {now.week.year}",
        weeks=tuple(_weeks_beside(now.week, weeks, latest)),
        rules=tuple(map(_rule, now.wrong_rules)),
        stats=_stats(now, before),
        by_week=bars(series) if len(series) > 1 else (),
        confusions=_confusions((now, *before)),
        shares=_shares(now, before, moving),
        drift_words=drift_words(moving),
        drift_is_notable=moving.is_notable,
        models=tuple((capital_first(judge_name(model)), plural(n, "verdict")) for model, n in now.models.items()),
        corrections=tuple(map(_corrected, labels)),
        off=off if now.week == latest else None,
    )


def chosen_week(asked: str, latest: date) -> date:
    """The Monday of the week that an address names; of the one under way where it names none."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return latest
    return day - timedelta(days=day.weekday()) if _EARLIEST < day < latest else latest


def _weeks_beside(week: date, earlier: Sequence[WeekFigures], latest: date) -> Iterator[Link]:
    if earlier:
        yield Link("The week before", f"{REPORT_URL}?week={earlier[0].week}")
    if week < latest:
        after = week + timedelta(days=7)
        yield Link("The week after", REPORT_URL if after >= latest else f"{REPORT_URL}?week={after}")
        if after < latest:
            yield Link("This week", REPORT_URL)


def _rule(each: WrongRule) -> RuleLine:
    if each.key == MODEL_ALONE:
        return RuleLine("No rule had said so: the model, or what came with the words", "", "", each.wrong, 0)
    return RuleLine(sentence(each.because).rstrip("."), each.key, f"/admin/rules/{each.key}", each.wrong, each.fired)


def drift_words(moving: Drift) -> str:
    """How far this week is from those before it, in a sentence."""
    if moving.shift is None:
        return "Too little was written to compare this week with those before it."
    if not moving.moved:
        return "Customers write about the same things as in the weeks before."
    first = moving.moved[0]
    way = "more" if first.now > first.before else "less"
    return (
        f"Customers write {way} about {topic_name(first.topic).lower()} than before: "
        f"{first.now:.0%} of what needs an answer, {first.before:.0%} in the weeks before."
    )


def _stats(now: WeekFigures, before: Sequence[WeekFigures]) -> tuple[Stat, ...]:
    return (
        Stat("Judged", f"{now.judged:,}"),
        Stat("Need an answer", f"{now.actionable:,}", note=_share(now.actionable, now.judged)),
        Stat("Corrected by people", f"{now.corrected:,}", note=_share(now.corrected, now.actionable)),
        Stat("False alarms", f"{now.false_alarms:,}", note="crises and risks that were none"),
        Stat("Triage was not sure", f"{now.abstained:,}", note=_share(now.abstained, now.judged)),
        Stat("Corrected, weeks before", f"{_mean_share(before):.1%}" if before else "–"),
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _mean_share(weeks: Sequence[WeekFigures]) -> float:
    asked = sum(each.actionable for each in weeks)
    return sum(each.corrected for each in weeks) / asked if asked else 0.0


def _confusions(weeks: Sequence[WeekFigures]) -> tuple[ConfusionLine, ...]:
    total: dict[tuple[str, str], int] = {}
    for week in weeks:
        for each in week.corrections:
            total[each.said, each.right] = total.get((each.said, each.right), 0) + each.count
    found = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ConfusionLine(_name(said), _name(right), count) for (said, right), count in found)


def _name(said: str) -> str:
    return {ASKS: "Needs an answer", ASKS_NOT: "Needs no answer"}.get(said) or topic_name(said)


def _shares(now: WeekFigures, before: Sequence[WeekFigures], moving: Drift) -> tuple[ShareLine, ...]:
    moved = {each.topic for each in moving.moved}
    earlier = sum(sum(week.topics.values()) for week in before)
    current = sum(now.topics.values())
    topics = sorted({*now.topics, *(topic for week in before for topic in week.topics)})
    lines = [
        ShareLine(
            topic=topic_name(topic),
            before=100 * sum(week.topics.get(topic, 0) for week in before) / earlier if earlier else None,
            now=100 * now.topics.get(topic, 0) / current if current else 0.0,
            count=now.topics.get(topic, 0),
            moved=topic in moved,
        )
        for topic in topics
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.topic)))


def _corrected(label: LabelLine) -> CorrectedLine:
    taken_back = f"taken back by {label.taken_back_by}" if label.taken_back_at else ""
    return CorrectedLine(
        who=label.who,
        what=words_of("; ".join(_parts(label))),
        words=label.words,
        at=label.at,
        case_href=f"/cases/{label.case_id}" if label.case_id else "",
        undo_url="" if taken_back or label.case_id is None else f"{REPORT_URL}/{label.case_id}/withdrawal",
        taken_back=taken_back,
    )


def _parts(label: LabelLine) -> Iterator[str]:
    """Everything that was said of these words."""
    if label.right_topic is not None:
        yield f"{topic_name(label.right_topic)}, not {topic_name(label.said_topic)}"
    if label.right_risk is not None:
        yield f"no risk, where triage saw {' and '.join(map(words_of, label.said_risks)).lower() or 'one'}"
    if label.right_asks is not None:
        yield "needs an answer" if label.right_asks else "needs no answer"
    if label.right_matter is not None:
        yield f"{matter_in_words(label.right_matter)}, not {matter_in_words(label.said_matter or 'other')}"
    if label.right_tier is not None:
        yield f"tier {label.right_tier}, not {label.said_tier}"
    if label.right_mood is not None:
        yield f"sounds {label.right_mood}, not {label.said_mood or 'so'}"
    if label.right_praise is not None:
        yield f"praises {'somebody' if label.right_praise else 'nobody'} of the team"
