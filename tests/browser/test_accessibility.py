"""axe on every kind of page, as the people see it who use it: no violation of WCAG 2 A and AA."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from localcare.people.models import Person
from tests.browser.conftest import OpenPage
from tests.journeys.installation import OTHER_PAGE, Installation
from tests.journeys.test_main_job import COMPLAINT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """(rule, the elements that break it)."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]]


def walk(open_page: OpenPage, person: Person | None, paths: list[str], *, on_phone: bool, scheme: str) -> None:
    page = open_page(person, on_phone=on_phone, scheme=scheme)
    found = {}
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        found[path] = violations(page)
    page.context.close()
    assert {path: what for path, what in found.items() if what} == {}


def test_axe_finds_nothing_on_a_phone_in_the_store(place: Installation, open_page: OpenPage) -> None:
    mine = place.customer_posts(COMPLAINT)
    place.customer_posts("Love this store! Marisol was so kind, thank you!", author="Grace Okafor")
    walk(open_page, None, ["/sign-in"], on_phone=True, scheme="light")
    paths = ["/", f"/cases/{place.case_of(mine).id}", "/cases", "/stores/4001"]
    walk(open_page, place.people.ana, paths, on_phone=True, scheme="light")
    walk(open_page, place.people.lena, ["/regions/texas"], on_phone=True, scheme="light")


def test_axe_finds_nothing_on_the_dark_desks_of_the_centre(place: Installation, open_page: OpenPage) -> None:
    bill = place.customer_posts("My bill is wrong again, I was charged twice. Please fix my bill.")
    place.customer_posts(COMPLAINT, page=OTHER_PAGE, author="Walt Brandt")
    paths = ["/", f"/cases/{place.case_of(bill).id}", "/cases"]
    walk(open_page, place.people.bo, paths, on_phone=False, scheme="dark")
    walk(
        open_page,
        place.people.sue,
        ["/supervise", "/supervise/surge", "/supervise/staffing", "/regions/texas"],
        on_phone=False,
        scheme="dark",
    )
    paths = ["/admin", "/admin/events", "/admin/unknown-pages", "/admin/pages", "/admin/stores", "/admin/people"]
    walk(open_page, place.people.max, paths, on_phone=False, scheme="dark")
