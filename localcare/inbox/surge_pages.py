"""The page of surges, and the line that everybody sees while one is on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from localcare.inbox.core.arrivals_plot import ArrivalsPlot, HourOfArrivals, arrivals_plot
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name
from localcare.inbox.surge_service import TRIED_DAYS, SurgeView
from localcare.people.core import Viewer
from localcare.routing.core import STORE, Policy
from localcare.routing.core.forecast import HOUR
from localcare.routing.core.surge import begins_at
from localcare.routing.core.surge_words import change_sentences, rule_sentence, told_to_agents, told_to_stores
from localcare.routing.models import Surge
from localcare.web.pages import Page
from localcare.web.parts import Link, Option, Stat, Tone
from localcare.web.words import number, plural

SURGE_URL = "/supervise/surge"
RESTS = (
    Option("0", "Watches on at once"),
    Option("2", "Rests for 2 hours"),
    Option("24", "Rests for a day"),
    Option("168", "Rests for a week"),
)
_AHEAD, _USUAL_HOURS = 6, 4
_KINDS: dict[str, tuple[str, Tone]] = {
    "begun": ("Begun", "warn"), "ended": ("Ended", "good"), "resumed": ("End taken back", "warn"),
    "planned": ("Planned", "info"), "withdrawn": ("Plan dropped", "neutral"), "rule-rests": ("Rule rests", "neutral"),
    "rule-woken": ("Rule watches", "neutral"),
}  # fmt: skip
_ORIGINS = {"rule": "by the rule", "hand": "by hand", "dated": "as planned"}


@dataclass(frozen=True, slots=True)
class Moved:
    """Cases that a surge would have sent elsewhere."""

    before: str
    after: str
    cases: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A surge that is dated ahead."""

    note: str
    begins: datetime
    ends: datetime
    by: str
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A line of the history."""

    at: datetime
    label: str
    tone: Tone
    by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SurgePage(Page):
    """`supervise/surge.html` and its live part `supervise/_surge.html`.

    `on` says that one is on, in words; `until` is its end. `rests` says why the rule does not watch. `default_until` is
    for the form, as a browser writes moments.
    """

    lead: str
    on: str
    until: datetime | None
    rests: str
    rests_until: datetime | None
    stats: tuple[Stat, ...]
    plot: ArrivalsPlot
    hours: tuple[HourOfArrivals, ...]
    source: str
    rule: str
    changes: tuple[str, ...]
    tried: str
    moved: tuple[Moved, ...]
    planned: tuple[PlannedRow, ...]
    history: tuple[HistoryRow, ...]
    rest_options: tuple[Option, ...]
    default_until: str
    url: str


def surge_page(viewer: Viewer, view: SurgeView) -> SurgePage:
    """What comes, what should, and what is done about it."""
    on, resting = view.standing.on, view.standing.resting
    hours = _hours(view, ZoneInfo(viewer.timezone))
    forecast = view.counted.forecast
    local = (view.now + timedelta(hours=_USUAL_HOURS)).astimezone(ZoneInfo(viewer.timezone))
    return SurgePage(
        title="Surge",
        viewer=viewer,
        crumbs=(Link("Queues", "/supervise"), Link("The centre", "/supervise/centre")),
        lead="When far more comes in than usual, tiers help each other and stores take what they can answer.",
        on=_on_words(on) if on else "",
        until=on.ends_by if on else None,
        rests=(resting.note or "A surge was ended by hand.") if resting and not on else "",
        rests_until=resting.rests_until if resting and not on else None,
        stats=_stats(view),
        plot=arrivals_plot(hours),
        hours=hours,
        source=f"The forecast is {forecast.source}." if forecast else "",
        rule=rule_sentence(view.policy),
        changes=tuple(change_sentences(view.policy, _topic)),
        tried=_tried(view),
        moved=_moved(view),
        planned=tuple(_planned_row(each) for each in view.standing.planned),
        history=tuple(
            HistoryRow(each.at, *_KINDS.get(each.kind, (each.kind, "neutral")), each.actor, each.why)
            for each in view.history
        ),
        rest_options=RESTS,
        default_until=f"{local:%Y-%m-%dT%H:%M}",
        url=SURGE_URL,
    )


def surge_line(viewer: Viewer, surge: Surge, policy: Policy) -> str:
    """What everybody is told while one is on: who works in a store of what comes to it, others of what is otherwise."""
    is_in_store = not viewer.is_central and not viewer.may_supervise and not viewer.may_administer
    told = told_to_stores(policy, _topic) if is_in_store else told_to_agents(policy)
    return f"{surge.note}. {told}" if surge.note else told


def _stats(view: SurgeView) -> tuple[Stat, ...]:
    counted, plan = view.counted, view.policy.surge
    came = sum(part.came for part in counted.window)
    last = f"Last {plan.minutes} minutes"
    if counted.forecast is None:
        return (
            Stat(last, plural(came, "case", "cases")),
            Stat("Forecast", "none yet", "", "it takes a day of cases; until then by hand only"),
        )
    expected = sum(part.expected for part in counted.window)
    begins = begins_at(expected, plan)
    tone: Tone = "bad" if came >= begins else "warn" if came > begins * 0.75 else "good"
    return (
        Stat(last, plural(came, "case", "cases"), "", f"{_rounded(expected)} were forecast", tone),
        Stat("A surge begins at", number(begins), "", f"cases in {plan.minutes} minutes"),
        Stat(
            "This hour so far",
            number(counted.running),
            "",
            f"of {_rounded(counted.forecast.expect(view.now).mean)} forecast",
        ),
    )


def _hours(view: SurgeView, zone: ZoneInfo) -> tuple[HourOfArrivals, ...]:
    running = view.now.replace(minute=0, second=0, microsecond=0)
    forecast, known = view.counted.forecast, view.counted.hours

    def hour_of(back: int) -> HourOfArrivals:
        hour = running + back * HOUR
        local = hour.astimezone(zone)
        label = f"{local:%a} {local.hour % 12 or 12} {local:%p}"
        expected = forecast.expect(hour) if forecast else None
        came = view.counted.running if back == 0 else known.get(hour, 0) if back < 0 else None
        return HourOfArrivals(hour, label, came, expected, is_running=back == 0)

    return tuple(hour_of(back) for back in range(-24, _AHEAD + 1))


def _tried(view: SurgeView) -> str:
    if view.tried is None or not view.tried.cases:
        return ""
    run = view.tried
    words = plural(run.moved, "case", "cases")
    return f"Of the {number(run.cases)} cases of the last {TRIED_DAYS} days it would have sent {words} to stores."


def _moved(view: SurgeView) -> tuple[Moved, ...]:
    moves = view.tried.moves if view.tried else ()
    return tuple(Moved(_place(each.before), _place(each.after), each.cases, each.examples) for each in moves)


def _on_words(surge: Surge) -> str:
    who = _ORIGINS[surge.origin] if surge.origin == "rule" else f"{_ORIGINS[surge.origin]}, {surge.created_by}"
    return f"{surge.note or 'Begun'} ({who})"


def _planned_row(surge: Surge) -> PlannedRow:
    ends = surge.ends_by or surge.begins_at
    url = f"{SURGE_URL}/{surge.id}/withdrawal"
    return PlannedRow(surge.note or "A surge", surge.begins_at, ends, surge.created_by, url)


def _rounded(cases: float) -> str:
    return f"{cases:.1f}" if cases < 9.95 else f"{cases:,.0f}"


def _place(queue: str) -> str:
    return "Its store" if queue == STORE else queue_name(queue)


def _topic(slug: str) -> str:
    return topic_name(slug).lower()
