"""`localcare stores import` and `localcare pages import`: the directory and its Pages from files."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from localcare.cli.context import opened_database
from localcare.errors import InvalidError
from localcare.stores.core.directory import NumberFrom, RefusedRow
from localcare.stores.core.records import decode
from localcare.stores.import_history import keep_import, undo_import
from localcare.stores.importing import OtherNumbers
from localcare.stores.service import (
    ImportOptions,
    ImportReport,
    PageReport,
    get_brand_id,
    import_directory,
    link_pages,
)

app = typer.Typer(no_args_is_help=True)
pages_app = typer.Typer(no_args_is_help=True, help="Which Page belongs to which store.")

_BY = "import"
_SHOWN = 20
_NAMED = 10

File = Annotated[Path, typer.Argument(help="A CSV file; - is standard input.", allow_dash=True, metavar="FILE.csv")]
BrandSlug = Annotated[str | None, typer.Option("--brand", help="The brand's slug; not needed where there is but one.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")]


@pages_app.callback()
def _pages() -> None:
    """Which Page belongs to which store."""


@app.command("import")
def import_stores(
    file: File,
    *,
    brand: BrandSlug = None,
    dry_run: DryRun = False,
    close_missing: Annotated[
        bool, typer.Option("--close-missing", help="Close stores that the file does not name; otherwise they stay.")
    ] = False,
    number_from: Annotated[
        NumberFrom, typer.Option(help="Where the store number comes from when the file has no such column.")
    ] = "column",
    country: Annotated[str, typer.Option(help="The country of rows that name none.")] = "US",
    other_numbers: Annotated[
        OtherNumbers,
        typer.Option(help="A new number at the address or phone of a store that the file does not name: ask a person, give"
        " that store the new number, or add a second store."),
    ] = "ask",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Bring the directory up to a file, by store number: adds and changes, never deletes; names each row it refuses.

    The exit code is 1 when a row was refused.
    """
    lines = read_lines(file)
    options = ImportOptions(dry_run, close_missing, number_from, country.upper(), other_numbers)
    with opened_database() as database, _progress(quiet=as_json) as progress:
        with database.session(None) as session:
            brand_id = get_brand_id(session, brand)
        with database.session(brand_id, viewer="cli") as session:
            now = datetime.now(UTC)
            report = import_directory(session, brand_id, lines, now=now, by=_BY, options=options, progress=progress)
            done = None if dry_run else keep_import(session, brand_id, report, file=file.name, by=_BY, now=now)
    _tell(report, done, as_json=as_json)


def _tell(report: ImportReport, import_id: int | None, *, as_json: bool) -> None:
    """Say what an import did. The command ends with 1 when a row was refused."""
    if as_json:
        sys.stdout.write(json.dumps({"import": import_id, **report_json(report)}, ensure_ascii=False) + "\n")
    else:
        show_report(report, Console())
        if import_id is not None:
            typer.echo(f"Kept as import {import_id}: localcare stores undo-import {import_id} takes it back.")
    if report.refused:
        raise typer.Exit(1)


@app.command("undo-import")
def take_back(
    import_id: Annotated[int, typer.Argument(help="The import's number, as stores import tells it.")],
    *,
    brand: BrandSlug = None,
) -> None:
    """Take an import back as one deed: what it added goes (or is closed, when something is about it), what it changed returns."""
    with opened_database() as database:
        with database.session(None) as session:
            brand_id = get_brand_id(session, brand)
        with database.session(brand_id, viewer="cli") as session:
            outcome = undo_import(session, brand_id, import_id, by=_BY, now=datetime.now(UTC))
    typer.echo(
        f"Import {import_id} is taken back: {outcome.removed:,} stores removed, {outcome.closed:,} closed,"
        f" {outcome.restored:,} changes reversed."
    )
    for reason in outcome.kept:
        typer.echo(f"Stays: {reason}")


@pages_app.command("import")
def import_pages(file: File, *, brand: BrandSlug = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Link Pages to stores: page id, name, store number; a Page without a store number is the brand's own.

    The exit code is 1 when a row was refused.
    """
    lines = read_lines(file)
    with opened_database() as database:
        with database.session(None) as session:
            brand_id = get_brand_id(session, brand)
        with database.session(brand_id, viewer="cli") as session:
            report = link_pages(session, brand_id, lines, now=datetime.now(UTC), dry_run=dry_run)
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False) + "\n")
    else:
        show_page_report(report, Console())
    if report.refused:
        raise typer.Exit(1)


def read_lines(file: Path) -> list[str]:
    """The lines of a file in whatever encoding it has. Raises InvalidError when it cannot be read."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.") from error
    return decode(raw).splitlines(keepends=True)


