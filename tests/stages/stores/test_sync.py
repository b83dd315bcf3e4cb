"""The directory brought up to the brand Page's `/locations`, read with the real SDK over HTTP from the stand-in."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner

from localcare.channels.facebook.locations import (
    SyncOrder,
    SyncOutcome,
    Watch,
    connect_brand_page,
    sync_brand,
    sync_due_brands,
)
from localcare.channels.facebook.models import PageAccess
from localcare.cli.stores_sync import app as sync_app
from localcare.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from localcare.kit.clock import SetClock
from localcare.kit.db import Session
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import App, PageSeed, Place
from localcare.sandbox.world import World
from localcare.settings import get_settings
from localcare.stores.conflicts import OpenConflict, list_conflicts
from localcare.stores.deciding import decide_conflict, undo_decision
from localcare.stores.models import DirectoryChange, DirectoryConflict, Store, StorePage
from localcare.stores.service import import_directory
from localcare.stores.syncing import SyncOptions
from tests.conftest import NOW, SECRET
from tests.factories import make_brand, make_page, make_store
from tests.journeys.serving import address_of, listen, serving

BRAND_PAGE = "108000000000001"
CITIES = [("Dallas", "75201"), ("Plano", "75023"), ("Frisco", "75034"), ("Waco", "76701"), ("Katy", "77494")]
HOURS = {f"{day}_1_{edge}": at for day in ("mon", "tue") for edge, at in (("open", "09:00"), ("close", "19:00"))}
HEADER = "store_number,name,street,city,state,zip,latitude,longitude,page_id\n"


def seed(number: int, *, page_id: str | None = None, code: str | None = None) -> PageSeed:
    city, zip_code = CITIES[number % len(CITIES)]
    place = Place(f"{number} Main St", city, "TX", zip_code, "United States", 31.0 + number / 50, -97.0)
    return PageSeed(
        name=f"Pellora ({city})",
        id=page_id or str(108_000_000_000_100 + number),
        store_number=number,
        store_code=code or f"{number:04}",
        location=place,
        phone="+1 214-555-0100",
        hours=HOURS,
    )


def line(at: int, **other: str) -> str:
    """A store of the file that is the same as `seed` but for what is said."""
    city, zip_code = CITIES[at % len(CITIES)]
    facts = {
        "number": f"{at:04}", "name": f"Store {at}", "street": f"{at} Main Street", "city": city,
        "state": "TX", "zip": zip_code, "lat": f"{31.0 + at / 50}", "lng": "-97.0", "page": "",
    }  # fmt: skip
    return ",".join((facts | other).values()) + "\n"


@dataclass
class Brandside:
    """A brand whose own Page has a token, and the stand-in that knows its stores."""

    runtime: Runtime
    clock: SetClock
    brand_id: int
    world: World
    graph: Graph
    read: list[int] = field(default_factory=list)

    def sync(self, options: SyncOptions | None = None, *, at_once: int = 2) -> SyncOutcome:
        order = SyncOrder(by="test", options=options or SyncOptions(), at_once=at_once)
        outcome = sync_brand(self.runtime, self.brand_id, order, Watch(on_read=self.read.append))
        assert outcome is not None
        return outcome

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.runtime.db.session(self.brand_id) as session:
            yield session

    def imported(self, *lines: str) -> None:
        """The directory as a file told it a month ago."""
        with self.session() as session:
            import_directory(session, self.brand_id, [HEADER, *lines], now=NOW - timedelta(days=30))

    def stores(self) -> dict[str, Store]:
        with self.session() as session:
            return {store.number: store for store in session.exec(select(Store))}

    def links(self) -> dict[str, tuple[str | None, str]]:
        """Store number and kind by page id, of the Pages linked now."""
        with self.session() as session:
            query = select(StorePage, Store).join(Store, col(Store.id) == col(StorePage.store_id), isouter=True)
            rows = session.exec(query.where(col(StorePage.valid_to).is_(None))).all()
            return {page.page_id: (store.number if store else None, page.kind) for page, store in rows}

    def tokens(self) -> dict[str, str]:
        with self.session() as session:
            return {
                access.page_id: self.runtime.cipher.decrypt(access.token_encrypted, row=f"page:{access.page_id}")
                for access in session.exec(select(PageAccess))
            }

    def version(self) -> int:
        with self.session() as session:
            return session.exec(select(Brand.directory_version).where(col(Brand.id) == self.brand_id)).one()

    def open_conflicts(self) -> list[OpenConflict]:
        with self.session() as session:
            return list_conflicts(session, self.brand_id)

    def decide(self, slug: str) -> tuple[int, list[str]]:
        """Decide the only conflict; returns its id and what was done."""
        (conflict,) = self.open_conflicts()
        store_id = str(conflict.stores[0].store_id) if conflict.stores else ""
        with self.session() as session:
            wanted = slug.replace("?", store_id)
            done = decide_conflict(session, self.brand_id, conflict.id, wanted, by="Max", now=self.clock.now())
            return conflict.id, [change.kind for change in done]

    def take_back(self, conflict_id: int) -> None:
        with self.session() as session:
            undo_decision(session, self.brand_id, conflict_id, by="Max", now=self.clock.now())

    def runs(self) -> list[str]:
        """How the syncs ended, oldest first."""
        with self.session() as session:
            found = select(DirectoryChange).where(
                col(DirectoryChange.store_id).is_(None), DirectoryChange.kind == "synced"
            )
            return [str(run.after["state"]) for run in session.exec(found.order_by(col(DirectoryChange.id)))]


def page_of(number: int) -> str:
    return str(108_000_000_000_100 + number)


@pytest.fixture
def side(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Brandside]:
    """Five stores on Facebook, none here."""
    assert brand.id is not None
    assert runtime.settings.facebook_app_id and runtime.settings.facebook_app_secret  # noqa: PT018
    app = App(runtime.settings.facebook_app_id, secret=runtime.settings.facebook_app_secret.get_secret_value())
    world = World.from_pages(
        PageSeed("Pellora", id=BRAND_PAGE), [seed(number) for number in range(1, 6)], clock=clock, app=app
    )
    stand_in = create_sandbox_app(world)
    with listen() as listener, serving(stand_in, listener):
        settings = runtime.settings.model_copy(update={"graph_url": address_of(listener)})
        ready = replace(runtime, settings=settings)
        token = world.pages[BRAND_PAGE].access_token
        connect_brand_page(ready, brand.id, BRAND_PAGE, token, by="test")
        yield Brandside(ready, clock, brand.id, world, stand_in.state.standing.graph)


def test_a_first_sync_opens_every_store_links_its_page_and_keeps_its_token(side: Brandside) -> None:
    outcome = side.sync()
    assert [listing.own_number for listing in outcome.report.opened] == ["0001", "0002", "0003", "0004", "0005"]
    assert (outcome.report.conflicts, outcome.report.missing, outcome.tokens_saved) == ([], [], 5)
    assert side.read == [1, 2, 3, 4, 5]
    plano = side.stores()["0001"]
    assert (plano.name, plano.street, plano.city, plano.zip) == ("Pellora (Plano)", "1 Main St", "Plano", "75023")
    assert (plano.phone, plano.hours, plano.timezone) == ("+12145550100", "Mo-Tu 09:00-19:00", "America/Chicago")
    assert side.links() == {BRAND_PAGE: (None, "official")} | {page_of(n): (f"000{n}", "official") for n in range(1, 6)}
    assert side.tokens() == {page.id: page.access_token for page in side.world.pages.values()}


def test_the_same_again_changes_nothing(side: Brandside) -> None:
    side.sync()
    version = side.version()
    again = side.sync()
    assert (again.report.unchanged, again.report.opened, again.report.linked, again.report.filled) == (5, [], [], {})
    assert (again.tokens_saved, side.version(), side.runs()) == (0, version, ["done", "done"])


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.EMPTY_PAGE, times=3),
        Fault(FaultKind.SHORT_PAGE, times=3),
        Fault(FaultKind.REPEATED_ROWS, times=9, rows=1),
        Fault(FaultKind.REPEATED_CURSOR, times=2, every=2),
        Fault(FaultKind.LOWERED_LIMIT, times=9, rows=1),
        Fault(FaultKind.TOO_MUCH_DATA, times=9, rows=1),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_the_traps_of_paging_lose_and_repeat_no_store(side: Brandside, fault: Fault) -> None:
    side.graph.faults.add(replace(fault, edge="locations"))
    outcome = side.sync()
    assert (outcome.report.read, len(outcome.report.opened)) == (5, 5)
    assert side.graph.faults.struck > 0
    repeats = fault.kind in (FaultKind.REPEATED_ROWS, FaultKind.REPEATED_CURSOR)
    assert (outcome.repeated > 0) == repeats


def test_a_list_that_never_ends_is_given_up_and_nothing_is_changed(side: Brandside) -> None:
    side.graph.faults.add(Fault(FaultKind.REPEATED_CURSOR, times=99, edge="locations"))
    with pytest.raises(UnavailableError, match="circle"):
        side.sync()
    assert (side.stores(), side.runs()) == ({}, ["failed"])


def test_a_dry_run_tells_the_same_and_writes_nothing(side: Brandside) -> None:
    outcome = side.sync(SyncOptions(dry_run=True))
    assert (len(outcome.report.opened), outcome.tokens_saved) == (5, 5)
    assert (side.stores(), list(side.tokens()), side.runs()) == ({}, [BRAND_PAGE], [])


def test_stores_known_from_a_file_are_linked_by_number_and_filled(side: Brandside) -> None:
    side.imported(*(line(number) for number in range(1, 7)))
    report = side.sync().report
    assert [number for number, _ in report.linked] == ["0001", "0002", "0003", "0004", "0005"]
    assert {each.field for each in report.filled["0001"]} == {"phone", "hours"}
    assert (report.opened, report.conflicts, report.missing) == ([], [], ["0006"])
    store = side.stores()["0001"]
    assert (store.name, store.phone, store.street) == ("Store 1", "+12145550100", "1 Main Street")


def test_what_differs_is_told_and_taken_over_only_when_asked(side: Brandside) -> None:
    side.imported(line(1, street="1 Old Rd", lat="", lng=""))
    report = side.sync().report
    assert {each.field for each in report.differing["0001"]} == {"street"}
    assert side.stores()["0001"].street == "1 Old Rd"
    report = side.sync(SyncOptions(update="overwrite")).report
    assert ({each.field for each in report.filled["0001"]}, report.differing) == ({"street"}, {})
    assert side.stores()["0001"].street == "1 Main St"
    assert side.sync(SyncOptions(update="overwrite")).report.unchanged == 5


def test_what_is_not_wanted_waits(side: Brandside) -> None:
    side.imported(line(1))
    report = side.sync(SyncOptions(opens=False, links=False, update="none")).report
    assert (report.opened, report.linked, report.filled, report.waiting) == ([], [], {}, 5)
    assert (list(side.stores()), list(side.links())) == (["0001"], [BRAND_PAGE])


def test_a_page_without_its_token_is_linked_all_the_same(side: Brandside) -> None:
    side.world.pages[page_of(2)].is_assigned = False
    outcome = side.sync()
    assert (outcome.report.read, outcome.tokens_told, outcome.tokens_saved) == (5, 4, 4)
    assert page_of(2) not in side.tokens()


def test_a_renewed_token_replaces_the_stored_one(side: Brandside) -> None:
    side.sync()
    side.world.break_token(page_of(2), 460)
    assert side.sync().tokens_saved == 1
    assert side.tokens()[page_of(2)] == side.world.pages[page_of(2)].access_token


def test_an_empty_list_is_not_taken_for_the_truth(side: Brandside) -> None:
    side.sync()
    for number in range(1, 6):
        side.world.pages[page_of(number)].parent_id = None
    with pytest.raises(UnavailableError, match="5 stores here have one: nothing was changed"):
        side.sync()
    assert (len(side.links()), side.runs()) == (6, ["done", "failed"])


def test_a_dead_token_says_who_can_mend_it_and_a_new_one_does(side: Brandside) -> None:
    side.world.break_token(BRAND_PAGE, 460)
    with pytest.raises(UnavailableError, match="changed the password") as refused:
        side.sync()
    assert f"--page {BRAND_PAGE} --token-file" in refused.value.message
    with side.session() as session:
        access = session.get(PageAccess, BRAND_PAGE)
        assert access is not None
        assert (access.health, "EAA" in access.health_detail) == ("token", False)
    connect_brand_page(side.runtime, side.brand_id, BRAND_PAGE, side.world.system_token, by="test")
    assert side.tokens()[BRAND_PAGE] == side.world.pages[BRAND_PAGE].access_token
    assert len(side.sync().report.opened) == 5


def test_what_facebook_refuses_is_told_in_words(side: Brandside) -> None:
    side.graph.faults.add(Fault(FaultKind.ERROR, code=10, message="(#10) requires pages_read_engagement"))
    with pytest.raises(UnavailableError, match="pages_show_list"):
        side.sync()
    side.graph.faults.add(Fault(FaultKind.RATE_LIMITED, minutes=7))
    with pytest.raises(UnavailableError, match="in 7 minutes"):
        side.sync()
    with pytest.raises(InvalidError, match="does not take this token"):
        connect_brand_page(side.runtime, side.brand_id, BRAND_PAGE, "nonsense", by="test")


def test_without_a_brand_page_it_says_how_to_name_one(runtime: Runtime, brand: Brand) -> None:
    with pytest.raises(NotFoundError, match="--token-file"):
        sync_brand(runtime, brand.id or 0, SyncOrder(by="test"))


def test_a_page_of_another_brand_is_left_to_it(side: Brandside) -> None:
    with side.runtime.db.session(None) as session:
        other = make_brand(session)
        make_page(session, other, page_id=page_of(3), store=make_store(session, other))
    report = side.sync().report
    assert report.refused == [page_of(3)]
    assert page_of(3) not in side.links()


def test_the_daily_sync_works_once_a_day_and_after_a_failure_sooner(side: Brandside) -> None:
    assert sync_due_brands(side.runtime) == 1
    side.clock.advance(timedelta(hours=19))
    assert sync_due_brands(side.runtime) == 0
    side.clock.advance(timedelta(hours=2))
    side.world.break_token(BRAND_PAGE, 463)
    assert (sync_due_brands(side.runtime), sync_due_brands(side.runtime), side.runs()) == (0, 0, ["done", "failed"])
    token = side.world.pages[BRAND_PAGE].access_token
    connect_brand_page(side.runtime, side.brand_id, BRAND_PAGE, token, by="test")
    side.clock.advance(timedelta(hours=7))
    assert (sync_due_brands(side.runtime), side.runs()) == (1, ["done", "failed", "done"])


# --- conflicts ---


def far_off(side: Brandside) -> None:
    side.imported(line(1, street="77 Elm Ave", lat="32.5"))


def unknown_number(side: Brandside) -> None:
    side.imported(line(1, number="A9"))


def elsewhere(side: Brandside) -> None:
    side.imported(line(1), line(9, page=page_of(1)))


def closed_here(side: Brandside) -> None:
    side.imported(line(1))
    with side.session() as session:
        session.exec(select(Store)).one().closed_on = date(2026, 1, 31)


def closed_there(side: Brandside) -> None:
    side.imported(line(1))
    side.world.pages[page_of(1)].is_permanently_closed = True


def second_page(side: Brandside) -> None:
    side.imported(line(1, page="555"))


def nobodys(side: Brandside) -> None:
    page = side.world.pages[page_of(1)]
    page.store_number = page.store_code = page.location = None


@pytest.mark.parametrize(
    ("arrange", "kind", "slug", "done"),
    [
        (far_off, "far-away", "link:?", ["page-linked"]),
        (far_off, "far-away", "move:?", ["moved", "page-linked"]),
        (far_off, "far-away", "ignore", []),
        (unknown_number, "number-mismatch", "link:?", ["page-linked"]),
        (unknown_number, "number-mismatch", "renumber:?", ["renumbered", "page-linked"]),
        (unknown_number, "number-mismatch", "ignore", []),
        (elsewhere, "page-elsewhere", "link:?", ["page-linked"]),
        (elsewhere, "page-elsewhere", "ignore", []),
        (closed_here, "closed-here-open-there", "reopen:?", ["reopened"]),
        (closed_here, "closed-here-open-there", "ignore", []),
        (closed_there, "open-here-closed-there", "close:?", ["closed"]),
        (closed_there, "open-here-closed-there", "ignore", []),
        (second_page, "duplicate-location", "duplicate:?", ["page-linked"]),
        (second_page, "duplicate-location", "link:?", ["page-linked", "page-linked"]),
        (second_page, "duplicate-location", "rogue:?", ["page-linked"]),
        (nobodys, "page-without-store", "rogue", ["page-linked"]),
        (nobodys, "page-without-store", "ignore", []),
    ],
)
def test_a_decision_is_done_remembered_and_taken_back(
    side: Brandside, arrange: Callable[[Brandside], None], kind: str, slug: str, done: list[str]
) -> None:
    arrange(side)
    side.sync()
    stores, links = side.stores(), side.links()
    assert [conflict.kind for conflict in side.open_conflicts()] == [kind]
    side.clock.advance(timedelta(hours=1))
    conflict_id, changes = side.decide(slug)
    assert changes == done
    side.clock.advance(timedelta(days=1))
    assert (side.sync().report.conflicts, side.open_conflicts()) == ([], [])
    side.take_back(conflict_id)
    assert [conflict.kind for conflict in side.open_conflicts()] == [kind]
    assert side.links() == links
    told = {number: (store.street, store.closed_on) for number, store in side.stores().items()}
    assert told == {number: (store.street, store.closed_on) for number, store in stores.items()}
    assert [conflict.kind for conflict in side.sync().report.conflicts] == [kind]


def test_a_store_opened_by_decision_stays_open_and_says_why(side: Brandside) -> None:
    unknown_number(side)
    side.sync()
    conflict_id, changes = side.decide("open")
    assert (changes, side.links()[page_of(1)]) == (["page-linked"], ("0001", "official"))
    side.sync()
    assert side.open_conflicts() == []
    side.take_back(conflict_id)
    assert page_of(1) not in side.links()


def test_a_decision_is_asked_again_when_facebook_says_something_else(side: Brandside) -> None:
    far_off(side)
    side.sync()
    side.decide("ignore")
    assert side.sync().report.settled == 1
    page = side.world.pages[page_of(1)]
    assert page.location is not None
    page.location = replace(page.location, latitude=33.3)
    assert [conflict.kind for conflict in side.sync().report.conflicts] == ["far-away"]


def test_a_conflict_that_is_gone_is_obsolete_and_one_that_stays_keeps_its_place(side: Brandside) -> None:
    far_off(side)
    side.sync()
    first = side.open_conflicts()[0].id
    side.sync()
    assert [conflict.id for conflict in side.open_conflicts()] == [first]
    side.world.pages[page_of(1)].location = None
    side.sync()
    assert side.open_conflicts() == []
    with side.session() as session:
        assert session.exec(select(DirectoryConflict.state)).all() == ["obsolete"]


def test_only_what_is_offered_can_be_decided_and_only_once(side: Brandside) -> None:
    far_off(side)
    side.sync()
    with pytest.raises(InvalidError, match="There is: link:"):
        side.decide("close:1")
    conflict_id, _ = side.decide("ignore")
    with side.session() as session, pytest.raises(ConflictError):
        decide_conflict(session, side.brand_id, conflict_id, "ignore", by="Max", now=NOW)
    with side.session() as session, pytest.raises(NotFoundError):
        undo_decision(session, side.brand_id, conflict_id + 1, by="Max", now=NOW)


# --- the command ---


@pytest.fixture
def command(side: Brandside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """`localcare stores …` on the test's database and stand-in; returns what it says."""
    settings = side.runtime.settings
    assert settings.facebook_app_secret is not None
    monkeypatch.setenv("LOCALCARE_DATABASE_URL", side.runtime.db.url)
    monkeypatch.setenv("LOCALCARE_SECRET_KEY", SECRET)
    monkeypatch.setenv("LOCALCARE_GRAPH_URL", settings.graph_url)
    monkeypatch.setenv("LOCALCARE_FACEBOOK_APP_ID", settings.facebook_app_id or "")
    monkeypatch.setenv("LOCALCARE_FACEBOOK_APP_SECRET", settings.facebook_app_secret.get_secret_value())
    get_settings.cache_clear()

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(sync_app, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    yield run
    get_settings.cache_clear()


def test_the_command_reports_for_people_and_for_programs(side: Brandside, command: Callable[..., str]) -> None:
    far_off(side)
    said = command("sync", "--dry-run")
    assert "5 Pages: 4 stores would be opened" in said
    assert "far-away" in said
    report = json.loads(command("sync", "--json", "--page-size", "250"))
    assert (report["read"], len(report["opened"]), report["tokens_saved"]) == (5, 4, 5)
    assert [conflict["store_numbers"] for conflict in report["conflicts"]] == [["0001"]]
    shown = command("conflicts")
    assert "move:" in shown
    (conflict,) = json.loads(command("conflicts", "--json"))["conflicts"]
    assert "decided: ignore" in command("decide", str(conflict["id"]), "ignore")
    assert "Nothing to decide" in command("conflicts")
    assert "taken back" in command("decide", str(conflict["id"]), "undo")
    assert "1 to decide" in command("conflicts")


def test_the_command_takes_a_token_from_a_file(side: Brandside, command: Callable[..., str], tmp_path: Path) -> None:
    side.world.break_token(BRAND_PAGE, 460)
    file = tmp_path / "token"
    file.write_text(side.world.pages[BRAND_PAGE].access_token + "\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="--page"):
        command("sync", "--token-file", str(file))
    assert "5 stores opened" in command("sync", "--page", BRAND_PAGE, "--token-file", str(file))
