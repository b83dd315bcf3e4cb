"""Marks go where their values say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.web.plots import Estimate, bars, nice_ticks, sparkline, whisker_plot

finite = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@given(finite, finite)
def test_ticks_are_few_rise_and_span_the_values(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 12
    assert ticks == sorted(set(ticks))
    tolerance = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + tolerance
    assert ticks[-1] >= high - tolerance


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(35, 93, [20, 40, 60, 80, 100]), (5, 5, [4, 6]), (0.1, 0.3, [0.1, 0.15, 0.2, 0.25, 0.3])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_every_whisker_lies_inside_the_plot_and_holds_its_dot(shares: list[tuple[float, float, float]]) -> None:
    estimates = [Estimate("x", *_ordered(three), n=1) for three in shares]
    for row in whisker_plot("t", estimates).rows:
        assert -0.02 <= row.start <= row.at + 0.02
        assert row.at <= row.start + row.length + 0.04 <= 100.1


def test_the_tallest_bar_fills_the_height_and_the_rest_follow() -> None:
    drawn = bars([("a", 5), ("b", 10), ("c", 0)])
    assert [(bar.y, bar.height) for bar in drawn] == [(20, 20), (0, 40), (40, 0)]
    assert bars([]) == ()
    assert bars([("a", 0.0)])[0].height == 0


def test_a_sparkline_of_nothing_is_nothing_and_of_one_value_is_level() -> None:
    assert sparkline([]) == ""
    assert sparkline([3]) == "0.0,22.0"


def _ordered(three: tuple[float, float, float]) -> tuple[float, float, float]:
    low, value, high = sorted(three)
    return value, low, high
