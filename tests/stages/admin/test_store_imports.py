"""A file of stores before it is applied: what it adds, changes, closes and leaves out."""

import pytest
from sqlmodel import select

from localcare.stores.import_history import keep_import
from localcare.stores.importing import import_directory
from localcare.stores.models import Store
from tests.factories import make_region, make_store
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office
from tests.stages.admin.test_imports import bring

FILE = """store_number,name,street,city,state,zip,phone,region
4001,Memorial City,303 Memorial City Way,Houston,TX,77024,713-555-0142,Texas
4005,Waco Central,1 Main St,Waco,TX,76701,,Texas
4006,Nowhere,1 Main St,Waco,TX,notazip,,Texas
,No number,1 Main St,Waco,TX,76701,,Texas
"""


@pytest.fixture
def known(office: Office) -> None:
    with office.desk.database.session(office.desk.brand_id) as session:
        region = make_region(session, office.desk.brand)
        make_store(session, office.desk.brand, region=region, number="4001", name="Pellora Memorial City")
        make_store(session, office.desk.brand, region=region, number="4002", name="Pellora Katy Mills")


def test_the_look_names_every_store_and_each_fact_that_changes(office: Office, admin: PageClient, known: None) -> None:
    page = bring(admin, "stores", FILE)
    assert page.links["#4001 Memorial City"] == "/admin/stores/4001"
    assert "Name Pellora Memorial City Memorial City Region" in page.text
    assert "#4005" in page.text
    assert "Open, but not in the file 1" in page.text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert set(session.exec(select(Store.number)).all()) == {"4001", "4002"}
    done = admin.post_form(page, "/runs")
    assert "stores.csv is imported" in done.text
    assert "Pellora Memorial City" in admin.get("/admin/stores/4001").text
    assert "brought from a file" in admin.get("/admin/stores/4001").text


def test_the_rows_left_out_are_a_file_to_correct_and_bring_again(admin: PageClient, known: None) -> None:
    page = bring(admin, "stores", FILE)
    url = page.links["Download the rows left out"]
    answer = admin.request("GET", url)
    assert answer.headers["content-disposition"] == 'attachment; filename="left-out-stores.csv"'
    header, *rows = answer.text.removeprefix("\ufeff").splitlines()
    assert header == "store_number,name,street,city,state,zip,phone,region,problem_column,problem"
    assert rows[-1].startswith(",No number,")
    assert "number" in rows[-1].rsplit(",", 2)[1]
    assert admin.request("GET", "/admin/imports/999/left-out.csv").status_code == 404


def test_an_auditor_may_read_what_was_left_out_and_a_manager_may_not(
    office: Office, admin: PageClient, known: None
) -> None:
    url = bring(admin, "stores", FILE).links["Download the rows left out"]
    assert office.browser("auditor").request("GET", url).status_code == 200
    assert office.browser("supervisor").request("GET", url).status_code == 403


def test_a_file_is_taken_back_as_one_deed_and_what_is_in_use_is_closed(
    office: Office, admin: PageClient, known: None
) -> None:
    done = admin.post_form(bring(admin, "stores", FILE), "/runs")
    assert "stores.csv is imported" in done.text
    page = admin.get("/admin/imports")
    assert "2 added 1 changed 1 refused" in page.text
    assert "No file yet" not in page.text
    report = admin.request("GET", page.links["Report"])
    told = [line.split(",")[:4] for line in report.text.removeprefix("\ufeff").splitlines()]
    assert ["4", "", "doubt", "zip"] in told
    assert ["", "4005", "added", ""] in told
    back = admin.post_form(page, "/undoing")
    assert "Taken back: 2 stores removed, 1 change reversed." in back.text
    with office.desk.database.session(office.desk.brand_id) as session:
        stores = {store.number: store.name for store in session.exec(select(Store))}
    assert stores == {"4001": "Pellora Memorial City", "4002": "Pellora Katy Mills"}
    assert not admin.get("/admin/imports").links.keys() & {"Take it back"}


def test_a_store_that_something_is_about_is_closed_when_its_import_is_taken_back(
    office: Office, admin: PageClient, known: None
) -> None:
    admin.post_form(bring(admin, "stores", FILE), "/runs")
    with office.desk.database.session(office.desk.brand_id) as session:
        store = session.exec(select(Store).where(Store.number == "4005")).one()
    office.desk.open_case(store=store)
    back = admin.post_form(admin.get("/admin/imports"), "/undoing")
    assert "1 store removed, 1 closed because something is about them" in back.text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert session.exec(select(Store).where(Store.number == "4005")).one().closed_on is not None


RENUMBERED = """store_number,name,street,city,state,zip
A1,Pellora Memorial City,303 Memorial City Way,Houston,TX,77024
4002,Pellora Katy Mills,5000 Katy Mills Cir,Katy,TX,77494
"""


@pytest.mark.parametrize(
    ("choice", "told", "numbers"),
    [
        ("ask", "waits for a decision", {"4001", "4002"}),
        ("renumber", "Store 4001 is store A1 now.", {"A1", "4002"}),
        ("add", "Stores added 1", {"4001", "4002", "A1"}),
    ],
)
def test_what_becomes_of_a_known_store_under_another_number_is_chosen_on_the_page(
    office: Office, admin: PageClient, known: None, choice: str, told: str, numbers: set[str]
) -> None:
    as_it_is = RENUMBERED.replace("A1", "4001")
    admin.post_form(bring(admin, "stores", as_it_is), "/runs")
    page = bring(admin, "stores", RENUMBERED)
    assert "1 row with a new number for what may be a known store" in page.text
    assert page.form("/runs").values["other_numbers"] == "ask"
    assert told in admin.post_form(page, "/runs", {"other_numbers": choice}).text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert set(session.exec(select(Store.number)).all()) == numbers


def test_a_file_without_doubt_asks_nothing_about_other_numbers(admin: PageClient, known: None) -> None:
    assert "other_numbers" not in bring(admin, "stores", FILE).form("/runs").values
    page = bring(admin, "stores", FILE)
    answer = admin.request(
        "POST", page.form("/runs").action, data=page.form("/runs").values | {"other_numbers": "guess"}
    )
    assert answer.status_code == 422


def test_a_file_that_the_command_line_brought_is_no_empty_page(office: Office, admin: PageClient) -> None:
    with office.desk.database.session(office.desk.brand_id) as session:
        report = import_directory(
            session, office.desk.brand_id, FILE.splitlines(keepends=True), now=office.desk.clock.now()
        )
        keep_import(session, office.desk.brand_id, report, file="stores.csv", by="import", now=office.desk.clock.now())
    page = admin.get("/admin/imports")
    assert "The command line" in page.text
    assert "No file yet" not in page.text
