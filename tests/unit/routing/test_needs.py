"""Who may take what, and that waiting only ever lets more people in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.routing.core.needs import (
    Agent,
    Knowing,
    Need,
    Rules,
    Skill,
    Step,
    find_unserved,
    need_of_queue,
    opening_step,
)
from localcare.routing.core.surge import is_surge

SKILLS = st.builds(
    Skill, st.sampled_from(("billing", "network")), is_primary=st.booleans(), proficiency=st.integers(1, 5)
)
AGENTS = st.builds(
    Agent,
    id=st.just(1),
    tiers=st.frozensets(st.integers(1, 3), min_size=1),
    skills=st.lists(SKILLS, max_size=3).map(tuple),
    capacity=st.integers(1, 3),
)
NEEDS = st.builds(
    Need, tier=st.integers(1, 3), skill=st.sampled_from(("billing", "network", "orders")), weight=st.integers(1, 3)
)


@st.composite
def widening(draw: st.DrawFn) -> tuple[Step, ...]:
    count = draw(st.integers(1, 4))
    knowing = sorted(draw(st.lists(st.sampled_from(Knowing), min_size=count, max_size=count)))
    up = sorted(draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)))
    grade = sorted(draw(st.lists(st.integers(1, 5), min_size=count, max_size=count)), reverse=True)
    return tuple(Step(60.0 * n, knowing[n], up[n], grade[n]) for n in range(count))


@given(AGENTS, NEEDS, widening())
def test_who_may_take_a_case_never_loses_it_by_its_waiting(agent: Agent, need: Need, steps: tuple[Step, ...]) -> None:
    opened = opening_step(agent, need, Rules(steps))
    alone = [opening_step(agent, need, Rules((step,))) is not None for step in steps]
    assert alone == sorted(alone)
    assert (opened is not None) == any(alone)


@given(AGENTS, NEEDS, widening())
def test_a_surge_takes_nothing_from_anybody(agent: Agent, need: Need, steps: tuple[Step, ...]) -> None:
    calm, surge = opening_step(agent, need, Rules(steps)), opening_step(agent, need, Rules(steps).in_surge())
    assert calm is None or (surge is not None and surge.after <= calm.after)


def test_a_need_that_nobody_serves_is_named() -> None:
    team = (Agent(1, frozenset({1}), (Skill("billing"),)),)
    assert find_unserved([Need(1, "billing"), Need(1, "orders"), Need(2, "billing")], team, Rules()) == (
        Need(1, "orders"),
        Need(2, "billing"),
    )


@pytest.mark.parametrize(
    ("queue", "need"),
    [
        ("tier2:billing", Need(2, "billing")),
        ("crisis", Need(3, "crisis")),
        ("which-store", Need(1, "which-store")),
    ],
)
def test_a_central_queue_says_what_its_cases_need(queue: str, need: Need) -> None:
    assert need_of_queue(queue) == need


def test_a_surge_begins_beyond_chance_and_ends_half_way_back() -> None:
    assert not is_surge(12, 8, was_surge=False)
    assert is_surge(150, 100, was_surge=False)
    assert is_surge(130, 100, was_surge=True)
    assert not is_surge(130, 100, was_surge=False)
    assert not is_surge(124, 100, was_surge=True)