def report_json(report: ImportReport) -> dict[str, object]:
    """The report of an import as people script against it."""
    return {
        "added": len(report.added),
        "added_stores": [{"store_number": number, "name": report.names[number]} for number in report.added],
        "changed": len(report.changed),
        "unchanged": report.unchanged,
        "closed": len(report.closed),
        "absent": len(report.absent),
        "refused": [asdict(row) for row in report.refused],
        "warnings": [asdict(warning) for warning in report.warnings],
        "changes": [{"store_number": change.after.number, "fields": change.fields} for change in report.changed],
        "held": [asdict(row) for row in report.held],
        "renumbered": [{"before": before, "now": now} for before, now in report.renumbered],
        "regions_added": len(report.regions_added),
        "pages_linked": report.pages_linked,
        "managers": [asdict(manager) for manager in report.managers],
        "dry_run": report.dry_run,
    }


def show_report(report: ImportReport, console: Console) -> None:
    """The report of an import for people: counts, then each refused row, then what was read with a doubt."""
    verb = "would be " if report.dry_run else ""
    console.print(
        f"[bold]{len(report.added):,}[/] {verb}added, [bold]{len(report.changed):,}[/] {verb}changed,"
        f" {report.unchanged:,} unchanged, [bold]{len(report.closed):,}[/] {verb}closed,"
        f" [bold]{len(report.refused):,}[/] refused."
    )
    console.print(f"{len(report.regions_added):,} regions and {report.pages_linked:,} Page links {verb}new.")
    if len(report.absent) > len(report.closed):
        console.print(
            f"{len(report.absent):,} open stores are not in the file and stay open (--close-missing closes them)."
        )
    if report.managers:
        console.print(f"{len(report.managers):,} managers are named: give them sign-in with localcare people import.")
    _show_stores(report, console)
    show_refused(report.refused, console)
    _show_held(report, console)
    for warning in report.warnings[:_SHOWN]:
        column = f", {warning.column}" if warning.column else ""
        console.print(f"line {warning.line}{column}: {warning.text}", markup=False, style="yellow")
    if len(report.warnings) > _SHOWN:
        console.print(f"… and {len(report.warnings) - _SHOWN:,} more warnings; --json has all of them.")


def _show_stores(report: ImportReport, console: Console) -> None:
    """The first stores that were added, renumbered and changed, by name and by the fields that differ."""
    added = (f"+ {number} {report.names[number]}" for number in report.added)
    renumbered = (f"~ {before} is {now} now" for before, now in report.renumbered)
    changed = (f"~ {each.after.number} {each.after.name}: {', '.join(each.fields)}" for each in report.changed)
    for lines, count in (
        (added, len(report.added)),
        (renumbered, len(report.renumbered)),
        (changed, len(report.changed)),
    ):
        for line in islice(lines, _NAMED):
            console.print(f"  {line}", markup=False, style="dim")
        if count > _NAMED:
            console.print(f"  … and {count - _NAMED:,} more", style="dim")


def _show_held(report: ImportReport, console: Console) -> None:
    for row in report.held[:_SHOWN]:
        asked = f" (localcare stores decide {row.conflict_id} …)" if row.conflict_id else ""
        console.print(f"line {row.line}: store {row.number} waits: {row.reason}{asked}", markup=False, style="yellow")
    if report.held:
        console.print(
            f"{len(report.held):,} rows wait for a decision: localcare stores conflicts, or --other-numbers renumber | add."
        )


def show_page_report(report: PageReport, console: Console) -> None:
    """The report of an import of Pages for people."""
    verb = "would be linked" if report.dry_run else "linked"
    console.print(
        f"[bold]{report.linked:,}[/] Pages {verb} ({report.moved:,} of them moved), {report.unchanged:,} unchanged,"
        f" [bold]{len(report.refused):,}[/] refused."
    )
    show_refused(report.refused, console)


def show_refused(refused: list[RefusedRow], console: Console) -> None:
    """Refused rows as a table: line, column, value, reason."""
    if not refused:
        return
    table = Table("line", "column", "value", "reason", title="Refused", title_justify="left")
    for row in refused[:_SHOWN]:
        table.add_row(str(row.line), row.column, row.value[:60], row.reason)
    console.print(table)
    if len(refused) > _SHOWN:
        console.print(f"… and {len(refused) - _SHOWN:,} more; --json has all of them.")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("writing stores"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("stores", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
