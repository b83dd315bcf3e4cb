"""What the resolver is given: the directory of every day, its aliases and Pages with their time, live in each worker."""

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from localcare.kit.db import Database, Session
from localcare.people.models import Brand
from localcare.stores import editing
from localcare.stores.core.resolve import Question
from localcare.stores.core.values import Alias, PageSpan, StoreEntry
from localcare.stores.editing import NewAlias, PageRef, StoreAddress
from localcare.stores.entry_repository import load_entries
from localcare.stores.models import DirectoryChange, Store
from localcare.stores.service import load_resolver
from localcare.stores.shelf import DirectoryShelf
from tests.factories import make_page, make_store

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
FIFTH = StoreAddress(street="12 5th St", city="Austin", state="TX", zip="78701", latitude=30.26, longitude=-97.74)


@pytest.fixture
def place(session: Session, brand: Brand) -> tuple[int, int]:
    """The brand's id and a store's."""
    store = make_store(session, brand, number="12", phone="+17135550101")
    assert brand.id is not None
    assert store.id is not None
    return brand.id, store.id


def entries_of(session: Session, brand_id: int) -> list[StoreEntry]:
    return load_entries(session, brand_id, today=NOW.date())


def test_a_store_that_never_changed_has_one_entry_without_dates(session: Session, place: tuple[int, int]) -> None:
    (entry,) = entries_of(session, place[0])
    assert (entry.id, entry.number, entry.valid_from, entry.valid_to) == (place[1], "12", None, None)


def test_a_move_makes_two_entries_of_one_store_and_ends_the_aliases_of_the_place(
    session: Session, place: tuple[int, int]
) -> None:
    for alias in (NewAlias("mall", "the Galleria", "Houston"), NewAlias("nickname", "Big Blue")):
        editing.add_alias(session, *place, alias, effective=NOW, by="ana", now=NOW)
    editing.move_store(session, *place, FIFTH, effective=JUNE, by="ana", now=NOW)
    before, after = entries_of(session, place[0])
    assert (before.id, before.city, before.valid_from, before.valid_to) == (place[1], "Houston", None, JUNE)
    assert (after.id, after.city, after.valid_from, after.valid_to) == (place[1], "Austin", JUNE, None)
    assert before.aliases == (Alias("mall", "the Galleria", "Houston"), Alias("nickname", "Big Blue"))
    assert after.aliases == (Alias("nickname", "Big Blue"),)


def test_periods_that_look_alike_to_the_resolver_are_one(session: Session, place: tuple[int, int]) -> None:
    make_store(session, place[0], number="13")
    editing.close_store(session, *place, effective=MARCH, by="ana", now=NOW)
    editing.close_store(session, *place, "13", effective=MARCH, by="ana", now=NOW + timedelta(seconds=1))
    found = [entry for entry in entries_of(session, place[0]) if entry.id == place[1]]
    assert [(entry.is_open, entry.valid_to) for entry in found] == [(True, MARCH), (False, None)]


def test_proposed_and_mistaken_aliases_are_not_used(session: Session, place: tuple[int, int]) -> None:
    proposed = NewAlias("nickname", "Big Blue", source="learned", state="proposed")
    editing.add_alias(session, *place, proposed, effective=NOW, by="learned", now=NOW)
    change = editing.add_alias(session, *place, NewAlias("nickname", "Oops"), effective=NOW, by="ana", now=NOW)
    alias_id = int(str(change.after["alias_id"]))
    editing.retire_alias(session, place[0], alias_id, was_wrong=True, effective=NOW, by="ana", now=NOW)
    assert [entry.aliases for entry in entries_of(session, place[0])] == [()]


def test_a_page_that_changed_hands_has_its_time_with_each_store(session: Session, place: tuple[int, int]) -> None:
    other = make_store(session, place[0], number="13")
    make_page(session, place[0], page_id="5550001", store=session.get_one(Store, place[1]))
    make_page(session, place[0], page_id="5550002", store=other)
    page = PageRef("5550001", "Katy")
    editing.link_page(session, place[0], page, other.id, kind="duplicate", effective=JUNE, by="ana", now=NOW)
    first, second = entries_of(session, place[0])
    assert (first.page_ids, first.pages) == ((), (PageSpan("5550001", None, JUNE),))
    assert (second.page_ids, second.pages) == (("5550002",), (PageSpan("5550001", JUNE, None),))
    resolver = load_resolver(session, place[0], now=NOW)
    for when, number in ((MARCH, "12"), (NOW, "13")):
        answer = resolver.resolve(Question("q", page_id="5550001", created_at=when))
        assert (answer.status, answer.candidates[0].number) == ("exact", number)


def test_a_merged_duplicate_is_found_by_its_phone_and_address_as_the_other_store(
    session: Session, place: tuple[int, int]
) -> None:
    twin = make_store(session, place[0], number="12-OLD", phone="+17135559999")
    editing.merge_stores(session, place[0], twin.id or 0, place[1], effective=NOW, by="ana", now=NOW)
    (entry,) = entries_of(session, place[0])
    assert entry.id == place[1]
    assert entry.aliases == (Alias("address", "303 Memorial City Way", "Houston"), Alias("phone", "+17135559999"))


def test_every_number_a_merged_duplicate_ever_had_names_the_other_store(
    session: Session, place: tuple[int, int]
) -> None:
    twin = make_store(session, place[0], number="12-OLD")
    editing.renumber_store(session, place[0], twin.id or 0, "12-B", effective=JUNE, by="ana", now=NOW)
    editing.merge_stores(session, place[0], twin.id or 0, place[1], effective=NOW, by="ana", now=NOW)
    resolver = load_resolver(session, place[0], now=NOW)
    for number in ("12-OLD", "12-B"):
        answer = resolver.resolve(Question("q", store_number=number, created_at=NOW))
        assert (answer.status, answer.store_id) == ("exact", place[1])


