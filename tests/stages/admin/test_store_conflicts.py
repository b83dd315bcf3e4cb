"""What a Page tells otherwise than the directory: both sides, a decision by one tap, and the way back."""

import pytest
from sqlmodel import select

from localcare.stores.conflicts import save_conflicts
from localcare.stores.core.conflicts import Conflict, StoreHere
from localcare.stores.core.listing import Listing
from localcare.stores.models import DirectoryConflict, Store, StorePage
from tests.factories import make_region, make_store
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office

PAGE = "555000111222333"


@pytest.fixture
def told(office: Office) -> None:
    """A Page that puts store 4001 elsewhere, and one that no store fits."""
    desk = office.desk
    with desk.database.session(desk.brand_id) as session:
        region = make_region(session, desk.brand, name="United States", slug="us")
        store = make_store(session, desk.brand, region=region, number="4001", phone="+17135550142")
        here = StoreHere(store.id or 0, store.number, store.name, street=store.street, city=store.city, state=store.state,
                         zip=store.zip, lat=store.latitude, lng=store.longitude, phone=store.phone)  # fmt: skip
        moved = Listing(PAGE, "Pellora Memorial", "4001", street="9 New Rd", city="Katy", state="TX", zip="77494", lat=29.79,
                        lng=-95.82, phone="(713) 555-0142")  # fmt: skip
        alone = Listing("556", "Pellora Waco", "4009", city="Waco", street="1 Main St", state="TX", zip="76701")
        conflicts = [
            Conflict("far-away", moved, (here,), "The Page is 27 km from the store."),
            Conflict("page-without-store", alone, (), "No store has number 4009."),
        ]
        save_conflicts(session, desk.brand_id, "sync", conflicts, now=desk.clock.now())


def decide(admin: PageClient, page: OpenedPage, words: str, **more: str) -> OpenedPage:
    """Tap the button that says so."""
    for form in page.forms:
        for button in form.element.iter("button"):
            if words in "".join(button.itertext()):
                return admin.post_form(page, form.action, {"choice": button.get("value", ""), **more})
    raise AssertionError(f"no button says {words!r}")


def test_both_sides_stand_beside_each_other_and_differences_are_marked(admin: PageClient, told: None) -> None:
    page = admin.get("/admin/conflicts")
    rows = {row[0]: row[1:] for row in page.rows if len(row) == 3}
    assert rows["Address (differs)"] == ["9 New Rd, Katy, TX 77494", "303 Memorial City Way, Houston, TX 77024"]
    assert rows["Phone"] == ["(713) 555-0142", "+17135550142"]
    assert rows["How far"] == ["–", "27.1 km away"]
    assert {"To decide 2", "Decided 0", "Settled by itself 0", "All kinds 2"} <= set(page.links)
    assert "The Page is 27 km from the store." in page.text


def test_a_decision_changes_the_directory_and_is_taken_back_whole(
    office: Office, admin: PageClient, told: None
) -> None:
    done = decide(admin, admin.get("/admin/conflicts"), "Store 4001 has moved", effective="2026-11-01")
    assert "Decided: Store 4001 has moved to 9 New Rd, Katy, TX 77494." in done.text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert session.exec(select(Store.city).where(Store.number == "4001")).one() == "Katy"
        assert session.exec(select(StorePage.page_id)).all() == [PAGE]
    assert "moved the store" in admin.get("/admin/stores/4001").text
    assert "Store 4001 has moved to" in admin.get("/admin/conflicts?state=decided").text
    back = admin.post_form(done, "/reopening")
    assert "Taken back: it is open again" in back.text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert session.exec(select(Store.city).where(Store.number == "4001")).one() == "Houston"
    assert [action for action, _ in office.audit()] == ["decided a conflict of the directory", "took back a decision"]


def test_a_page_without_a_store_opens_one(admin: PageClient, told: None) -> None:
    done = decide(admin, admin.get("/admin/conflicts?kind=page-without-store"), "open 4009")
    assert "Decided: It is a store of its own: open 4009." in done.text
    assert "Pellora Waco" in admin.get("/admin/stores/4009").text


def test_what_is_decided_already_and_what_is_no_choice_is_refused_in_words(
    office: Office, admin: PageClient, told: None
) -> None:
    page = admin.get("/admin/conflicts?kind=far-away")
    form = next(form for form in page.forms if form.action.endswith("/decision"))
    refused = admin.post_form(page, form.action, {"choice": "close:1"})
    assert "Not decided. 'close:1' cannot be chosen here." in refused.text
    assert "Write the day as" in admin.post_form(page, form.action, {"choice": "ignore", "effective": "soon"}).text
    decide(admin, page, "Leave everything")
    again = admin.post_form(page, form.action, {"choice": "ignore"})
    assert "Not decided. This is not open any more." in again.text
    with office.desk.database.session(office.desk.brand_id) as session:
        assert sorted(session.exec(select(DirectoryConflict.state)).all()) == ["decided", "open"]


def test_stores_in_a_conflict_and_the_overview_lead_there(admin: PageClient, told: None) -> None:
    assert [row[0].split()[0] for row in admin.get("/admin/stores?show=conflicts").rows] == ["#4001"]
    assert "2 Pages tell otherwise than the directory" in admin.get("/admin").text


def test_without_conflicts_the_page_says_when_there_will_be_some(admin: PageClient) -> None:
    assert "Nothing to decide" in admin.get("/admin/conflicts").text
    assert "None yet" in admin.get("/admin/conflicts?state=decided").text


def test_an_auditor_sees_both_sides_and_decides_nothing(office: Office, told: None) -> None:
    page = office.browser("auditor").get("/admin/conflicts")
    assert "The Page is 27 km" in page.text
    assert [form.action for form in page.forms if form.method == "post"] == []
