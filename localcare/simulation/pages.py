"""What the page of staffing shows, and the report that stands alone: both from one value."""

from dataclasses import dataclass, field
from datetime import datetime

from localcare.people.core import Viewer
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.month import PUBLISHED_COST, PUBLISHED_RESPONSE, Change, Month, Outcome
from localcare.simulation.plots import DayPanel, Stack, day_panels, group_labels, stacks
from localcare.simulation.service import Staffing
from localcare.simulation.words import dollars, minutes, share, signed, span, taken_for_granted
from localcare.web.pages import Page
from localcare.web.parts import Column, Link, Stat
from localcare.web.plots import Bar, Estimate, WhiskerPlot, bars, whisker_plot
from localcare.web.words import number, plural

STAFFING_URL = "/supervise/staffing"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table with its interval below it."""

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way of working with its figures."""

    name: str
    story: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MonthView:
    """A simulated month, ready to be drawn."""

    lead: str
    stats: tuple[Stat, ...]
    columns: tuple[Column, ...]
    rows: tuple[WayRow, ...]
    panels: tuple[DayPanel, ...]
    arrivals: tuple[Bar, ...]
    stacks: tuple[Stack, ...]
    groups: tuple[str, ...]
    response: WhiskerPlot
    cost: WhiskerPlot
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A simulation that is under way."""

    done: int
    total: int
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class StaffingPage(Page):
    """`simulation/staffing.html` and its live part `simulation/_progress.html`."""

    month: MonthView
    asked_by: str
    asked_at: datetime | None
    progress: Progress | None
    failure: str
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    url: str = STAFFING_URL


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """`simulation/report.html`, a file that needs nothing beside it."""

    month: MonthView
    styles: str


def month_view(month: Month) -> MonthView:
    """A month as page and report draw it."""
    given = month.given
    return MonthView(
        lead=(
            f"{number(given.cases)} cases in {given.days} days, {number(given.agents)} people, a launch on day "
            f"{given.spike_day + 1} with {given.spike:g} times an ordinary day. {plural(month.seeds, 'month')} by chance, "
            f"the same for every way of working; 95 % intervals."
        ),
        stats=_stats(month),
        columns=_columns(given),
        rows=tuple(map(_row, month.outcomes)),
        panels=day_panels(month.outcomes),
        arrivals=bars([(f"Day {day}", float(count)) for day, count in enumerate(month.arrivals, 1)]),
        stacks=stacks(month.outcomes, given.promise_min),
        groups=group_labels(),
        response=_changes("Response time, mean", month, "mean", PUBLISHED_RESPONSE),
        cost=_changes("Work per case", month, "work_cost", PUBLISHED_COST),
        assumed=tuple(taken_for_granted(given)),
    )


def shown_page(
    viewer: Viewer, staffing: Staffing, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> StaffingPage:
    """The page; `values` are what somebody typed, else the numbers of the month that is shown."""
    run, month = staffing.under_way, staffing.month
    return StaffingPage(
        title="Staffing",
        viewer=viewer,
        crumbs=(Link("Queues", "/supervise"),),
        month=month_view(month),
        asked_by=staffing.asked_by,
        asked_at=staffing.asked_at,
        progress=Progress(run.done, run.total, run.asked_by) if run else None,
        failure=staffing.failure,
        values={**typed(month.given), **(values or {})},
        errors=errors or {},
    )


def typed(given: Assumptions) -> dict[str, str]:
    """Assumptions as the fields of the form hold them."""
    numbers = {
        "agents": given.agents,
        "cases": given.cases,
        "spike": given.spike,
        "mentions_per_case": given.mentions_per_case,
        "reading_s": given.reading_s,
        "skill_right": given.skill_right * 100,
        "promise_min": given.promise_min,
        **{f"handling_{n + 1}": minutes for n, minutes in enumerate(given.handling_min)},
        **{f"wage_{n + 1}": wage for n, wage in enumerate(given.wages)},
    }
    return {name: f"{value:.10g}" for name, value in numbers.items()}


def _stats(month: Month) -> tuple[Stat, ...]:
    before, after = month.outcomes[0], next(out for out in month.outcomes if out.slug == "two-skills")
    change = month.change
    return (
        Stat("Response time", signed(change.mean), note="mean, triage and tiers against none; AT&T −70%"),
        Stat("Work per case", signed(change.work_cost), note="the same comparison; AT&T −35%"),
        Stat(
            "Answered in time",
            f"{after.within.value:.0%}",
            note=f"two skills each; {before.within.value:.0%} without triage",
        ),
        Stat(
            "Busy", f"{after.occupancy.value:.0%}", note=f"two skills each; {before.occupancy.value:.0%} without triage"
        ),
    )


def _columns(given: Assumptions) -> tuple[Column, ...]:
    heads = (
        "Mean response", "Median", "95 % within", f"In {span(given.promise_min)}", "Busy", "Work a case", "Paid a case",
    )  # fmt: skip
    return (Column("Way of working"), *(Column(head, numeric=True) for head in heads))


def _row(out: Outcome) -> WayRow:
    texts = (
        minutes(out.mean),
        minutes(out.median),
        minutes(out.p95),
        share(out.within),
        share(out.occupancy),
        dollars(out.work_cost),
        dollars(out.paid_cost),
    )
    return WayRow(out.name, out.story, tuple(map(_cell, texts)))


def _cell(text: str) -> Cell:
    value, _, interval = text.partition(" (")
    return Cell(value, interval.rstrip(")"))


def _changes(title: str, month: Month, which: str, published: float) -> WhiskerPlot:
    changes: tuple[Change, ...] = (month.change, *month.variations)
    estimates = [
        Estimate(each.assumed, figure.value, figure.low, figure.high, month.seeds, marked=n == 0)
        for n, each in enumerate(changes)
        for figure in (each.mean if which == "mean" else each.work_cost,)
    ]
    return whisker_plot(title, estimates, reference=published)
