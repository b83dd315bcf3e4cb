"""The next case: the most urgent, then the oldest; never the same for two people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from localcare.cases import handling
from localcare.errors import ForbiddenError
from localcare.people.models import Person
from tests.stages.desk import Desk, Said

QUEUES = ["tier2:billing", "tier2:network", "which-store"]


def billing(author_id: str, urgency: str = "normal", topic: str = "billing", matter: str = "billing") -> Said:
    return Said(author_id=author_id, topic=topic, matter=matter, tier=2, urgency=urgency)


def test_the_most_urgent_comes_first_and_then_the_oldest(desk: Desk) -> None:
    now = desk.clock.now()
    young = desk.open_case(billing("u-1"), at=now - timedelta(minutes=1))
    old = desk.open_case(billing("u-2", topic="network-outage", matter="network"), at=now - timedelta(hours=3))
    urgent = desk.open_case(billing("u-3", "high"), at=now)
    with desk.acting(desk.person("agent", tier=2)) as hand:
        taken = [handling.claim_next(hand, QUEUES) for _ in range(4)]
    assert [case.id if case else None for case in taken] == [urgent.id, old.id, young.id, None]


def test_snoozed_claimed_and_answered_cases_are_not_next(desk: Desk) -> None:
    agent, other = desk.person("agent", tier=2), desk.person("agent", name="Bo Li", tier=2)
    snoozed, claimed = desk.open_case(billing("u-1")), desk.open_case(billing("u-2"))
    answered = desk.open_case(Said(external_id="p-7", author_id="u-3", topic="billing", matter="billing", tier=2))
    with desk.acting(other) as hand:
        handling.snooze(hand, snoozed.id or 0, until=desk.clock.now() + timedelta(hours=1))
        handling.claim(hand, claimed.id or 0)
    desk.wait(minutes=1)
    desk.answer_natively("p-7", page_id="990000000000001")
    assert not desk.now(answered).waiting_since
    with desk.acting(agent) as hand:
        assert handling.claim_next(hand, QUEUES) is None
    desk.wait(hours=2)
    with desk.acting(agent) as hand:
        woken = handling.claim_next(hand, QUEUES)
    assert woken is not None
    assert woken.id == snoozed.id


def test_ten_people_who_ask_at_once_get_ten_cases(desk: Desk) -> None:
    agents = [desk.person("agent", name=f"Agent {n}", tier=2) for n in range(10)]
    for n in range(10):
        desk.open_case(billing(f"u-{n}"))

    def take(agent: Person) -> int | None:
        with desk.acting(agent) as hand:
            case = handling.claim_next(hand, QUEUES)
            return case.id if case else None

    with ThreadPoolExecutor(5) as pool:
        taken = list(pool.map(take, agents))
    assert len(set(taken) - {None}) == 10


def test_a_store_manager_takes_nothing_from_the_national_queues(desk: Desk) -> None:
    desk.open_case(billing("u-1"))
    with desk.acting(desk.person("manager", store=desk.store())) as hand, pytest.raises(ForbiddenError):
        handling.claim_next(hand, QUEUES)
