"""`localcare mentions import`, `localcare events`, `localcare replay`: files in, what is set aside, run it again."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from localcare.cli.context import (
    ACTOR,
    AsJson,
    BrandSlug,
    DryRun,
    opened_database,
    print_json,
    read_text,
    work_for_brand,
)
from localcare.errors import InvalidError
from localcare.intake import review, service
from localcare.intake.importing import MentionImport, audit_import, import_mentions
from localcare.intake.review import ISSUE_KINDS
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS
from localcare.web.words import plural

CHANNELS = ("facebook", "instagram", "x", "google", "community", "email", "csv", "manual")
_SHOWN = 20

mentions = typer.Typer(no_args_is_help=True, help="Mentions from a file.")


@mentions.callback()
def _mentions() -> None:
    """Mentions from a file."""


@mentions.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", allow_dash=True, help="- is standard input.")],
    channel: Annotated[str, typer.Option(help=f"Where they are from: {', '.join(CHANNELS)}.")] = "csv",
    brand: BrandSlug = None,
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in reviews and anything else from a file; names each row it refuses. The worker does the rest."""
    if channel not in CHANNELS:
        raise InvalidError(f"There is no channel “{channel}”; there are: {', '.join(CHANNELS)}.")
    text = read_text(file)
    with (
        opened_database() as database,
        _progress(quiet=as_json) as progress,
        work_for_brand(database, brand, dry_run=dry_run) as work,
    ):
        report = import_mentions(
            work.session,
            work.viewer.brand_id,
            io.StringIO(text, newline=""),
            channel=channel,
            now=work.now,
            dry_run=dry_run,
            progress=progress,
        )
        if report.event_ids:
            audit_import(work.session, work.viewer, report, file=file.name, channel=channel, now=work.now)
    if as_json:
        print_json(_report_json(report, dry_run=dry_run))
    else:
        _show_report(report, dry_run=dry_run)
    if report.refused:
        raise typer.Exit(1)


def events(
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(ISSUE_KINDS)}; all without it.")] = None,
    brand: BrandSlug = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the newest first.")] = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """What is set aside or stuck, and why."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        found = review.list_issues(work.session, work.viewer, kind=state, limit=limit)
    if as_json:
        print_json({"events": [asdict(issue) for issue in found]})
        return
    if not found:
        typer.echo("Nothing is set aside.")
        return
    table = Table("event", "state", "Page", "what", "why")
    for issue in found:
        table.add_row(str(issue.event_id), issue.kind, issue.page_id or "", issue.what, issue.why)
    Console().print(table)
    typer.echo("When the reason is gone: localcare replay EVENT_ID…")


def replay(
    event_ids: Annotated[list[int], typer.Argument(metavar="EVENT_ID…", help="As `localcare events` shows them.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Run intake again for stored events. What they said before stays one mention."""
    wanted = list(dict.fromkeys(event_ids))
    with opened_database() as database, database.session(ALL_BRANDS, viewer=ACTOR) as session:
        again = service.run_again(session, wanted, now=SystemClock().now())
    if as_json:
        print_json({"events": sorted(again)})
    else:
        typer.echo(f"{plural(len(again), 'event')} put back for the worker.")


def _report_json(report: MentionImport, *, dry_run: bool) -> dict[str, object]:
    return {
        "changes": report.changes,
        "refused": report.refused,
        "bad_rows": [asdict(row) for row in report.bad_rows],
        "events": report.event_ids,
        "dry_run": dry_run,
    }


def _show_report(report: MentionImport, *, dry_run: bool) -> None:
    would = "Dry run, nothing was kept: " if dry_run else ""
    known = "" if report.event_ids or dry_run or not report.changes else " (the same file is stored already)"
    typer.echo(
        f"{would}{plural(report.changes, 'change')} of mentions{known}, {plural(report.refused, 'row')} refused."
    )
    for bad in report.bad_rows[:_SHOWN]:
        where = f"line {bad.line}, {bad.column}" if bad.column else f"line {bad.line}"
        typer.echo(f"  {where}: {bad.reason}" + (f" (“{bad.value[:60]}”)" if bad.value else ""))
    if report.refused > _SHOWN:
        typer.echo(f"  … and {report.refused - _SHOWN:,} more; --json names them.")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None]]:
    columns = (SpinnerColumn(), TextColumn("storing mentions"), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    quiet = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("mentions", total=None)
        yield lambda done: bar.update(task, completed=done)
