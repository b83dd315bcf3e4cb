"""`localcare stores sync`, `conflicts` and `decide`: the directory beside what Facebook says of the brand's stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from localcare.channels.facebook.core.tokens import token_of
from localcare.channels.facebook.locations import (
    SyncOrder,
    SyncOutcome,
    Watch,
    connect_brand_page,
    open_given_page,
    rehearse_sync,
    sync_brand,
)
from localcare.cli.context import (
    ACTOR,
    AsJson,
    BrandSlug,
    DryRun,
    load_settings,
    opened_database,
    opened_runtime,
    print_json,
    read_text,
    work_for_brand,
)
from localcare.errors import InvalidError
from localcare.kit.db import ALL_BRANDS
from localcare.stores.conflicts import OpenConflict, list_conflicts
from localcare.stores.core.conflicts import Conflict
from localcare.stores.deciding import decide_conflict, undo_decision
from localcare.stores.service import get_brand_id
from localcare.stores.syncing import SyncOptions, SyncReport, counts_of

app = typer.Typer(no_args_is_help=True)

_SHOWN = 20
_MOST_AT_ONCE = 250

Update = Annotated[
    Literal["fill", "overwrite", "none"],
    typer.Option(help="What is empty here is filled; or all that differs is taken over; or stores stay as they are."),
]
ConflictId = Annotated[int, typer.Argument(help="The conflict's number, as localcare stores conflicts shows it.")]


BrandPage = Annotated[
    str | None, typer.Option("--page", help="The brand's own Page, by its id; not needed where there is but one.")
]
TokenFile = Annotated[
    Path | None,
    typer.Option(help="A file with the token of that Page or of a system user who has it; - is standard input."),
]
NumbersDiffer = Annotated[
    bool,
    typer.Option(
        "--numbers-differ",
        help="Facebook's store numbers are of another scheme: match by Page and address and keep them as store codes.",
    ),
]
PageSize = Annotated[int, typer.Option(min=1, max=_MOST_AT_ONCE, help="Stores asked for at once.")]


@app.command()
def sync(
    *,
    brand: BrandSlug = None,
    page: BrandPage = None,
    token_file: TokenFile = None,
    dry_run: DryRun = False,
    apply_new: Annotated[bool, typer.Option(help="Open stores that are on Facebook and not here.")] = True,
    apply_links: Annotated[bool, typer.Option(help="Link Pages to the stores they are found to be.")] = True,
    update: Update = "fill",
    numbers_differ: NumbersDiffer = False,
    page_size: PageSize = 100,
    as_json: AsJson = False,
) -> None:
    """Bring the directory up to the brand Page's stores on Facebook; what does not fit is kept for a decision."""
    options = SyncOptions(
        dry_run=dry_run, opens=apply_new, links=apply_links, update=update, has_own_numbers=not numbers_differ
    )
    order = SyncOrder(by=ACTOR, options=options, page_id=page, at_once=page_size)
    if dry_run and token_file is not None:
        _tell(_rehearsed(order, brand, token_of(read_text(token_file)), quiet=as_json), as_json=as_json)
        return
    with opened_runtime() as runtime:
        with runtime.db.session(ALL_BRANDS, viewer=ACTOR) as session:
            brand_id = get_brand_id(session, brand)
        if token_file is not None:
            if page is None:
                raise InvalidError("Say with --page whose token that is.")
            connect_brand_page(runtime, brand_id, page, token_of(read_text(token_file)), by=ACTOR)
        with _watched(quiet=as_json) as watch:
            outcome = sync_brand(runtime, brand_id, order, watch)
    assert outcome is not None  # noqa: S101 (asked for now, not when it is due)
    _tell(outcome, as_json=as_json)


@app.command()
def conflicts(*, brand: BrandSlug = None, as_json: AsJson = False) -> None:
    """What two sources tell differently, with what may be decided about each."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        found = list_conflicts(work.session, work.viewer.brand_id)
    if as_json:
        print_json({"conflicts": found})
        return
    for conflict in found:
        _show_conflict(conflict)
    typer.echo(f"{len(found):,} to decide: localcare stores decide NUMBER CHOICE." if found else "Nothing to decide.")


@app.command()
def decide(
    conflict: ConflictId,
    choice: Annotated[str, typer.Argument(help="One of its choices, such as link:17 or ignore; undo takes it back.")],
    *,
    brand: BrandSlug = None,
) -> None:
    """Decide a conflict. It is not asked again unless its facts change; `undo` takes a decision back."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        if choice == "undo":
            undo_decision(work.session, work.viewer.brand_id, conflict, by=ACTOR, now=work.now)
            said = "taken back; it is open again"
        else:
            done = decide_conflict(work.session, work.viewer.brand_id, conflict, choice, by=ACTOR, now=work.now)
            said = f"decided: {choice} ({', '.join(change.kind for change in done) or 'nothing changed'})"
    typer.echo(f"Conflict {conflict} is {said}.")


def _rehearsed(order: SyncOrder, brand: str | None, token: SecretStr, *, quiet: bool) -> SyncOutcome:
    """What a sync with a given token would do: nothing is stored, so no secret key is needed."""
    if order.page_id is None:
        raise InvalidError("Say with --page whose token that is.")
    with (
        opened_database() as database,
        work_for_brand(database, brand, dry_run=True) as work,
        _watched(quiet=quiet) as watch,
    ):
        page = open_given_page(load_settings(), order.page_id, token)
        return rehearse_sync(work.session, work.viewer.brand_id, page, order, now=work.now, watch=watch)


