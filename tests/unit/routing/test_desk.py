"""Who gets which case next: by examples, then any order of events against a plain list of what waits."""

import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from localcare.routing.core.desk import Desk
from localcare.routing.core.needs import Agent, Knowing, Need, Rules, Skill, Step, opening_step

BILLING, NETWORK = Need(1, "billing"), Need(1, "network")
HOUR = 3600.0


def agent(number: int, *names: str, tier: int = 1, **more: object) -> Agent:
    skills = tuple(Skill(name, is_primary=n == 0) for n, name in enumerate(names))
    return Agent(id=number, tiers=frozenset({tier}), skills=skills, **more)  # type: ignore[arg-type]


def desk_of(*agents: Agent, rules: Rules | None = None) -> Desk:
    desk = Desk(agents, rules or Rules())
    for each in agents:
        desk.come(each.id, 0.0)
    return desk


def test_a_case_that_arrives_goes_to_somebody_free_at_once() -> None:
    desk = desk_of(agent(1, "network"), agent(2, "billing"))
    (given,) = desk.arrive(7, BILLING, 1.0)
    assert (given.agent_id, given.waited, desk.holder_of(7), desk.waiting) == (2, 0.0, 2, 0)


def test_whose_own_trade_it_is_goes_before_who_helps_out_and_then_the_longest_idle() -> None:
    desk = desk_of(agent(1, "network", "billing"), agent(2, "billing"), agent(3, "billing"))
    desk.arrive(1, BILLING, 1.0)
    desk.finish(1, 2.0)
    assert desk.arrive(2, BILLING, 3.0)[0].agent_id == 3
    assert desk.arrive(3, BILLING, 3.0)[0].agent_id == 2
    assert desk.arrive(4, BILLING, 3.0)[0].agent_id == 1


def test_the_least_loaded_share_gets_the_next() -> None:
    desk = desk_of(agent(1, "billing", capacity=2), agent(2, "billing", capacity=6))
    takers = [desk.arrive(n, BILLING, 1.0)[0].agent_id for n in range(8)]
    assert takers.count(1) == 2
    assert takers[:2] in ([1, 2], [2, 1])


def test_who_frees_gets_the_oldest_of_everything_they_may_take() -> None:
    desk = desk_of(agent(1, "network", "billing"))
    desk.arrive(1, NETWORK, 0.0)
    desk.arrive(2, BILLING, 1.0)
    desk.arrive(3, NETWORK, 2.0)
    assert [given.case_id for given in desk.finish(1, 3.0)] == [2]
    assert [given.case_id for given in desk.finish(2, 3.0)] == [3]


def test_an_urgent_case_goes_first_but_an_old_unimportant_one_is_never_overtaken_for_ever() -> None:
    desk = desk_of(agent(1, "billing"))
    desk.arrive(0, BILLING, 0.0)
    desk.arrive(1, Need(1, "billing", urgency="low"), 1.0)
    high = Need(1, "billing", urgency="high")
    order, current = [], 0
    for number in range(2, 100):
        desk.arrive(number, high, number * 120.0)
        (given,) = desk.finish(current, number * 120.0 + 60)
        current = given.case_id
        order.append(current)
    waited_for = order.index(1)
    assert order[0] == 2
    assert (waited_for + 2) * 120 == pytest.approx(HOUR, abs=240)


def test_waiting_drops_the_skill_and_then_asks_the_tier_above() -> None:
    rules = Rules(
        (Step(0, Knowing.PRIMARY), Step(60, Knowing.KNOWN), Step(120, Knowing.ANY), Step(300, Knowing.ANY, 1))
    )
    helper, stranger, senior = agent(1, "network", "billing"), agent(2, "orders"), agent(3, "orders", tier=2)
    assert [step.after if (step := opening_step(who, BILLING, rules)) else None for who in (helper, stranger, senior)] == [
        60, 120, 300,
    ]  # fmt: skip
    desk = desk_of(senior, rules=rules)
    assert desk.arrive(1, BILLING, 0.0) == ()
    assert desk.relax(299.0) == ()
    assert [given.agent_id for given in desk.relax(300.0)] == [3]


