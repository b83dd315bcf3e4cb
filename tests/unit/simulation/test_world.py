"""The simulated desk against what is known of queues, and rosters and demand against their own totals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.errors import InvalidError
from localcare.routing.core.erlang import Demand, answered_within
from localcare.routing.core.needs import Agent, Knowing, Need, Rules, Skill, Step
from localcare.simulation.core.arrivals import HOURS_OF_WEEK, draw_demand, hourly_rates
from localcare.simulation.core.assumptions import SKILLS, Assumptions
from localcare.simulation.core.check import formula_of, run_check, staffing
from localcare.simulation.core.figures import in_groups, over_seeds, quantile, share_within
from localcare.simulation.core.month import Month, simulate_month
from localcare.simulation.core.teams import chain, draw_roster, presence, square_root_staffing
from localcare.simulation.core.ways import STRICT, TIERED, WAYS, crew_of, script_of
from localcare.simulation.core.world import Crew, Script, World
from localcare.simulation.schemas import MONTH

SMALL = Assumptions(agents=12, cases=1_500, days=7, spike_day=3)
BILLING = Need(1, "billing")
ONE = Agent(1, frozenset({1}), (Skill("billing"),))


@pytest.fixture(scope="module")
def month() -> Month:
    return simulate_month(
        replace(SMALL, days=3, cases=500, spike_day=1), seed=1, seeds=2, vary=False, advance=lambda: None
    )


def test_one_queue_waits_as_erlang_says() -> None:
    chance = np.random.default_rng(7)
    count, agents = 12_000, 6
    times = np.cumsum(chance.exponential(60.0, count))
    work = chance.exponential(300.0, count)
    team = tuple(Agent(n, frozenset({1}), (Skill("billing"),)) for n in range(agents))
    script = Script(times.tolist(), [((BILLING, seconds),) for seconds in work.tolist()])
    run = World(script, Crew(team, Rules()), float(times[-1])).run()
    known = answered_within(Demand(1.0, 5.0), agents, 2.0)
    assert share_within(run.begun - run.times, 120.0) == pytest.approx(known, abs=0.04)
    assert run.busy.sum() / run.present.sum() == pytest.approx(5 / 6, abs=0.04)


def test_the_check_is_made_of_twenty_nine_people_and_knows_two_of_its_answers() -> None:
    assert staffing() == [8, 6, 5, 4, 3, 3]
    assert formula_of("strict queues") == pytest.approx(0.5690, abs=5e-5)
    assert formula_of("pooled") == pytest.approx(0.9879, abs=5e-5)


def test_a_single_day_shows_what_second_skills_do() -> None:
    done = []
    strict, two = run_check(
        seeds=1, days=1, disciplines=("strict queues", "two skills each"), advance=lambda: done.append(1)
    )
    assert two.within.value > strict.within.value + 0.1
    assert len(done) == 2


def test_a_case_of_somebody_else_costs_a_look_and_goes_on_as_old_as_it_is() -> None:
    other = Agent(2, frozenset({1}), (Skill("network"),))
    script = Script([0.0], [((BILLING, 10.0), (Need(1, "network"), 100.0))], look=5.0)
    run = World(script, Crew((ONE, other), Rules()), 1_000.0).run()
    assert (run.begun[0], run.answered[0]) == (15.0, 115.0)
    assert run.busy.tolist() == [15.0, 100.0]


def test_who_may_do_both_keeps_the_case() -> None:
    both = Agent(1, frozenset({1}), (Skill("billing"), Skill("network", is_primary=False)))
    script = Script([0.0], [((BILLING, 10.0), (Need(1, "network"), 100.0))], look=5.0)
    assert World(script, Crew((both,), Rules()), 1_000.0).run().answered[0] == 110.0


def test_waiting_asks_the_tier_above_when_its_time_has_come() -> None:
    senior = Agent(1, frozenset({2}), (Skill("billing"),))
    rules = Rules((Step(0.0), Step(60.0, Knowing.KNOWN, tiers_up=1)))
    run = World(Script([0.0], [((BILLING, 1.0),)]), Crew((senior,), rules), 1_000.0).run()
    assert run.begun[0] == pytest.approx(60.0, abs=0.01)


def test_nobody_takes_a_case_before_or_after_their_shift() -> None:
    script = Script([0.0, 150.0], [((BILLING, 20.0),), ((BILLING, 20.0),)])
    run = World(script, Crew((ONE,), Rules(), ([(100.0, 140.0), (300.0, 400.0)],)), 1_000.0).run()
    assert run.begun.tolist() == [100.0, 300.0]
    assert run.present.tolist() == [140.0]


def test_the_same_seed_gives_the_same_month() -> None:
    one, other = draw_demand(SMALL, 3), draw_demand(SMALL, 3)
    assert one.times.tolist() == other.times.tolist()
    assert draw_demand(SMALL, 4).times.tolist() != one.times.tolist()


def test_a_launch_adds_to_its_day_and_not_to_the_month() -> None:
    rates = hourly_rates(SMALL).reshape(-1, 24).sum(axis=1)
    assert rates.sum() == pytest.approx(SMALL.cases)
    assert rates[3] == max(rates)
    plain = hourly_rates(replace(SMALL, spike=1.0)).reshape(-1, 24).sum(axis=1)
    assert rates[3] / rates[2] == pytest.approx(3 * plain[3] / plain[2])


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=8), st.integers(0, 40))
def test_square_root_staffing_uses_everybody_and_leaves_no_group_alone(loads: list[float], more: int) -> None:
    agents = len(loads) + more
    people = square_root_staffing(loads, agents)
    assert sum(people) == agents
    assert min(people) >= 1


def test_second_skills_form_one_closed_chain() -> None:
    links, seen, at = dict(chain(6)), set(), 0
    while at not in seen:
        seen.add(at)
        at = links[at]
    assert seen == set(range(6))


@settings(max_examples=10)
@given(st.integers(1, 12), st.floats(2, 9.5))
def test_everybody_works_five_shifts_a_week(people: int, hours: float) -> None:
    roster = draw_roster(people, hours)
    assert roster.shape == (people, HOURS_OF_WEEK)
    assert roster.sum(axis=1) == pytest.approx([5 * hours] * people)
    spans = presence(roster[0], 14)
    assert sum(ends - begins for begins, ends in spans) == pytest.approx(10 * hours * 3600)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.slug)
def test_every_way_has_the_same_people_and_somebody_for_every_case(way: object) -> None:
    crew = crew_of(way, SMALL)  # type: ignore[arg-type]
    script = script_of(way, SMALL, draw_demand(SMALL, 1))  # type: ignore[arg-type]
    assert len(crew.agents) == SMALL.agents
    needs = {need for legs in script.legs for need, _ in legs}
    run = World(
        Script([0.0] * len(needs), [((need, 1.0),) for need in needs]), Crew(crew.agents, crew.rules), 9e4
    ).run()
    assert not np.isnan(run.answered).any()


def test_what_triage_gets_right_goes_straight_to_whom_it_needs() -> None:
    sure = replace(SMALL, skill_right=1.0, tier_right=1.0)
    demand = draw_demand(sure, 1)
    legs = script_of(TIERED, sure, demand).legs
    assert {len(each) for each in legs} == {1}
    assert [each[0][0].skill for each in legs] == [SKILLS[skill] for skill in demand.skills]
    half = script_of(STRICT, replace(sure, skill_right=0.5), demand).legs
    assert np.mean([len(each) == 2 for each in half]) == pytest.approx(0.5, abs=0.05)


def test_a_month_gives_every_figure_and_can_be_kept(month: Month) -> None:
    assert [out.slug for out in month.outcomes] == [way.slug for way in WAYS]
    for out in month.outcomes:
        assert sum(out.groups) == pytest.approx(1)
        assert 0 < out.occupancy.value < 1.5
        assert out.work_cost.low <= out.work_cost.value <= out.work_cost.high
    assert MONTH.validate_json(MONTH.dump_json(month)) == month
    assert month.change.work_cost.value < 0


def test_what_still_waits_counts_as_too_long() -> None:
    waits = np.array([10.0, 20.0, np.nan, np.nan])
    assert share_within(waits, 60.0) == 0.5
    assert quantile(waits, 0.9) == np.inf
    assert in_groups(waits)[-1] == 0.5


def test_an_interval_is_student_s() -> None:
    figure = over_seeds([1.0, 2.0, 3.0])
    assert (figure.value, figure.high - figure.value) == (2.0, pytest.approx(4.303 / 3**0.5, abs=1e-3))
    assert over_seeds([5.0]).low == 5.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"agents": 3},
        {"cases": 0},
        {"spike": 0.5},
        {"wages": (0.0, 1.0, 1.0)},
        {"tier_shares": (0.5, 0.5, 0.5)},
        {"days": 0},
    ],
    ids=str,
)
def test_a_month_that_cannot_be_is_refused_with_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidError, match=r"\.$"):
        replace(SMALL, **wrong)  # type: ignore[arg-type]
