"""The pages of comparison: who may open them, what they show, where each number leads."""

import csv
from datetime import timedelta

import pytest

from localcare.stores.models import Region
from tests.factories import make_brand
from tests.pageclient import OpenedPage
from tests.stages.desk import Desk, Said
from tests.stages.insight.conftest import Land, SignIn, complain, praise


def rows_of(page: OpenedPage) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in page.rows if len(row) == 8}


def test_a_lead_sees_own_regions_and_no_other(desk: Desk, land: Land, sign_in: SignIn) -> None:
    browser = sign_in(desk.person("lead", region=land.texas))
    assert browser.get("/regions/texas").h1 == "Texas"
    assert browser.get("/regions/houston").h1 == "Houston"
    for slug in ("nation", "ohio", "nowhere"):
        browser.get(f"/regions/{slug}", status=404)
        assert browser.request("GET", f"/regions/{slug}.csv").status_code == 404


@pytest.mark.parametrize("role", ["manager", "deputy"])
def test_a_store_s_people_compare_nobody(desk: Desk, land: Land, sign_in: SignIn, role: str) -> None:
    browser = sign_in(desk.person(role, store=land.store))
    browser.get("/regions/texas", status=404)
    assert "No region is yours" in browser.get("/regions").text


@pytest.mark.parametrize("role", ["supervisor", "agent", "administrator", "auditor"])
def test_the_national_team_sees_every_region(desk: Desk, land: Land, sign_in: SignIn, role: str) -> None:
    browser = sign_in(desk.person(role))
    assert browser.get("/regions").h1 == "Nation"
    assert browser.get("/regions/houston").links["Nation"] == "/regions/nation"


def test_a_lead_who_came_by_a_digest_sees_that_store_only(desk: Desk, land: Land, sign_in: SignIn) -> None:
    browser = sign_in(desk.person("lead", region=land.texas), only=land.store)
    browser.get("/regions/texas", status=404)


def test_another_brand_s_region_is_not_found(desk: Desk, land: Land, sign_in: SignIn) -> None:
    browser = sign_in(desk.person("supervisor"))
    with desk.database.session(None) as session:
        session.get_one(Region, land.ohio.id).brand_id = make_brand(session, name="Other").id or 0
    browser.get("/regions/ohio", status=404)


def test_the_way_up_leads_only_as_far_as_the_viewer_may(desk: Desk, land: Land, sign_in: SignIn) -> None:
    page = sign_in(desk.person("lead", region=land.texas)).get("/regions/houston")
    assert page.links["Texas"] == "/regions/texas"
    assert "Nation" not in page.links


def test_regions_stand_side_by_side_and_stores_one_tap_away(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.city_store, 8)
    praise(desk, land.far_store, 6)
    browser = sign_in(desk.person("supervisor"))
    nation = browser.get("/regions/nation")
    assert [row[0] for row in nation.rows if len(row) == 8] == ["Texas", "Ohio"]
    stores = browser.get(nation.links["Stores 3"])
    assert len(rows_of(stores)) == 3


def test_every_number_of_a_store_opens_what_is_behind_it(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.store, 7)
    complain(desk, land.store, 2)
    complain(desk, land.store, 1, matter="network")
    desk.open_case(store=land.store)
    page = sign_in(desk.person("lead", region=land.texas)).get("/regions/texas?view=stores")
    (name,) = [name for name in rows_of(page) if name.startswith("Pellora Waco")]
    mentions, positive, complaints, answered, reply, waiting, late = rows_of(page)[name]
    assert (mentions, waiting, late) == ("11", "1", "0")
    assert "n = 10" in positive
    assert complaints == "3 + 1 not its own"
    assert answered == "0 % 0 of 1"
    assert reply == "over 0 s n = 1"
    hrefs = {link.get("href") for link in page.all("a", class_="figure")}
    assert hrefs >= {
        "/stores/4001", "/stores/4001?show=complaints", "/cases?store=4001", "/cases?store=4001&state=all",
    }  # fmt: skip


