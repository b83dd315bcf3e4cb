"""Imports of a directory on a real database: added, changed, closed, refused, and never deleted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from localcare.kit.db import Database, Session
from localcare.people.models import Brand
from localcare.stores import editing
from localcare.stores.conflicts import list_conflicts
from localcare.stores.core.resolve import Question
from localcare.stores.deciding import decide_conflict
from localcare.stores.entry_repository import list_region_pages
from localcare.stores.models import Region, Store, StorePage, StoreVersion
from localcare.stores.service import ImportOptions, ImportReport, import_directory, link_pages, load_resolver
from localcare.stores.shelf import DirectoryShelf
from tests.factories import make_brand, make_page, make_store

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HEADER = "store_number,name,street,city,state,zip,latitude,longitude,phone,nicknames\n"
KATY = "0042,Katy Mills,5000 Katy Mills Cir,Katy,TX,77494,29.7767,-95.8108,(281) 644-5000,the Mills;Mills Mall\n"
AUSTIN = "R7,Lamar,1000 S Lamar Blvd,Austin,TX,78704,30.2562,-97.7635,,\n"


def run(
    session: Session, brand: Brand, text: str, *, dry_run: bool = False, close_missing: bool = False
) -> ImportReport:
    assert brand.id is not None
    options = ImportOptions(dry_run=dry_run, close_missing=close_missing)
    return import_directory(session, brand.id, text.splitlines(keepends=True), now=NOW, options=options)


def stores(session: Session) -> dict[str, Store]:
    session.expire_all()
    return {store.number: store for store in session.exec(select(Store))}


def version(session: Session, brand: Brand) -> int:
    session.expire_all()
    return session.exec(select(Brand).where(col(Brand.id) == brand.id)).one().directory_version


def test_a_file_becomes_stores_with_numbers_as_spelled_and_regions_above_them(session: Session, brand: Brand) -> None:
    report = run(session, brand, HEADER + KATY + AUSTIN)
    assert report.added == ["0042", "R7"]
    katy = stores(session)["0042"]
    assert (katy.name, katy.timezone, katy.phone) == ("Katy Mills", "America/Chicago", "+12816445000")
    assert katy.nicknames == ["the Mills", "Mills Mall"]
    region = session.get(Region, katy.region_id)
    assert region is not None
    assert (region.name, region.depth, region.slug) == ("Houston", 2, "houston")
    nation = session.exec(select(Region).where(col(Region.depth) == 0)).one()
    assert region.path.startswith(f"/{nation.id}/")
    assert region.path.endswith(f"/{region.id}/")


def test_the_same_file_again_changes_nothing(session: Session, brand: Brand) -> None:
    run(session, brand, HEADER + KATY + AUSTIN)
    before = version(session, brand)
    report = run(session, brand, HEADER + KATY + AUSTIN)
    assert (report.added, report.changed, report.unchanged, report.regions_added) == ([], [], 2, [])
    assert version(session, brand) == before


def test_a_changed_row_is_named_with_the_fields_that_differ(session: Session, brand: Brand) -> None:
    run(session, brand, HEADER + KATY + AUSTIN)
    report = run(session, brand, HEADER + KATY.replace("Katy Mills,", "Katy Mills Mall,", 1) + AUSTIN)
    assert [(change.after.number, change.fields) for change in report.changed] == [("0042", ("name",))]
    assert stores(session)["0042"].name == "Katy Mills Mall"


def test_a_column_the_file_lacks_leaves_what_is_known_alone(session: Session, brand: Brand) -> None:
    run(session, brand, HEADER + KATY)
    report = run(session, brand, "store_id,zip\n0042,77494\n")
    assert report.unchanged == 1
    assert stores(session)["0042"].phone == "+12816445000"


def test_a_dry_run_reports_and_writes_nothing(session: Session, brand: Brand) -> None:
    report = run(session, brand, HEADER + KATY, dry_run=True)
    assert report.added == ["0042"]
    assert report.regions_added == ["United States", "United States/Texas", "United States/Texas/Houston"]
    assert stores(session) == {}
    assert session.exec(select(Region)).all() == []


def test_stores_missing_from_the_file_stay_unless_closing_is_asked_for(session: Session, brand: Brand) -> None:
    run(session, brand, HEADER + KATY + AUSTIN)
    report = run(session, brand, HEADER + KATY)
    assert (report.absent, report.closed) == (["R7"], [])
    assert stores(session)["R7"].closed_on is None
    report = run(session, brand, HEADER + KATY, close_missing=True)
    assert report.closed == ["R7"]
    assert stores(session)["R7"].closed_on == NOW.date()


def test_a_file_that_cannot_be_read_closes_no_store(session: Session, brand: Brand) -> None:
    run(session, brand, HEADER + KATY)
    report = run(session, brand, "name,city\nKaty,Katy\n", close_missing=True)
    assert len(report.refused) == 1
    assert report.closed == []


def test_five_bad_rows_are_named_and_the_rest_is_imported(session: Session, brand: Brand) -> None:
    bad = [
        ",No number,1 A St,Katy,TX,77494,,,,\n",
        "0042,Again,1 A St,Katy,TX,77494,,,,\n",
        "9,Nowhere,,,,,,,,\n",
        "10,Off the map,,,,,91.5,200,,\n",
        '11,"Never closed,1 A St,Katy,TX,77494,,,,\n',
    ]
    report = run(session, brand, HEADER + KATY + "".join(bad) + AUSTIN)
    assert report.added == ["0042", "R7"]
    assert [row.line for row in report.refused] == [3, 4, 5, 6, 7]
    assert [row.column for row in report.refused] == ["store_number", "store_number", "street", "latitude", ""]


def test_pages_of_the_file_are_linked_and_a_move_ends_the_former_link(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    header = "store_number,zip,page_id,page_name\n"
    assert run(session, brand, header + "1,77494,555001,Katy\n2,78704,,\n").pages_linked == 1
    lines = [
        "page_id,name,store_number\n",
        "555001,Katy,2\n",
        "555000,The brand,\n",
        "555009,Nobody's,77\n",
        "555001,Twice,1\n",
    ]
    report = link_pages(session, brand.id, lines, now=NOW + timedelta(days=1))
    assert (report.linked, report.moved, report.unchanged) == (2, 1, 0)
    assert [(row.line, row.value) for row in report.refused] == [(4, "77"), (5, "555001")]
    links = session.exec(select(StorePage).where(col(StorePage.page_id) == "555001").order_by(col(StorePage.id))).all()
    assert [link.valid_to is None for link in links] == [False, True]


def test_a_page_of_another_brand_is_refused(database: Database, brand: Brand) -> None:
    with database.session(None) as session:
        other = make_brand(session)
        make_page(session, other, page_id="555001")
    assert brand.id is not None
    with database.session(brand.id) as session:
        report = link_pages(session, brand.id, ["page_id,name\n", "555001,Ours?\n"], now=NOW)
    assert [row.reason for row in report.refused] == ["this Page belongs to another brand"]


def test_pages_that_cannot_be_are_refused_by_line_with_the_reason(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, "store_number,zip,page_id\n1,77494,555001\n2,78704,\n")
    lines = [
        "page_id,name,store_number,kind\n",
        "1.02E+14,Shortened,2,\n",
        "katymills,A name,2,\n",
        "555002,Second,1,\n",
        "555003,Copy,1,duplicate\n",
        "555004,First of two,2,\n",
        "555005,Second of two,2,official\n",
        "555006,What,2,fake\n",
    ]
    report = link_pages(session, brand.id, lines, now=NOW)
    assert report.linked == 2
    assert [(row.line, row.column) for row in report.refused] == [
        (2, "page_id"),
        (3, "page_id"),
        (4, "page_id"),
        (7, "page_id"),
        (8, "kind"),
    ]
    assert "spreadsheet" in report.refused[0].reason
    assert report.refused[2].reason == "is the second official Page of store 1: 555001 (555001) is it already"
    assert report.refused[3].reason == "is the second official Page of store 2: First of two (555004) is it already"


def test_two_stores_swap_their_pages_in_one_file(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, "store_number,zip,page_id\n1,77494,555001\n2,78704,555002\n")
    lines = ["page_id,store_number\n", "555001,2\n", "555002,1\n"]
    report = link_pages(session, brand.id, lines, now=NOW + timedelta(days=1))
    assert (report.linked, report.moved, report.refused) == (2, 2, [])
    lines = ["page_id,store_number\n", "555001,1\n"]
    report = link_pages(session, brand.id, lines, now=NOW + timedelta(days=2))
    assert (report.linked, [row.value for row in report.refused]) == (0, ["555001"])


def test_a_page_of_a_region_stands_for_the_stores_below_it(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY + AUSTIN)
    lines = ["page_id,name,region\n", "555001,Texas,texas\n", "555002,Ohio,ohio\n"]
    report = link_pages(session, brand.id, lines, now=NOW)
    assert (report.linked, [(row.column, row.value) for row in report.refused]) == (1, [("region", "ohio")])
    ids = {number: store.id for number, store in stores(session).items()}
    assert list_region_pages(session, brand.id) == {"555001": (ids["0042"], ids["R7"])}


def test_an_import_keeps_what_was_and_can_be_undone_store_by_store(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY + AUSTIN)
    run(session, brand, HEADER + KATY.replace("5000 Katy Mills Cir", "1 Main St") + AUSTIN)
    katy = stores(session)["0042"]
    assert katy.id is not None
    history = editing.history_of(session, brand.id, katy.id)
    assert [(change.kind, change.recorded_by) for change in history] == [("imported", "import")] * 2
    assert history[0].before == {"street": "5000 Katy Mills Cir"}
    (before,) = session.exec(select(StoreVersion)).all()
    assert (before.store_id, before.street, before.valid_to) == (katy.id, "5000 Katy Mills Cir", NOW)
    editing.undo_change(session, brand.id, history[0].id or 0, by="ana", now=NOW)
    assert stores(session)["0042"].street == "5000 Katy Mills Cir"


def test_a_file_that_still_names_a_merged_duplicate_does_not_bring_it_back(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY + AUSTIN)
    ids = {number: store.id or 0 for number, store in stores(session).items()}
    editing.merge_stores(session, brand.id, ids["R7"], ids["0042"], effective=NOW, by="ana", now=NOW)
    report = run(session, brand, HEADER + KATY + AUSTIN)
    assert (report.changed, report.unchanged) == ([], 1)
    assert [warning.text for warning in report.warnings] == ["store R7 has been merged into store 0042: left out"]


def test_managers_of_the_file_are_handed_on_and_a_stores_own_mailbox_is_not(session: Session, brand: Brand) -> None:
    header = "store_number,zip,email,manager_email,manager_name\n"
    report = run(session, brand, header + "1,77494,katy@pellora.example.com,Ana@Pellora.example.com,Ana Ortiz\n")
    assert [(one.store_number, one.email, one.name) for one in report.managers] == [
        ("1", "ana@pellora.example.com", "Ana Ortiz")
    ]


def test_a_changed_directory_is_live_in_the_next_batch(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    shelf = DirectoryShelf()
    run(session, brand, HEADER + KATY)
    shelf.refresh(session)
    first = shelf.directory_of(session, brand.id, now=NOW)
    shelf.refresh(session)
    assert shelf.directory_of(session, brand.id, now=NOW) is first
    link_pages(session, brand.id, ["page_id,store_number\n", "555001,0042\n"], now=NOW)
    shelf.refresh(session)
    directory = shelf.directory_of(session, brand.id, now=NOW)
    assert directory.is_store_page("555001")
    answer = directory.resolver.resolve(Question("q", page_id="555001"))
    assert (answer.status, answer.candidates[0].number) == ("exact", "0042")


def test_a_resolver_never_sees_another_brands_stores(database: Database, brand: Brand) -> None:
    with database.session(None) as session:
        make_store(session, make_brand(session), number="777")
    assert brand.id is not None
    with database.session(brand.id) as session:
        answer = load_resolver(session, brand.id, now=NOW).resolve(Question("q", store_number="777", text="store #777"))
    assert answer.status == "none"


@pytest.mark.eval
@pytest.mark.parametrize(
    ("file", "stores_in_it", "refused"),
    [("mcdonalds", 11197, 0), ("autozone", 6050, 1), ("apple_store", 273, 0), ("home-depot", 2002, 0)],
)
def test_the_real_directories_import_whole(
    session: Session, brand: Brand, eval_data: Path, file: str, stores_in_it: int, refused: int
) -> None:
    assert brand.id is not None
    text = (eval_data / "stores" / f"{file}_locations.csv").read_text(encoding="utf-8-sig")
    report = run(session, brand, text)
    assert (len(report.added), len(report.refused)) == (stores_in_it, refused)
    again = run(session, brand, text)
    assert (len(again.added), len(again.changed), again.unchanged) == (0, 0, stores_in_it)


def test_a_refused_row_leaves_its_store_as_it_is_even_when_missing_stores_are_closed(
    session: Session, brand: Brand
) -> None:
    run(session, brand, HEADER + KATY + AUSTIN)
    report = run(session, brand, HEADER + KATY.replace(",TX,", ",ZZ,") + AUSTIN, close_missing=True)
    assert ([row.column for row in report.refused], report.closed) == (["state"], [])
    assert (stores(session)["0042"].state, stores(session)["0042"].closed_on) == ("TX", None)


def test_hours_that_cannot_be_read_leave_the_known_ones(session: Session, brand: Brand) -> None:
    header = "store_number,zip,hours\n"
    run(session, brand, header + "0042,77494,Mo-Fr 09:00-18:00\n")
    report = run(session, brand, header + "0042,77494,whenever we like\n")
    assert (report.unchanged, [each.column for each in report.warnings]) == (1, ["hours"])
    assert stores(session)["0042"].hours == "Mo-Fr 09:00-18:00"


def test_another_numbering_asks_instead_of_adding_every_store_again(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY + AUSTIN)
    renumbered = HEADER + KATY.replace("0042", "A1") + AUSTIN.replace("R7", "A2")
    report = run(session, brand, renumbered, close_missing=True)
    assert (report.added, report.closed, [row.number for row in report.held]) == ([], [], ["A1", "A2"])
    asked = {each.listing.number: each for each in list_conflicts(session, brand.id)}
    assert [row.conflict_id for row in report.held] == [asked["A1"].id, asked["A2"].id]
    renumber, opened, ignore = (choice.slug for choice in asked["A1"].choices)
    decide_conflict(session, brand.id, asked["A1"].id, renumber, by="ana", now=NOW)
    decide_conflict(session, brand.id, asked["A2"].id, ignore, by="ana", now=NOW)
    assert opened == "open"
    session.flush()
    assert set(stores(session)) == {"A1", "R7"}
    again = run(session, brand, renumbered)
    assert (again.unchanged, again.held, again.added) == (1, [], [])
    assert "stays out, as was decided" in again.warnings[0].text


def test_another_numbering_can_be_taken_over_at_once(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY + AUSTIN)
    lines = (HEADER + KATY.replace("0042", "A1") + AUSTIN.replace("R7", "A2")).splitlines(keepends=True)
    for dry_run in (True, False):
        options = ImportOptions(dry_run=dry_run, other_numbers="renumber")
        report = import_directory(session, brand.id, lines, now=NOW, options=options)
        assert (report.renumbered, report.added, report.held) == ([("0042", "A1"), ("R7", "A2")], [], [])
    assert set(stores(session)) == {"A1", "A2"}


def test_a_former_number_of_another_store_is_asked_about(session: Session, brand: Brand) -> None:
    assert brand.id is not None
    run(session, brand, HEADER + KATY)
    editing.renumber_store(
        session, brand.id, stores(session)["0042"].id or 0, "0043", effective=NOW - timedelta(days=9), by="ana", now=NOW
    )
    other = AUSTIN.replace("R7", "0042")
    report = run(session, brand, HEADER + KATY.replace("0042", "0043") + other)
    assert [row.reason for row in report.held] == ["store 0043 had the number 0042 before"]
    (asked,) = list_conflicts(session, brand.id)
    assert [choice.slug for choice in asked.choices] == ["open", "ignore"]
    decide_conflict(session, brand.id, asked.id, "open", by="ana", now=NOW)
    assert run(session, brand, HEADER + other).held == []
