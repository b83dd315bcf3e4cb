"""The page of staffing: the shipped month, one's own numbers, and the job that plays them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from localcare.errors import UnavailableError
from localcare.kit.runtime import Runtime
from localcare.simulation.apart import play_apart
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.month import Month
from localcare.simulation.models import StaffingRun
from localcare.simulation.report import write_report
from localcare.simulation.service import GIVEN_UP_AFTER, play, shipped_month
from tests.pageclient import OpenedPage, PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import SignIn

URL = "/supervise/staffing"


@pytest.fixture
def supervisor(sign_in: SignIn) -> PageClient:
    return sign_in("supervisor")


def ask(client: PageClient, *, status: int = 200, **numbers: str) -> OpenedPage:
    return client.post_form(client.get(URL), "/runs", numbers, status=status)


def the_run(desk: Desk) -> StaffingRun:
    with desk.database.session(desk.brand_id) as session:
        return session.exec(select(StaffingRun)).one()


def pretend(given: Assumptions, *, seeds: int, note: Callable[[int], None]) -> Month:
    note(seeds)
    return replace(shipped_month(), given=given)


def fail(given: Assumptions, *, seeds: int, note: Callable[[int], None]) -> Month:
    raise UnavailableError("There was no memory left.")


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_only_who_runs_the_queues_sees_it(sign_in: SignIn, role: str) -> None:
    sign_in(role).get(URL, status=403)


def test_before_anybody_asks_the_shipped_month_is_there_with_all_five_ways(supervisor: PageClient) -> None:
    page = supervisor.get(URL)
    assert "This is the month that comes with localcare" in page.text
    names = [out.name for out in shipped_month().outcomes]
    assert [row[0].startswith(name) for row, name in zip(page.rows, names, strict=False)] == [True] * 5
    assert len(page.all("figure", class_="panel")) == 5
    assert page.form("/runs").values["agents"] == "100"


def test_own_numbers_are_played_by_the_worker_while_the_page_says_how_far_it_is(
    supervisor: PageClient, desk: Desk, runtime: Runtime
) -> None:
    page = ask(supervisor, agents="42", skill_right="65")
    assert "The month is being played." in page.text
    assert "0 of 10" in supervisor.fragment(URL)
    run = the_run(desk)
    assert (run.given["agents"], run.given["skill_right"]) == (42, 0.65)
    play(runtime, desk.brand_id, run.id or 0, pretend)
    page = supervisor.get(URL)
    assert "42 people" in page.text
    assert "Played for" in page.text
    assert page.form("/runs").values["agents"] == "42"
    assert supervisor.request("GET", URL, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_month_that_was_played_is_not_played_again(supervisor: PageClient, desk: Desk, runtime: Runtime) -> None:
    ask(supervisor)
    run_id = the_run(desk).id or 0
    play(runtime, desk.brand_id, run_id, pretend)
    play(runtime, desk.brand_id, run_id, fail)
    assert the_run(desk).failure is None


def test_what_could_not_be_finished_says_why(supervisor: PageClient, desk: Desk, runtime: Runtime) -> None:
    ask(supervisor)
    play(runtime, desk.brand_id, the_run(desk).id or 0, fail)
    assert "There was no memory left." in supervisor.get(URL).text


def test_one_month_at_a_time_until_its_worker_is_given_up(supervisor: PageClient, desk: Desk) -> None:
    ask(supervisor)
    assert "is being played for" in ask(supervisor).text
    desk.clock.advance(GIVEN_UP_AFTER + timedelta(seconds=1))
    assert "The month is being played." in ask(supervisor).text


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("agents", "3", "This must be at least 9."),
        ("cases", "many", "This must be a whole number."),
        ("wage_2", "0", "This must be above 0."),
        ("skill_right", "101", "This can be at most 100."),
        ("reading_s", "", "This must be a number."),
    ],
)
def test_numbers_that_cannot_be_come_back_with_a_sentence(
    supervisor: PageClient, name: str, value: str, says: str
) -> None:
    page = ask(supervisor, status=422, **{name: value})
    assert "Please check one thing" in page.text
    assert says in page.text
    assert page.form("/runs").values[name] == value


def test_a_child_plays_the_month_and_says_how_far_it_is() -> None:
    told: list[int] = []
    given = Assumptions(agents=9, cases=60, days=1, spike=1.0)
    month = play_apart(given, seeds=1, note=told.append)
    assert (month.given, told) == (given, [1, 2, 3, 4, 5])


def test_the_report_is_one_file_with_its_plots() -> None:
    report = write_report(shipped_month())
    assert report.count("<polyline") == 9
    assert "AT&amp;T" in report
    assert "<script" not in report
