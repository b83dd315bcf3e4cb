import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.bench.quality.measures import (
    find_threshold,
    measure_overall,
    measure_reliability,
    measure_styles,
    wilson,
)
from tests.unit.bench.quality.made import outcome


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(1.0, 100, 0.963, 1.0), (0.5, 10, 0.2366, 0.7634), (0.0, 20, 0.0, 0.1611), (0.0, 0, 0.0, 1.0)],
)
def test_wilson_gives_the_known_intervals(share: float, n: int, low: float, high: float) -> None:
    interval = wilson(share, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.0002)


@given(st.integers(1, 5_000), st.floats(0, 1))
def test_an_interval_holds_its_share(n: int, share: float) -> None:
    interval = wilson(share, n)
    assert 0 <= interval.low <= interval.value + 1e-4
    assert interval.value - 1e-4 <= interval.high <= 1


def test_styles_weigh_the_same_however_many_texts_they_have() -> None:
    many = [outcome(at, style="city", is_routed=True) for at in range(90)]
    few = [outcome(at, style="zip", is_routed=False) for at in range(30)]
    assert measure_overall([*many, *few]).coverage.value == 0.5


def test_a_text_that_several_stores_fit_is_wrong_wherever_it_is_sent() -> None:
    open_ones = [outcome(at, style="landmark", right=("1", "2")) for at in range(30)]
    sure = [outcome(at, style="zip") for at in range(30)]
    overall = measure_overall([*open_ones, *sure])
    assert overall.precision.value == 0.5
    assert overall.coverage.value == 1.0
    assert measure_styles(open_ones)["landmark"].coverage is None


def test_a_text_about_no_store_counts_in_precision_but_not_in_coverage() -> None:
    nowhere = [outcome(at, style="online", kind="nowhere", right=()) for at in range(30)]
    sure = [outcome(at, style="zip") for at in range(30)]
    overall = measure_overall([*nowhere, *sure])
    assert (overall.coverage.value, overall.precision.value, overall.nowhere_routed.value) == (1.0, 0.5, 1.0)


def test_store_numbers_and_phones_count_in_no_figure_of_words_alone() -> None:
    words = [outcome(at, style="zip") for at in range(30)]
    numbers = [outcome(at, style="store_number", kind="identity", guess="9") for at in range(30)]
    assert measure_overall([*words, *numbers]) == measure_overall(words)


def test_confidences_that_come_true_have_no_error() -> None:
    told = [outcome(at, guess="1" if at % 10 < 8 else "2", confidence=0.8) for at in range(100)]
    assert measure_reliability(told).error == 0.0


def test_confidences_that_promise_too_much_have_the_difference_as_error() -> None:
    told = [outcome(at, guess="1" if at % 10 < 5 else "2", confidence=0.9) for at in range(100)]
    assert measure_reliability(told).error == pytest.approx(0.4)


def test_a_style_that_seldom_guesses_weighs_little_in_calibration() -> None:
    told = [outcome(at, style="city", confidence=1.0) for at in range(50)]
    silent = [outcome(at, style="online", kind="nowhere", right=(), guess=None) for at in range(49)]
    rare = outcome(49, style="online", kind="nowhere", right=(), guess="2", confidence=1.0)
    assert measure_reliability([*told, *silent, rare]).error == pytest.approx(0.02 / 1.02, abs=0.001)


def test_a_guess_that_was_right_by_luck_counts_for_a_confidence() -> None:
    told = [outcome(at, right=("1", "2"), guess="12"[at % 2], confidence=0.5, is_routed=False) for at in range(40)]
    assert measure_reliability(told).error == 0.0


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    sure = [outcome(at, confidence=0.9) for at in range(50)]
    unsure = [outcome(50 + at, confidence=0.4, guess="12"[at % 2]) for at in range(50)]
    found = find_threshold([*unsure, *sure])
    assert found is not None
    assert (found.confidence, found.coverage, found.precision) == (0.9, 0.5, 1.0)


def test_there_is_no_threshold_when_the_surest_are_wrong() -> None:
    assert find_threshold([outcome(at, guess="2", confidence=0.9) for at in range(30)]) is None
