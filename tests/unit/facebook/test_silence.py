"""Silence is told of Pages with a rhythm, never of quiet ones, and of all Pages only against the same hours before."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.facebook.core.silence import (
    LONGEST,
    SHORTEST,
    WINDOW,
    bursts_of,
    is_all_silent,
    patience_with,
)

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)


def poisson(per_day: float, *, seed: int, days: float = 56) -> list[datetime]:
    """Moments of a Page that is heard of so often, by chance."""
    dice, at, moments = random.Random(seed), 0.0, []
    while (at := at + dice.expovariate(per_day)) < days:
        moments.append(BEGIN + timedelta(days=at))
    return moments


def test_a_conversation_is_one_sign_of_life() -> None:
    chat = [BEGIN + timedelta(minutes=10 * step) for step in range(30)]
    assert bursts_of(chat) == [BEGIN]
    assert bursts_of([*chat, BEGIN + timedelta(hours=20)]) == [BEGIN, BEGIN + timedelta(hours=20)]


@pytest.mark.parametrize("moments", [[], [BEGIN], poisson(0.1, seed=1), poisson(0.03, seed=2, days=300)])
def test_a_naturally_quiet_page_is_never_told(moments: list[datetime]) -> None:
    assert patience_with(moments) is None


@pytest.mark.parametrize(("per_day", "least", "most"), [(8, 1.5, 7), (3, 3, 9), (1, 7, 21)])
def test_the_busier_the_page_the_sooner_its_silence_is_told(per_day: float, least: float, most: float) -> None:
    patience = patience_with(poisson(per_day, seed=7))
    assert patience is not None
    assert timedelta(days=least) <= patience <= timedelta(days=most)


@pytest.mark.parametrize("per_day", [0.2, 0.5, 1, 3, 10, pytest.param(40, marks=pytest.mark.long)])
def test_chance_alone_cries_wolf_on_no_page(per_day: float) -> None:
    """Two hundred Pages over half a year each: every pause between two bursts is a trial."""
    alarms = trials = 0
    for seed in range(120):
        moments = poisson(per_day, seed=seed, days=120)
        for place in range(len(moments) // 2, len(moments) - 1, max(1, len(moments) // 40)):
            heard = [moment for moment in moments[: place + 1] if moment > moments[place] - WINDOW]
            patience = patience_with(heard)
            trials += 1
            alarms += patience is not None and moments[place + 1] - moments[place] > patience
    assert trials > 500
    assert alarms == 0


def test_a_page_that_fades_is_not_told() -> None:
    busy = poisson(6, seed=3, days=40)
    fading = [*busy, BEGIN + timedelta(days=47), BEGIN + timedelta(days=55)]
    patience = patience_with(fading)
    assert patience is None or patience > timedelta(days=10)


@given(st.lists(st.floats(0, 56, allow_nan=False), max_size=120))
def test_patience_is_longer_than_any_pause_before_it_and_within_its_bounds(days: list[float]) -> None:
    moments = [BEGIN + timedelta(days=day) for day in days]
    patience = patience_with(moments)
    if patience is not None:
        bursts = bursts_of(moments)
        assert SHORTEST <= patience <= LONGEST
        assert all(after - before < patience for before, after in pairwise(bursts))


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        ([], False),
        ([50, 60], False),
        ([50, 60, 48, 71], True),
        ([50, 60, 3, 71], False),
        ([12] * 14, True),
        ([9] * 14, False),
    ],
)
def test_all_are_silent_only_at_hours_that_always_bring_something(before: list[int], silent: bool) -> None:
    assert is_all_silent(before) is silent
