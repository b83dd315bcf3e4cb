"""The verbs of the directory on a real database: what each leaves behind, and what an undo makes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit.clock import SetClock
from localcare.kit.db import Session
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores import editing, editing_repository
from localcare.stores.editing import NewAlias, PageRef, StoreAddress
from localcare.stores.editing_repository import NewChange
from localcare.stores.models import Store, StoreAlias, StorePage, StoreVersion
from localcare.stores.tasks import carry_out_plans
from tests.factories import make_page, make_region, make_store

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
FIFTH = StoreAddress(street="12 5th St", city="Austin", state="TX", zip="78701", latitude=30.26, longitude=-97.74)


def store_of(session: Session, store_id: int) -> Store:
    session.expire_all()
    return session.get_one(Store, store_id)


def versions_of(session: Session, store_id: int) -> list[StoreVersion]:
    session.expire_all()
    found = select(StoreVersion).where(StoreVersion.store_id == store_id)
    return list(session.exec(found.order_by(col(StoreVersion.valid_to))))


@pytest.fixture
def place(session: Session, brand: Brand) -> tuple[int, int]:
    """The brand's id and a store's."""
    store = make_store(session, brand, number="12", phone="+17135550101")
    assert brand.id is not None
    assert store.id is not None
    return brand.id, store.id


def test_an_opened_store_is_there_with_its_number_and_a_number_is_given_once(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    region = make_region(session, brand)
    assert region.id is not None
    facts = editing.StoreFacts(number="0042", name="Katy", region_id=region.id, opened_on=date(2026, 11, 20))
    change = editing.open_store(session, brand.id, facts, effective=NOW, by="ana", now=NOW)
    assert change.store_id is not None
    assert editing.facts_of(session, brand.id, change.store_id) == facts
    assert editing.find_store(session, brand.id, "0042") == change.store_id
    with pytest.raises(ConflictError, match="0042"):
        editing.open_store(session, brand.id, facts, effective=NOW, by="ana", now=NOW)
    with pytest.raises(InvalidError, match="Say the store's number"):
        editing.open_store(session, brand.id, replace(facts, number=" "), effective=NOW, by="ana", now=NOW)
    with pytest.raises(ConflictError, match="close it"):
        editing.undo_change(session, brand.id, change.id or 0, by="ana", now=NOW)


def test_a_move_keeps_the_former_address_until_its_day(session: Session, place: tuple[int, int]) -> None:
    editing.move_store(session, *place, FIFTH, effective=JUNE, by="ana", now=NOW)
    assert store_of(session, place[1]).street == "12 5th St"
    (before,) = versions_of(session, place[1])
    assert (before.street, before.valid_from, before.valid_to) == ("303 Memorial City Way", None, JUNE)
    assert store_of(session, place[1]).timezone == "America/Chicago"


def test_a_move_recorded_late_takes_its_place_before_a_later_one(session: Session, place: tuple[int, int]) -> None:
    editing.move_store(session, *place, FIFTH, effective=JUNE, by="ana", now=NOW)
    earlier = replace(FIFTH, street="1 Elm St")
    editing.move_store(session, *place, earlier, effective=MARCH, by="ana", now=NOW)
    assert store_of(session, place[1]).street == "12 5th St"
    assert [(v.street, v.valid_to) for v in versions_of(session, place[1])] == [
        ("303 Memorial City Way", MARCH),
        ("1 Elm St", JUNE),
    ]


def test_undoing_the_first_of_two_changes_leaves_the_second(session: Session, place: tuple[int, int]) -> None:
    moved = editing.move_store(session, *place, FIFTH, effective=MARCH, by="ana", now=NOW)
    editing.renumber_store(session, *place, "12A", effective=JUNE, by="ana", now=NOW)
    assert moved.id is not None
    undone = editing.undo_change(session, place[0], moved.id, by="bo", now=NOW)
    store = store_of(session, place[1])
    assert (store.number, store.street) == ("12A", "303 Memorial City Way")
    assert [(v.number, v.street, v.valid_to) for v in versions_of(session, place[1])] == [
        ("12", "303 Memorial City Way", JUNE)
    ]
    assert undone.after["kind"] == "moved"
    history = editing.history_of(session, *place)
    assert [change.kind for change in history] == ["undone", "renumbered", "moved"]
    assert (history[2].undone_by, history[2].undone_at) == ("bo", NOW)
    with pytest.raises(ConflictError, match="bo on 2026-11-20"):
        editing.undo_change(session, place[0], moved.id, by="cy", now=NOW)
    with pytest.raises(ConflictError, match="make the change again"):
        editing.undo_change(session, place[0], undone.id or 0, by="cy", now=NOW)


def test_a_closure_names_its_day_at_the_store_and_its_successor(session: Session, place: tuple[int, int]) -> None:
    make_store(session, place[0], number="13")
    late = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    change = editing.close_store(session, *place, "13", effective=late, by="ana", now=NOW)
    store = store_of(session, place[1])
    assert (store.closed_on, store.successor_number) == (date(2026, 12, 1), "13")
    assert change.before == {"closed_on": None, "successor_number": None}
    editing.undo_change(session, place[0], change.id or 0, by="ana", now=NOW)
    assert store_of(session, place[1]).closed_on is None
    assert versions_of(session, place[1]) == []


def test_a_successor_must_be_there_and_must_not_lead_back(session: Session, place: tuple[int, int]) -> None:
    with pytest.raises(NotFoundError, match="no store 13"):
        editing.close_store(session, *place, "13", effective=NOW, by="ana", now=NOW)
    other = make_store(session, place[0], number="13")
    editing.close_store(session, *place, "13", effective=NOW, by="ana", now=NOW)
    with pytest.raises(InvalidError, match="leads back"):
        editing.close_store(session, place[0], other.id or 0, "12", effective=NOW, by="ana", now=NOW)


def test_only_a_closed_store_is_reopened_and_the_closed_time_stays_known(
    session: Session, place: tuple[int, int]
) -> None:
    with pytest.raises(ConflictError, match="not closed"):
        editing.reopen_store(session, *place, effective=NOW, by="ana", now=NOW)
    editing.close_store(session, *place, effective=MARCH, by="ana", now=NOW)
    editing.reopen_store(session, *place, effective=JUNE, by="ana", now=NOW)
    assert store_of(session, place[1]).closed_on is None
    assert [v.closed_on for v in versions_of(session, place[1])] == [None, MARCH.date()]


def test_what_changes_nothing_or_is_still_to_come_is_refused(session: Session, place: tuple[int, int]) -> None:
    facts = editing.facts_of(session, *place)
    with pytest.raises(InvalidError, match="Nothing changes"):
        editing.edit_store(session, *place, facts, effective=NOW, by="ana", now=NOW)
    renamed = replace(facts, name="Katy")
    with pytest.raises(InvalidError, match="still to come"):
        editing.edit_store(session, *place, renamed, effective=NOW + timedelta(days=1), by="ana", now=NOW)
    with pytest.raises(NotFoundError):
        editing.edit_store(session, place[0], 10**6, renamed, effective=NOW, by="ana", now=NOW)


def test_a_move_that_is_still_to_come_takes_place_by_itself(
    session: Session, place: tuple[int, int], runtime: Runtime, clock: SetClock
) -> None:
    monday = clock.now() + timedelta(days=3)
    planned = editing.move_store(session, *place, FIFTH, effective=monday, by="ana", now=clock.now())
    assert (planned.kind, store_of(session, place[1]).city) == ("planned", "Houston")
    assert [change.id for change in editing.list_planned(session, *place)] == [planned.id]
    planned_id = planned.id or 0
    session.commit()
    assert carry_out_plans(runtime) == 0
    clock.move_to(monday)
    assert (carry_out_plans(runtime), carry_out_plans(runtime)) == (1, 0)
    with runtime.db.session(place[0]) as after:
        assert store_of(after, place[1]).city == "Austin"
        assert [version.valid_to for version in versions_of(after, place[1])] == [monday]
        assert editing.list_planned(after, *place) == []
        moved = editing.history_of(after, *place)[0]
        assert (moved.kind, moved.recorded_by, moved.effective_at) == ("moved", "ana", monday)
        with pytest.raises(ConflictError, match=f"take change {moved.id} back instead"):
            editing.undo_change(after, place[0], planned_id, by="ana", now=monday)


def test_a_planned_change_can_be_cancelled_and_one_that_became_impossible_says_why(
    session: Session, place: tuple[int, int], runtime: Runtime, clock: SetClock
) -> None:
    monday, now = clock.now() + timedelta(days=3), clock.now()
    cancelled = editing.renumber_store(session, *place, "98", effective=monday, by="ana", now=now).id or 0
    editing.undo_change(session, place[0], cancelled, by="ana", now=now)
    impossible = editing.renumber_store(session, *place, "99", effective=monday, by="ana", now=now).id or 0
    make_store(session, place[0], number="99")
    session.commit()
    clock.move_to(monday)
    assert carry_out_plans(runtime) == 0
    with runtime.db.session(place[0]) as after:
        assert store_of(after, place[1]).number == "12"
        kept = {change.id: change.after.get("trouble") for change in editing.history_of(after, *place)}
    assert (kept[impossible], kept[cancelled]) == ("There is a store 99 already.", None)


@pytest.mark.parametrize("point", [(30.0, None), (0.0, 0.0), (91.0, -97.0), (30.0, -181.0), (float("nan"), -97.0)])
def test_a_place_off_the_map_is_refused(
    session: Session, place: tuple[int, int], point: tuple[float, float | None]
) -> None:
    address = replace(FIFTH, latitude=point[0], longitude=point[1])
    with pytest.raises(InvalidError, match=r"coordinates|belong together"):
        editing.move_store(session, *place, address, effective=NOW, by="ana", now=NOW)


def test_a_row_written_past_the_verbs_is_believed(session: Session, place: tuple[int, int]) -> None:
    facts = editing.facts_of(session, *place)
    editing.edit_store(session, *place, replace(facts, name="B"), effective=MARCH, by="ana", now=NOW)
    store_of(session, place[1]).name = "C"
    session.flush()
    change = editing.edit_store(session, *place, replace(facts, name="B"), effective=JUNE, by="ana", now=NOW)
    assert (change.before, store_of(session, place[1]).name) == ({"name": "C"}, "B")


def test_what_a_sync_filled_in_is_emptied_again_unless_it_changed_since(
    session: Session, place: tuple[int, int]
) -> None:
    def sync(store_id: int | None, after: dict[str, object]) -> int:
        kept = NewChange(store_id, "synced", {}, after, NOW, NOW, "sync")
        return editing_repository.insert_change(session, place[0], kept).id or 0

    filled = sync(place[1], {"phone": "+17135550101", "nicknames": []})
    stale = sync(place[1], {"phone": "+17135550102"})
    run = sync(None, {"state": "reading"})
    with pytest.raises(ConflictError, match="changed there since"):
        editing.undo_change(session, place[0], stale, by="ana", now=NOW)
    with pytest.raises(ConflictError, match="as a whole"):
        editing.undo_change(session, place[0], run, by="ana", now=NOW)
    editing.undo_change(session, place[0], filled, by="ana", now=NOW)
    assert store_of(session, place[1]).phone is None


def test_a_number_taken_meanwhile_is_not_given_back(session: Session, place: tuple[int, int]) -> None:
    change = editing.renumber_store(session, *place, "99", effective=JUNE, by="ana", now=NOW)
    make_store(session, place[0], number="12")
    with pytest.raises(ConflictError, match="number 12 is another store's"):
        editing.undo_change(session, place[0], change.id or 0, by="ana", now=NOW)


def links_of(session: Session, page_id: str) -> list[tuple[int | None, str, bool]]:
    session.expire_all()
    found = select(StorePage).where(StorePage.page_id == page_id).order_by(col(StorePage.id))
    return [
        (link.store_id, link.kind, link.valid_to is None)
        for link in session.exec(found)
        if link.valid_from != link.valid_to
    ]


def test_a_page_moves_to_another_store_and_back_again(session: Session, place: tuple[int, int]) -> None:
    other = make_store(session, place[0], number="13")
    make_page(session, place[0], page_id="5550001", store=store_of(session, place[1]))
    page = PageRef("5550001", "Katy Mills")
    change = editing.link_page(session, place[0], page, other.id, effective=JUNE, by="ana", now=NOW)
    assert links_of(session, "5550001") == [(place[1], "official", False), (other.id, "official", True)]
    assert [c.kind for c in editing.history_of(session, *place)] == ["page-linked"]
    editing.undo_change(session, place[0], change.id or 0, by="ana", now=NOW)
    assert links_of(session, "5550001") == [(place[1], "official", True)]


def test_an_unlinked_page_is_linked_again_by_undo_unless_it_went_elsewhere(
    session: Session, place: tuple[int, int]
) -> None:
    make_page(session, place[0], page_id="5550001", store=store_of(session, place[1]))
    change = editing.unlink_page(session, place[0], "5550001", effective=JUNE, by="ana", now=NOW)
    editing.undo_change(session, place[0], change.id or 0, by="ana", now=NOW)
    assert links_of(session, "5550001") == [(place[1], "official", True)]
    again = editing.unlink_page(session, place[0], "5550001", effective=JUNE, by="ana", now=NOW)
    editing.link_page(session, place[0], PageRef("5550001", "Brand"), None, effective=NOW, by="ana", now=NOW)
    with pytest.raises(ConflictError, match="linked elsewhere"):
        editing.undo_change(session, place[0], again.id or 0, by="ana", now=NOW)
    with pytest.raises(NotFoundError, match="linked to nothing"):
        editing.unlink_page(session, place[0], "777", effective=NOW, by="ana", now=NOW)


def test_a_second_official_page_and_a_page_id_that_is_none_are_refused_by_name(
    session: Session, place: tuple[int, int]
) -> None:
    make_page(session, place[0], page_id="5550001", store=store_of(session, place[1]), name="Katy Mills")
    second = PageRef("5550002", "Katy Mills Mall")
    with pytest.raises(ConflictError, match=r"Katy Mills \(5550001\)"):
        editing.link_page(session, place[0], second, place[1], effective=NOW, by="ana", now=NOW)
    editing.link_page(session, place[0], second, place[1], kind="duplicate", effective=NOW, by="ana", now=NOW)
    with pytest.raises(InvalidError, match="spreadsheet"):
        editing.link_page(session, place[0], PageRef("1.02E+14", "x"), place[1], effective=NOW, by="ana", now=NOW)


def test_a_duplicate_gives_its_pages_and_aliases_away_and_gets_them_back(
    session: Session, place: tuple[int, int]
) -> None:
    brand_id, into = place
    twin = make_store(session, brand_id, number="12-OLD")
    assert twin.id is not None
    make_page(session, brand_id, page_id="5550001", store=store_of(session, into))
    make_page(session, brand_id, page_id="5550002", store=twin)
    editing.add_alias(session, brand_id, twin.id, NewAlias("mall", "Katy Mills"), effective=NOW, by="ana", now=NOW)
    change = editing.merge_stores(session, brand_id, twin.id, into, effective=NOW, by="ana", now=NOW)
    assert links_of(session, "5550002") == [(into, "duplicate", True)]
    merged = store_of(session, twin.id)
    assert (merged.closed_on, merged.successor_number, merged.merged_into_id) == (NOW.date(), "12", into)
    assert session.exec(select(StoreAlias.store_id)).all() == [into]
    assert "merged" in [c.kind for c in editing.history_of(session, brand_id, into)]
    with pytest.raises(ConflictError, match="merged into another"):
        editing.reopen_store(session, brand_id, twin.id, effective=NOW, by="ana", now=NOW)
    editing.undo_change(session, brand_id, change.id or 0, by="ana", now=NOW)
    assert links_of(session, "5550002") == [(twin.id, "official", True)]
    assert session.exec(select(StoreAlias.store_id)).all() == [twin.id]
    assert store_of(session, twin.id).merged_into_id is None


def aliases_of(session: Session) -> list[tuple[str, str, datetime | None, datetime | None]]:
    session.expire_all()
    found = session.exec(select(StoreAlias).order_by(col(StoreAlias.id)))
    return [(alias.words, alias.state, alias.valid_from, alias.valid_to) for alias in found]


def test_a_move_ends_what_names_the_former_place_and_an_undone_move_does_not(
    session: Session, place: tuple[int, int]
) -> None:
    for alias in (NewAlias("mall", "the  Galleria"), NewAlias("nickname", "Big Blue")):
        editing.add_alias(session, *place, alias, effective=MARCH, by="ana", now=NOW)
    moved = editing.move_store(session, *place, FIFTH, effective=JUNE, by="ana", now=NOW)
    editing.add_alias(session, *place, NewAlias("landmark", "by the tower"), effective=NOW, by="ana", now=NOW)
    assert aliases_of(session) == [
        ("the Galleria", "retired", None, JUNE),
        ("Big Blue", "active", None, None),
        ("by the tower", "active", JUNE, None),
    ]
    editing.undo_change(session, place[0], moved.id or 0, by="ana", now=NOW)
    assert aliases_of(session)[0] == ("the Galleria", "active", None, None)


def test_an_alias_is_proposed_decided_retired_and_taken_back(session: Session, place: tuple[int, int]) -> None:
    proposed = NewAlias("nickname", "Big Blue", source="learned", state="proposed")
    change = editing.add_alias(session, *place, proposed, effective=NOW, by="learned", now=NOW)
    alias_id = int(str(change.after["alias_id"]))
    editing.add_alias(session, *place, NewAlias("nickname", "Big Blue"), effective=NOW, by="ana", now=NOW)
    with pytest.raises(ConflictError, match="called “Big Blue” already"):
        editing.add_alias(session, *place, NewAlias("nickname", "Big Blue"), effective=NOW, by="ana", now=NOW)
    retired = editing.retire_alias(session, place[0], alias_id, effective=NOW, by="ana", now=NOW)
    assert aliases_of(session) == [("Big Blue", "retired", None, NOW)]
    editing.undo_change(session, place[0], retired.id or 0, by="ana", now=NOW)
    assert aliases_of(session) == [("Big Blue", "active", None, None)]
    editing.undo_change(session, place[0], change.id or 0, by="ana", now=NOW)
    assert aliases_of(session) == [("Big Blue", "retired", None, None)]
