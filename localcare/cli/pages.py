"""`localcare pages connect`, `subscribe`, `check` and `poll`: a brand's Facebook Pages, from a token to webhooks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from localcare.channels.facebook.checking import check_pages
from localcare.channels.facebook.connecting import Progress, begin_connection, find_pages, subscribe_pages
from localcare.channels.facebook.core.discovery import WAY_WORDS
from localcare.channels.facebook.core.report import ConnectReport
from localcare.channels.facebook.core.scopes import Finding
from localcare.channels.facebook.core.tokens import token_of
from localcare.channels.facebook.discovering import Doors
from localcare.cli import pages_health, stores_importing
from localcare.cli.context import ACTOR, AsJson, BrandSlug, opened_runtime, print_json, read_text
from localcare.errors import InvalidError
from localcare.intake.polling import poll_pages
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.stores.service import get_brand_id
from localcare.web.words import plural

app = typer.Typer(no_args_is_help=True, help="Facebook Pages.")
app.command("import")(stores_importing.import_pages)

PageIds = Annotated[list[str] | None, typer.Option("--page", help="Only this Page, by its id; repeatable.")]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="Point the app's webhooks here even if they go somewhere else now.")
]
_SIGNS = {"stops": "✗", "limits": "!", "note": "·"}


app.command("health")(pages_health.health)


@app.callback()
def _pages() -> None:
    """Facebook Pages."""


@app.command()
def connect(
    *,
    brand: BrandSlug = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="A file with the token of a system user or a person; - is standard input. Else it is asked for."
        ),
    ] = None,
    page: Annotated[str | None, typer.Option("--page", help="The brand's own Page, by its id.")] = None,
    business: Annotated[str | None, typer.Option(help="The id of the business that owns the Pages.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the token that is kept.")] = False,
    subscribe: Annotated[bool, typer.Option(help="Have Facebook send what happens on the Pages.")] = True,
    take_over: TakeOver = False,
    as_json: AsJson = False,
) -> None:
    """Connect the brand's Pages: check a token, find the Pages it opens, keep theirs, subscribe them."""
    token = None if resume else _read_token(token_file)
    with _opened(brand) as (runtime, brand_id):
        if token is not None:
            doors = Doors((page,) if page else (), business)
            looked = begin_connection(runtime, brand_id, token, doors, by=ACTOR)
            _show_findings(looked.findings, quiet=as_json)
            if not looked.is_usable:
                raise InvalidError("Nothing was connected: " + _sentences(looked.findings))
        with _watched(quiet=as_json) as progress:
            report = find_pages(runtime, brand_id, progress, by=ACTOR)
            if subscribe:
                report = subscribe_pages(runtime, brand_id, progress, by=ACTOR, takes_over=take_over)
    _show_report(report, as_json=as_json)


@app.command("subscribe")
def subscribe_command(
    *,
    brand: BrandSlug = None,
    again: Annotated[bool, typer.Option("--again", help="All Pages, also those that are subscribed.")] = False,
    take_over: TakeOver = False,
    as_json: AsJson = False,
) -> None:
    """Subscribe the app and every Page that is not, and read back what they have."""
    with _opened(brand) as (runtime, brand_id), _watched(quiet=as_json) as progress:
        report = subscribe_pages(runtime, brand_id, progress, by=ACTOR, again=again, takes_over=take_over)
    _show_report(report, as_json=as_json)


@app.command()
def check(*, brand: BrandSlug = None, page: PageIds = None, as_json: AsJson = False) -> None:
    """Ask Facebook how the tokens and subscriptions of the Pages fare, and write it down."""
    with _opened(brand) as (runtime, brand_id), _watched(quiet=as_json) as progress:
        report = check_pages(runtime, brand_id, page_ids=page or None, on_done=progress.on_answered)
    if as_json:
        print_json(asdict(report))
        return
    fares = ", ".join(f"{count:,} {health}" for health, count in sorted(report.health.items())) or "none"
    typer.echo(f"{plural(report.pages, 'Page')}: {fares}; {report.unsubscribed:,} without a subscription.")


@app.command()
def poll(
    *,
    brand: BrandSlug = None,
    page: PageIds = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Read from that day on; without it, as far back as is usual."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the Pages' lists now, and take in what no webhook told; what takes longer is left to the worker."""
    start = since.replace(tzinfo=UTC) if since else None
    with _opened(brand) as (runtime, brand_id), _watched(quiet=as_json) as progress:
        report = poll_pages(
            runtime, brand_id, page_ids=page or None, since=start, on_read=progress.on_answered
        )  # fmt: skip
    if as_json:
        print_json(asdict(report))
        return
    told = f"{plural(report.calls, 'call')}, {plural(report.changes, 'change')} that no webhook told"
    fared = f"{report.proven:,} read to the end, {report.unproven:,} to go on with, {report.failed:,} refused"
    typer.echo(f"{plural(report.lanes, 'list')} read with {told}: {fared}.")


@contextmanager
def _opened(slug: str | None) -> Iterator[tuple[Runtime, int]]:
    with opened_runtime() as runtime:
        with runtime.db.session(ALL_BRANDS, viewer=ACTOR) as session:
            brand_id = get_brand_id(session, slug)
        yield runtime, brand_id


def _read_token(file: Path | None) -> SecretStr:
    """Never an argument: those stand in the list of processes and in the shell's history."""
    if file is not None:
        return token_of(read_text(file))
    if sys.stdin.isatty():
        return token_of(typer.prompt("Token of a system user (it is not shown)", hide_input=True, err=True))
    return token_of(read_text(Path("-")))


@contextmanager
def _watched(*, quiet: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield Progress(
            on_seen=lambda seen: show("finding Pages", seen, None),
            on_answered=lambda done, total: show("asking Facebook", done, total),
        )


def _show_report(report: ConnectReport, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
        return
    for way in report.ways:
        gave = f"{plural(way.pages, 'Page')}, {way.tokens:,} with a token, {way.alone:,} only here"
        typer.echo(f"  {WAY_WORDS[way.way]}: {f'not read. {way.error}' if way.error else gave}")
    typer.echo(
        f"{plural(report.found, 'Page')} found, {report.without_token:,} without a token, {report.linked:,} linked."
    )
    for locked in report.locked[:5]:
        typer.echo(f"  no token for {locked.name} ({locked.page_id}): give the system user tasks on it")
    if report.phase == "done":
        typer.echo(f"{report.subscribed:,} of {plural(report.asked, 'Page')} subscribed, {report.failed:,} refused.")
    _show_findings(report.app, quiet=False)


def _show_findings(findings: list[Finding] | tuple[Finding, ...], *, quiet: bool) -> None:
    for finding in [] if quiet else findings:
        typer.echo(f"{_SIGNS[finding.weight]} {finding.says} {finding.remedy}".rstrip(), err=True)


def _sentences(findings: list[Finding]) -> str:
    return " ".join(f"{finding.says} {finding.remedy}" for finding in findings if finding.weight == "stops")
