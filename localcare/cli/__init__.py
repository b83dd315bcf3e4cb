"""The `localcare` command: one table of commands, each loaded only when it is called."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, cast

import typer
from typer.core import TyperCommand, TyperGroup

from localcare import __version__
from localcare.errors import CareError

_COMPLETION = ("install_completion", "show_completion")


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: where its typer app or function is, and the line it has in `localcare --help`."""

    place: str
    summary: str

    @property
    def is_there(self) -> bool:
        """Whether this installation has the module; nothing is imported to know."""
        return find_spec(self.place.partition(":")[0]) is not None

    def load(self, name: str) -> TyperCommand:
        """The command, imported now."""
        module, _, attribute = self.place.partition(":")
        found: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command()(found)
            found = single
        command = typer.main.get_command(found)
        command.name = name
        # Typer takes every app for a whole program and would offer completion for each.
        command.params = [param for param in command.params if param.name not in _COMPLETION]
        return cast(TyperCommand, command)


COMMANDS = {
    "demo": Entry("localcare.cli.demo:demo", "Everything on this machine: an invented brand, live mentions, sign-in links"),
    "serve": Entry("localcare.cli.serve:serve", "Run the web process"),
    "worker": Entry("localcare.cli.worker:worker", "Run the worker process"),
    "serve-mail": Entry("localcare.cli.serve_mail:serve_mail", "Take notification mails from your own mail server"),
    "migrate": Entry("localcare.cli.migrate:migrate", "Bring the database's schema to this version"),
    "doctor": Entry("localcare.cli.doctor:doctor", "Check the installation; what to do about each failure"),
    "brand": Entry("localcare.cli.setup:brand", "Brands: add"),
    "people": Entry("localcare.cli.setup:people", "People and their roles: add, import"),
    "stores": Entry("localcare.cli.stores:app", "The store directory: import, sync"),
    "pages": Entry("localcare.cli.pages:app", "Facebook Pages: connect, subscribe, check; which store they are: import"),
    "secret": Entry("localcare.cli.secret:app", "The key that seals stored secrets: rotate"),
    "source": Entry("localcare.cli.setup:source", "Signed sources of mentions: add"),
    "token": Entry("localcare.cli.setup:token", "Tokens of the API: create"),
    "mentions": Entry("localcare.cli.intake:mentions", "Mentions from a file: import"),
    "events": Entry("localcare.cli.intake:events", "What is set aside or stuck, and why"),
    "replay": Entry("localcare.cli.intake:replay", "Run intake again for stored events"),
    "resolve": Entry("localcare.cli.resolve:app", "Which store a text, place or Page is about"),
    "triage": Entry("localcare.cli.triage:app", "Verdict with reasons; train and evaluate the model"),
    "policy": Entry("localcare.cli.policy:app", "Routing policies: show, check, try, dry-run, apply, schedule, roll back"),
    "digest": Entry("localcare.cli.digest:app", "Digests: preview, send"),
    "sandbox": Entry("localcare.cli.sandbox:sandbox", "The stand-in Graph API alone"),
    "bench": Entry("localcare.cli.bench:app", "The product's own figures, each beside a reference"),
    "simulate": Entry("localcare.cli.simulate:app", "Staffing: response time and cost per case"),
    "export": Entry("localcare.cli.export:export", "All data out"),
    "erase": Entry("localcare.cli.erase:erase", "The right to be forgotten"),
}  # fmt: skip
"""Every command by name, in the order of `--help`."""


class CommandTable(TyperGroup):
    """A group whose commands are the table above; help is written from it without importing any."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        """The commands this installation has."""
        return [name for name, entry in COMMANDS.items() if entry.is_there]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # type: ignore[override]  # noqa: ARG002
        """A command by name, imported now."""
        entry = COMMANDS.get(cmd_name)
        return entry.load(cmd_name) if entry and entry.is_there else None

    def format_commands(self, ctx: typer.Context, formatter) -> None:  # type: ignore[no-untyped-def,override]  # noqa: ANN001
        """The table as help shows it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])


app = typer.Typer(
    cls=CommandTable, rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)


def _show_version(value: bool) -> None:  # noqa: FBT001 (typer's callback)
    if value:
        typer.echo(f"localcare {__version__}")
        raise typer.Exit


@app.callback()
def localcare(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """What customers say about a brand's stores, brought to the people who can answer it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: a refusal is one sentence on standard error and exit code 1."""
    try:
        app(arguments)
    except CareError as error:
        sys.stderr.write(f"localcare: {error.message}\n")
        sys.exit(1)
