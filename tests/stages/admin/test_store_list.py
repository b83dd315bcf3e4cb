"""The list of stores and the map: what is found, counted, sorted, and shown to whom."""

from datetime import date

import pytest

from tests.factories import make_brand, make_page, make_region, make_store
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office


@pytest.fixture
def chain(office: Office) -> None:
    """Five stores in two regions: 4001 has it all, each of the others lacks something."""
    desk = office.desk
    with desk.database.session(desk.brand_id) as session:
        nation = make_region(session, desk.brand, name="United States", slug="us")
        texas = make_region(session, desk.brand, name="Texas", slug="texas", parent=nation)
        maine = make_region(session, desk.brand, name="Maine", slug="maine", parent=nation)
        full = make_store(session, desk.brand, region=texas, number="4001", phone="+17135550142")
        make_store(session, desk.brand, region=texas, number="4002", name="Katy Mills", city="Katy", zip_code="77494",
                   latitude=None, longitude=None)  # fmt: skip
        make_store(session, desk.brand, region=maine, number="4003", name="Old Port", city="Portland", state="ME",
                   zip_code="04101", latitude=43.65, longitude=-70.25)  # fmt: skip
        make_store(session, desk.brand, region=maine, number="900", name="Bangor", city="Bangor", state="ME",
                   zip_code="04401", closed_on=date(2026, 1, 1), nicknames=("the Mall store",))  # fmt: skip
        make_store(session, desk.brand, region=nation, number="Z1", name="Hagåtña", city="Hagåtña", state="GU",
                   zip_code="96910", latitude=13.47, longitude=144.75)  # fmt: skip
        make_page(session, desk.brand, page_id="101", store=full)
    desk.person("manager", name="Ana Ortiz", store=full)


def numbers(page: OpenedPage) -> list[str]:
    return [row[0].split()[0].removeprefix("#") for row in page.rows]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ["Z1", "900", "4001", "4002", "4003"]), ("q=katy", ["4002"]), ("q=%2340", ["4001", "4002", "4003"]),
        ("q=0410", ["4003"]), ("q=(713) 555-0142", ["4001"]), ("q=5550142", ["4001"]), ("q=mall store", ["900"]),
        ("q=memorial city way", ["Z1", "900", "4001", "4002", "4003"]), ("q=%25", []), ("q=_", []),
        ("region=maine", ["900", "4003"]), ("region=us", ["Z1", "900", "4001", "4002", "4003"]), ("region=nowhere", []),
        ("state=me", ["900", "4003"]), ("show=open", ["Z1", "4001", "4002", "4003"]), ("show=closed", ["900"]),
        ("show=no-page", ["Z1", "4002", "4003"]), ("show=no-manager", ["Z1", "4002", "4003"]), ("show=no-place", ["4002"]),
        ("show=conflicts", []), ("show=closed&q=katy", []), ("sort=name", ["900", "Z1", "4002", "4003", "4001"]),
        ("sort=number&order=down", ["4003", "4002", "4001", "900", "Z1"]),
        ("sort=city", ["Z1", "900", "4003", "4001", "4002"]),
    ],
)  # fmt: skip
def test_stores_are_found_and_sorted(admin: PageClient, chain: None, question: str, found: list[str]) -> None:
    assert numbers(admin.get(f"/admin/stores?{question}")) == found


def test_each_view_says_how_many_it_shows_for_the_same_words(admin: PageClient, chain: None) -> None:
    page = admin.get("/admin/stores?region=texas")
    assert {"All 2", "Open 2", "Closed 0", "Without a Page 1", "Without coordinates 1"} <= set(page.links)
    assert page.links["Closed 0"] == "/admin/stores?show=closed&region=texas"


def test_a_column_sorts_the_other_way_when_it_is_asked_again(admin: PageClient, chain: None) -> None:
    page = admin.get("/admin/stores?sort=name&q=40")
    assert page.links["Store"] == "/admin/stores?q=40"
    down = admin.get("/admin/stores").links["Store"]
    assert down == "/admin/stores?order=down"
    assert admin.get(down).all("th", aria_sort="descending")


@pytest.mark.parametrize(
    ("question", "words"), [("show=conflicts", "Nothing contradicts the directory"), ("q=nowhere", "No store here")]
)
def test_an_empty_list_says_why_and_what_next(admin: PageClient, chain: None, question: str, words: str) -> None:
    page = admin.get(f"/admin/stores?{question}")
    assert page.rows == []
    assert words in page.text


def test_a_brand_without_stores_is_told_how_they_come(admin: PageClient) -> None:
    assert "Import stores.csv" in admin.get("/admin/stores").text
    assert "Import stores.csv" in admin.get("/admin/map").text


@pytest.mark.parametrize("question", ["show=rogue", "sort=colour", "page=0", "page=x", "order=sideways"])
def test_a_question_that_makes_no_sense_is_refused(admin: PageClient, question: str) -> None:
    admin.get(f"/admin/stores?{question}", status=422)


def test_the_map_has_every_store_with_a_place_and_counts_the_others(admin: PageClient, chain: None) -> None:
    page = admin.get("/admin/map")
    rows = {row[0]: row[1:] for row in page.rows}
    assert rows["Texas"] == ["2", "–", "1", "–", "1"]
    assert rows["Maine"] == ["1", "1", "1", "–", "–"]
    assert rows["Guam"] == ["1", "–", "1", "–", "1"]
    assert "2 stores cannot be shown" in page.text
    assert page.links["Maine"] == "/admin/stores?state=ME"
    answer = admin.request("GET", "/admin/map/stores.json", headers={"Accept-Encoding": "gzip"})
    stores = {row[0]: row[1:] for row in answer.json()["stores"]}
    assert set(stores) == {"4001", "4003", "900"}
    name, town, x, y, flags, cases, _ = stores["4001"]
    assert (name, town, flags, cases) == ("Pellora Memorial City", "Houston, TX", 0, 0)
    assert (470 < x < 560, 450 < y < 560) == (True, True)
    assert (stores["4003"][4], stores["900"][4]) == (2, 1)


def test_open_cases_and_voices_colour_the_map(office: Office, admin: PageClient) -> None:
    store = office.desk.store(number="4001")
    office.desk.open_case(store=store)
    assert admin.request("GET", "/admin/map/stores.json").json()["stores"][0][6] == 1
    assert admin.request("GET", "/admin/map/voices.json").json() == {"voices": []}


@pytest.mark.parametrize("url", ["/admin/map", "/admin/map/stores.json", "/admin/map/voices.json", "/admin/conflicts"])
@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("supervisor", 403), ("agent", 403)])
def test_the_map_and_the_conflicts_are_for_those_who_look_after_the_brand(
    office: Office, url: str, role: str, status: int
) -> None:
    assert office.browser(role).request("GET", url).status_code == status


def test_another_brands_stores_are_not_there(office: Office, admin: PageClient) -> None:
    with office.desk.database.session(None) as session:
        make_store(session, make_brand(session, name="Other"), number="77")
    office.desk.store(number="4001")
    assert numbers(admin.get("/admin/stores")) == ["4001"]
    assert len(admin.request("GET", "/admin/map/stores.json").json()["stores"]) == 1
    admin.get("/admin/stores/77", status=404)
