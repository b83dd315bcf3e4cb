"""`localcare resolve`: which store is it about, with confidence and evidence; with --directory without any database."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from localcare.cli.context import opened_database
from localcare.cli.stores_importing import read_lines
from localcare.errors import InvalidError
from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.address import place_from_line
from localcare.stores.core.directory import DirectoryOptions, NumberFrom, StoreRow, read_directory
from localcare.stores.core.resolve import Answer, Place, Question, Resolver, StoreEntry
from localcare.stores.core.succession import LastingResolver
from localcare.stores.gazetteer import load_gazetteer, load_other_brands
from localcare.stores.schemas import AnswerOut, QuestionIn, answer_out
from localcare.stores.service import get_brand_id, load_resolver

app = typer.Typer(help="Which store is it about?")

_STATUS_STYLE = {"exact": "bold green", "likely": "green", "ambiguous": "yellow", "none": "red"}


@app.command()
def resolve(
    *,
    text: Annotated[str | None, typer.Option(help="What the customer wrote.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude of the fix, in degrees.")] = None,
    lng: Annotated[float | None, typer.Option(help="Longitude of the fix, in degrees.")] = None,
    accuracy_m: Annotated[float | None, typer.Option("--accuracy", help="The fix's radius, in metres.")] = None,
    page_id: Annotated[str | None, typer.Option(help="The Page it stands on.")] = None,
    place: Annotated[str | None, typer.Option(help='A place: "street, city, state zip".')] = None,
    store_number: Annotated[str | None, typer.Option(help="A store number that came with it as data.")] = None,
    written: Annotated[
        datetime | None, typer.Option(help="When it was written; the directory of that day answers.")
    ] = None,
    among: Annotated[str | None, typer.Option(help='Store numbers we asked about: "4471,4480".')] = None,
    brand_name: Annotated[str | None, typer.Option(help="What customers call the brand.")] = None,
    brand: Annotated[str | None, typer.Option(help="The brand's slug, when its directory is in the database.")] = None,
    file: Annotated[str | None, typer.Option(help="Questions, one JSON object a line; - is standard input.")] = None,
    directory: Annotated[Path | None, typer.Option(help="A store file to resolve against, without a database.")] = None,
    number_from: Annotated[
        NumberFrom, typer.Option(help="Where the store number comes from when --directory has no such column.")
    ] = "column",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Name the store a mention is about: exact, likely, ambiguous or none, with the candidates and what speaks for them."""
    given = Question("", text or "", page_id, _place(place), lat, lng, store_number, accuracy_m=accuracy_m)
    if file is None:
        _require_something(given)
    resolver = read_resolver(directory, brand_name, number_from) if directory else _stored_resolver(brand, brand_name)
    if file is not None:
        with _questions(file) as lines:
            unread = resolve_lines(resolver, lines, sys.stdout)
        raise typer.Exit(1 if unread else 0)
    answer = resolver.resolve(replace(given, created_at=_moment(written), asked_among=_stores(resolver, among)))
    if as_json:
        sys.stdout.write(answer_out(None, answer).model_dump_json() + "\n")
    else:
        show_answer(answer, Console())


def read_resolver(directory: Path, brand_name: str | None, number_from: NumberFrom) -> Resolver:
    """A resolver over a store file. Raises InvalidError when the file holds no store."""
    gazetteer = load_gazetteer()
    reading = read_directory(
        read_lines(directory), options=DirectoryOptions(number_from=number_from, gazetteer=gazetteer)
    )
    if not reading.rows:
        raise InvalidError(
            f"{directory} holds no store: {reading.refused[0].reason if reading.refused else 'it is empty'}."
        )
    if reading.refused:
        first = reading.refused[0]
        sys.stderr.write(f"{len(reading.refused)} rows refused, the first in line {first.line}: {first.reason}\n")
    return LastingResolver(
        [_entry(at, row) for at, row in enumerate(reading.rows, start=1)],
        brand_name=brand_name or reading.brand_name,
        other_brands=load_other_brands(),
        gazetteer=gazetteer,
        aboutness=load_aboutness(),
        now=datetime.now(UTC),
    )