def test_in_a_surge_the_tier_above_helps_at_once_and_afterwards_no_more() -> None:
    rules = Rules()
    desk = desk_of(agent(3, "billing", tier=2), rules=rules)
    assert desk.arrive(1, BILLING, 0.0) == ()
    assert [given.case_id for given in desk.adopt(rules.in_surge(), 1.0)] == [1]
    desk.finish(1, 2.0)
    assert desk.adopt(rules, 3.0) == ()
    assert desk.arrive(2, BILLING, 4.0) == ()


def test_steps_that_take_somebody_out_again_are_refused() -> None:
    with pytest.raises(ValueError, match="let in everybody"):
        Rules((Step(0, Knowing.ANY), Step(60, Knowing.PRIMARY)))
    with pytest.raises(ValueError, match="Without a step"):
        Rules(())


def test_a_language_is_never_given_up() -> None:
    rules = Rules((Step(0), Step(60, Knowing.ANY, 3)))
    assert opening_step(agent(1, "billing"), Need(1, "billing", "es"), rules) is None


def test_a_heavy_old_case_is_held_for_when_lighter_ones_would_slip_in_before_it() -> None:
    desk = desk_of(agent(1, "billing", capacity=2))
    desk.arrive(1, BILLING, 0.0)
    desk.arrive(2, BILLING, 0.0)
    desk.arrive(3, Need(1, "billing", weight=2), 1.0)
    desk.arrive(4, BILLING, 2.0)
    assert [given.case_id for given in desk.finish(1, 3.0)] == [4]
    desk.arrive(5, BILLING, 4.0)
    assert desk.finish(2, HOUR) == ()
    assert [given.case_id for given in desk.finish(4, HOUR + 1)] == [3]


def test_a_case_put_back_keeps_its_age_and_does_not_come_straight_back() -> None:
    desk = desk_of(agent(1, "billing"))
    desk.arrive(1, BILLING, 0.0)
    assert desk.release(1, 50.0) == ()
    desk.arrive(2, BILLING, 51.0)
    given = desk.pull(1, 60.0)
    assert given is not None
    assert (given.case_id, given.waited) == (1, 60.0)


def test_who_is_not_pushed_gets_cases_by_asking_only() -> None:
    desk = desk_of(agent(1, "billing", is_pushed=False))
    assert desk.arrive(1, BILLING, 0.0) == ()
    given = desk.pull(1, 5.0)
    assert given is not None
    assert desk.pull(1, 5.0) is None


def test_an_escalated_case_goes_up_with_its_age_and_frees_the_hand() -> None:
    desk = desk_of(agent(1, "billing"), agent(2, "billing", tier=2))
    desk.arrive(1, BILLING, 0.0)
    desk.arrive(2, BILLING, 1.0)
    up, following = desk.reroute(1, Need(2, "billing"), 30.0)
    assert (up.agent_id, up.waited) == (2, 30.0)
    assert (following.agent_id, following.case_id) == (1, 2)


def test_out_of_thousands_each_of_a_hundred_agents_gets_another_one_and_the_oldest_of_theirs() -> None:
    skills = [f"skill-{n}" for n in range(6)]
    agents = [agent(n, skills[n % 6], skills[(n + 1) % 6], tier=1 + n % 3) for n in range(100)]
    desk, chance = Desk(agents, Rules()), random.Random(1)
    waiting = {n: Need(chance.choice((1, 2, 3)), chance.choice(skills)) for n in range(10_000)}
    for number, need in waiting.items():
        desk.arrive(number, need, float(number))
    for seat in agents:
        given = desk.pull(seat.id, 10_000.0)
        assert given is not None
        theirs = (n for n, need in waiting.items() if opening_step(seat, need, Rules()))
        assert given.case_id == next(theirs)
        del waiting[given.case_id]


AGENTS = (
    agent(1, "billing", capacity=3),
    agent(2, "billing", "network", capacity=2),
    agent(3, "network", capacity=1),
    agent(4, "network", "billing", tier=2, capacity=3, languages=frozenset({"en", "es"})),
    agent(5, "billing", is_pushed=False),
)
NEEDS = st.builds(
    Need,
    tier=st.sampled_from((1, 2)),
    skill=st.sampled_from(("billing", "network")),
    language=st.sampled_from(("en", "es")),
    urgency=st.sampled_from(("low", "normal", "high")),
    weight=st.sampled_from((1, 1, 2)),
)
RULES = Rules((Step(0, Knowing.PRIMARY), Step(30), Step(90, Knowing.ANY), Step(200, Knowing.ANY, 1)), hold_after=1e9)


