"""`localcare stores close | reopen | move | renumber | merge | alias | history | undo`: the directory by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from localcare.cli.context import ACTOR, AsJson, BrandSlug, BrandWork, opened_database, print_json, work_for_brand
from localcare.cli.stores_placing import lacking_coordinates
from localcare.errors import InvalidError, NotFoundError
from localcare.stores import editing, naming
from localcare.stores.core.values import AliasKind, Place
from localcare.stores.editing import NewAlias, StoreAddress
from localcare.stores.models import DirectoryChange

app = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The store's number, as the directory spells it.")]
On = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help="From which day at the store, such as 2026-11-30; else now.")
]
KeepCoordinates = Annotated[
    bool, typer.Option("--keep-coordinates", help="It moves a few steps only: the former coordinates stay.")
]
NoCoordinates = Annotated[
    bool, typer.Option("--no-coordinates", help="Nobody knows them yet: it is not found by a fix, nor on the map.")
]
Note = Annotated[str | None, typer.Option("--note", help="Why, for the history.")]


@dataclass(frozen=True, slots=True)
class _Desk:
    """A store at hand, and the stamp that its change gets."""

    work: BrandWork
    store_id: int
    effective: datetime


@app.command()
def close(
    number: Number,
    successor: Annotated[
        str | None, typer.Option(help="The number of the store that takes over its customers.")
    ] = None,
    *,
    on: On = None,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Close a store, today or on a day that may lie ahead."""
    with _desk(brand, number, on) as desk:
        change = editing.close_store(
            desk.work.session, desk.work.viewer.brand_id, desk.store_id, successor,
            effective=desk.effective, by=ACTOR, now=desk.work.now, note=note,
        )  # fmt: skip
        _tell(change, f"Store {number} is closed from {change.after.get('closed_on', 'then')} on", as_json=as_json)


@app.command()
def reopen(
    number: Number, *, on: On = None, note: Note = None, brand: BrandSlug = None, as_json: AsJson = False
) -> None:
    """Open a closed store again."""
    with _desk(brand, number, on) as desk:
        change = editing.reopen_store(
            desk.work.session, desk.work.viewer.brand_id, desk.store_id,
            effective=desk.effective, by=ACTOR, now=desk.work.now, note=note,
        )  # fmt: skip
        _tell(change, f"Store {number} is open again", as_json=as_json)


