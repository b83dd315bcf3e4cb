"""Erlang's formulas against published figures and against each other."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.routing.core.erlang import (
    Demand,
    agents_for,
    answered_within,
    erlang_b,
    erlang_c,
    service_of,
    service_with_patience,
)

CALLS = Demand(rate=100 / 30, handling=3.0)
LOADS = st.builds(Demand, rate=st.floats(0.1, 20), handling=st.floats(0.1, 5))


def test_a_hundred_calls_in_half_an_hour_take_fourteen_agents() -> None:
    assert agents_for(CALLS, wait=20 / 60, share=0.8) == 14
    assert answered_within(CALLS, 14, 20 / 60) == pytest.approx(0.88835, abs=5e-6)
    assert answered_within(CALLS, 13, 20 / 60) < 0.8
    service = service_of(CALLS, 14)
    assert service.waiting_probability == pytest.approx(0.17413, abs=5e-6)
    assert service.occupancy == pytest.approx(10 / 14)


def test_one_agent_is_the_queue_of_every_textbook() -> None:
    demand = Demand(rate=0.5, handling=1.0)
    assert erlang_c(0.5, 1) == pytest.approx(0.5)
    assert service_of(demand, 1).mean_wait == pytest.approx(1.0)
    assert answered_within(demand, 1, 2.0) == pytest.approx(1 - 0.5 * exp(-1))


def test_more_work_than_hands_never_catches_up() -> None:
    assert service_of(Demand(2, 1), 2).mean_wait == float("inf")
    assert answered_within(Demand(3, 1), 2, 1e9) == 0


@pytest.mark.parametrize("share", [0.0, 1.0, 1.2])
def test_nobody_promises_everybody(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        agents_for(CALLS, wait=1, share=share)


@given(LOADS, st.integers(1, 60))
def test_without_an_end_of_patience_erlang_a_is_erlang_c(demand: Demand, more: int) -> None:
    agents = int(demand.load) + 1 + more
    patient = service_with_patience(demand, agents, 1e12)
    assert patient.waiting_probability == pytest.approx(service_of(demand, agents).waiting_probability, abs=1e-6)


@given(LOADS, st.integers(1, 60))
def test_with_no_patience_at_all_erlang_a_is_erlang_b(demand: Demand, agents: int) -> None:
    assert service_with_patience(demand, agents, 1e-9).abandoned == pytest.approx(
        erlang_b(demand.load, agents), abs=1e-6
    )


@given(LOADS, st.integers(1, 60), st.floats(0.1, 20))
def test_who_gives_up_and_who_is_served_are_all_who_came(demand: Demand, agents: int, patience: float) -> None:
    service = service_with_patience(demand, agents, patience)
    served = service.occupancy * agents / demand.handling
    assert served + service.abandoned * demand.rate == pytest.approx(demand.rate, rel=1e-6)
