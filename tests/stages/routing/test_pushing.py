"""What is pushed to whom, and what comes back by itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from localcare.cases import handling
from localcare.people.core.duty import Presence
from localcare.routing.assigner import Assigner
from tests.stages.desk import Desk, Said
from tests.stages.routing.centre import Centre, billing, network


def test_a_case_that_arrives_goes_to_somebody_there_with_the_reason(desk: Desk, centre: Centre) -> None:
    centre.agent("Ana Ortiz", "network", second="billing")
    case = desk.open_case(billing("u-1"))
    assert centre.turn() == 1
    assert centre.held() == {case.id: "Ana Ortiz"}
    assert desk.history_of(case)[-1] == "Given to Ana Ortiz: billing is a second skill, waited under a minute."
    assert desk.now(case).state == "claimed"


def test_whose_own_skill_it_is_goes_first_and_then_it_is_shared_out_fairly(desk: Desk, centre: Centre) -> None:
    centre.agent("Ana", "network", second="billing")
    centre.agent("Bo")
    centre.agent("Cy")
    for n in range(4):
        desk.open_case(billing(f"u-{n}"))
    centre.turn()
    assert sorted(centre.held().values()) == ["Bo", "Bo", "Cy", "Cy"]


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.OFFLINE])
def test_nothing_is_pushed_to_who_is_not_there(desk: Desk, centre: Centre, presence: Presence) -> None:
    ana = centre.agent("Ana")
    centre.say(ana, presence)
    desk.open_case(billing("u-1"))
    assert centre.turn() == 0


def test_nothing_is_pushed_off_shift_or_on_a_day_off(desk: Desk, centre: Centre) -> None:
    centre.agent("Ana", shifts="Mo-Th 09:00-17:00", zone="America/Chicago")
    desk.open_case(billing("u-1"))
    assert centre.turn() == 0, "it is Friday"
    centre.agent("Bo", shifts="Fr 09:00-17:00", zone="America/Chicago")
    desk.wait(seconds=6)
    assert centre.turn() == 1
    assert set(centre.held().values()) == {"Bo"}


def test_who_was_not_seen_for_ten_minutes_is_away_and_what_they_did_not_look_at_goes_back(
    desk: Desk, centre: Centre
) -> None:
    centre.agent("Ana")
    case = desk.open_case(billing("u-1"))
    centre.turn()
    desk.wait(minutes=11)
    centre.agent("Bo")
    centre.turn()
    assert centre.held() == {case.id: "Bo"}
    assert "Ana is away: back in its queue." in desk.history_of(case)


def test_who_leaves_gives_back_what_they_did_not_touch_and_keeps_what_they_began(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana")
    begun, untouched = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    centre.turn()
    with desk.acting(ana) as hand:
        handling.glance(hand, begun.id or 0)
    centre.say(ana, Presence.OFFLINE)
    desk.wait(seconds=21)
    centre.turn()
    assert centre.held() == {begun.id: "Ana"}
    assert desk.now(untouched).state == "queued"


def test_who_is_there_but_does_not_look_loses_it_and_gets_no_more_until_they_ask(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana")
    case = desk.open_case(billing("u-1"))
    centre.turn()
    desk.wait(minutes=9)
    centre.say(ana, Presence.HERE)
    desk.wait(minutes=2)
    centre.turn()
    assert centre.held() == {}
    assert "Ana has not looked at it for 10 minutes: back in its queue." in desk.history_of(case)
    assert centre.next_of(ana) == case.id


def test_who_is_busy_with_one_keeps_the_others_that_were_pushed(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana")
    first, second = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    centre.turn()
    for minutes in (8, 8, 8):
        desk.wait(minutes=minutes)
        with desk.acting(ana) as hand:
            handling.glance(hand, first.id or 0)
            handling.note(hand, first.id or 0, "Looking into it.")
        centre.turn()
    assert centre.held() == {first.id: "Ana", second.id: "Ana"}
    desk.wait(minutes=9)
    centre.say(ana, Presence.HERE)
    desk.wait(minutes=2)
    third = desk.open_case(billing("u-3"))
    centre.turn()
    assert third.id in centre.held(), "with one begun they are still willing"


def test_looking_at_a_pushed_case_acknowledges_it(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana")
    case = desk.open_case(billing("u-1"))
    centre.turn()
    assert "acknowledge" in desk.running_clocks_of(case)
    with desk.acting(ana) as hand:
        handling.glance(hand, case.id or 0)
    assert "acknowledge" not in desk.running_clocks_of(case)
    assert desk.now(case).untouched_since is None


def test_who_puts_a_case_back_gets_none_pushed_until_they_ask_for_the_next(desk: Desk, centre: Centre) -> None:
    ana = centre.agent("Ana")
    case = desk.open_case(billing("u-1"))
    centre.turn()
    with desk.acting(ana) as hand:
        handling.release(hand, case.id or 0)
    other = desk.open_case(billing("u-2"))
    assert centre.turn() == 0
    assert centre.next_of(ana) == other.id


def test_a_pushed_case_that_turns_out_to_be_something_else_goes_to_somebody_else(desk: Desk, centre: Centre) -> None:
    said = billing("u-1")
    centre.agent("Ana", "billing")
    case = desk.open_case(Said(**{**vars(said), "external_id": "p-1", "thread_id": "p-1"}))
    centre.turn()
    assert centre.held() == {case.id: "Ana"}
    desk.wait(seconds=30)
    more = Said(**{**vars(network("u-1", "high")), "kind": "comment", "thread_id": "p-1", "external_id": "c-1"})
    assert desk.case_of(desk.hear(more)).queue == "tier2:network"
    centre.agent("Bo", "network")
    desk.wait(seconds=30)
    centre.turn()
    assert centre.held() == {case.id: "Bo"}
    assert "It needs somebody else now than Ana: back in its queue." in desk.history_of(case)


def test_room_is_never_exceeded_by_push_and_pull_together(desk: Desk, centre: Centre) -> None:
    agents = [centre.agent(f"Agent {n}", capacity=2) for n in range(5)]
    for n in range(30):
        desk.open_case(billing(f"u-{n}"))
    others = [Assigner(desk.database, desk.clock) for _ in range(2)]

    def act(n: int) -> None:
        if n % 3:
            centre.next_of(agents[n % 5])
        else:
            others[n % 2].take_turn()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(40)))
    centre.turn()
    held = list(centre.held().values())
    assert {name: held.count(name) for name in set(held)} == {f"Agent {n}": 2 for n in range(5)}
