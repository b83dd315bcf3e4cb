"""`localcare simulate`: how many people, in which order of work."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from localcare.bench.result import describe_machine
from localcare.cli.context import AsJson, print_json, read_text
from localcare.errors import InvalidError
from localcare.routing.core import erlang as formulas
from localcare.simulation.card import write_card
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.check import BAR, DISCIPLINES, SEEDS, Checked, run_check
from localcare.simulation.core.month import Month, runs_of, simulate_month
from localcare.simulation.report import write_report
from localcare.simulation.schemas import GIVEN
from localcare.simulation.words import changed, dollars, minutes, share

app = typer.Typer(help="Staffing: response time and cost per case, by simulation and by formula.", no_args_is_help=True)

_DEFAULT = Assumptions()


Agents = Annotated[int, typer.Option(min=1, help="People on the payroll.")]
Cases = Annotated[int, typer.Option(min=1, help="Cases in the time simulated.")]
Days = Annotated[int, typer.Option(min=1, help="How long it lasts.")]
Spike = Annotated[float, typer.Option(min=1, help="A launch day against an ordinary one; 1 is no launch.")]
Reading = Annotated[float, typer.Option(min=0, help="Seconds to see that a mention needs no answer.")]
Promised = Annotated[float, typer.Option(min=0.1, help="Minutes within which an answer should be begun.")]
GivenFile = Annotated[
    Path | None, typer.Option("--given", help="Every assumption from a JSON file (- is standard input) instead.")
]
Seed = Annotated[int, typer.Option(min=0, help="The first seed; the same one gives the same figures.")]
Seeds = Annotated[int, typer.Option(min=1, max=100, help="How many months are played of each way.")]
Vary = Annotated[bool, typer.Option(help="Also say what the comparison hangs on.")]
Check = Annotated[
    bool, typer.Option("--check", help="Run the check of the routing instead (with --docs or --out both).")
]
Docs = Annotated[Path | None, typer.Option(help="Write month and check to this Markdown file.")]
Out = Annotated[Path | None, typer.Option(help="Write a report with plots to this HTML file.")]


@app.command()
def staffing(
    *,
    agents: Agents = _DEFAULT.agents,
    cases: Cases = _DEFAULT.cases,
    days: Days = _DEFAULT.days,
    spike: Spike = _DEFAULT.spike,
    reading: Reading = _DEFAULT.reading_s,
    promise: Promised = _DEFAULT.promise_min,
    given_file: GivenFile = None,
    seed: Seed = 1,
    seeds: Seeds = 3,
    vary: Vary = True,
    check: Check = False,
    docs: Docs = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Strict queues, tiers, two skills each, pooled: response times, occupancy and cost per case of an invented month.

    With --check: 29 people, six queues, 20 seeds of 30 days; ends with 1 when two-skill routing misses its bar.
    """
    if docs and not check:
        raise InvalidError("The page has the check in it: give --check with --docs.")
    typed = Assumptions(agents=agents, cases=cases, days=days, spike=spike, reading_s=reading, promise_min=promise)
    given = _read(given_file) if given_file else typed
    machine = describe_machine()
    checked = _check() if check else []
    month = _play(given, seed, seeds, vary=vary) if docs or out or not check else None
    _write(month, checked, machine, docs=docs, out=out)
    if as_json:
        print_json({"month": month, "check": checked or None, "machine": machine})
    else:
        _print(month, checked)
    if checked and not _holds(checked):
        sys.stderr.write(f"broken: two-skill routing answers fewer than {BAR:.0%} within five minutes\n")
        raise typer.Exit(1)


