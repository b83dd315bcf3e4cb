"""Clocks: from arrival, in the hours of the store, kept through a re-route, resting while it is the customer's turn."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from localcare.cases import handling
from localcare.cases.models import Case, CaseClock
from localcare.inbox.service.moves import needs_centre
from localcare.kit.clock import SetClock
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from tests.stages.desk import Desk, Said

BILLING = {"topic": "billing", "matter": "billing", "thread_id": "t"}
WEDNESDAY = datetime(2026, 11, 18, 16, tzinfo=UTC)  # ten in the morning in Houston


@pytest.fixture
def wednesday(clock: SetClock) -> None:
    clock.move_to(WEDNESDAY)


def clocks_of(desk: Desk, case: Case) -> dict[str, CaseClock]:
    with desk.database.session(desk.brand_id) as session:
        return {clock.kind: clock for clock in session.exec(select(CaseClock).where(CaseClock.case_id == case.id))}


def due(desk: Desk, case: Case, kind: str = "first_reply") -> timedelta:
    """How long after Wednesday morning."""
    return clocks_of(desk, case)[kind].due_at - WEDNESDAY


def test_a_store_with_hours_counts_in_them_and_one_without_in_the_brands(desk: Desk, wednesday: None) -> None:
    early = desk.store(timezone="America/Chicago", hours="Mo-Fr 08:00-12:00")
    unknown = desk.store(timezone="America/Chicago", hours=None)
    assert due(desk, desk.open_case(Said(author_id="a"), store=early)) == timedelta(days=2)
    assert due(desk, desk.open_case(Said(author_id="b"), store=unknown)) == timedelta(hours=8)


def test_a_change_of_queue_measures_the_other_promise_from_arrival(desk: Desk, wednesday: None) -> None:
    case = desk.open_case(Said(**BILLING, external_id="p1", tier=1))  # type: ignore[arg-type]
    assert due(desk, case) == timedelta(hours=1)
    desk.wait(minutes=40)
    desk.hear(Said(**BILLING, external_id="p2", tier=3))  # type: ignore[arg-type]
    assert desk.now(case).queue == "tier3:billing"
    assert due(desk, case) == timedelta(hours=4)
    assert due(desk, case, "resolve") == timedelta(days=3)


def test_a_new_look_at_a_case_that_stays_in_its_queue_gives_it_no_more_time(desk: Desk, wednesday: None) -> None:
    case = desk.open_case(Said(**BILLING, external_id="p1", tier=1))  # type: ignore[arg-type]
    desk.wait(minutes=40)
    desk.hear(Said(**BILLING, external_id="p2", tier=1, sentiment="positive", urgency="high"))  # type: ignore[arg-type]
    assert any("urgency" in line for line in desk.history_of(case))
    assert due(desk, case) == timedelta(hours=1)


def test_a_case_given_to_the_centre_by_hand_keeps_what_has_run(desk: Desk, wednesday: None) -> None:
    store = desk.store(timezone="America/Chicago")
    kim = desk.person("manager", store=store, name="Kim")
    case = desk.open_case(store=store)
    desk.wait(minutes=50)
    with desk.acting(kim) as hand:
        handling.claim(hand, case.id or 0)
        needs_centre(hand, case.id or 0, "billing", "", read_policy(shipped_policy_text()))
    assert due(desk, case) == timedelta(hours=1)
    assert due(desk, case, "acknowledge") == timedelta(minutes=65)


def test_the_end_of_a_matter_rests_while_it_is_the_customers_turn(desk: Desk, wednesday: None) -> None:
    page = "990000000000001"
    case = desk.open_case(Said(**BILLING, external_id="p1", tier=1))  # type: ignore[arg-type]
    desk.wait(hours=1)
    desk.answer_natively("p1", page_id=page)
    assert clocks_of(desk, case)["resolve"].paused_at == desk.clock.now()
    assert desk.running_clocks_of(case) == {"resolve"}
    desk.wait(days=2)
    desk.hear(Said(**BILLING, external_id="p2", tier=1))  # type: ignore[arg-type]
    assert due(desk, case, "resolve") == timedelta(days=3)
    assert clocks_of(desk, case)["resolve"].paused_at is None
    assert due(desk, case, "next_reply") == timedelta(days=2, hours=2)


def test_promises_are_measured_from_arrival_not_from_when_it_was_written(desk: Desk, wednesday: None) -> None:
    case = desk.open_case(Said(**BILLING, tier=1), at=WEDNESDAY - timedelta(hours=5))  # type: ignore[arg-type]
    assert clocks_of(desk, case)["first_reply"].started_at == WEDNESDAY
    assert case.waiting_since == WEDNESDAY - timedelta(hours=5)
