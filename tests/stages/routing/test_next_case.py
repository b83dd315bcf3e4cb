"""The next case: the oldest that fits, urgent ones counted as older; never the same for two, never more than fits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from localcare.cases import handling
from localcare.cases.tasks import wake
from localcare.errors import ForbiddenError
from localcare.kit.runtime import Runtime
from localcare.people.core.duty import Presence
from localcare.routing.core.giving import Giving
from localcare.routing.core.needs import Knowing, Rules, Step
from localcare.routing.giving import has_full_hands, take_next
from tests.stages.desk import Desk, Said
from tests.stages.routing.centre import Centre, billing, network


def test_the_oldest_comes_first_and_an_urgent_one_counts_as_older(desk: Desk, centre: Centre) -> None:
    now = desk.clock.now()
    young = desk.open_case(billing("u-1"), at=now - timedelta(minutes=1))
    old = desk.open_case(network("u-2"), at=now - timedelta(hours=3))
    urgent = desk.open_case(billing("u-3", "high"), at=now)
    ana = centre.agent("Ana", "billing network")
    assert [centre.next_of(ana) for _ in range(4)] == [old.id, urgent.id, young.id, None]


def test_what_does_not_fit_is_left_for_others(desk: Desk, centre: Centre) -> None:
    desk.open_case(network("u-1"))
    desk.open_case(billing("u-2", tier=3))
    spanish = desk.open_case(billing("u-3", language="es"))
    ana, bo = centre.agent("Ana", "billing"), centre.agent("Bo", "billing", languages="en es")
    assert centre.next_of(ana) is None
    assert centre.next_of(bo) == spanish.id


def test_the_reason_stands_in_the_history_in_words(desk: Desk, centre: Centre) -> None:
    case = desk.open_case(billing("u-1", language="es"))
    desk.wait(minutes=6)
    centre.next_of(centre.agent("Ana Ortiz", "network", second="billing", languages="en es"))
    assert desk.history_of(case)[-1] == (
        "Ana Ortiz asked for the next case: answers in Spanish, billing is a second skill, waited 6 min."
    )


def test_a_language_that_nobody_answers_in_goes_to_whoever_reads_english(desk: Desk, centre: Centre) -> None:
    case = desk.open_case(billing("u-1", language="nl"))
    assert centre.next_of(centre.agent("Ana", "billing")) == case.id
    assert "nobody answers in Dutch" in desk.history_of(case)[-1]


def test_waiting_widens_to_who_knows_it_less_then_to_the_tier_above_then_to_everybody_there(
    desk: Desk, centre: Centre
) -> None:
    cases = [desk.open_case(billing(f"u-{n}")) for n in range(3)]
    beginner = centre.agent("Ana", "network", second="billing:1")
    senior = centre.agent("Bo", "billing", tier=3)
    stranger = centre.agent("Cy", "orders", tier=2)
    assert [centre.next_of(each) for each in (beginner, senior, stranger)] == [None, None, None]
    desk.wait(minutes=5)
    assert [centre.next_of(each) for each in (beginner, senior, stranger)] == [cases[0].id, None, None]
    desk.wait(minutes=5)
    assert [centre.next_of(each) for each in (senior, stranger)] == [cases[1].id, None]
    assert "tier 3 helps tier 2" in desk.history_of(cases[1])[-1]
    desk.wait(minutes=50)
    assert centre.next_of(stranger) == cases[2].id
    assert "nobody who knows billing was free for long" in desk.history_of(cases[2])[-1]


def test_a_policy_says_how_waiting_widens_and_what_weighs_more(desk: Desk, centre: Centre) -> None:
    desk.open_case(billing("u-1"))
    desk.open_case(billing("u-2"))
    giving = Giving(Rules((Step(0), Step(30, Knowing.ANY))), {"tier2": 3})
    stranger = centre.agent("Cy", "orders", capacity=5)
    desk.wait(seconds=31)
    assert centre.next_of(stranger, giving) is not None
    assert centre.next_of(stranger, giving) is None


def test_full_hands_get_nothing_more_until_an_answer_is_given(desk: Desk, centre: Centre) -> None:
    first, second = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    ana = centre.agent("Ana", capacity=1)
    assert centre.next_of(ana) == first.id
    assert centre.next_of(ana) is None
    with desk.acting(ana) as hand:
        assert has_full_hands(hand, Giving())
        handling.resolve(hand, first.id or 0, how="answered")
    assert centre.next_of(ana) == second.id


def test_snoozed_claimed_and_answered_cases_are_not_next(desk: Desk, centre: Centre, runtime: Runtime) -> None:
    agent, other = centre.agent("Ana"), centre.agent("Bo")
    snoozed, claimed = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    desk.open_case(Said(external_id="p-7", author_id="u-3", topic="billing", matter="billing", tier=2))
    with desk.acting(other) as hand:
        handling.snooze(hand, snoozed.id or 0, until=desk.clock.now() + timedelta(hours=1))
        handling.claim(hand, claimed.id or 0)
    desk.wait(minutes=1)
    desk.answer_natively("p-7", page_id="990000000000001")
    assert centre.next_of(agent) is None
    desk.wait(hours=1)
    wake(runtime)
    assert centre.next_of(agent) == snoozed.id


def test_who_puts_a_case_back_gets_another_one_next_and_that_one_an_hour_later(desk: Desk, centre: Centre) -> None:
    hard, easy = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    ana = centre.agent("Ana")
    centre.next_of(ana)
    with desk.acting(ana) as hand:
        handling.release(hand, hard.id or 0)
    desk.wait(seconds=1)
    assert centre.next_of(ana) == easy.id
    assert centre.next_of(ana) is None
    desk.wait(hours=1)
    assert centre.next_of(ana) == hard.id


def test_an_escalated_case_goes_up_with_its_notes_and_not_back_to_who_sent_it(desk: Desk, centre: Centre) -> None:
    case = desk.open_case(billing("u-1", tier=1))
    first, second, third = (centre.agent(name, tier=tier) for name, tier in (("Ana", 1), ("Bo", 2), ("Cy", 3)))
    for agent, tier in ((first, 2), (second, 3)):
        assert centre.next_of(agent) == case.id
        with desk.acting(agent) as hand:
            handling.note(hand, case.id or 0, f"Seen by tier {tier - 1}.")
            placement = handling.Placement(f"tier{tier}:billing", "escalated")
            handling.escalate(hand, case.id or 0, placement, tier=tier, note="Needs a credit.")
        assert centre.next_of(agent) is None
    assert centre.next_of(third) == case.id
    history = desk.history_of(case)
    assert {"Seen by tier 1.", "Seen by tier 2."} < set(history)
    assert sum("Needs a credit." in line for line in history) == 2


def test_ten_people_who_ask_at_once_get_ten_cases(desk: Desk, centre: Centre) -> None:
    agents = [centre.agent(f"Agent {n}") for n in range(10)]
    for n in range(10):
        desk.open_case(billing(f"u-{n}"))
    with ThreadPoolExecutor(5) as pool:
        taken = list(pool.map(centre.next_of, agents))
    assert len(set(taken) - {None}) == 10


def test_one_who_asks_ten_times_at_once_gets_no_more_than_there_is_room_for(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana", capacity=3)
    for n in range(10):
        desk.open_case(billing(f"u-{n}"))
    with ThreadPoolExecutor(5) as pool:
        taken = list(pool.map(lambda _: centre.next_of(ana), range(10)))
    assert len(set(taken) - {None}) == 3
    assert len(centre.held()) == 3


def test_who_is_away_may_ask_all_the_same(desk: Desk, centre: Centre) -> None:
    case = desk.open_case(billing("u-1"))
    ana = centre.agent("Ana")
    centre.say(ana, Presence.AWAY)
    assert centre.next_of(ana) == case.id


def test_a_store_manager_takes_nothing_from_the_national_queues(desk: Desk) -> None:
    desk.open_case(billing("u-1"))
    with desk.acting(desk.person("manager", store=desk.store())) as hand, pytest.raises(ForbiddenError):
        take_next(hand, Giving())
