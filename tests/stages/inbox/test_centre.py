"""The centre's page, an agent's desk, and what agents say of themselves."""

import pytest
from fastapi import FastAPI

from localcare.cases import handling
from localcare.inbox import centre_routes, routes, supervise_routes
from localcare.kit.runtime import Runtime
from localcare.people.core.duty import Presence, Skill
from localcare.people.duty import find_duty
from localcare.people.models import Person
from tests.pageclient import OpenedPage
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import SignIn
from tests.stages.pages import page_app
from tests.stages.routing.centre import Centre, billing, network


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return page_app(runtime, routes, centre_routes, supervise_routes)


@pytest.fixture
def centre(desk: Desk) -> Centre:
    return Centre(desk)


def rows_of(page: OpenedPage, cells: int) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in page.rows if len(row) == cells}


def skills_of(desk: Desk, person: Person) -> tuple[Skill, ...]:
    with desk.database.session(desk.brand_id) as session:
        duty = find_duty(session, desk.brand_id, person.id or 0, day=desk.clock.now().date())
    assert duty is not None
    return duty.skills


@pytest.mark.parametrize("role", ["agent", "manager", "auditor"])
def test_only_who_runs_the_centre_sees_it(desk: Desk, sign_in: SignIn, role: str) -> None:
    person = desk.person(role, store=desk.store() if role == "manager" else None)
    browser = sign_in(person)
    browser.get("/supervise/centre", status=403)
    browser.get(f"/supervise/centre/{person.id}", status=403)


def test_it_says_who_is_there_with_how_much_and_who_can_take_what(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana Ortiz", "billing:4", second="network", languages="en es", capacity=2)
    centre.agent("Bo Li", "network", here=False)
    centre.agent("Cy Young", "orders", shifts="Mo-Th 09:00-17:00")
    case = desk.open_case(billing("u-1"))
    desk.wait(minutes=12)
    centre.next_of(ana)
    for person in centre.people.values():
        centre.say(person, Presence.HERE if person.name != "Bo Li" else Presence.OFFLINE)
    desk.open_case(network("u-2"), at=desk.clock.now())
    page = sign_in(desk.person("supervisor")).get("/supervise/centre")
    assert case.id
    agents = rows_of(page, 7)
    assert agents["Ana Ortiz"] == ["There", "1 of 2", "2", "Billing 4", "Network 3", "English, Spanish"]
    assert agents["Bo Li"][0] == "Not at work"
    assert agents["Cy Young"][0] == "Off shift no shift today"
    queues = rows_of(page, 5)
    assert queues["Network, tier 2"] == ["1", "just now", "1: Ana Ortiz", "2"]
    assert "1 agent is there" in page.text


def test_a_queue_that_nobody_serves_is_said_loudly(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    centre.agent("Ana", "billing", here=False)
    supervisor = sign_in(desk.person("supervisor", name="Sue Lee"))
    desk.open_case(network("u-1"))
    desk.open_case(billing("u-2"))
    page = supervisor.get("/supervise/centre")
    alarm, warning = (" ".join(" ".join(each.itertext()).split()) for each in page.all("div", class_="notice")[:2])
    assert alarm == "Nobody serves this queue Network, tier 2: 1 case waits, and nobody of the team knows it."
    assert warning == "Customers wait where nobody is there Billing, tier 2: 1 case waits, and none of Ana is there."


def test_a_language_that_nobody_there_reads_is_told_apart(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    centre.agent("Ana")
    centre.agent("Luz", languages="es", here=False)
    desk.open_case(billing("u-1", language="es"))
    page = sign_in(desk.person("supervisor")).get("/supervise/centre")
    assert "Billing, tier 2, in Spanish: 1 case waits, and none of Luz is there." in page.text


def test_a_supervisor_changes_a_desk_from_the_next_case_on(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana", "orders")
    case = desk.open_case(billing("u-1"))
    supervisor = sign_in(desk.person("supervisor"))
    page = supervisor.get(f"/supervise/centre/{ana.id}")
    typed = {"skills": "billing:5", "second_skills": "network:1 billing", "shifts": "mon-fri 9:00-17:00"}
    supervisor.post_form(page, f"/supervise/centre/{ana.id}", typed)
    assert skills_of(desk, ana) == (Skill("billing", proficiency=5), Skill("network", is_primary=False, proficiency=1))
    assert centre.next_of(ana) == case.id
    again = supervisor.get(f"/supervise/centre/{ana.id}")
    assert again.form(f"/supervise/centre/{ana.id}").values["shifts"] == "Mo-Fr 09:00-17:00"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("shifts", "whenever", "is no shift"),
        ("timezone", "Atlantis", "is no time zone"),
        ("second_skills", "Bill!ng", "is no skill"),
        ("languages", "Spanish", "is no language"),
        ("capacity", "0", "from 1 to 100"),
    ],
)
def test_what_cannot_be_used_comes_back_beside_its_field(
    desk: Desk, sign_in: SignIn, centre: Centre, field: str, typed: str, said: str
) -> None:
    ana = centre.agent("Ana")
    supervisor = sign_in(desk.person("supervisor"))
    page = supervisor.get(f"/supervise/centre/{ana.id}")
    answer = supervisor.post_form(page, f"/supervise/centre/{ana.id}", {field: typed}, status=422)
    assert said in " ".join(answer.one("p", id=f"{field}-error").itertext())
    assert answer.form(f"/supervise/centre/{ana.id}").values[field] == typed


def test_a_day_off_is_kept_and_taken_back(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana")
    supervisor = sign_in(desk.person("supervisor"))
    url = f"/supervise/centre/{ana.id}"
    page = supervisor.post_form(
        supervisor.get(url), f"{url}/days", {"on_day": str(desk.clock.now().date()), "hours": "off"}
    )
    assert "2026-11-20 free" in page.text
    desk.open_case(billing("u-1"))
    assert centre.turn() == 0
    supervisor.post_form(page, f"{url}/days", {"on_day": str(desk.clock.now().date()), "hours": ""})
    desk.wait(seconds=6)
    assert centre.turn() == 1


def test_an_agent_says_that_they_are_there_and_cases_come(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana", here=False)
    case = desk.open_case(billing("u-1"))
    browser = sign_in(ana)
    page = browser.get("/")
    assert "You are not at work" in page.text
    page = browser.post_form(page, "/presence")
    assert "You are there" in page.text
    centre.turn()
    assert centre.held() == {case.id: "Ana"}
    page = browser.get(f"/cases/{case.id}")
    assert "Given to Ana: billing is their own skill" in page.text


def test_an_open_first_page_is_a_sign_of_life(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana")
    browser = sign_in(ana)
    page = browser.get("/")
    desk.wait(minutes=9)
    csrf = page.form("/next-case").values
    assert (
        browser.request("POST", "/presence/sign-of-life", data=csrf, headers={"HX-Request": "true"}).status_code == 204
    )
    desk.wait(minutes=9)
    desk.open_case(billing("u-1"))
    assert centre.turn() == 1


def test_full_hands_are_told_apart_from_empty_queues(desk: Desk, sign_in: SignIn, centre: Centre) -> None:
    ana = centre.agent("Ana", capacity=1)
    case, _ = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    browser = sign_in(ana)
    browser.post_form(browser.get("/"), "/next-case")
    page = browser.post_form(browser.get("/"), "/next-case")
    assert "Your hands are full" in page.text
    with desk.acting(ana) as hand:
        handling.resolve(hand, case.id or 0, how="answered")
    centre.say(ana, Presence.AWAY)
    browser.post_form(browser.get("/"), "/next-case")
    assert list(centre.held().values()) == ["Ana", "Ana"]