class AnyDay(RuleBasedStateMachine):
    """The desk beside a plain dictionary: where each case is, since when, and what it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.rules, self.now = RULES, 0.0
        self.desk = Desk(AGENTS, self.rules)
        self.arrived = 0
        self.cases: dict[int, tuple[Need, float]] = {}
        self.hands: dict[int, int] = {}
        self.present: set[int] = set()
        self.unwilling: set[int] = set()

    def note(self, *given: object) -> None:
        for each in given:
            case_id, agent_id, need, waited, step = each  # type: ignore[misc]
            assert case_id not in self.hands, "two hands"
            assert self.cases[case_id] == (need, self.now - waited)
            first = opening_step(AGENTS[agent_id - 1], need, self.rules)
            assert first == step
            assert step.after <= waited
            self.oldest_first(agent_id, case_id)
            self.hands[case_id] = agent_id

    def oldest_first(self, agent_id: int, case_id: int) -> None:
        need, since = self.cases[case_id]
        older = [c for c, (n, s) in self.cases.items() if c not in self.hands and n == need and s < since]
        assert older == [], "a younger one of equals went first"

    @rule(need=NEEDS)
    def a_case_arrives(self, need: Need) -> None:
        self.arrived += 1
        self.cases[self.arrived] = (need, self.now)
        self.note(*self.desk.arrive(self.arrived, need, self.now))

    @rule(seconds=st.integers(1, 100))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        self.note(*self.desk.relax(self.now))

    @rule(who=st.integers(1, 5))
    def somebody_comes(self, who: int) -> None:
        self.present.add(who)
        self.unwilling.discard(who)
        self.note(*self.desk.come(who, self.now))

    @rule(who=st.integers(1, 5))
    def somebody_leaves(self, who: int) -> None:
        self.present.discard(who)
        self.desk.leave(who)

    @rule(who=st.integers(1, 5))
    def somebody_asks_for_the_next(self, who: int) -> None:
        self.unwilling.discard(who)
        given = self.desk.pull(who, self.now)
        if given:
            self.note(given)
        if who in self.present:
            self.note(*self.desk.relax(self.now))

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_case_is_done(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.hands)))
        del self.hands[number], self.cases[number]
        self.note(*self.desk.finish(number, self.now))

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_case_is_put_back(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.hands)))
        self.unwilling.add(self.hands.pop(number))
        self.note(*self.desk.release(number, self.now))

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), need=NEEDS)
    def a_case_changes(self, data: st.DataObject, need: Need) -> None:
        number = data.draw(st.sampled_from(sorted(self.cases)))
        _, since = self.cases[number]
        holder = self.hands.pop(number, None)
        self.cases[number] = (need, since)
        given = self.desk.reroute(number, need, self.now)
        if holder is not None and self.desk.holder_of(number) == holder and all(g.case_id != number for g in given):
            self.hands[number] = holder
        self.note(*given)

    @rule(surge=st.booleans())
    def a_surge_begins_or_ends(self, surge: bool) -> None:
        self.rules = RULES.in_surge() if surge else RULES
        self.note(*self.desk.adopt(self.rules, self.now))

    @invariant()
    def every_case_is_in_one_lane_or_one_hand(self) -> None:
        assert {n for n in self.cases if self.desk.waits(n)} == self.cases.keys() - self.hands.keys()
        assert {n: who for n in self.cases if (who := self.desk.holder_of(n))} == self.hands
        assert (self.desk.waiting, self.desk.in_hand) == (len(self.cases) - len(self.hands), len(self.hands))

    @invariant()
    def nobody_has_more_than_they_can_hold(self) -> None:
        for who in AGENTS:
            load = sum(self.cases[n][0].weight for n, holder in self.hands.items() if holder == who.id)
            assert self.desk.load_of(who.id) == load <= who.capacity

    @invariant()
    def nobody_idles_while_something_they_may_take_waits(self) -> None:
        for who in AGENTS:
            if not who.is_pushed or who.id not in self.present or who.id in self.unwilling:
                continue
            spare = who.capacity - self.desk.load_of(who.id)
            missed = [
                number
                for number, (need, since) in self.cases.items()
                if number not in self.hands
                and need.weight <= spare
                and (step := opening_step(who, need, self.rules))
                and step.after <= self.now - since
            ]
            assert missed == []


AnyDay.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestAnyDay = AnyDay.TestCase
