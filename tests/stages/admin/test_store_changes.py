"""One store: seen whole, changed after a look, with a history that can be taken back."""

from datetime import date

import pytest
from sqlmodel import select

from localcare.stores.models import DirectoryChange, Store, StoreAlias, StorePage
from tests.factories import grant_role, make_page, make_person, make_region, make_store
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office


@pytest.fixture
def two(office: Office) -> None:
    """4001 and, 20 km away, 4002: in Texas, each with its Page."""
    desk = office.desk
    with desk.database.session(desk.brand_id) as session:
        texas = make_region(session, desk.brand, name="Texas", slug="texas")
        first = make_store(session, desk.brand, region=texas, number="4001", phone="+17135550142")
        second = make_store(session, desk.brand, region=texas, number="4002", name="Pellora Katy Mills", city="Katy",
                            zip_code="77494", latitude=29.7775, longitude=-95.8113)  # fmt: skip
        make_page(session, desk.brand, page_id="101", store=first)
        make_page(session, desk.brand, page_id="102", store=second)


def store(office: Office, number: str) -> Store:
    with office.desk.database.session(office.desk.brand_id) as session:
        return session.exec(select(Store).where(Store.number == number)).one()


def changes(office: Office) -> list[tuple[str, bool]]:
    """(kind, whether it was taken back), oldest first."""
    with office.desk.database.session(office.desk.brand_id) as session:
        rows = session.exec(select(DirectoryChange).order_by(DirectoryChange.id)).all()  # type: ignore[arg-type]
        return [(row.kind, row.undone_at is not None) for row in rows]


def look_and_do(admin: PageClient, url: str, typed: dict[str, str]) -> tuple[OpenedPage, OpenedPage]:
    """(what would change, the page after it was done)."""
    looked = admin.post_form(admin.get(url), url, {**typed, "step": "look"})
    return looked, admin.post_form(looked, url, {"step": "do"})


def test_a_look_changes_nothing_and_the_change_can_be_taken_back(office: Office, admin: PageClient, two: None) -> None:
    url = "/admin/stores/4001/edit"
    typed = {"phone": "+12815550100", "hours": "24/7", "note": "Told by Ana", "step": "look"}
    looked = admin.post_form(admin.get(url), url, typed)
    assert ["Phone", "+17135550142", "+12815550100"] in looked.rows
    assert ["Hours", "nothing", "24/7"] in looked.rows
    assert (changes(office), office.audit()) == ([], [])
    done = admin.post_form(looked, url, {"step": "do"})
    assert "Done: Dana Whitfield changed phone and hours." in done.text
    assert "Told by Ana" in done.text
    assert store(office, "4001").phone == "+12815550100"
    back = admin.post_form(done, "/undo")
    assert "Taken back: the directory is as if it had never been changed." in back.text
    assert store(office, "4001").phone == "+17135550142"
    assert changes(office) == [("edited", True), ("undone", False)]
    assert [action for action, _ in office.audit()] == ["edit store", "undid a change of the directory"]


def test_a_form_that_is_changed_again_keeps_what_was_typed(admin: PageClient, two: None) -> None:
    url = "/admin/stores/4001/edit"
    looked = admin.post_form(admin.get(url), url, {"name": "Memorial", "step": "look"})
    again = admin.post_form(looked, url, {"step": "back"})
    assert again.form(url).values["name"] == "Memorial"


