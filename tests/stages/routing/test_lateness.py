"""A broken promise is told of once, and the case moves up where the policy says so."""

from dataclasses import replace

import pytest

from localcare.cases import handling
from localcare.kit.runtime import Runtime
from localcare.routing.core import Policy
from localcare.routing.lateness import escalate_late
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from localcare.routing.tasks import escalate
from tests.stages.desk import Desk
from tests.stages.routing.centre import Centre, billing


@pytest.fixture
def policy() -> Policy:
    """The shipped one, with late cases of tier 2 going to tier 3 and those of tier 3 to the crisis team."""
    return replace(read_policy(shipped_policy_text()), escalation={"tier2": "tier3", "tier3": "crisis"})


def tell(desk: Desk, policy: Policy) -> int:
    with desk.database.session(desk.brand_id) as session:
        return escalate_late(session, desk.brand_id, policy, now=desk.clock.now())


def test_a_late_case_is_told_of_once_and_stays_where_no_policy_moves_it(desk: Desk, runtime: Runtime) -> None:
    case = desk.open_case(billing("u-1"))
    desk.wait(minutes=29)
    assert escalate(runtime) == 0
    desk.wait(minutes=2)
    assert escalate(runtime) == 1
    assert escalate(runtime) == 0
    assert desk.history_of(case)[-1] == "Somebody to take it is late."
    assert desk.now(case).queue == "tier2:billing"
    desk.wait(minutes=90)
    assert escalate(runtime) == 1
    assert desk.history_of(case)[-1] == "The first reply is late."


def test_it_moves_up_from_tier_to_tier_and_who_works_there_gets_it(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1"))
    desk.wait(minutes=31)
    tell(desk, policy)
    now = desk.now(case)
    assert (now.queue, now.tier, now.state) == ("tier3:billing", 3, "escalated")
    assert desk.history_of(case)[-1] == "Somebody to take it is late. It goes to tier3:billing."
    desk.wait(minutes=90)
    tell(desk, policy)
    assert desk.now(case).queue == "crisis"
    assert centre.next_of(centre.agent("Cy", "general", tier=3)) == case.id


def test_one_that_somebody_has_in_hand_stays_theirs_and_is_told_of(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1"))
    ana = centre.agent("Ana")
    centre.next_of(ana)
    desk.wait(minutes=121)
    assert tell(desk, policy) == 1
    assert centre.held() == {case.id: "Ana"}
    assert desk.now(case).queue == "tier2:billing"


def test_one_that_is_settled_is_not_late(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1"))
    with desk.acting(centre.agent("Ana")) as hand:
        handling.resolve(hand, case.id or 0, how="answered")
    desk.wait(days=3)
    assert tell(desk, policy) == 0
