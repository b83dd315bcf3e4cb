"""What Facebook tells differently: kept, decided, remembered, asked again, taken back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores.deciding import decide_conflict, undo_decision
from localcare.stores.models import DirectoryConflict, Store
from tests.conftest import NOW
from tests.stages.stores.brandside import Brandside, brandside, far_off, line, page_of


@pytest.fixture
def side(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Brandside]:
    with brandside(runtime, clock, brand) as side:
        yield side


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
