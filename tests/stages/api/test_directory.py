"""Stores, Pages, people and events as programs see them."""

from datetime import date

from localcare.intake import service as intake
from localcare.intake.core import Issue
from localcare.kit.db import ALL_BRANDS
from tests.factories import make_brand, make_page, make_person, make_region, make_store
from tests.stages.api.conftest import Program
from tests.stages.desk import Desk


def test_stores_are_walked_by_number_and_narrowed_to_a_region(reader: Program, desk: Desk) -> None:
    with desk.database.session(desk.brand_id) as session:
        nation = make_region(session, desk.brand, slug="nation", name="Nation")
        texas = make_region(session, desk.brand, slug="texas", name="Texas", parent=nation)
        houston = make_region(session, desk.brand, slug="houston", name="Houston", parent=texas)
        for number in ("12", "2", "3"):
            make_store(session, desk.brand, number=number, region=houston if number != "3" else nation)
        make_store(session, desk.brand, number="9", region=texas, closed_on=date(2026, 1, 1))
    assert [store["number"] for store in reader.walk("stores", limit=1)] == ["12", "2", "3", "9"]
    assert [store["number"] for store in reader.get("stores", region="texas")["items"]] == ["12", "2", "9"]
    assert reader.get("stores", region="ohio")["items"] == []
    store = reader.get("stores/12")
    assert (store["region"], store["region_path"]) == ("houston", ["Nation", "Texas", "Houston"])
    assert (store["is_open"], reader.get("stores/9")["is_open"]) == (True, False)


def test_pages_are_the_stores_or_the_brands(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001")
    with desk.database.session(desk.brand_id) as session:
        make_page(session, desk.brand, page_id="1", store=store)
        make_page(session, desk.brand, page_id="2")
    assert [(page["page_id"], page["store_number"]) for page in reader.walk("pages", limit=1)] == [
        ("1", "4001"),
        ("2", None),
    ]
    assert [page["page_id"] for page in reader.get("pages", store="4001")["items"]] == ["1"]


def test_people_have_the_roles_that_are_not_over(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001")
    desk.person("manager", email="ana@pellora.example.com", store=store, valid_from=date(2026, 1, 1))
    desk.person("agent", name="Priya Nair", skills=("billing",), tier=1, valid_to=date(2026, 1, 1))
    ana, priya = reader.walk("people", limit=1)
    assert ana["roles"] == [
        {
            "role": "manager", "scope": "4001", "skills": [], "tier": None, "capacity": 5, "from": "2026-01-01", "to": None,
        }
    ]  # fmt: skip
    assert priya["roles"] == []
    assert [person["id"] for person in reader.get("people", role="manager")["items"]] == [ana["id"]]
    assert reader.get("people", email="ANA@pellora.example.com")["items"] == [ana]


def test_events_show_what_is_set_aside_for_this_brand_only(reader: Program, desk: Desk) -> None:
    now = desk.clock.now()
    with desk.database.session(ALL_BRANDS) as session:
        other = make_brand(session)
        make_page(session, other, page_id="888")
        make_person(session, other)
        issues = [
            Issue(1, 0, "unknown-page", "777", "post 1", "No brand has this Page."),
            Issue(1, 1, "set-aside", "888", "feed", "Theirs."),
            Issue(2, 0, "set-aside", None, "delivery", "Not JSON."),
            Issue(3, 0, "set-aside", None, "mentions[0]", "Theirs.", other.id),
            Issue(4, 0, "stuck", None, "facebook", "It failed.", desk.brand_id),
        ]
        intake.save_issues(session, issues, now=now)
    seen = [(event["event_id"], event["state"]) for event in reader.walk("events", limit=1)]
    assert seen == [(4, "stuck"), (2, "set-aside"), (1, "unknown-page")]
    assert [event["page_id"] for event in reader.get("events", state="unknown-page")["items"]] == ["777"]
