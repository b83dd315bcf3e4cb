"""What is broken, what was set aside, and how it is mended."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from localcare.channels.facebook.models import PageAccess
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.intake.models import EventIssue, EventTodo
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.mail import NoTransport
from localcare.kit.runtime import Runtime
from localcare.mentions.models import Mention
from localcare.stores.models import StorePage
from tests.deliveries import delivery, fresh_id, post
from tests.factories import make_brand, make_page
from tests.pageclient import PageClient, text_of
from tests.stages.admin.conftest import Office, Town, Work, make_app
from tests.stages.pipeline.conftest import STORE_PAGE

UNKNOWN = "424242424242"
SECRET_WORDS = "my number is 555 0100"


@pytest.fixture
def strangers(town: Town, clock: SetClock) -> None:
    """Two mentions of an unknown Page, one of a known one in the same delivery, and a delivery that is no JSON."""
    town.tell(
        post(UNKNOWN, clock.now(), SECRET_WORDS, post_id=fresh_id(UNKNOWN)),
        post(STORE_PAGE, clock.now(), "Nobody helped me", post_id=fresh_id(STORE_PAGE)),
    )
    town.tell(post(UNKNOWN, clock.now(), "Nobody helped me", post_id=fresh_id(UNKNOWN)))
    with town.pipeline.db.session(ALL_BRANDS) as session:
        intake.accept(session, [Delivery(Lane.WEBHOOK, "facebook", b"{broken", clock.now())])
    while town.pipeline.work_batch().events:
        pass


def problems(page_client: PageClient) -> str:
    return text_of(page_client.get("/admin").one("ul", id="problems"))


def test_the_overview_names_what_is_broken_since_when_and_who_can_mend_it(
    office: Office, town: Town, strangers: None, clock: SetClock
) -> None:
    with office.desk.database.session(office.desk.brand_id) as session:
        session.add(
            PageAccess(
                page_id=STORE_PAGE, brand_id=town.brand_id, token_encrypted=b"x", health="token",
                health_detail="Session has expired", since=clock.now() - timedelta(hours=3),
            )
        )  # fmt: skip
    browser = office.browser()
    said = problems(browser)
    assert "1 Page whose token is not valid any more Began 3 h ago" in said
    assert "Somebody with full control of the Page at Facebook" in said
    assert "2 mentions from Pages that nobody has linked" in said
    assert "1 part of a delivery could not be read" in said
    assert "2 Pages linked without a token" in said
    assert "2 open stores have no manager" in said
    assert said.index("token is not valid") < said.index("have no manager")
    assert "Session has expired" in browser.get("/admin/pages").text


def test_events_that_wait_long_ask_for_the_worker(office: Office, town: Town, clock: SetClock) -> None:
    with office.desk.database.session(ALL_BRANDS) as session:
        intake.accept(session, [delivery([], clock.now())])
    browser = office.browser()
    assert "not worked in" not in problems(browser)
    clock.advance(timedelta(minutes=5))
    assert "1 delivery stored, but not worked in Began 5 min ago" in problems(browser)


def test_missing_settings_are_named(office: Office, runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"facebook_app_secret": None})
    app: FastAPI = make_app(replace(runtime, settings=settings, mail=NoTransport()))
    said = problems(Office(office.desk, app).browser())
    assert "LOCALCARE_SMTP_URL" in said
    assert "LOCALCARE_FACEBOOK_APP_SECRET" in said


def test_linking_an_unknown_page_works_in_all_it_sent(
    office: Office, town: Town, strangers: None, database: Database, work: Work
) -> None:
    browser = office.browser()
    page = browser.get("/admin/unknown-pages")
    assert "2 mentions wait" in page.text
    refused = browser.post_form(page, f"/{UNKNOWN}/link", {"store_number": "4002", "whose": "store"})
    assert "is the second official Page of store 4002" in refused.text
    done = browser.post_form(page, f"/{UNKNOWN}/link", {"store_number": "4002", "whose": "duplicate"})
    assert "The Page belongs to store 4002 now; 2 events put back" in done.text
    assert "Every Page is known" in done.text
    work()
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Mention.id)).all()) == 3
        assert session.exec(select(StorePage).where(StorePage.page_id == UNKNOWN)).one().store_id is not None
    assert ("linked a Page", f"page:{UNKNOWN}") in office.audit()


def test_the_brands_own_page_needs_no_store_number(
    office: Office, town: Town, strangers: None, database: Database, work: Work
) -> None:
    browser = office.browser()
    page = browser.get("/admin/unknown-pages")
    browser.post_form(page, f"/{UNKNOWN}/link", {"whose": "brand", "name": "Pellora US"})
    work()
    with database.session(town.brand_id) as session:
        link = session.exec(select(StorePage).where(StorePage.page_id == UNKNOWN)).one()
        assert (link.store_id, link.name, link.channel) == (None, "Pellora US", "facebook")


@pytest.mark.parametrize(("number", "why"), [("", "Write the number"), ("9999", "no store has this number")])
def test_a_page_is_not_linked_to_a_store_that_is_not_there(
    office: Office, strangers: None, number: str, why: str
) -> None:
    browser = office.browser()
    page = browser.get("/admin/unknown-pages")
    assert why in browser.post_form(page, f"/{UNKNOWN}/link", {"store_number": number, "whose": "store"}).text
    assert f"Page {UNKNOWN}" in browser.get("/admin/unknown-pages").text


def test_an_event_shows_why_and_keeps_customers_words_folded_away(office: Office, strangers: None) -> None:
    browser = office.browser()
    page = browser.get("/admin/events?kind=unknown-page")
    assert "No brand has this Page" in page.text
    assert SECRET_WORDS not in page.html
    event = browser.get(next(href for label, href in page.links.items() if label.startswith("Event 1")))
    (folded,) = [details for details in event.all("details") if details.find("pre") is not None]
    assert SECRET_WORDS in text_of(folded)
    assert folded.get("open") is None


def test_running_a_kind_again_and_settling_are_one_tap_each(
    office: Office, town: Town, strangers: None, database: Database, work: Work
) -> None:
    browser = office.browser()
    done = browser.post_form(browser.get("/admin/events?kind=unknown-page"), "/admin/events/runs")
    assert "2 events put back" in done.text
    with database.session(ALL_BRANDS) as session:
        assert len(session.exec(select(EventTodo)).all()) == 2
    work()
    broken = browser.get("/admin/events?kind=set-aside")
    assert "Settled" in browser.post_form(broken, "/settlement").text
    assert "Nothing is set aside" in browser.get("/admin/events?kind=set-aside").text
    with database.session(ALL_BRANDS) as session:
        assert {issue.kind for issue in session.exec(select(EventIssue)) if issue.settled_at is None} == {
            "unknown-page"
        }
    assert [action for action, _ in office.audit()] == ["ran events again", "settled an issue"]


def test_one_event_is_run_again_from_its_page(office: Office, strangers: None, database: Database) -> None:
    browser = office.browser()
    browser.post_form(browser.get("/admin/events/1"), "/admin/events/1/runs")
    with database.session(ALL_BRANDS) as session:
        assert [todo.event_id for todo in session.exec(select(EventTodo))] == [1]
    browser.get("/admin/events/999", status=404)


def test_beside_another_brand_only_own_pages_words_are_shown(
    office: Office, town: Town, strangers: None, clock: SetClock
) -> None:
    with office.desk.database.session(ALL_BRANDS) as session:
        other = make_brand(session)
        make_page(session, other, page_id="777")
        mine = Delivery(Lane.WEBHOOK, "community", b'{"mentions": ["theirs"]}', clock.now(), other.id)
        (foreign,) = intake.accept(session, [mine])
    browser = office.browser()
    event = browser.get("/admin/events/1")
    assert SECRET_WORDS not in event.html
    assert "Nobody helped me" in event.html
    assert "1 part of it" in event.text
    browser.get(f"/admin/events/{foreign}", status=404)