def test_a_store_with_too_little_said_stands_apart(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.store, 9)
    praise(desk, land.city_store, 2)
    page = sign_in(desk.person("lead", region=land.texas)).get("/regions/texas?view=stores")
    apart = page.one("details", class_="apart")
    words = " ".join(apart.itertext())
    assert "Pellora Memorial City" in words
    assert "2 opinions: too few" in words
    assert "Pellora Waco" not in words


def test_columns_sort_by_links_and_say_how(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.store, 9)
    praise(desk, land.city_store, 5)
    complain(desk, land.city_store, 5)
    browser = sign_in(desk.person("lead", region=land.texas))
    best_first = browser.get("/regions/texas?view=stores")
    assert next(iter(rows_of(best_first))).startswith("Pellora Waco")
    assert [head.get("aria-sort") for head in best_first.all("th") if head.get("aria-sort")] == ["descending"]
    worst_first = browser.get(best_first.links["Positive"])
    assert next(iter(rows_of(worst_first))).startswith("Pellora Memorial City")
    busiest = browser.get(worst_first.links["Mentions"])
    assert next(iter(rows_of(busiest))).startswith("Pellora Memorial City")


def test_whom_to_help_is_shown_with_the_reason_and_the_case(desk: Desk, land: Land, sign_in: SignIn) -> None:
    case = desk.open_case(store=land.store)
    desk.wait(days=3)
    page = sign_in(desk.person("lead", region=land.texas)).get("/regions/texas")
    assert "Its only open case is late." in page.text
    assert "Waited 40 minutes to pick up a phone" in page.text
    assert page.links["Marcus Bell"] == f"/cases/{case.id}"


def test_whom_to_praise_names_who_was_thanked(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.store, 2, shout_out_names=("Ana",))
    praise(desk, land.store, 1, shout_out_names=("Luis",))
    page = sign_in(desk.person("lead", region=land.texas)).get("/regions/texas")
    assert "3 customers thanked somebody of the team." in page.text
    assert "Thanked by name: Ana (2), Luis." in page.text


def test_a_region_without_a_word_teaches_instead_of_ranking(desk: Desk, land: Land, sign_in: SignIn) -> None:
    page = sign_in(desk.person("lead", region=land.houston)).get("/regions/houston")
    assert "Not enough said to compare" in page.text
    assert "Nobody needs you now" in page.text


def test_the_window_is_kept_by_every_link(desk: Desk, land: Land, sign_in: SignIn) -> None:
    desk.hear(Said(), store=land.store, at=desk.clock.now() - timedelta(days=20))
    browser = sign_in(desk.person("lead", region=land.texas))
    week = browser.get(browser.get("/regions/texas").links["7 days"])
    assert "0 mentions in the last 7 days" in week.text
    assert week.links["Download as a table"] == "/regions/texas.csv?days=7"
    assert "days=7" in week.links["Late now"]


def test_the_download_has_every_store_with_its_interval(desk: Desk, land: Land, sign_in: SignIn) -> None:
    praise(desk, land.store, 9)
    response = sign_in(desk.person("lead", region=land.texas)).request("GET", "/regions/texas.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="texas-28-days.csv"' in response.headers["content-disposition"]
    rows = {row["store_number"]: row for row in csv.DictReader(response.text.splitlines())}
    assert set(rows) == {"4001", "4002"}
    assert rows["4001"]["opinions"] == "9"
    assert float(rows["4001"]["share_positive_low"]) < float(rows["4001"]["share_positive"])
    assert rows["4002"]["share_positive"] == ""


def test_everybody_can_read_how_numbers_are_counted(desk: Desk, land: Land, sign_in: SignIn) -> None:
    page = sign_in(desk.person("manager", store=land.store)).get("/insight/measures")
    assert "Kaplan–Meier" in page.text
