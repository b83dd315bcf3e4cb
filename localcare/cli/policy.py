"""`localcare policy`: a routing policy checked, and tried on the cases that are there, before anybody relies on it."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from localcare.cli.context import AsJson, BrandSlug, opened_database, print_json, read_text, work_for_brand
from localcare.cli.policy_versions import app as versions
from localcare.routing.checking import CheckedPolicy, check_policy, in_words
from localcare.routing.core.dry_run import DryRun
from localcare.routing.service import try_policy
from localcare.routing.serving import check_with_brand

HELP = "Routing policies: show, check, try, dry-run; draft, sign off, apply, schedule, roll back; history, diff."
app = typer.Typer(help=HELP, no_args_is_help=True)
app.registered_commands += versions.registered_commands


@app.callback(help=HELP)
def policy() -> None:
    """Keeps the commands a group."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The policy as YAML; - is standard input.")],
    *,
    team: Annotated[
        bool,
        typer.Option(
            "--team", help="Name queues that nobody of the brand's team serves and stores it does not have, too."
        ),
    ] = False,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a policy, line by line, and change nothing; ends with 1 when anything is.

    Faults: rules that never decide, two that cannot both be, words triage never says, cases for a store nobody knows,
    tiers and queues nobody serves, escalation in a circle. Notes: rules whose order decides.
    """
    body = read_text(file)
    checked = _check_with_brand(body, brand) if team or brand else check_policy(body)
    if as_json:
        print_json({"sound": checked.policy is not None, "faults": checked.faults, "notes": checked.notes})
    else:
        for fault in checked.faults:
            sys.stderr.write(f"{in_words(fault)}\n")
        for note in checked.notes:
            typer.echo(in_words(note))
        if checked.policy:
            typer.echo(f"The policy can be put in force: {len(checked.policy.rules)} rules.")
    if checked.policy is None:
        raise typer.Exit(1)


def _check_with_brand(body: str, brand: str | None) -> CheckedPolicy:
    with opened_database() as database, work_for_brand(database, brand) as work:
        return check_with_brand(work.session, work.viewer.brand_id, body, now=work.now)


@app.command("dry-run")
def dry_run(
    file: Annotated[Path, typer.Argument(help="The policy as YAML; - is standard input.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=400, help="Cases of so many days are asked about.")] = 30,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """What a policy would have done with the cases of the last days, beside the one in force; nothing changes.

    Stores stand as they do today. A faulty policy is refused.
    """
    body = read_text(file)
    with opened_database() as database, work_for_brand(database, brand, dry_run=True) as work:
        since = work.now - timedelta(days=days)
        tried = try_policy(work.session, work.viewer.brand_id, body, since=since, now=work.now)
    if as_json:
        print_json(
            {"days": days, "cases": tried.cases, "moved": tried.moved, "moves": tried.moves, "queues": tried.queues}
        )
    else:
        _print(tried, days)


def _print(tried: DryRun, days: int) -> None:
    console = Console()
    console.print(
        f"{tried.moved:,} of {tried.cases:,} cases of {days} days would have gone elsewhere.", highlight=False
    )
    if tried.moves:
        moves = Table("from", "to", "cases", "because", "for example", title="What would move", title_justify="left")
        for move in tried.moves:
            examples = ", ".join(f"/cases/{case_id}" for case_id in move.examples)
            moves.add_row(move.before, move.after, f"{move.cases:,}", move.because, examples)
        console.print(moves)
    queues = Table("queue", "now", "then", title="Cases by queue", title_justify="left")
    for queue, before, after in tried.queues:
        queues.add_row(queue, f"{before:,}", f"{after:,}")
    console.print(queues)