@pytest.mark.parametrize(
    ("act", "typed", "why"),
    [
        ("edit", {}, "Nothing changes"), ("edit", {"name": " "}, "Fill this in."),
        ("edit", {"region": "mars"}, "Choose a region"),
        ("edit", {"phone": "1", "effective": "2027-01-01"}, "still to come"), ("edit", {"opened_on": "soon"}, "Write a day"),
        ("edit", {"timezone": "Mars/Base"}, "Choose a time zone"), ("move", {"state": ""}, "Say where it is"),
        ("move", {"city": "Waco", "latitude": "31.5"}, "latitude and longitude, or neither"),
        ("move", {"latitude": "x", "longitude": "1"}, "Write a number"), ("renumber", {"number": "4002"}, "a store 4002 already"),
        ("close", {"successor": "other", "successor_other": "9"}, "There is no store 9"),
        ("merge", {"into": "4001"}, "into itself"),
        ("merge", {"into": "9"}, "There is no store 9"), ("link", {"page_id": "abc"}, "digits only"),
        ("link", {"page_id": "555"}, "has the official Page"), ("name", {"words": ""}, "Fill this in."),
        ("name", {"words": "x", "kind": "myth"}, "Choose one of the list"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["look", "do"])
def test_what_cannot_be_done_says_why_and_leaves_nothing(
    office: Office, admin: PageClient, two: None, act: str, typed: dict[str, str], why: str, step: str
) -> None:
    url = f"/admin/stores/4001/{act}"
    refused = admin.post_form(admin.get(url), url, {**typed, "step": step}, status=422)
    assert why in refused.text
    assert (changes(office), office.audit()) == ([], [])


def test_a_move_keeps_the_old_address_for_older_mentions(office: Office, admin: PageClient, two: None) -> None:
    looked, done = look_and_do(
        admin, "/admin/stores/4001/move",
        {"street": "9 New Rd", "city": "Waco", "zip": "76701", "latitude": "31.55", "longitude": "-97.13",
         "effective": "2026-11-01"},
    )  # fmt: skip
    assert "Mentions from before November 1, 2026 are still found by the old address." in looked.text
    assert ["City", "Houston", "Waco"] in looked.rows
    assert "9 New Rd, Waco, TX 76701" in done.text
    assert "In force since Nov 1" in done.text
    assert store(office, "4001").phone == "+17135550142"


def test_closing_offers_the_nearest_store_as_successor(office: Office, admin: PageClient, two: None) -> None:
    form = admin.get("/admin/stores/4001/close")
    assert "#4002 Pellora Katy Mills" in form.text
    looked, done = look_and_do(admin, "/admin/stores/4001/close", {"successor": "4002"})
    assert "on store 4002 answers what is written about it." in looked.text
    assert "Closed since 2026-11-20" in done.text
    assert "Store 4002 has taken over" in done.text
    assert store(office, "4001").successor_number == "4002"
    looked, done = look_and_do(admin, "/admin/stores/4001/reopen", {})
    assert store(office, "4001").closed_on is None


def test_a_new_number_is_the_stores_address_from_then_on(office: Office, admin: PageClient, two: None) -> None:
    _, done = look_and_do(admin, "/admin/stores/4001/renumber", {"number": "#5001"})
    assert done.url.endswith("/admin/stores/5001")
    back = admin.post_form(done, "/undo")
    assert back.url.endswith("/admin/stores/4001")


def test_two_entries_of_one_store_are_seen_side_by_side_and_merged(
    office: Office, admin: PageClient, two: None
) -> None:
    looked, done = look_and_do(admin, "/admin/stores/4001/merge", {"into": "4002"})
    assert ["Name", "Pellora Memorial City", "Pellora Katy Mills"] in looked.rows
    assert "Store 4002 takes 1 Page and 0 names" in looked.text
    assert "Merged into store 4002" in done.text
    assert "Renumber" not in done.links
    admin.post_form(done, "/undo")
    assert store(office, "4001").merged_into_id is None


def test_pages_are_linked_as_duplicates_and_ended(office: Office, admin: PageClient, two: None) -> None:
    _, done = look_and_do(admin, "/admin/stores/4001/link", {"page_id": "555", "name": "Old Page", "kind": "duplicate"})
    assert "linked the Page Old Page (555) as a duplicate" in done.text
    ended = admin.post_form(done, "/unlink")
    assert "ended the link of the Page Pellora Memorial City (101)" in ended.text
    assert "1 former link" in ended.text
    with office.desk.database.session(office.desk.brand_id) as session:
        current = session.exec(select(StorePage.page_id).where(StorePage.valid_to.is_(None))).all()  # type: ignore[union-attr]
    assert set(current) == {"555", "102"}


def test_names_are_added_decided_and_retired(office: Office, admin: PageClient, two: None) -> None:
    _, done = look_and_do(
        admin, "/admin/stores/4001/name", {"words": "the Galleria", "kind": "mall", "city": "Houston"}
    )
    assert "the Galleria in Houston" in done.text
    retired = admin.post_form(done, "/retire")
    assert "retired the mall “the Galleria”" in retired.text
    assert "1 retired name" in retired.text
    first = store(office, "4001")
    with office.desk.database.session(office.desk.brand_id) as session:
        session.add(
            StoreAlias(
                brand_id=office.desk.brand_id,
                store_id=first.id or 0,
                kind="nickname",
                words="the green one",
                source="learned",
                state="proposed",
                supports=2,
                contradictions=1,
                created_at=office.desk.clock.now(),
                created_by="learning",
            )
        )
    page = admin.get("/admin/stores/4001")
    assert "2 voices for it, 1 against" in page.text
    used = admin.post_form(page, "/name")
    assert "not used yet" not in used.text
    assert "learned" in used.text


def test_a_store_is_opened_and_stays(office: Office, admin: PageClient, two: None) -> None:
    looked, done = look_and_do(
        admin, "/admin/openings",
        {"number": "4003", "name": "Waco", "region": "texas", "city": "Waco", "state": "texas", "zip": "76701",
         "timezone": "America/Chicago"},
    )  # fmt: skip
    assert "would change" in looked.text
    assert done.h1 == "Waco"
    assert "A store that was added stays" in done.text
    assert store(office, "4003").state == "TX"
    taken = admin.post_form(
        admin.get("/admin/openings"), "/admin/openings",
        {"number": "4003", "name": "X", "region": "texas", "city": "Waco", "step": "do"}, status=422,
    )  # fmt: skip
    assert "a store 4003 already" in taken.text


def test_the_page_shows_managers_with_their_dates_and_the_neighbours(
    office: Office, admin: PageClient, two: None
) -> None:
    first = store(office, "4001")
    with office.desk.database.session(office.desk.brand_id) as session:
        make_person(
            session, office.desk.brand_id, "manager", name="Ana Ortiz", store=first, valid_from=date(2025, 3, 1)
        )
        luis = make_person(session, office.desk.brand_id, None, name="Luis Vega")
        grant_role(session, luis, "manager", store=first, valid_from=date(2020, 1, 1), valid_to=date(2025, 2, 28))
        make_person(session, office.desk.brand_id, "deputy", name="Kim Yu", store=first, valid_from=date(2027, 1, 1))
    page = admin.get("/admin/stores/4001")
    assert "since 2025-03-01" in page.text
    assert "Luis Vega, store manager 2020-01-01 to 2025-02-28" in page.text
    assert "from 2027-01-01" in page.text
    assert "26.3 km" in page.text or "26.2 km" in page.text
    assert '<svg class="minimap"' in page.html


def test_a_change_that_was_built_upon_says_why_it_stays(office: Office, admin: PageClient, two: None) -> None:
    look_and_do(admin, "/admin/stores/4001/renumber", {"number": "5001"})
    look_and_do(admin, "/admin/stores/4002/renumber", {"number": "4001"})
    stays = admin.post_form(admin.get("/admin/stores/5001"), "/undo")
    assert "Not taken back. The number 4001 is another store's by now" in stays.text
    assert changes(office) == [("renumbered", False), ("renumbered", False)]


def test_an_auditor_sees_the_history_and_no_form(office: Office, two: None, admin: PageClient) -> None:
    look_and_do(admin, "/admin/stores/4001/edit", {"phone": "+12815550100"})
    auditor = office.browser("auditor")
    page = auditor.get("/admin/stores/4001")
    assert "changed phone" in page.text
    assert [form.action for form in page.forms if form.method == "post"] == []
    for url in ("/admin/stores/4001/edit", "/admin/openings"):
        auditor.get(url, status=403)
    token = admin.get("/admin/stores/4001/edit").form("/edit").values["csrf_token"]
    assert auditor.request("POST", "/admin/changes/1/undo", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize("url", ["/admin/stores/9/edit", "/admin/stores/4001/unlink", "/admin/stores/4001/retire"])
def test_a_form_that_is_not_there_is_not_found(admin: PageClient, two: None, url: str) -> None:
    admin.get(url, status=404)
