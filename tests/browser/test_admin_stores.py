"""The administrator's stores on real screens: found, changed and taken back, drawn on the map, decided by one tap."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from localcare.stores.conflicts import save_conflicts
from localcare.stores.core.conflicts import Conflict
from localcare.stores.core.listing import Listing
from localcare.stores.editing import StoreAddress, find_store, move_store
from localcare.stores.models import Region
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import walk
from tests.browser.test_journeys import fits
from tests.factories import make_store
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def many(place: Installation) -> int:
    """Three hundred stores more, between Texas and Michigan; returns how many there are."""
    with place.session() as session:
        region = session.get_one(Region, place.store.region_id)
        for at in range(300):
            store = make_store(session, place.brand_id, region=region, number=f"7{at:03}")
            store.latitude, store.longitude, store.city = 30 + at % 20 * 0.6, -96 + at // 20 * 0.7, f"Stadt{at % 50:02}"
    return 302


@pytest.fixture
def conflict(place: Installation) -> None:
    """A Page that no store fits."""
    listing = Listing("556", "Pellora Waco", "4009", street="1 Main St", city="Waco", state="TX", zip="76701")
    told = Conflict("page-without-store", listing, (), "No store has number 4009.")
    with place.session() as session:
        save_conflicts(session, place.brand_id, "sync", [told], now=place.clock.now())


def open_map(page: Page, path: str = "/admin/map") -> None:
    page.goto(path)
    page.locator("#map[data-ready]").wait_for()


@pytest.mark.parametrize("on_phone", [True, False])
def test_an_administrator_closes_a_store_and_takes_it_back(
    place: Installation, open_page: OpenPage, *, on_phone: bool
) -> None:
    page = open_page(place.people.max, on_phone=on_phone)
    page.goto("/admin/stores")
    page.get_by_label("Find").fill("katy")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="#4002 Pellora Katy Mills").click()
    assert fits(page)
    page.get_by_role("link", name="Close", exact=True).click()
    page.get_by_role("radio", name="#4001").check()
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    expect(page.get_by_text("store 4001 answers what is written about it")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Store 4001 has taken over")).to_be_visible()
    assert fits(page)
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: the directory is as if it had never been changed.")).to_be_visible()
    expect(page.get_by_text("Store 4001 has taken over")).to_have_count(0)


def test_a_planned_change_reads_from_top_to_bottom_on_a_phone(place: Installation, open_page: OpenPage) -> None:
    with place.session() as session:
        store_id = find_store(session, place.brand_id, "4002")
        address = StoreAddress(street="5000 Katy Mills Circle Suite 220", city="Katy", state="TX", zip="77494")
        now = place.clock.now()
        move_store(session, place.brand_id, store_id, address, effective=now + timedelta(days=9), by="Max", now=now)
    page = open_page(place.people.max, on_phone=True)
    page.goto("/admin/stores/4002")
    notice = page.get_by_role("region", name="Planned change")
    told, cancel = notice.locator("dl").bounding_box(), notice.get_by_role("button", name="Cancel it").bounding_box()
    assert told is not None
    assert cancel is not None
    assert told["width"] > 250
    assert cancel["y"] >= told["y"] + told["height"]
    assert fits(page)


def test_no_count_of_a_state_is_off_the_side_on_a_phone(place: Installation, open_page: OpenPage) -> None:
    page = open_page(place.people.max, on_phone=True)
    open_map(page)
    table = page.get_by_role("region", name="Stores by state")
    assert table.evaluate("it => it.scrollWidth <= it.clientWidth")
    expect(table.get_by_role("row").filter(has_text="Texas")).to_have_text(re.compile(r"Texas\s+2\b"))


def test_the_map_is_walked_by_keyboard_to_a_store(place: Installation, open_page: OpenPage, many: int) -> None:
    page = open_page(place.people.max)
    open_map(page)
    expect(page.locator("#map-status")).to_have_text(f"{many} stores")
    canvas = page.locator("#map-canvas")
    canvas.focus()
    for _ in range(12):
        page.keyboard.press("Enter")
        if page.locator("#map-card").is_visible():
            break
    link = page.locator("#map-card").get_by_role("link", name="Open the store")
    expect(link).to_be_focused()
    expect(page.locator("#map-status")).to_contain_text("in view")
    page.keyboard.press("Escape")
    expect(canvas).to_be_focused()
    page.keyboard.press("Enter")
    number = page.locator("#map-card h2").inner_text().split()[0].removeprefix("#")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{place.url}/admin/stores/{number}")


def test_the_map_goes_by_wheel_drag_buttons_and_words(place: Installation, open_page: OpenPage, many: int) -> None:
    page = open_page(place.people.max)
    open_map(page)
    box = page.locator("#map-canvas").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -400)
    expect(page.locator("#map-status")).to_contain_text("in view")
    page.wait_for_function("location.hash.length > 4")
    before = page.evaluate("location.hash")
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 40, steps=4)
    page.mouse.up()
    page.wait_for_function("before => location.hash !== before", arg=before)
    page.get_by_role("button", name="Show the whole country").click()
    expect(page.locator("#map-status")).to_have_text(f"{many} stores")
    page.get_by_label("Find on the map").fill("stadt07")
    expect(page.locator("#map-status")).to_have_text("6 stores")
    page.get_by_label("Colour by").select_option("cases")
    expect(page.locator("[data-legend=cases]")).to_be_visible()
    expect(page.locator("[data-legend=state]")).to_be_hidden()
    page.get_by_label("Show", exact=True).select_option("closed")
    expect(page.locator("#map-status")).to_have_text("No store matches")


def test_a_tap_on_the_map_shows_the_store_that_was_looked_for(place: Installation, open_page: OpenPage) -> None:
    page = open_page(place.people.max, on_phone=True)
    open_map(page, "/admin/map?show=all#518.00,511.00,60")
    assert fits(page)
    page.get_by_label("Find on the map").fill("memorial")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.length > 4")
    page.locator("#map-canvas").click()
    expect(page.locator("#map-card")).to_contain_text("#4001 Pellora Memorial City")
    assert fits(page)


def test_a_conflict_is_decided_by_one_tap_and_opened_again(
    place: Installation, open_page: OpenPage, conflict: None
) -> None:
    page = open_page(place.people.max, on_phone=True)
    page.goto("/admin")
    page.get_by_text("1 Page tells otherwise than the directory").wait_for()
    page.goto("/admin/conflicts")
    assert fits(page)
    page.get_by_role("button", name="It is a store of its own: open 4009").click()
    expect(page.get_by_text("Decided: It is a store of its own: open 4009.")).to_be_visible()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()


@pytest.mark.parametrize(("on_phone", "scheme"), [(True, "light"), (False, "dark")])
def test_axe_finds_nothing_on_the_stores(
    place: Installation, open_page: OpenPage, conflict: None, *, on_phone: bool, scheme: str
) -> None:
    forms = [f"/admin/stores/4001/{act}" for act in ("edit", "move", "close", "merge", "link", "name", "renumber")]
    paths = [
        "/admin/stores",
        "/admin/stores/4001",
        "/admin/map",
        "/admin/conflicts",
        "/admin/openings",
        "/admin/imports",
    ]
    walk(open_page, place.people.max, [*paths, *forms], on_phone=on_phone, scheme=scheme)
