"""The directory brought up to the brand Page's `/locations`, read with the real SDK over HTTP from the stand-in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest

from localcare.channels.facebook.locations import SyncOrder, connect_brand_page, sync_brand, sync_due_brands
from localcare.channels.facebook.models import PageAccess
from localcare.errors import InvalidError, NotFoundError, UnavailableError
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.sandbox.faults import Fault, FaultKind
from localcare.stores.conflicts import list_conflicts
from localcare.stores.deciding import decide_conflict
from localcare.stores.editing import history_of
from localcare.stores.syncing import SyncOptions
from tests.factories import make_brand, make_page, make_store
from tests.stages.stores.brandside import BRAND_PAGE, Brandside, brandside, line, page_of, seed


@pytest.fixture
def side(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Brandside]:
    with brandside(runtime, clock, brand) as side:
        yield side


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
    with side.session() as session:
        change = next(each for each in history_of(session, side.brand_id, None) if each.before.get("street"))
        assert (change.kind, change.recorded_by, change.after["street"]) == ("synced", "sync", "1 Main St")
    assert side.sync(SyncOptions(update="overwrite")).report.unchanged == 5


def test_numbers_of_another_scheme_are_kept_as_codes_and_match_from_then_on(side: Brandside) -> None:
    side.imported(*(line(number, number=f"A{number}") for number in range(1, 6)))
    assert len(side.sync(SyncOptions(dry_run=True)).report.conflicts) == 5
    report = side.sync(SyncOptions(has_own_numbers=False)).report
    assert (len(report.linked), report.opened, report.conflicts) == (5, [], [])
    assert side.stores()["A3"].store_code == "0003"
    assert side.sync().report.unchanged == 5


@pytest.mark.long
def test_eleven_thousand_stores_take_seconds(side: Brandside) -> None:
    for number in range(6, 11_001):
        side.world.add_page(seed(number), parent_id=BRAND_PAGE)
    begun = perf_counter()
    assert len(side.sync(at_once=250).report.opened) == 11_000
    assert perf_counter() - begun < 60


def test_what_is_not_wanted_waits(side: Brandside) -> None:
    side.imported(line(1))
    report = side.sync(SyncOptions(opens=False, links=False, update="none")).report
    assert (report.opened, report.linked, report.filled, report.waiting) == ([], [], {}, 5)
    assert (list(side.stores()), list(side.links())) == (["0001"], [BRAND_PAGE])


def test_the_daily_sync_opens_nothing_by_itself_and_puts_it_to_a_person(side: Brandside) -> None:
    side.imported(line(1))
    assert sync_due_brands(side.runtime) == 1
    assert list(side.stores()) == ["0001"]
    with side.session() as session:
        proposed = list_conflicts(session, side.brand_id)
    assert {(each.kind, each.listing.own_number) for each in proposed} == {
        ("new-store", f"000{n}") for n in range(2, 6)
    }
    asked = {each.listing.own_number: each for each in proposed}
    assert [choice.slug for choice in asked["0002"].choices] == ["open", "rogue", "ignore"]
    with side.session() as session:
        decide_conflict(session, side.brand_id, asked["0002"].id, "open", by="dana", now=side.clock.now())
        decide_conflict(session, side.brand_id, asked["0003"].id, "ignore", by="dana", now=side.clock.now())
    side.clock.advance(timedelta(hours=21))
    assert sync_due_brands(side.runtime) == 1
    assert list(side.stores()) == ["0001", "0002"]
    with side.session() as session:
        assert {each.listing.own_number for each in list_conflicts(session, side.brand_id)} == {"0004", "0005"}


def test_a_setting_lets_the_daily_sync_open_stores(side: Brandside) -> None:
    settings = side.runtime.settings.model_copy(update={"sync_opens_stores": True})
    assert sync_due_brands(replace(side.runtime, settings=settings)) == 1
    assert len(side.stores()) == 5


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
