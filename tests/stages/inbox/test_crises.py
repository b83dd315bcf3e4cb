"""“I have it” on the pages: who sees that a crisis calls, and what one tap does."""

from datetime import timedelta

from localcare.cases.crisis import raise_calls
from localcare.cases.giving import Given, give
from localcare.cases.models import Case
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn


def ring(desk: Desk, **facts: object) -> Case:
    """A crisis that calls."""
    case = desk.open_case(Said(risks=("injury",), urgency="critical", tier=3), store=desk.store(**facts))
    with desk.database.session(desk.brand_id) as session:
        raise_calls(session, desk.brand_id, [case.id or 0], now=desk.clock.now(), within=timedelta(minutes=10))
    return case


def test_one_tap_on_the_case_ends_the_calls_and_stands_in_its_history(desk: Desk, sign_in: SignIn) -> None:
    case = ring(desk)
    sol = sign_in(desk.person("supervisor", name="Sol Reyes"))
    page = sol.get(f"/cases/{case.id}")
    assert "This case calls" in page.text
    done = sol.post_form(page, "/acknowledgement")
    assert "You have it: nobody else is paged." in done.text
    assert "Sol Reyes has it: nobody else is paged." in done.text
    assert "Sol Reyes has it; nobody else is paged." in done.text
    assert "This case calls" not in done.text


def test_every_page_asks_for_the_crises_of_whoever_may_answer_for_them(desk: Desk, sign_in: SignIn) -> None:
    case = ring(desk, name="Pellora Katy")
    manager = sign_in(desk.person("manager", name="Max", store=desk.store()))
    supervisor = sign_in(desk.person("supervisor"))
    assert manager.fragment("/crises").strip() == ""
    assert "Injury at Pellora Katy" in supervisor.fragment("/crises")
    page = supervisor.get("/crises")
    assert "Nobody has it yet." in page.text
    supervisor.post_form(page, f"/cases/{case.id}/acknowledgement")
    assert "Nothing calls" in supervisor.get("/crises").text


def test_a_second_i_have_it_says_that_somebody_was_first(desk: Desk, sign_in: SignIn) -> None:
    case = ring(desk)
    first, second = (sign_in(desk.person("supervisor", name=name)) for name in ("Sol", "Una"))
    page = second.get(f"/cases/{case.id}")
    first.post_form(first.get(f"/cases/{case.id}"), "/acknowledgement")
    assert "Somebody has it already" in second.post_form(page, "/acknowledgement").text


def test_whoever_was_given_a_crisis_and_has_not_looked_is_named(desk: Desk, sign_in: SignIn) -> None:
    case = ring(desk)
    eric = desk.person("agent", name="Eric Dean", tier=3)
    with desk.database.session(desk.brand_id) as session:
        given = Given(case.id or 0, eric.id or 0, "Given to Eric Dean.", is_pushed=True)
        give(session, desk.brand_id, [given], now=desk.clock.now())
    supervisor = sign_in(desk.person("supervisor"))
    assert "Eric Dean was given it and has not looked yet." in supervisor.fragment("/crises")
    assert "Eric Dean was given it and has not looked yet; others are paged" in supervisor.get(f"/cases/{case.id}").text


def test_many_crises_take_one_place_on_every_page_and_stand_whole_on_their_own(desk: Desk, sign_in: SignIn) -> None:
    for _ in range(3):
        ring(desk)
    supervisor = sign_in(desk.person("supervisor"))
    banner = supervisor.fragment("/crises")
    assert banner.count("Nobody has it yet.") == 1
    assert "2 more crises call: see all of them" in banner
    assert supervisor.get("/crises").text.count("Nobody has it yet.") == 3


def test_on_the_page_of_a_crisis_no_other_can_be_taken_by_mistake(desk: Desk, sign_in: SignIn) -> None:
    older, open_one = ring(desk, name="Pellora Katy"), ring(desk, name="Pellora Hutto")
    supervisor = sign_in(desk.person("supervisor"))

    def banner(path: str) -> str:
        headers = {"HX-Request": "true", "HX-Current-URL": f"https://care.example{path}"}
        return supervisor.request("GET", "/crises", headers=headers).text

    beside = banner(f"/cases/{open_one.id}")
    assert "acknowledgement" not in beside
    assert "1 more crisis calls: see all of them" in beside
    assert f"/cases/{older.id}/acknowledgement" in banner("/cases")
    supervisor.post_form(supervisor.get("/crises"), f"/cases/{older.id}/acknowledgement")
    assert banner(f"/cases/{open_one.id}").strip() == ""