def test_from_its_closing_day_on_a_closed_stores_number_names_its_successor(
    session: Session, place: tuple[int, int]
) -> None:
    heir = make_store(session, place[0], number="13")
    editing.close_store(session, *place, "13", effective=JUNE, by="ana", now=NOW)
    resolver = load_resolver(session, place[0], now=NOW)
    before, after = (resolver.resolve(Question("q", store_number="12", created_at=when)) for when in (MARCH, NOW))
    assert (before.store_id, after.store_id) == (place[1], heir.id)
    assert after.candidates[0].evidence[-1].detail == "store 12 closed on June 1, 2026; store 13 has taken over"


def test_a_mention_of_march_is_about_the_store_that_had_the_number_in_march(
    session: Session, place: tuple[int, int]
) -> None:
    editing.renumber_store(session, *place, "99", effective=JUNE, by="ana", now=NOW)
    other = make_store(session, place[0], number="12", city="Dallas", zip_code="75201", latitude=32.78, longitude=-96.8)
    other.opened_on = JUNE.date()
    resolver = load_resolver(session, place[0], now=NOW)
    for when, store_id in ((MARCH, place[1]), (NOW, other.id)):
        answer = resolver.resolve(Question("q", store_number="12", created_at=when))
        assert answer.candidates[0].store_id == store_id


DEEDS: tuple[Callable[[Session, int, int], DirectoryChange], ...] = (
    lambda s, b, i: editing.link_page(s, b, PageRef("7", "Katy"), i, effective=JUNE, by="ana", now=NOW),
    lambda s, b, i: editing.add_alias(s, b, i, NewAlias("nickname", "Blue"), effective=NOW, by="ana", now=NOW),
    lambda s, b, i: editing.move_store(s, b, i, FIFTH, effective=NOW, by="ana", now=NOW),
    lambda s, b, i: editing.renumber_store(s, b, i, "13", effective=NOW, by="ana", now=NOW),
    lambda s, b, i: editing.close_store(s, b, i, effective=NOW, by="ana", now=NOW),
    lambda s, b, i: editing.reopen_store(s, b, i, effective=NOW, by="ana", now=NOW),
    lambda s, b, i: editing.undo_change(s, b, editing.history_of(s, b, i)[0].id or 0, by="ana", now=NOW),
    lambda s, b, _: editing.unlink_page(s, b, "7", effective=NOW, by="ana", now=NOW),
)


def test_every_verb_is_seen_by_every_shelf_at_its_next_look(database: Database, brand: Brand) -> None:
    assert brand.id is not None
    with database.session(brand.id) as session:
        store_id = make_store(session, brand, number="12").id or 0
        make_page(session, brand, page_id="5550001")
    shelves = [DirectoryShelf(), DirectoryShelf()]
    for deed in DEEDS:
        before = [_look(database, shelf, brand.id) for shelf in shelves]
        with database.session(brand.id) as session:
            deed(session, brand.id, store_id)
        after = [_look(database, shelf, brand.id) for shelf in shelves]
        assert all(old is not new for old, new in zip(before, after, strict=True))


def _look(database: Database, shelf: DirectoryShelf, brand_id: int) -> object:
    with database.session(None) as session:
        shelf.refresh(session)
        return shelf.directory_of(session, brand_id, now=NOW)


def test_a_store_closed_for_tomorrow_is_closed_tomorrow_without_a_change(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    store_id = make_store(session, brand, number="12").id or 0
    tomorrow = NOW + timedelta(days=1)
    editing.close_store(session, brand.id, store_id, effective=tomorrow, by="ana", now=NOW)
    shelf = DirectoryShelf()
    shelf.refresh(session)
    assert shelf.directory_of(session, brand.id, now=NOW).stores[store_id].is_open
    assert not shelf.directory_of(session, brand.id, now=tomorrow).stores[store_id].is_open


WORKER = """
    import sys
    from datetime import UTC, datetime
    from localcare.kit.db import connect_database
    from localcare.stores.core.resolve import Question
    from localcare.stores.shelf import DirectoryShelf

    database, shelf, brand_id = connect_database(sys.argv[1]), DirectoryShelf(), int(sys.argv[2])
    for line in sys.stdin:
        with database.session(None) as session:
            shelf.refresh(session)
            directory = shelf.directory_of(session, brand_id, now=datetime.now(UTC))
            answer = directory.resolver.resolve(Question("q", page_id=line.strip()))
        print(answer.status, flush=True)
"""


def test_a_change_is_live_in_another_process_within_five_seconds(database: Database, brand: Brand) -> None:
    assert brand.id is not None
    with database.session(brand.id) as session:
        store_id = make_store(session, brand, number="12").id or 0
    command = [sys.executable, "-c", textwrap.dedent(WORKER), database.url, str(brand.id)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None

        def ask() -> str:
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write("5550001\n")
            worker.stdin.flush()
            return worker.stdout.readline().strip()

        assert ask() == "none"
        with database.session(brand.id) as session:
            page = PageRef("5550001", "Katy")
            editing.link_page(session, brand.id, page, store_id, effective=NOW, by="ana", now=NOW)
        begin = time.monotonic()
        assert ask() == "exact"
        assert time.monotonic() - begin < 5
        worker.stdin.close()
