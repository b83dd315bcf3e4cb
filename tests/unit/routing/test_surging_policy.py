"""What a surge changes of a policy, through the same functions that route and give out."""

import pytest

from localcare.errors import InvalidError
from localcare.routing.checking import require_sound
from localcare.routing.core import Policy, place
from localcare.routing.core.desk import Desk
from localcare.routing.core.needs import Agent, Need, Skill
from localcare.routing.core.surge import SurgePlan
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from tests.unit.routing.test_policy import Facts, summary

SHIPPED = read_policy(shipped_policy_text())


def queue_of(policy: Policy, *, known: bool = True, **facts: object) -> str:
    return place(summary(**facts), Facts() if known else None, policy).queue


def test_the_shipped_plan_is_the_usual_one() -> None:
    assert SHIPPED.surge == SurgePlan()


def test_what_a_store_can_answer_goes_to_it_and_comes_with_its_reason() -> None:
    order = {"topic": "order-pickup", "matter": "product", "tier": 2, "resolution_status": "exact"}
    assert queue_of(SHIPPED, **order) == "tier2:orders"
    assert queue_of(SHIPPED.in_surge(), **order) == "store:4001"
    placed = place(summary(**order), Facts(), SHIPPED.in_surge())
    assert placed.reason == "in a surge its store answers what the centre otherwise does (rule “orders”)"


@pytest.mark.parametrize(
    ("facts", "queue"),
    [
        ({"topic": "order-pickup", "matter": "billing"}, "tier2:billing"),
        ({"topic": "network-outage", "matter": "network"}, "tier2:network"),
        ({"topic": "order-pickup", "matter": "product", "risks": ("injury",)}, "crisis"),
        ({"topic": "order-pickup", "matter": "product", "risks": ("fraud",)}, "tier2:account"),
        ({"topic": "order-pickup", "matter": "product", "resolution_status": "ambiguous"}, "tier2:orders"),
    ],
)
def test_what_no_store_can_settle_stays_with_the_centre(facts: dict[str, object], queue: str) -> None:
    assert queue_of(SHIPPED.in_surge(), **{"tier": 2, "resolution_status": "exact"} | facts) == queue


def test_the_centre_promises_twice_the_time_and_a_crisis_does_not_wait() -> None:
    surging = SHIPPED.in_surge()
    assert surging.promises["tier1"].first_reply == 2 * SHIPPED.promises["tier1"].first_reply
    for queue in ("crisis", "store"):
        assert surging.promises[queue] == SHIPPED.promises[queue]


def test_tier_two_takes_tier_one_at_once_on_the_real_desk() -> None:
    senior = Agent(1, frozenset({2}), (Skill("billing"),))
    for policy, given in ((SHIPPED, 0), (SHIPPED.in_surge(), 1)):
        desk = Desk([senior], policy.giving.rules)
        desk.come(1, 0.0)
        assert len(desk.arrive(1, Need(1, "billing"), 0.0)) == given


def test_nobody_starves_while_tiers_help_each_other() -> None:
    """Tier 1 brings more than everybody can do; a case of tier 2 is still taken before what came an hour later."""
    agents = [Agent(1, frozenset({1}), (Skill("billing"),)), Agent(2, frozenset({2}), (Skill("billing"),))]
    desk = Desk(agents, SHIPPED.in_surge().giving.rules)
    for agent in agents:
        desk.come(agent.id, 0.0)
    hands: dict[int, int] = {}
    waited: dict[int, float] = {}
    for minute in range(600):
        now = minute * 60.0
        tier = 2 if minute % 10 == 0 else 1
        given = [*desk.arrive(minute, Need(tier, "billing"), now)]
        if minute % 2:
            for case_id in list(hands.values()):
                given += desk.finish(case_id, now)
            hands.clear()
        for each in given:
            hands[each.agent_id], waited[each.case_id] = each.case_id, each.waited
    seniors = {case_id: wait for case_id, wait in waited.items() if case_id % 10 == 0}
    assert len(seniors) == 60
    assert max(seniors.values()) <= max(wait for case_id, wait in waited.items() if case_id % 10) + 180


def test_a_topic_that_triage_never_says_is_refused_with_its_line() -> None:
    text = shipped_policy_text().replace("to_stores: [order-pickup,", "to_stores: [order-pikcup,")
    with pytest.raises(InvalidError, match=r"Line \d+: In a surge “order-pikcup”"):
        require_sound(text)
