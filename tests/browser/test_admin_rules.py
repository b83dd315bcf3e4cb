"""A care supervisor writes a rule on real screens: read aloud while typing, tried, put in force."""

import pytest
from playwright.sync_api import expect

from localcare.triage import ruling
from localcare.triage.core import Triager
from localcare.triage.rule_trial import Change, ask_dry_run, work_dry_run
from localcare.triage.schemas import RuleEntry
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import walk
from tests.browser.test_journeys import fits
from tests.journeys.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.mark.parametrize("on_phone", [True, False])
def test_a_rule_is_read_aloud_while_it_is_typed_and_put_in_force(
    place: Installation, open_page: OpenPage, *, on_phone: bool
) -> None:
    page = open_page(place.people.max, on_phone=on_phone)
    page.goto("/admin/rules")
    assert fits(page)
    page.get_by_role("link", name="Write a rule").click()
    page.get_by_label("What it means when they are there").fill("asks about the launch")
    page.get_by_label("Any of these").fill("Pellora One\nlaunch day")
    page.get_by_label("Topic", exact=False).first.select_option("product-stock")
    expect(page.locator("#reading")).to_contain_text("Fires when “Pellora One” or “launch day” stands in the text.")
    page.get_by_label("A text").fill("When is the Pellora One out?")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#reading mark").first).to_have_text("Pellora One")
    assert fits(page)
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Every worker counts it within a few seconds.")).to_be_visible()
    assert fits(page)


def test_a_dry_run_that_is_looked_at_leaves_the_keyboard_where_it_is(
    place: Installation, open_page: OpenPage, triager: Triager
) -> None:
    place.customer_posts("When is the Pellora One out?")
    entry = RuleEntry(id="launch", because="asks about the launch", any=("pellora one",), tier_at_least=3)
    with place.session() as session:
        ruling.save_draft(session, place.brand_id, entry, by="Max Ode", now=place.clock.now())
        change = Change(entry.id, None, entry)
        run = ask_dry_run(session, place.brand_id, entry.id, [change], by="Max Ode", now=place.clock.now())
    page = open_page(place.people.max)
    page.goto("/admin/rules/launch")
    page.get_by_role("button", name="Stop").focus()
    page.locator("#run").evaluate("run => { run.dataset.seen = 'yes'; }")
    page.wait_for_selector("#run:not([data-seen])")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    work_dry_run(place.runtime.db, place.clock, triager, place.brand_id, run)
    expect(page.get_by_text("1 mention to read")).to_be_visible()
    expect(page.locator("#run")).to_be_focused()


@pytest.fixture
def rules(place: Installation, triager: Triager) -> None:
    """A rule with a draft, hits and a dry run over what customers wrote."""
    place.customer_posts("When is the Pellora One out?")
    entry = RuleEntry(id="launch", because="asks about the launch", any=("pellora one",), tier_at_least=3)
    with place.session() as session:
        ruling.save_draft(session, place.brand_id, entry, by="Max Ode", now=place.clock.now())
        change = Change(entry.id, None, entry)
        run = ask_dry_run(session, place.brand_id, entry.id, [change], by="Max Ode", now=place.clock.now())
    work_dry_run(place.runtime.db, place.clock, triager, place.brand_id, run)


@pytest.mark.parametrize(("on_phone", "scheme"), [(True, "light"), (False, "dark")])
@pytest.mark.usefixtures("rules")
def test_axe_finds_nothing_on_the_pages_of_rules(
    place: Installation, open_page: OpenPage, *, on_phone: bool, scheme: str
) -> None:
    paths = ["", "/new", "/launch", "/launch/edit", "/en-billing", "/drafts", "/try", "/bring"]
    rules = [f"/admin/rules{path}" for path in paths]
    models = ["/admin/models", "/supervise/triage"]
    walk(open_page, place.people.max, rules, on_phone=on_phone, scheme=scheme)
    walk(open_page, place.people.sue, models, on_phone=on_phone, scheme=scheme)
