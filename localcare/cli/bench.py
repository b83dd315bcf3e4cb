"""`localcare bench`: the product's own figures, each beside a reference of the same run."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from localcare.bench.result import Result
from localcare.cli.context import AsJson, print_json
from localcare.settings import get_settings

app = typer.Typer(
    help="The product's own figures, each beside a reference of the same run; ends with 1 when a promise is broken.",
    no_args_is_help=True,
)

Split = Literal["tuning", "testing"]
BENCHES = ("ingest", "webhook", "resolve", "triage", "digests", "pages", "order", "reconcile", "desk", "day", "soak")
SMALL_SOAK = {"events": 2_000, "pages": 100}
SMALL_DAY = {"cases": 3_300, "agents": 24, "stores": 300}
"""What `bench all` soaks with: a whole one takes half an hour of two cores."""


@app.callback()
def clean_up_when_ended() -> None:
    """The product's own figures, each beside a reference of the same run; ends with 1 when a promise is broken."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


@app.command()
def ingest(
    *,
    mentions: Annotated[int, typer.Option(min=1, help="How many mentions are told.")] = 40_000,
    workers: Annotated[int, typer.Option(min=1, help="How many worker processes drain.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Signed bytes in, committed case or feed entry out."""
    _show(_bench("ingest")(mentions=mentions, workers=workers), as_json=as_json)


@app.command()
def webhook(
    *,
    rate: Annotated[int, typer.Option(min=1, help="Deliveries a second, sent whether answered or not.")] = 300,
    seconds: Annotated[int, typer.Option(min=1, help="For how long.")] = 60,
    climb: Annotated[bool, typer.Option(help="Also find the highest rate that is held.")] = True,
    as_json: AsJson = False,
) -> None:
    """Signed deliveries over HTTP at a fixed rate, each durable before its 200, while a worker drains them."""
    _show(_bench("webhook")(rate=rate, seconds=seconds, climb=climb), as_json=as_json)


@app.command()
def resolve(
    *,
    quality: Annotated[bool, typer.Option("--quality", help="Also how often it is right, by style of naming.")] = False,
    split: Annotated[Split, typer.Option(help="The texts asked; tuning asks its texts only, and no pace.")] = "testing",
    gallery: Annotated[Path | None, typer.Option(help="Write the worst answers to this file, to be read.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Write resolution-card.md and its picture to this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which store is it about: questions a second over 11,000 stores, on one core, and how often it is right.

    The real directories and reviews are found by LOCALCARE_EVAL_DATA; without it the demo's stores are asked about.
    """
    run = _bench("resolve")
    eval_data = get_settings().eval_data
    _show(run(quality=quality, split=split, eval_data=eval_data, gallery=gallery, docs=docs), as_json=as_json)


@app.command()
def triage(*, as_json: AsJson = False) -> None:
    """Verdicts a second in bulk on one core, and how long a single one takes."""
    _show(_bench("triage")(), as_json=as_json)


@app.command()
def digests(
    *,
    stores: Annotated[int, typer.Option(min=1, help="How many stores get a digest.")] = 5_500,
    as_json: AsJson = False,
) -> None:
    """Digests of one morning, built and handed to an SMTP server on this machine."""
    _show(_bench("digests")(stores=stores), as_json=as_json)


@app.command()
def pages(
    *,
    mentions: Annotated[int, typer.Option(min=1, help="How many mentions the database holds.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """How long the pages people wait for take on a filled database."""
    _show(_bench("pages")(mentions=mentions, create_app=_app_factory()), as_json=as_json)


@app.command()
def order(
    *,
    events: Annotated[int, typer.Option(min=1, help="How many changes are told.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """The same changes in order and shuffled: both must leave the same mentions and cases."""
    _show(_bench("order")(events=events), as_json=as_json)


@app.command()
def soak(
    *,
    events: Annotated[int, typer.Option(min=1, help="How much happens on the stand-in.")] = 200_000,
    pages: Annotated[int, typer.Option(min=1, help="How many store Pages there are.")] = 5_000,
    as_json: AsJson = False,
) -> None:
    """Bad days with the stand-in: afterwards we must know exactly what stands there, and have answered each once."""
    _show(_bench("soak")(events=events, pages=pages), as_json=as_json)


@app.command()
def reconcile(
    *,
    pages: Annotated[int, typer.Option(min=1, help="How many Pages are connected.")] = 5_000,
    latency: Annotated[float, typer.Option(min=0, help="Milliseconds the stand-in takes for an answer.")] = 20.0,
    accounts: Annotated[int, typer.Option(min=0, help="How many of the Pages have an account on Instagram.")] = 0,
    as_json: AsJson = False,
) -> None:
    """All lists of all Pages read from the stand-in: how long, how many calls a Page, and what it leaves of its quota."""
    _show(_bench("reconcile")(pages=pages, latency_ms=latency, accounts=accounts), as_json=as_json)


@app.command()
def desk(
    *,
    open_cases: Annotated[int, typer.Option("--open", min=1, help="How many cases wait while people ask.")] = 100_000,
    seconds: Annotated[int, typer.Option(min=1, help="How long cases arrive, and are asked for.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Cases to hands: pushed as they arrive, “next case” over a large backlog, fifty people at once."""
    _show(_bench("desk")(open_cases=open_cases, seconds=seconds), as_json=as_json)


@app.command()
def day(
    *,
    cases: Annotated[int, typer.Option(min=1, help="How many cases arrive on that day.")] = 33_000,
    agents: Annotated[int, typer.Option(min=20, help="How many people the national team has.")] = 100,
    stores: Annotated[int, typer.Option(min=1, help="How many stores there are.")] = 3_000,
    as_json: AsJson = False,
) -> None:
    """A simulated day with absences and a crash: every case in one queue or hand, none late in silence."""
    _show(_bench("day")(cases=cases, agents=agents, stores=stores), as_json=as_json)


@app.command("all")
def every(*, as_json: AsJson = False) -> None:
    """Every bench, one after the other, the soak and the day small ones; with --json one object a line."""
    given: Mapping[str, Mapping[str, object]] = {
        "pages": {"create_app": _app_factory()},
        "soak": SMALL_SOAK,
        "day": SMALL_DAY,
    }
    _show(*(_bench(name)(**given.get(name, {})) for name in BENCHES), as_json=as_json)


def _bench(name: str) -> Callable[..., Result]:
    """A bench by name, imported now: each brings its own libraries."""
    run: Callable[..., Result] = getattr(import_module(f"localcare.bench.{name}"), f"run_{name}")
    return run


def _app_factory() -> Callable[..., object]:
    """The web process's application, which only the pages bench needs."""
    create: Callable[..., object] = import_module("localcare.app").create_app
    return create


def _show(*results: Result, as_json: bool) -> None:
    for result in results:
        if as_json:
            print_json(result.as_json())
        else:
            _print_table(result)
    if any(result.broken for result in results):
        raise typer.Exit(1)


def _print_table(result: Result) -> None:
    console = Console()
    every = {**result.figures, **result.reference}
    matrices = {name: value for name, value in every.items() if isinstance(value, Mapping) and _is_matrix(value)}
    table = Table("figure", title=f"bench {result.bench}", title_justify="left")
    table.add_column("value", justify="right")
    for name, value in every.items():
        for row in _flat(name, value) if name not in matrices else ():
            table.add_row(*row)
    console.print(table, *(_matrix(name, rows) for name, rows in matrices.items()))
    console.print(f"{result.definition}\n{result.machine}", markup=False, highlight=False)
    for promise in result.broken:
        sys.stderr.write(f"broken: {promise}\n")


def _is_matrix(value: Mapping[str, object]) -> bool:
    """Whether every part has the same parts, as figures by style or by page have."""
    inner = [tuple(part) if isinstance(part, Mapping) else None for part in value.values()]
    return len(inner) > 1 and inner[0] is not None and len(set(inner)) == 1


def _matrix(name: str, rows: Mapping[str, Mapping[str, object]]) -> Table:
    table = Table(name.replace("_", " "))
    for column in next(iter(rows.values())):
        table.add_column(column.replace("_", " "), justify="right")
    for row, values in rows.items():
        table.add_row(row, *map(_shown, values.values()))
    return table


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A figure as rows of a table: one that has parts gives a row for each."""
    if not isinstance(value, Mapping):
        yield name, _shown(value)
        return
    for part, of_part in value.items():
        yield from _flat(f"{name} {part}", of_part)