def _tell(outcome: SyncOutcome, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome_json(outcome))
    else:
        show_outcome(outcome, Console())


def outcome_json(outcome: SyncOutcome) -> dict[str, object]:
    """The report of a sync as people script against it."""
    report = outcome.report
    return {
        "page_id": outcome.brand_page_id,
        **counts_of(report),
        "opened": [listing.own_number for listing in report.opened],
        "linked": [{"store_number": number, "page_id": listing.page_id} for number, listing in report.linked],
        "filled": {number: [asdict(each) for each in told] for number, told in report.filled.items()},
        "differing": {number: [asdict(each) for each in told] for number, told in report.differing.items()},
        "missing": report.missing,
        "conflicts": [_conflict_json(conflict, report) for conflict in report.conflicts],
        "refused": report.refused,
        "repeated": outcome.repeated,
        "tokens_told": outcome.tokens_told,
        "tokens_saved": 0 if report.dry_run else outcome.tokens_saved,
        "dry_run": report.dry_run,
    }


def show_outcome(outcome: SyncOutcome, console: Console) -> None:
    """The report of a sync for people: counts, then what waits for a decision, then what was left alone."""
    report = outcome.report
    verb = "would be " if report.dry_run else ""
    console.print(
        f"{report.read:,} Pages: [bold]{len(report.opened):,}[/] stores {verb}opened, [bold]{len(report.linked):,}[/]"
        f" {verb}linked, [bold]{len(report.filled):,}[/] {verb}updated, {report.unchanged:,} unchanged,"
        f" [bold]{report.to_decide:,}[/] to decide{_others(report)}."
    )
    tokens = f"{outcome.tokens_saved:,} {verb}new to us" if outcome.tokens_told else "the token given may not see them"
    console.print(f"{outcome.tokens_told:,} Pages came with their token, {tokens}.")
    for line in _remarks(report):
        console.print(line, style="yellow", markup=False)
    if report.conflicts:
        console.print(_table_of(report))
        if len(report.conflicts) > _SHOWN:
            console.print(f"… and {len(report.conflicts) - _SHOWN:,} more; --json has all of them.")
        if not report.dry_run:
            console.print("Decide them on the directory's page, or with localcare stores conflicts.")


def _others(report: SyncReport) -> str:
    """The Pages that the summary has not counted yet, so that it adds up."""
    counts = (
        (report.told_otherwise, "told otherwise there"),
        (report.settled, "as decided before"),
        (report.passed, "no store’s: closed and not known here, the brand’s own, or marked as a duplicate or rogue"),
    )
    return "".join(f", {count:,} {words}" for count, words in counts if count)


def _remarks(report: SyncReport) -> Iterator[str]:
    if report.missing:
        yield f"{len(report.missing):,} open stores have no Page there: {_few(report.missing)}. They stay as they are."
    if report.differing:
        yield (
            f"{len(report.differing):,} stores are told otherwise there and stay as they are:"
            f" {_few(list(report.differing))} (--update overwrite takes Facebook's word)."
        )
    if report.waiting:
        yield f"{report.waiting:,} more could be opened or linked, which was not asked for."
    if report.refused:
        yield f"{len(report.refused):,} Pages belong to another brand and are not linked: {_few(report.refused)}."
    if report.settled:
        yield f"{report.settled:,} stay as they were decided before."


def _few(numbers: list[str]) -> str:
    more = f" and {len(numbers) - _SHOWN:,} more" if len(numbers) > _SHOWN else ""
    return ", ".join(numbers[:_SHOWN]) + more


def _table_of(report: SyncReport) -> Table:
    table = Table("number", "page", "name", "what", "why", title="To decide", title_justify="left")
    for conflict in report.conflicts[:_SHOWN]:
        number = report.conflict_ids.get((conflict.kind, conflict.subject))
        name = conflict.listing.page_name[:40]
        table.add_row(str(number or "new"), conflict.subject, name, conflict.kind, conflict.detail)
    return table


def _conflict_json(conflict: Conflict, report: SyncReport) -> dict[str, object]:
    return {
        "number": report.conflict_ids.get((conflict.kind, conflict.subject)),
        "kind": conflict.kind,
        "page_id": conflict.subject,
        "page_name": conflict.listing.page_name,
        "detail": conflict.detail,
        "store_numbers": [store.number for store in conflict.stores],
    }


def _show_conflict(conflict: OpenConflict) -> None:
    typer.secho(f"{conflict.id}  {conflict.title}", bold=True)
    listing = conflict.listing
    said = f"Page {listing.page_id}" if listing.is_page else f"In a file: store {listing.number}"
    typer.echo(f"    {said} {listing.page_name}, {listing.where}")
    typer.echo(f"    {conflict.detail}")
    for choice in conflict.choices:
        typer.echo(f"    {choice.slug:<16} {choice.words}")


@contextmanager
def _watched(*, quiet: bool) -> Iterator[Watch]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        reading = bar.add_task("reading store Pages", total=None)
        writing = bar.add_task("writing stores", total=None, visible=False)
        yield Watch(
            on_read=lambda count: bar.update(reading, completed=count),
            on_written=lambda done, total: bar.update(writing, completed=done, total=total, visible=True),
        )
