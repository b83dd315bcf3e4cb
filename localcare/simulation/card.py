"""docs/reference/staffing.md, written by the command itself so that no figure is typed by hand."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from localcare.simulation.core.assumptions import SKILL_SHARES, Assumptions
from localcare.simulation.core.check import (
    AGENTS,
    BAR,
    DAYS,
    HANDLING_MIN,
    PER_MINUTE,
    STRICT_KNOWN,
    WITHIN_MIN,
    Checked,
    staffing,
)
from localcare.simulation.core.figures import Figure
from localcare.simulation.core.month import PUBLISHED_COST, PUBLISHED_RESPONSE, Change, Month
from localcare.simulation.words import changed, dollars, minutes, share, taken_for_granted


def write_card(month: Month, checked: Sequence[Checked], machine: str) -> str:
    """The whole page in Markdown."""
    return "\n".join(
        [*_head(machine), *_check(checked), *_month(month), *_published(month), *_assumed(month.given), ""]
    )


def _head(machine: str) -> Iterator[str]:
    yield "# Staffing: how many people, in which order of work"
    yield ""
    yield "Written by `localcare simulate staffing --check --docs FILE`; do not edit. simpy moves the time; who gets which case"
    yield "is decided by `localcare/routing/core/desk.py`. Intervals are 95 %, Student's t over seeds. Every figure is of a"
    yield "model, none of an installation."
    yield ""
    yield f"Machine: {machine}."
    yield ""


def _check(checked: Sequence[Checked]) -> Iterator[str]:
    people = ", ".join(f"{name} {count}" for (name, _), count in zip(SKILL_SHARES, staffing(), strict=True))
    yield "## The check: answered within five minutes"
    yield ""
    shares = " / ".join(f"{part:.0%}" for _, part in SKILL_SHARES)
    yield _paragraph(
        f"{AGENTS} people; Poisson arrivals of {PER_MINUTE} a minute; exponential handling, {HANDLING_MIN:g} minutes on",
        f"average; six queues with shares of {shares}; {DAYS} days; oldest first. Counted is the wait before handling, at most",
        f"{WITHIN_MIN:g} minutes. People by square-root staffing: {people}. Second skills form one chain.",
    )
    yield ""
    yield f"| order of work | within {WITHIN_MIN:g} min | lowest and highest seed | seeds | formula | asked for |"
    yield "|---|---|---|---|---|---|"
    asked = {
        "strict queues": f"{STRICT_KNOWN[0]:.0%} to {STRICT_KNOWN[1]:.0%}",
        "two skills each": f"at least {BAR:.0%}",
        "pooled": "",
    }
    for each in checked:
        formula = f"{each.formula:.3f} (Erlang C)" if each.formula is not None else ""
        yield (
            f"| {each.name} | **{_three(each.within)}** | {min(each.seeds):.3f} to {max(each.seeds):.3f} | {len(each.seeds)} | "
            f"{formula} | {asked[each.name]} |"
        )
    yield ""


def _month(month: Month) -> Iterator[str]:
    given = month.given
    yield "## A month"
    yield ""
    yield _paragraph(
        f"{given.cases:,} cases in {given.days} days, {given.agents} people, a launch on day {given.spike_day + 1} with",
        f"{given.spike:g} times an ordinary day, half of the excess left each day after. {month.seeds} seeds from {month.seed};",
        "every way of working gets the same cases. From arrival to the answer; what is unanswered at the end counts as far as",
        "it got.",
    )
    yield ""
    heads = (
        "way of working",
        "mean",
        "median",
        "95 % within",
        f"begun within {given.promise_min:g} min",
        "busy",
        "work a case",
        "paid a case",
    )
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for out in month.outcomes:
        cells = (
            *(minutes(figure) for figure in (out.mean, out.median, out.p95)),
            share(out.within),
            share(out.occupancy),
            dollars(out.work_cost),
            dollars(out.paid_cost),
        )
        yield f"| {out.name} | {' | '.join(cells)} |"
    yield ""
    for out in month.outcomes:
        yield f"- **{out.name}**: {out.story}"
    yield ""


def _published(month: Month) -> Iterator[str]:
    yield "## Beside AT&T's published result"
    yield ""
    yield _paragraph(
        "AT&T's social care team (about 100 people, 1,000,000 mentions and 100,000 actionable ones a month) reports response",
        f"time {PUBLISHED_RESPONSE:+.0%} and cost per case {PUBLISHED_COST:+.0%} after triage and tiers. Neither its handling",
        "times nor how it read before are public, so this is no reproduction: it says under which assumptions such figures",
        "come out. Change from “No triage” to “Triage and tiers”, same people, same cases; cost is that of the hours worked on",
        "cases and mentions.",
    )
    yield ""
    yield "| assumed | response, mean | response, median | work per case |"
    yield "|---|---|---|---|"
    for each in (month.change, *month.variations):
        yield _changed_row(each)
    yield f"| published | {PUBLISHED_RESPONSE:+.0%} | | {PUBLISHED_COST:+.0%} |"
    yield ""
    yield _paragraph(
        "The hours saved become money only where fewer people are paid or more work comes to the same people: “paid a case”",
        "hardly moves while the team stays as large. How much response time falls hangs on how near to its limit the team",
        "worked before; what a case costs hangs on the seconds that reading a mention takes.",
    )
    yield ""


def _changed_row(each: Change) -> str:
    return f"| {each.assumed} | {changed(each.mean)} | {changed(each.median)} | {changed(each.work_cost)} |"


def _assumed(given: Assumptions) -> Iterator[str]:
    yield "## What is taken for granted"
    yield ""
    yield from (f"- {sentence}" for sentence in taken_for_granted(given))


def _three(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _paragraph(*parts: str) -> str:
    return fill(" ".join(parts), width=120, break_on_hyphens=False)
