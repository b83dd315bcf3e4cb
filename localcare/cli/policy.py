"""`localcare policy`: a routing policy checked before anybody relies on it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from localcare.cli.context import AsJson, print_json, read_text
from localcare.routing.checking import check_policy, in_words

app = typer.Typer(help="Routing policies: check.", no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Routing policies: check."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The policy as YAML; - is standard input.")], *, as_json: AsJson = False
) -> None:
    """Say what is wrong with a policy, line by line, and change nothing; ends with 1 when anything is.

    Faults: rules that never decide, two that cannot both be, words triage never says, cases for a store nobody knows,
    tiers and queues nobody serves, escalation in a circle. Notes: rules whose order decides.
    """
    checked = check_policy(read_text(file))
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