@app.command()
def erlang(
    *,
    cases: Annotated[float, typer.Option(min=0.001, help="Cases that come in that time.")] = 100,
    minutes_: Annotated[float, typer.Option("--minutes", min=0.001, help="The time in which they come.")] = 30,
    handling: Annotated[float, typer.Option(min=0.001, help="Mean minutes of handling.")] = 3,
    within: Annotated[float, typer.Option(min=0, help="Seconds a customer should wait at most.")] = 20,
    share_: Annotated[float, typer.Option("--share", help="The share for whom that holds, 0 to 1.")] = 0.8,
    patience: Annotated[float | None, typer.Option(min=0.001, help="Mean minutes until a customer gives up.")] = None,
    as_json: AsJson = False,
) -> None:
    """How many people the formula asks for: Erlang C, and with --patience what Erlang A says of them."""
    demand = formulas.Demand(rate=cases / minutes_, handling=handling)
    try:
        agents = formulas.agents_for(demand, wait=within / 60, share=share_)
    except ValueError as error:
        raise InvalidError(str(error)) from error
    service = formulas.service_of(demand, agents)
    patient = formulas.service_with_patience(demand, agents, patience) if patience else None
    level = formulas.answered_within(demand, agents, within / 60)
    if as_json:
        print_json({"agents": agents, "service_level": level, "service": service, "with_patience": patient})
        return
    typer.echo(f"{agents} people: {level:.3%} wait for at most {within:g} s, {service.occupancy:.1%} busy,")
    typer.echo(f"{service.waiting_probability:.1%} wait at all, {service.mean_wait * 60:.1f} s on average.")
    if patient:
        typer.echo(
            f"With patience of {patience:g} min {patient.abandoned:.2%} give up; {patient.mean_wait * 60:.1f} s on average."
        )


def _read(file: Path) -> Assumptions:
    try:
        return GIVEN.validate_json(read_text(file))
    except ValidationError as error:
        fault = error.errors()[0]
        raise InvalidError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}.") from error


def _play(given: Assumptions, seed: int, seeds: int, *, vary: bool) -> Month:
    return simulate_month(
        given, seed=seed, seeds=seeds, vary=vary, advance=_progress(runs_of(seeds, vary=vary), "months")
    )


def _write(month: Month | None, checked: list[Checked], machine: str, *, docs: Path | None, out: Path | None) -> None:
    if month and docs:
        docs.write_text(write_card(month, checked, machine), encoding="utf-8")
    if month and out:
        out.write_text(write_report(month), encoding="utf-8")


def _check() -> list[Checked]:
    return run_check(advance=_progress(SEEDS * len(DISCIPLINES), "runs of the check"))


def _holds(checked: list[Checked]) -> bool:
    return all(each.within.value >= BAR for each in checked if each.name == "two skills each")


def _progress(total: int, what: str) -> Callable[[], None]:
    """One line on standard error for each run, or one that is written over on a terminal."""
    done = 0
    start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")

    def advance() -> None:
        nonlocal done
        done += 1
        sys.stderr.write(f"{start}{done} of {total} {what}{end}")
        sys.stderr.write("\n" if done == total and not end else "")
        sys.stderr.flush()

    return advance


def _print(month: Month | None, checked: list[Checked]) -> None:
    console = Console()
    if checked:
        console.print(_checked_table(checked))
    if month:
        console.print(_month_table(month), _change_table(month))
        console.print(
            "Work a case counts hours worked on cases and mentions; docs/reference/staffing.md says what is taken for granted.",
            highlight=False,
        )


def _checked_table(checked: list[Checked]) -> Table:
    table = Table("order of work", "within 5 min", "Erlang C", title="The check", title_justify="left")
    for each in checked:
        formula = f"{each.formula:.3f}" if each.formula is not None else ""
        table.add_row(each.name, f"{each.within.value:.3f} ({each.within.low:.3f} to {each.within.high:.3f})", formula)
    return table


def _month_table(month: Month) -> Table:
    given = month.given
    title = f"{given.cases:,} cases, {given.agents} people, {given.days} days, {month.seeds} seeds"
    heads = ("way", "mean", "median", "95 %", f"within {given.promise_min:g} min", "busy", "work a case", "paid a case")
    table = Table(*heads, title=title, title_justify="left")
    for out in month.outcomes:
        times = (minutes(figure) for figure in (out.mean, out.median, out.p95))
        table.add_row(
            out.name, *times, share(out.within), share(out.occupancy), dollars(out.work_cost), dollars(out.paid_cost)
        )
    return table


def _change_table(month: Month) -> Table:
    table = Table("assumed", "response, mean", "median", "work a case", title="From no triage to triage and tiers")
    for each in (month.change, *month.variations):
        table.add_row(each.assumed, changed(each.mean), changed(each.median), changed(each.work_cost))
    table.add_row("AT&T, published", "-70%", "", "-35%")
    return table
