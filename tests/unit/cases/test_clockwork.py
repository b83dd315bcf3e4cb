"""What becomes of clocks when a customer begins to wait and when the case moves: what has run is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.cases.core import ALWAYS, ClockPlan, due_at
from localcare.cases.core.clockwork import Clock, KnownClock, begin_turn, change_queue

NOW = datetime(2026, 11, 18, 16, tzinfo=UTC)
KINDS = ("acknowledge", "first_reply", "next_reply", "resolve")


def plans(minutes: int) -> list[ClockPlan]:
    return [ClockPlan(kind, minutes, ALWAYS) for kind in KINDS]


def known(*clocks: Clock, stopped: datetime | None = None, paused: datetime | None = None) -> dict[str, KnownClock]:
    return {clock.kind: KnownClock(clock, stopped, paused) for clock in clocks}


@pytest.mark.parametrize(
    ("was_answered", "kinds"),
    [(False, {"acknowledge", "first_reply", "resolve"}), (True, {"next_reply", "resolve"})],
)
def test_who_begins_to_wait_is_promised_what_is_due_next(was_answered: bool, kinds: set[str]) -> None:
    clocks = list(begin_turn(plans(60), {}, was_answered=was_answered, arrived_at=NOW, now=NOW + timedelta(minutes=5)))
    assert {clock.kind for clock in clocks} == kinds
    assert {clock.due_at for clock in clocks} == {NOW + timedelta(hours=1)}


def test_a_rested_clock_goes_on_with_what_was_left() -> None:
    resolve = Clock("resolve", NOW - timedelta(hours=5), NOW + timedelta(hours=5))
    rested = known(resolve, paused=NOW - timedelta(hours=3))
    (clock,) = (
        each
        for each in begin_turn(plans(600), rested, was_answered=True, arrived_at=NOW, now=NOW)
        if each.kind == "resolve"
    )
    assert clock.paused == timedelta(hours=3)
    assert clock.due_at == NOW + timedelta(hours=8)


def test_one_that_ended_begins_anew_when_the_case_comes_back() -> None:
    ended = known(Clock("resolve", NOW - timedelta(days=9), NOW - timedelta(days=8)), stopped=NOW - timedelta(days=8))
    clocks = {each.kind: each for each in begin_turn(plans(60), ended, was_answered=True, arrived_at=NOW, now=NOW)}
    assert clocks["resolve"].started_at == NOW


def test_what_a_person_took_and_gave_to_a_queue_waits_to_be_taken_from_then_on() -> None:
    taken = known(Clock("acknowledge", NOW - timedelta(hours=1), NOW), stopped=NOW - timedelta(minutes=50))
    moved = list(change_queue(plans(15), taken, was_answered=True, arrived_at=NOW, taken_again_from=NOW))
    assert [(each.kind, each.started_at) for each in moved if each.kind == "acknowledge"] == [("acknowledge", NOW)]
    kept = list(change_queue(plans(15), taken, was_answered=True, arrived_at=NOW))
    assert "acknowledge" not in {each.kind for each in kept}


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.integers(0, 10_000))
def test_however_often_it_moves_it_is_due_when_its_queue_promised_from_arrival(spans: list[int], rested: int) -> None:
    clock = Clock("first_reply", NOW, NOW, timedelta(seconds=rested))
    for minutes in spans:
        later = NOW + timedelta(days=30)
        moved = change_queue(plans(minutes), known(clock), was_answered=False, arrived_at=later)
        (clock,) = (each for each in moved if each.kind == "first_reply")
    assert clock.started_at == NOW
    assert clock.due_at == due_at(NOW, spans[-1], ALWAYS, paused=timedelta(seconds=rested))
