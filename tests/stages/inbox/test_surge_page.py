"""The page of surges: what comes beside its forecast, switching with undo, and the line everybody sees while one is on."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from localcare.inbox.centre_routes import router as centre_router
from localcare.inbox.supervise_routes import router as board_router
from localcare.inbox.surge_routes import router
from localcare.people.models import AuditEntry
from localcare.routing import surging
from localcare.routing.core.forecast import HOUR
from localcare.routing.models import ArrivalHour
from localcare.routing.ruling import By
from localcare.routing.service import PolicyShelf
from tests.pageclient import PageClient
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.routing.centre import billing

URL = "/supervise/surge"


@pytest.fixture(autouse=True)
def with_the_page(app: FastAPI) -> None:
    for each in (router, centre_router, board_router):
        app.include_router(each)


@pytest.fixture
def supervisor(desk: Desk, sign_in: SignIn) -> PageClient:
    return sign_in(desk.person("supervisor", name="Sue Lee"))


@pytest.fixture
def past(desk: Desk) -> None:
    running = desk.clock.now().replace(minute=0, second=0, microsecond=0)
    with desk.database.session(desk.brand_id) as session:
        for n in range(1, 28 * 24 + 1):
            session.add(ArrivalHour(brand_id=desk.brand_id, hour=running - n * HOUR, cases=4 if n != 5 else 40))


def is_on(desk: Desk) -> bool:
    with desk.database.session(desk.brand_id) as session:
        return PolicyShelf().policy_of(session, desk.brand_id).is_surging


def in_hours(desk: Desk, hours: float) -> str:
    return (desk.clock.now() + timedelta(hours=hours)).isoformat()


@pytest.mark.parametrize("role", ["agent", "manager", "auditor"])
def test_only_who_runs_the_centre_sees_and_switches(desk: Desk, sign_in: SignIn, role: str) -> None:
    browser = sign_in(desk.person(role, store=desk.store() if role == "manager" else None))
    browser.get(URL, status=403)


@pytest.mark.usefixtures("past")
def test_it_shows_what_came_beside_the_forecast_and_what_one_would_change(desk: Desk, supervisor: PageClient) -> None:
    store = desk.store(number="4001")
    case = desk.open_case(Said(author_id="u-1", topic="order-pickup", matter="product", tier=2), store=store)
    desk.open_case(billing("u-2"))
    desk.wait(minutes=1)
    page = supervisor.get(URL)
    assert "2 cases 1.1 were forecast" in page.text
    assert "A surge begins at 20 cases in 15 minutes" in page.text
    assert "from 4 weeks of your own past, by weekday and hour" in page.text
    assert "a first reply in tier 1 within 2 h instead of 1 h" in page.text
    assert "Of the 2 cases of the last 7 days it would have sent 1 case to stores." in page.text
    assert ["Orders, tier 2", "Its store", "1", f"case {case.id}"] in page.rows
    assert page.html.count('class="is-above"') == 1
    assert "A surge begins at" in supervisor.fragment(URL)


def test_a_young_brand_is_told_that_there_is_no_forecast_yet(supervisor: PageClient) -> None:
    assert "Forecast none yet it takes a day of cases" in supervisor.get(URL).text


def test_on_by_hand_and_off_each_with_an_undo_history_and_audit(desk: Desk, supervisor: PageClient) -> None:
    span = {"until": in_hours(desk, 4), "why": "The new phone is out"}
    page = supervisor.post_form(supervisor.get(URL), URL, span)
    assert is_on(desk)
    assert "A surge is on The new phone is out (by hand, Sue Lee)." in page.text
    page = supervisor.post_form(page, "/retraction")
    assert not is_on(desk)
    page = supervisor.post_form(supervisor.post_form(page, URL, span), "/end", {"rests": "24"})
    assert not is_on(desk)
    assert "The rule rests until" in page.text
    page = supervisor.post_form(page, "/resumption")
    assert is_on(desk)
    page = supervisor.post_form(supervisor.post_form(page, "/end", {"rests": "24"}), "/rule")
    assert "The rule rests until" not in page.text
    with desk.database.session(desk.brand_id) as session:
        deeds = [entry.action for entry in session.exec(select(AuditEntry)) if "surge" in entry.action]
    assert deeds.count("switched a surge on") == 2
    assert deeds.count("switched a surge off") == 3
    assert "took the end of a surge back" in deeds


def test_undo_of_a_beginning_ends_no_other_surge(desk: Desk, supervisor: PageClient) -> None:
    span = {"until": in_hours(desk, 4), "why": "The new phone is out"}
    stale = supervisor.post_form(supervisor.get(URL), URL, span)
    supervisor.post_form(supervisor.post_form(supervisor.get(URL), "/end"), URL, span)
    supervisor.post_form(stale, "/retraction", status=409)
    assert is_on(desk)


def test_a_launch_week_is_dated_ahead_and_can_be_dropped_and_put_back(desk: Desk, supervisor: PageClient) -> None:
    span = {"since": in_hours(desk, 48), "until": in_hours(desk, 96), "why": "Launch week"}
    page = supervisor.post_form(supervisor.get(URL), "/plans", span)
    assert "Drop it" in page.text
    page = supervisor.post_form(page, "/withdrawal")
    assert "Drop it" not in page.text
    page = supervisor.post_form(page, "/plan")
    assert "Drop it" in page.text
    for no_moment in ("tomorrow", "9999-12-31T23:59", "0001-01-01T00:00+14:00"):
        supervisor.post_form(page, "/plans", span | {"until": no_moment}, status=422)


def test_everybody_at_work_reads_what_is_otherwise_while_one_is_on(desk: Desk, sign_in: SignIn) -> None:
    agent = sign_in(desk.person("agent"))
    manager = sign_in(desk.person("manager", store=desk.store(number="4001")))
    assert "surge" not in agent.fragment("/crises")
    with desk.database.session(desk.brand_id) as session:
        until = desk.clock.now() + HOUR
        surging.switch_on(session, desk.brand_id, By("Sue Lee", desk.clock.now()), until=until, why="Launch")
    told = agent.fragment("/crises")
    assert "Launch. Tier 2 takes tier 1’s cases at once" in told
    assert "a first reply in tier 1 within 2 h instead of 1 h" in told
    told = manager.fragment("/crises")
    assert "Your store also gets what the centre otherwise answers about" in told
    assert "order and pickup" in told