def resolve_lines(resolver: Resolver, lines: Iterable[str], out: TextIO) -> int:
    """One answer a line, in order, each written as soon as it is known. Returns how many lines could not be read."""
    unread = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = QuestionIn.model_validate_json(line)
        except ValidationError as error:
            unread += 1
            answer = _unreadable(line, f"line {number}: {error.errors()[0]['msg']}")
        else:
            answer = answer_out(question.id, resolver.resolve(question.to_question()), question.unknown)
        out.write(answer.model_dump_json() + "\n")
        out.flush()
    return unread


def show_answer(answer: Answer, console: Console) -> None:
    """An answer for people."""
    style = _STATUS_STYLE[answer.status]
    named = f": store {answer.candidates[0].number}" if answer.store_id is not None else ""
    console.print(f"[{style}]{answer.status}[/]{named} (confidence {answer.confidence:.0%})")
    if answer.candidates:
        table = Table("store", "confidence", "what speaks for it")
        for candidate in answer.candidates:
            evidence = "\n".join(f"{each.kind}: {each.detail}" for each in candidate.evidence)
            table.add_row(candidate.number, f"{candidate.confidence:.1%}", evidence)
        console.print(table)
    if answer.notes:
        console.print("What speaks against:", style="bold")
    for note in answer.notes:
        console.print(f"- {note}", markup=False)


def _require_something(given: Question) -> None:
    if given == Question(""):
        raise InvalidError(
            "Nothing to go by: give --text, --lat and --lng, --page-id, --place, --store-number or --file."
        )


def _moment(written: datetime | None) -> datetime | None:
    """A day or time as it was typed, taken for UTC when it names no zone."""
    return written.replace(tzinfo=UTC) if written and written.tzinfo is None else written


def _stores(resolver: Resolver, among: str | None) -> tuple[int, ...]:
    """The stores of these numbers. Raises InvalidError for a number that no store has."""
    numbers = [number.strip() for number in (among or "").split(",") if number.strip()]
    found = {number: resolver.resolve(Question("", store_number=number)).store_id for number in numbers}
    unknown = [number for number, store_id in found.items() if store_id is None]
    if unknown:
        raise InvalidError(f"There is no store with the number {', '.join(unknown)}.")
    return tuple(store_id for store_id in found.values() if store_id is not None)


def _place(line: str | None) -> Place | None:
    if not line:
        return None
    place = place_from_line(line)
    return place if place.street else replace(place, name=line)


def _entry(at: int, row: StoreRow) -> StoreEntry:
    return StoreEntry(
        id=at,
        number=row.number,
        name=row.name,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        lat=row.lat,
        lng=row.lng,
        phone=row.phone,
        page_ids=(row.page_id,) if row.page_id else (),
        nicknames=row.nicknames,
        is_open=row.closed_on is None or row.closed_on > datetime.now(UTC).date(),
        timezone=row.timezone,
        hours=row.hours,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        successor=row.successor_number,
    )


def _stored_resolver(brand: str | None, brand_name: str | None) -> Resolver:
    with opened_database() as database:
        with database.session(None) as session:
            brand_id = get_brand_id(session, brand)
        with database.session(brand_id, viewer="cli") as session:
            return load_resolver(session, brand_id, now=datetime.now(UTC), own_name=brand_name)


@contextmanager
def _questions(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8") as lines:
            yield lines
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.") from error


def _unreadable(line: str, reason: str) -> AnswerOut:
    try:
        given = json.loads(line)
    except ValueError:
        given = None
    question_id = given.get("id") if isinstance(given, dict) else None
    shown = question_id if isinstance(question_id, int | str) else None
    return AnswerOut(id=shown, status="none", store_number=None, confidence=0.0, candidates=[], notes=[reason])
