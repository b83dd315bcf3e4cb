"""Administrators change, auditors read, everybody else stays outside."""

import pytest

from tests.factories import make_region
from tests.stages.admin.conftest import Office

PAGES = (
    "/admin", "/admin/events", "/admin/unknown-pages", "/admin/pages", "/admin/imports", "/admin/stores", "/admin/people",
    "/admin/tokens", "/admin/policy",
)  # fmt: skip


@pytest.mark.parametrize("url", PAGES)
def test_an_administrator_opens_every_page_even_of_an_empty_brand(office: Office, url: str) -> None:
    page = office.browser().get(url)
    assert url in {link.get("href") for link in page.all("a", aria_current="page")}
    assert set(PAGES) <= {link.get("href") for link in page.all("a")}


@pytest.mark.parametrize("url", PAGES)
def test_an_auditor_reads_and_finds_no_button_that_changes_anything(office: Office, url: str) -> None:
    page = office.browser("auditor").get(url)
    assert [form.action for form in page.forms if form.method == "post"] == []


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("role", ["supervisor", "agent", "manager"])
def test_nobody_else_gets_in(office: Office, url: str, role: str) -> None:
    facts = {"store": office.desk.store()} if role == "manager" else {}
    office.browser(role, **facts).get(url, status=403)


def test_an_administrator_of_a_region_is_none_of_the_brand(office: Office) -> None:
    with office.desk.database.session(office.desk.brand_id) as session:
        region = make_region(session, office.desk.brand)
    office.browser("administrator", region=region).get("/admin", status=403)


def test_an_auditor_cannot_post(office: Office) -> None:
    browser = office.browser("auditor")
    token = office.browser().get("/admin/policy/edit").form("/admin/policy/edit").values["csrf_token"]
    answer = browser.request("POST", "/admin/policy/edit", data={"csrf_token": token, "body": "x"})
    assert answer.status_code == 403
    assert office.audit() == []
