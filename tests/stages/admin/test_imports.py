"""Files: looked at first, imported when somebody says so, reported for good."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from localcare.intake.models import Event, EventTodo
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Mention
from localcare.people.models import Person, RoleGrant
from localcare.stores.models import Store, StorePage
from tests.factories import make_region, make_store
from tests.pageclient import OpenedPage, PageClient, check_page
from tests.stages.admin.conftest import Office, Town, Work

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
STORES = (EXAMPLES / "stores.csv").read_text()


def bring(browser: PageClient, kind: str, text: str, *, channel: str = "csv", status: int = 200) -> OpenedPage:
    form = browser.get("/admin/imports").form("/admin/imports")
    answer = browser.request(
        "POST",
        "/admin/imports",
        data={
            **{name: value for name, value in form.values.items() if name != "file"},
            "kind": kind,
            "channel": channel,
        },
        files={"file": (f"{kind}.csv", text.encode(), "text/csv")},
    )
    assert answer.status_code == status, answer.text[:500]
    return browser._page(answer, status)


def count(database: Database, table: type) -> int:
    with database.session(ALL_BRANDS) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_file_changes_nothing_before_somebody_says_so(office: Office, admin: PageClient, database: Database) -> None:
    page = bring(admin, "stores", STORES)
    assert page.h1 == "What stores.csv would do"
    assert "Nothing has been changed yet." in page.text
    assert "Stores added 9" in page.text
    assert count(database, Store) == 0
    assert office.audit() == []
    done = admin.post_form(page, "/runs")
    assert done.h1 == "What stores.csv did"
    assert (count(database, Store), count(database, StorePage)) == (9, 9)
    with database.session(office.desk.brand_id) as session:
        managers = session.exec(select(func.count()).select_from(RoleGrant).where(RoleGrant.role == "manager")).one()
    assert managers == 9
    assert [row[0] for row in admin.get("/admin/imports").rows] == ["stores.csv"]
    assert "imported stores" in [action for action, _ in office.audit()]


def test_a_file_that_was_brought_before_shows_what_it_did(admin: PageClient) -> None:
    admin.post_form(bring(admin, "stores", STORES), "/runs")
    again = bring(admin, "stores", STORES)
    assert again.h1 == "What stores.csv would do"
    assert "Stores unchanged 9" in again.text
    assert admin.get(again.url.partition("?")[0]).h1 == "What stores.csv did"


def test_a_file_of_mentions_with_a_header_line_only_is_refused_with_a_sentence(
    admin: PageClient, database: Database
) -> None:
    page = bring(admin, "mentions", "external_id,created_at,text\n", status=422)
    assert "There is no mention in this file: nothing stands below its header line." in page.text
    assert count(database, Event) == 0


def test_bad_rows_are_named_before_and_after_but_their_words_are_not_kept(
    office: Office, admin: PageClient, town: Town, database: Database, work: Work
) -> None:
    head = "external_id,created_at,text,author,rating,store_number\n"
    good = "".join(f"r-{n},2026-11-01T10:00:00Z,Nobody helped me,Jo,2,4001\n" for n in range(3))
    text = head + good + "b-1,2026-11-01T10:00:00Z,Call me on 555 0100,Jo,eleven,4001\n"
    page = bring(admin, "mentions", text, channel="google")
    assert page.rows == [["5", "rating", "eleven", "not a rating from 1 to 5"]]
    done = admin.post_form(page, "/runs")
    assert "1 row left out" in done.text
    assert done.rows == [["5", "rating", "", "not a rating from 1 to 5"]]
    work()
    assert count(database, Mention) == 3
    assert "line 5, rating" in admin.get("/admin/events?kind=bad-row").text


def test_people_are_previewed_without_a_trace(office: Office, admin: PageClient, database: Database) -> None:
    before = count(database, Person)
    page = bring(admin, "people", "email,role,scope\nana@pellora.example.com,auditor,nation\nnobody,auditor,nation\n")
    assert "People added 1" in page.text
    assert (count(database, Person), office.audit()) == (before, [])
    admin.post_form(page, "/runs")
    assert count(database, Person) == before + 1


def test_pages_are_linked_from_a_file(admin: PageClient, town: Town, database: Database) -> None:
    page = bring(admin, "pages", "page_id,name,store_number,kind\n777,Katy,4002,duplicate\n778,Nowhere,9999,\n")
    assert page.rows == [["3", "store_number", "9999", "no store has this number"]]
    admin.post_form(page, "/runs")
    assert count(database, StorePage) == 4


def test_stores_that_a_file_leaves_out_are_closed_when_asked(
    office: Office, admin: PageClient, database: Database
) -> None:
    with database.session(office.desk.brand_id) as session:
        region = make_region(session, office.desk.brand)
        for left_out in ("4001", "4002"):
            make_store(session, office.desk.brand, number=left_out, region=region)
    page = bring(admin, "stores", STORES)
    assert "2 open stores are not in the file and stay open." in page.text
    admin.post_form(page, "/runs", {"close_missing": "yes"})
    with database.session(office.desk.brand_id) as session:
        closed = session.exec(select(Store.number).where(Store.closed_on.is_not(None))).all()  # type: ignore[union-attr]
    assert {"4001", "4002"} <= set(closed)


@pytest.mark.parametrize(
    ("kind", "text", "why"), [("stores", "  \n", "The file is empty"), ("secrets", "a,b", "Choose what")]
)
def test_what_is_no_file_is_refused_on_the_page(admin: PageClient, kind: str, text: str, why: str) -> None:
    assert why in bring(admin, kind, text, status=422).text


def test_a_file_without_one_good_row_cannot_be_imported(admin: PageClient) -> None:
    page = bring(admin, "stores", "this,is,no\ndirectory,at,all\n")
    assert "nothing in this file that can be used" in page.text
    assert [form.action for form in page.forms if form.method == "post"] == []


def test_a_kept_file_is_no_event_to_run_again(admin: PageClient, database: Database) -> None:
    page = bring(admin, "stores", STORES)
    event_id = page.url.partition("?")[0].rpartition("/")[2]
    token = page.form("/runs").values["csrf_token"]
    answer = admin.request("POST", f"/admin/events/{event_id}/runs", data={"csrf_token": token})
    assert answer.status_code == 404
    assert (count(database, Event), count(database, EventTodo)) == (1, 0)


def test_the_report_page_keeps_the_rules_of_a_page_for_an_auditor(office: Office, admin: PageClient) -> None:
    page = admin.post_form(bring(admin, "stores", STORES), "/runs")
    seen = office.browser("auditor").get(page.url)
    check_page(seen)
    assert [form.action for form in seen.forms if form.method == "post"] == []
    admin.get("/admin/imports/9999", status=404)