@app.command()
def move(
    number: Number,
    street: Annotated[str, typer.Option(help="The new street and house number.")],
    city: Annotated[str, typer.Option(help="The new town.")],
    state: Annotated[str | None, typer.Option(help="The new state.")] = None,
    zip_code: Annotated[str | None, typer.Option("--zip", help="The new ZIP.")] = None,
    country: Annotated[str, typer.Option(help="The new country.")] = "US",
    lat: Annotated[
        float | None, typer.Option(help="Latitude in degrees; without, what the geocoder has is shown.")
    ] = None,
    lng: Annotated[float | None, typer.Option(help="Longitude in degrees.")] = None,
    phone: Annotated[str | None, typer.Option(help="The new phone number; the old one stays without it.")] = None,
    *,
    keep_coordinates: KeepCoordinates = False,
    no_coordinates: NoCoordinates = False,
    on: On = None,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Say that a store has moved: the former address still finds it for mentions of before.

    A move on a day that is still to come is planned, and takes place by itself; `stores undo` cancels it until then.
    """
    if lat is None and lng is None and keep_coordinates == no_coordinates:
        raise InvalidError(lacking_coordinates(Place(None, None, street, city, state, zip_code), brand, number))
    with _desk(brand, number, on) as desk:
        if keep_coordinates:
            lat, lng = _point_of(desk)
        address = StoreAddress(
            street=street, city=city, state=state, zip=zip_code, country=country.upper(), latitude=lat, longitude=lng,
            phone=phone,
        )  # fmt: skip
        change = editing.move_store(
            desk.work.session, desk.work.viewer.brand_id, desk.store_id, address,
            effective=desk.effective, by=ACTOR, now=desk.work.now, note=note,
        )  # fmt: skip
        where = " (coordinates kept)" if keep_coordinates else " (coordinates not known)" if lat is None else ""
        _tell(change, f"Store {number} moves to {street}, {city}{where}", as_json=as_json)


@app.command()
def renumber(
    number: Number,
    new_number: Annotated[str, typer.Argument(help="The number it has from then on.")],
    *,
    on: On = None,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Give a store another number."""
    with _desk(brand, number, on) as desk:
        change = editing.renumber_store(
            desk.work.session, desk.work.viewer.brand_id, desk.store_id, new_number,
            effective=desk.effective, by=ACTOR, now=desk.work.now, note=note,
        )  # fmt: skip
        _tell(change, f"Store {number} is store {new_number} now", as_json=as_json)


@app.command()
def merge(
    duplicate: Annotated[str, typer.Argument(help="The number of the row that is a duplicate.")],
    into: Annotated[str, typer.Argument(help="The number of the store that it is.")],
    *,
    on: On = None,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Merge a duplicate into the store that it is: Pages, aliases and what is written about it go there."""
    with _desk(brand, duplicate, on) as desk:
        session, brand_id = desk.work.session, desk.work.viewer.brand_id
        change = editing.merge_stores(
            session, brand_id, desk.store_id, editing.find_store(session, brand_id, into),
            effective=desk.effective, by=ACTOR, now=desk.work.now, note=note,
        )  # fmt: skip
        _tell(change, f"Store {duplicate} has been merged into store {into}", as_json=as_json)


@app.command()
def alias(
    number: Number,
    words: Annotated[str | None, typer.Argument(help="What people call it; without, its aliases are listed.")] = None,
    kind: Annotated[
        str, typer.Option(help="nickname, mall, landmark, neighbourhood, cross-street, phone, address or place-id.")
    ] = "nickname",
    city: Annotated[str | None, typer.Option(help="The town beside which the words count; none: anywhere.")] = None,
    *,
    retire: Annotated[bool, typer.Option("--retire", help="It is called so no longer.")] = False,
    on: On = None,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Say what people call a store, or list what it is called."""
    with _desk(brand, number, on) as desk:
        session, brand_id = desk.work.session, desk.work.viewer.brand_id
        if words is None:
            _show_aliases(naming.list_names(session, brand_id, desk.store_id), as_json=as_json)
            return
        if retire:
            found = [each for each in naming.list_names(session, brand_id, desk.store_id) if each.words == words]
            if not found:
                raise NotFoundError(f"Store {number} is not called “{words}”.")
            change = editing.retire_alias(
                session, brand_id, found[0].id, effective=desk.effective, by=ACTOR, now=desk.work.now, note=note
            )
        else:
            new = NewAlias(_kind(kind), words, city)
            change = editing.add_alias(
                session, brand_id, desk.store_id, new, effective=desk.effective, by=ACTOR, now=desk.work.now, note=note
            )
        _tell(change, f"Store {number} is {'no longer ' if retire else ''}called “{words}”", as_json=as_json)


@app.command()
def history(
    number: Annotated[str | None, typer.Argument(help="A store's number; without, the whole directory.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest changes.")] = 50,
    *,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """What was done to a store or to the directory, newest first, with the ids that `undo` takes."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        brand_id = work.viewer.brand_id
        store_id = editing.find_store(work.session, brand_id, number) if number is not None else None
        changes = editing.history_of(work.session, brand_id, store_id, limit=limit)
        if as_json:
            print_json([_as_object(change) for change in changes])
        else:
            _show_history(changes)


@app.command()
def undo(
    change_id: Annotated[int, typer.Argument(help="The change's id, as localcare stores history shows it.")],
    *,
    note: Note = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Take a change back as if it had never been made; says why where that cannot be."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        change = editing.undo_change(work.session, work.viewer.brand_id, change_id, by=ACTOR, now=work.now, note=note)
        _tell(change, f"Change {change_id} is undone", as_json=as_json)


@contextmanager
def _desk(brand: str | None, number: str, on: str | None) -> Iterator[_Desk]:
    with opened_database() as database, work_for_brand(database, brand) as work:
        store_id = editing.find_store(work.session, work.viewer.brand_id, number)
        zone = editing.facts_of(work.session, work.viewer.brand_id, store_id).timezone
        yield _Desk(work, store_id, _moment(on, zone, work.now))


def _point_of(desk: _Desk) -> tuple[float | None, float | None]:
    facts = editing.facts_of(desk.work.session, desk.work.viewer.brand_id, desk.store_id)
    return facts.latitude, facts.longitude


def _moment(on: str | None, zone: str, now: datetime) -> datetime:
    """The beginning of a day at the store; this very moment for today."""
    if on is None:
        return now
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise InvalidError(f"“{on}” is no day; write it as 2026-11-30.") from error
    here = ZoneInfo(zone)
    return now if day == now.astimezone(here).date() else datetime.combine(day, time(), here)


def _kind(text: str) -> AliasKind:
    for kind in naming.ALIAS_KINDS:
        if kind == text:
            return kind
    raise InvalidError(f"“{text}” is no kind of alias: choose one of {', '.join(naming.ALIAS_KINDS)}.")


def _tell(change: DirectoryChange, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_object(change))
    else:
        planned = (
            f" Planned for {change.effective_at.date()}: it takes place by itself." if change.kind == "planned" else ""
        )
        typer.echo(f"{words}.{planned} (change {change.id}; localcare stores undo {change.id} takes it back)")


def _as_object(change: DirectoryChange) -> dict[str, object]:
    return change.model_dump(exclude={"brand_id"})


def _show_history(changes: list[DirectoryChange]) -> None:
    table = Table("id", "holds from", "what", "before → after", "by", "note")
    for change in changes:
        what = f"{change.kind} (undone by {change.undone_by})" if change.undone_at else change.kind
        day = change.effective_at.date().isoformat()
        table.add_row(str(change.id), day, what, _differences(change), change.recorded_by, change.note or "")
    Console().print(table)


def _differences(change: DirectoryChange) -> str:
    names = [name for name in change.after if change.before.get(name) != change.after[name]] or list(change.before)
    lines = (f"{name}: {_shown(change.before.get(name))} → {_shown(change.after.get(name))}" for name in names)
    return "\n".join(lines)


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _show_aliases(aliases: list[naming.StoreName], *, as_json: bool) -> None:
    if as_json:
        print_json(aliases)
        return
    table = Table("id", "words", "kind", "town", "from", "state")
    for each in aliases:
        table.add_row(str(each.id), each.words, each.kind, each.city or "any", each.source, each.state)
    Console().print(table)
