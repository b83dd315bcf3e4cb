"""Stores and Pages, people and roles, tokens, the policy."""

import re
from datetime import date

import pytest

from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.people.service import viewer_of_person, viewer_of_token
from tests.factories import make_page
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office


@pytest.fixture
def stores(office: Office) -> None:
    """4001 with a manager, 4002 without, 4003 closed."""
    desk = office.desk
    first = desk.store(number="4001", name="Pellora Memorial City")
    desk.store(number="4002", name="Pellora Katy Mills", city="Katy")
    desk.store(number="4003", name="Pellora Old Town", closed_on=date(2026, 1, 1))
    desk.person("manager", name="Ana Ortiz", email="ana@pellora.example.com", store=first)
    with desk.database.session(desk.brand_id) as session:
        make_page(session, desk.brand, page_id="101", store=first)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("", ["4001", "4002", "4003"]), ("q=katy", ["4002"]), ("q=4001", ["4001"]), ("q=%25", []), ("show=closed", ["4003"]),
        ("show=no-manager", ["4002"]), ("show=no-page", ["4002"]),
    ],
)  # fmt: skip
def test_stores_are_found(admin: PageClient, stores: None, question: str, numbers: list[str]) -> None:
    rows = admin.get(f"/admin/stores?{question}").rows
    assert [row[0].split()[0].removeprefix("#") for row in rows] == numbers


def test_long_lists_go_on_page_after_page(office: Office, admin: PageClient) -> None:
    for number in range(120):
        office.desk.store(number=f"{number:04}")
    seen, url = [], "/admin/stores"
    while url:
        page = admin.get(url)
        seen += [row[0].split()[0] for row in page.rows]
        url = page.links.get("Next", "")
    assert seen == [f"#{number:04}" for number in range(120)]


def test_a_new_manager_takes_over_a_store(office: Office, admin: PageClient, stores: None) -> None:
    page = admin.get("/admin/stores/4001")
    assert "Ana Ortiz , store manager" in page.text
    done = admin.post_form(page, "/manager", {"email": "Luis@pellora.example.com", "name": "Luis Vega"})
    assert "Luis Vega manages Pellora Memorial City from today on" in done.text
    assert "Ana Ortiz , store manager" not in done.text
    assert ("appointed managers", "people") in office.audit()
    admin.get("/admin/stores/9999", status=404)


def test_a_manager_without_an_address_is_refused_where_it_was_typed(admin: PageClient, stores: None) -> None:
    page = admin.get("/admin/stores/4001")
    refused = admin.post_form(page, "/manager", {"email": "luis", "name": "Luis Vega"}, status=422)
    assert "The email “luis” is no e-mail address." in refused.text
    assert refused.form("/manager").values["name"] == "Luis Vega"


def test_pages_are_found_and_say_whose_they_are(admin: PageClient, stores: None) -> None:
    (row,) = admin.get("/admin/pages?show=unconnected").rows
    assert row[1].startswith("#4001")
    assert row[2] == "No token"
    assert admin.get("/admin/pages?show=all&q=4001").rows
    assert "No Page is ill" in admin.get("/admin/pages").text


def test_people_are_found_by_role_scope_and_name(admin: PageClient, stores: None) -> None:
    assert [row[0].split()[0] for row in admin.get("/admin/people?role=manager").rows] == ["Ana"]
    assert [row[0].split()[0] for row in admin.get("/admin/people?scope=4001").rows] == ["Ana"]
    assert [row[0].split()[0] for row in admin.get("/admin/people?q=whitfield").rows] == ["Dana"]
    assert "Nobody here" in admin.get("/admin/people?scope=4002").text


def test_a_role_is_given_and_ended(office: Office, admin: PageClient, stores: None, clock: SetClock) -> None:
    added = admin.post_form(
        admin.get("/admin/people"),
        "/admin/roles",
        {
            "email": "priya@pellora.example.com", "name": "Priya Nair", "role": "agent", "scope": "nation",
            "skills": "billing", "tier": "1",
        },
    )  # fmt: skip
    assert "Priya Nair is care agent now" in added.text
    assert "Care agent , nation, tier 1, billing" in added.text
    ended = admin.post_form(added, "/end")
    assert "priya@pellora.example.com is no longer care agent (nation)." in ended.text
    with office.desk.database.session(office.desk.brand_id) as session:
        viewer = viewer_of_person(session, 3, clock.now())
        assert viewer is not None
        assert viewer.roles == frozenset()
    assert [action for action, _ in office.audit()] == ["appointed", "ended a role"]


def test_what_cannot_be_read_comes_back_with_what_was_typed(admin: PageClient) -> None:
    refused = admin.post_form(
        admin.get("/admin/people"),
        "/admin/roles",
        {"email": "kim@x.example", "role": "manager", "scope": "7"},
        status=422,
    )
    assert "scope “7” is no store number of this brand." in refused.text
    assert refused.form("/admin/roles").values["email"] == "kim@x.example"


def test_the_last_administrator_stays(admin: PageClient) -> None:
    page = admin.get("/admin/people")
    answer = admin.post_form(page, "/end", status=409)
    assert "last administrator" in answer.text


def test_a_token_is_shown_once_and_opens_nothing_once_revoked(
    office: Office, admin: PageClient, database: Database, clock: SetClock
) -> None:
    form = admin.get("/admin/tokens").form("/admin/tokens")
    data = {"csrf_token": form.values["csrf_token"], "name": "CRM", "scope": ["cases:read", "stores:read"]}
    made = admin.request("POST", "/admin/tokens", data=data)
    found = re.search(r"lc_[\w-]+", made.text)
    assert found is not None
    secret = found[0]
    with database.session(None) as session:
        viewer = viewer_of_token(session, secret, clock.now())
        assert viewer is not None
        assert viewer.api_scopes == {"cases:read", "stores:read"}
    page = admin.get("/admin/tokens")
    assert secret not in page.html
    assert "opens nothing any more" in admin.post_form(page, "/revocation").text
    with database.session(None) as session:
        assert viewer_of_token(session, secret, clock.now()) is None
    assert [action for action, _ in office.audit()] == ["created a token", "revoked a token"]


@pytest.mark.parametrize(
    ("name", "scope", "why"),
    [("", "read", "Write who uses"), ("CRM", "all", "Unknown scope all"), ("CRM", "", "Unknown scope")],
)
def test_a_token_without_a_name_or_scope_is_refused(admin: PageClient, name: str, scope: str, why: str) -> None:
    values = {"name": name} | ({"scope": scope} if scope else {})
    assert why in admin.post_form(admin.get("/admin/tokens"), "/admin/tokens", values, status=422).text


def test_a_deputy_is_named_from_a_day_to_a_day(office: Office, admin: PageClient, stores: None) -> None:
    dee = {"email": "dee@pellora.example.com", "name": "Dee Park", "role": "deputy", "scope": "4001"}
    page = admin.get("/admin/people")
    added = admin.post_form(page, "/admin/roles", dee | {"from": "2027-01-04", "to": "2027-01-15"})
    assert "Dee Park is deputy manager from 2027-01-04 on." in added.text
    assert "from 2027-01-04 until 2027-01-15" in added.text
    refused = admin.post_form(page, "/admin/roles", dee | {"from": "2027-01-15", "to": "2027-01-04"}, status=422)
    assert "ends before it begins" in refused.text
    assert refused.form("/admin/roles").values["from"] == "2027-01-15"
