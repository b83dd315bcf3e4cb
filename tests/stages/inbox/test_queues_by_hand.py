"""Sending a case on by hand: only where the policy has somebody, and a crisis calls whichever way it got there."""

import pytest
from sqlalchemy import text

from localcare.cases.models import Case
from localcare.errors import InvalidError
from localcare.inbox.service.moves import hand_over, needs_centre
from localcare.people.models import Person
from localcare.routing.core import Policy
from localcare.routing.ruling import put_policy_in_force
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.inbox.test_acting import send

USUAL = "general, billing, account, network, technical, orders"
TIERS = f"centre:\n  tiers: {{tier1: [returns, {USUAL}], tier3: [{USUAL}]}}"
OWN = shipped_policy_text().replace("skills: [", "skills: [returns, ").replace("\ncentre:", f"\n{TIERS}", 1)
"""The shipped policy with one more skill, which tier 3 does not have."""


@pytest.fixture
def policy() -> Policy:
    return read_policy(OWN)


@pytest.fixture
def agent(desk: Desk) -> Person:
    return desk.person("agent", name="Priya Nair", skills=("billing",), tier=1)


@pytest.fixture
def case(desk: Desk) -> Case:
    return desk.open_case(Said(author_id="u-1", matter="billing", topic="billing"))


@pytest.mark.parametrize(
    "queue", ["tier1", "tier1:", "tier1:nobody", "which-store:general", "crisis:billing", "tier3:returns"]
)
def test_a_case_is_not_handed_to_a_queue_that_nobody_serves(
    desk: Desk, agent: Person, case: Case, policy: Policy, queue: str
) -> None:
    with desk.acting(agent) as hand, pytest.raises(InvalidError, match="Choose a person or a queue"):
        hand_over(hand, case.id or 0, queue, "", policy)
    assert desk.now(case).queue == case.queue


def test_what_is_handed_to_the_crisis_queue_calls_like_what_is_escalated_there(
    desk: Desk, agent: Person, case: Case, policy: Policy
) -> None:
    with desk.acting(agent) as hand:
        hand_over(hand, case.id or 0, "crisis", "A child was hurt.", policy)
    called = text("select (args->>'case_id')::bigint from procrastinate_jobs where task_name = 'digests.call_crisis'")
    with desk.database.session(None) as session:
        assert session.execute(called).scalars().all() == [case.id]


def test_the_centre_is_asked_on_a_tier_that_has_the_skill(desk: Desk, policy: Policy) -> None:
    store = desk.store(number="4001")
    case = desk.open_case(Said(tier=3), store=store)
    with desk.acting(desk.person("manager", store=store)) as hand:
        needs_centre(hand, case.id or 0, "returns", "", policy)
    assert desk.now(case).queue == "tier1:returns"


def test_the_page_offers_the_queues_and_skills_of_the_brands_own_policy(
    desk: Desk, sign_in: SignIn, agent: Person, case: Case
) -> None:
    with desk.database.session(desk.brand_id) as session:
        put_policy_in_force(session, desk.brand_id, OWN, created_by="Dana", now=desk.clock.now())
    page = sign_in(agent).get(f"/cases/{case.id}")
    offered = {option.get("value") for option in page.all("option")}
    assert {"tier1:returns", "tier2:returns", "tier3:billing", "crisis"} <= offered
    assert "tier3:returns" not in offered
    store = desk.store(number="4001")
    own = desk.open_case(Said(author_id="u-2"), store=store)
    manager = sign_in(desk.person("manager", store=store))
    asked = send(manager, manager.get(f"/cases/{own.id}"), "/centre", {"skill": "returns"})
    assert "The national team has it now (Returns)." in asked.text
