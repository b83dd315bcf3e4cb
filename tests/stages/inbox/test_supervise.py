"""The supervisor's board: every queue, what burns, who has what in hand, which stores are behind."""

import pytest
from fastapi import FastAPI

from localcare.cases.handling import claim, record_answer, resolve
from localcare.inbox import routes, supervise_routes
from localcare.kit.runtime import Runtime
from tests.factories import make_brand, make_person
from tests.pageclient import OpenedPage
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.pages import page_app

BILLING = Said(topic="billing", matter="billing", tier=2, author_id="u-bill")
CRISIS = Said(risks=("injury",), urgency="critical", author_id="u-hurt", tier=3)


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return page_app(runtime, routes, supervise_routes)


def queues_of(page: OpenedPage) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in page.rows if len(row) == 8}


@pytest.mark.parametrize("role", ["agent", "lead", "manager", "auditor"])
def test_only_who_runs_the_queues_sees_the_board(desk: Desk, sign_in: SignIn, role: str) -> None:
    store = desk.store()
    person = desk.person(role, store=store if role in ("lead", "manager") else None)
    sign_in(person).get("/supervise", status=403)


def test_an_empty_house_says_so(desk: Desk, sign_in: SignIn) -> None:
    page = sign_in(desk.person("supervisor")).get("/supervise")
    assert "0 customers wait for the national team" in page.text
    assert "No store is late." in page.text
    assert set(queues_of(page)) == {"Crisis", "Which store?"}
    assert page.links["Billing, tier 2"] == "/cases?queue=tier2:billing"


def test_a_queue_shows_what_waits_since_when_and_what_is_late(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(BILLING)
    desk.wait(minutes=90)
    board = sign_in(desk.person("supervisor"))
    waiting, oldest, late, soon, *_ = queues_of(board.get("/supervise"))["Billing, tier 2"]
    assert (waiting, oldest, late, soon) == ("1 waiting", "2 h ago", "0", "1 due within the hour")
    desk.wait(minutes=60)
    waiting, oldest, late, soon, *_ = queues_of(board.get("/supervise"))["Billing, tier 2"]
    assert (waiting, oldest, late, soon) == ("1 waiting", "2 h ago", "1 late", "0")


def test_each_number_opens_its_cases(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(BILLING)
    page = sign_in(desk.person("supervisor")).get("/supervise")
    assert page.links["1 waiting"] == page.links["Billing, tier 2"] == "/cases?queue=tier2:billing"
    assert page.links["Which store?"] == "/cases?queue=which-store"


def test_who_has_cases_in_hand_is_named(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILLING)
    with desk.acting(desk.person("agent", name="Noor Haddad", skills=("billing",), tier=2)) as hand:
        claim(hand, case.id or 0)
    row = queues_of(sign_in(desk.person("supervisor")).get("/supervise"))["Billing, tier 2"]
    assert row[4] == "1 in hand Noor Haddad 1"


def test_what_was_answered_today_counts_with_its_wait(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILLING)
    desk.wait(minutes=12)
    with desk.database.session(desk.brand_id) as session:
        record_answer(
            session, desk.brand_id, case.id or 0, at=desk.clock.now(), who="Noor", person_id=None, detail="Answered."
        )
    board = sign_in(desk.person("supervisor"))
    assert queues_of(board.get("/supervise"))["Billing, tier 2"][5:] == ["1 handled today", "12 min n = 1"]
    desk.wait(days=1)
    assert "Billing, tier 2" not in queues_of(board.get("/supervise"))


def test_a_crisis_stands_on_top_and_sounds(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(CRISIS)
    page = sign_in(desk.person("supervisor")).get("/supervise")
    assert next(iter(queues_of(page))) == "Crisis"
    assert "1 case waits in the crisis queue." in page.text
    assert page.links["Open it"] == "/cases?queue=crisis"


def test_stores_that_are_late_and_stores_that_are_silent_are_named(desk: Desk, sign_in: SignIn) -> None:
    busy, silent = desk.store(number="4001", name="Busy"), desk.store(number="4002", name="Silent")
    desk.open_case(Said(author_id="u-1"), store=busy)
    desk.open_case(Said(author_id="u-2"), store=silent)
    done = desk.open_case(Said(author_id="u-3"), store=busy)
    board = sign_in(desk.person("supervisor"))
    assert "Every store with somebody waiting is at work." in board.get("/supervise").text
    desk.wait(days=4)
    with desk.acting(desk.person("manager", store=busy)) as hand:
        resolve(hand, done.id or 0, how="answered")
    page = board.get("/supervise")
    assert "2 late at 2 stores" in page.text
    late, quiet, _ = (" ".join(" ".join(each.itertext()).split()) for each in page.all("ul", class_="behind"))
    assert "Busy" in late
    assert "Silent" in late
    assert "Silent" in quiet
    assert "Busy" not in quiet
    assert page.links["Silent"] == "/cases?store=4002"


def test_the_last_day_s_arrivals_are_counted_per_full_hour(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(BILLING)
    desk.hear(Said(actionable=False, author_id="u-9"))
    desk.wait(hours=1)
    page = sign_in(desk.person("supervisor")).get("/supervise")
    assert "Mentions 2 2 in the last full hour" in page.text
    assert "New cases 1 1 in the last full hour" in page.text


def test_the_live_part_comes_alone_and_asks_again(desk: Desk, sign_in: SignIn) -> None:
    board = sign_in(desk.person("supervisor"))
    assert board.get("/supervise").one("div", id="board").get("hx-get") == "/supervise"
    assert "National queues" in board.fragment("/supervise")


def test_a_wall_has_no_frame_and_refreshes_by_itself(desk: Desk, sign_in: SignIn) -> None:
    page = sign_in(desk.person("supervisor")).get("/supervise?wall=1")
    assert page.one("div", id="board").get("hx-get") == "/supervise?wall=1"
    assert page.all("nav") == []
    assert 'http-equiv="refresh"' in page.html


def test_another_brand_s_cases_are_not_on_the_board(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(BILLING)
    with desk.database.session(None) as session:
        stranger = make_person(session, make_brand(session), "supervisor", name="Stranger")
    assert "0 customers wait" in sign_in(stranger).get("/supervise").text
