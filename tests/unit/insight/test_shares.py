"""Shares of small counts: the interval holds, the estimate beats the raw share, and nothing is ranked for a handful."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import beta as beta_distribution  # type: ignore[import-untyped]

from localcare.insight.core.shares import (
    USUAL_WEIGHT,
    Count,
    Prior,
    beta_intervals,
    estimate_shares,
    fit_prior,
)

REVIEWS_EACH = 6
Floats = NDArray[np.float64]


def rmse(estimates: Sequence[float], truth: Sequence[float] | Floats) -> float:
    return float(np.sqrt(np.mean((np.array(estimates) - np.array(truth)) ** 2)))


def raw_and_shrunk(counts: Sequence[Count], truth: Sequence[float] | Floats) -> tuple[float, float]:
    raw = [count.share or 0.0 for count in counts]
    shrunk = [share.value for share in estimate_shares(counts, fit_prior(counts))]
    return rmse(raw, truth), rmse(shrunk, truth)


def simulate(
    rng: np.random.Generator, *, stores: int, mean: float, spread: float, n: int
) -> tuple[list[Count], Floats]:
    """Stores whose true shares lie around a mean with a standard deviation, and n opinions about each."""
    weight = mean * (1 - mean) / spread**2 - 1
    truth = rng.beta(mean * weight, (1 - mean) * weight, stores)
    return [Count(int(hits), n) for hits in rng.binomial(n, truth)], truth


@pytest.mark.parametrize("mean", [0.5, 0.7, 0.85])
@pytest.mark.parametrize("stores", [40, 300])
def test_at_six_reviews_a_store_the_error_is_under_eight_points(mean: float, stores: int) -> None:
    rng = np.random.default_rng(6)
    errors = [
        raw_and_shrunk(*simulate(rng, stores=stores, mean=mean, spread=0.08, n=REVIEWS_EACH)) for _ in range(50)
    ]  # fmt: skip
    raw, shrunk = np.mean(errors, axis=0)
    assert raw > 0.14
    assert shrunk <= 0.08
    assert shrunk < raw / 1.8


@pytest.mark.parametrize("n", [6, 30, 200])
def test_the_interval_holds_the_true_share_nine_times_in_ten(n: int) -> None:
    rng = np.random.default_rng(90)
    held = []
    for _ in range(40):
        counts, truth = simulate(rng, stores=300, mean=0.7, spread=0.1, n=n)
        shares = estimate_shares(counts, fit_prior(counts))
        held += [share.low <= true <= share.high for share, true in zip(shares, truth, strict=True)]
    assert 0.86 <= np.mean(held) <= 0.93


def test_on_real_reviews_the_error_is_half_of_the_raw_share(eval_data: Path) -> None:
    """McDonald's reviews by store: six are drawn, the store's full mean is the truth."""
    by_store: defaultdict[str, list[int]] = defaultdict(list)
    with (eval_data / "reviews" / "mcdonalds_reviews.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_store[row["store_address"]].append(int(row["rating"]) >= 4)
    stores = [np.array(ratings) for ratings in by_store.values() if len(ratings) >= 100]
    truth = [float(ratings.mean()) for ratings in stores]
    rng = np.random.default_rng(6)
    errors = []
    for _ in range(200):
        drawn = [rng.choice(ratings, REVIEWS_EACH, replace=False) for ratings in stores]
        errors.append(raw_and_shrunk([Count(int(six.sum()), REVIEWS_EACH) for six in drawn], truth))
    raw, shrunk = np.mean(errors, axis=0)
    assert len(stores) == 35
    assert raw == pytest.approx(0.197, abs=0.01)
    assert shrunk <= 0.097


@given(st.lists(st.tuples(st.floats(1, 500), st.floats(1, 500)), min_size=1, max_size=20))
def test_intervals_agree_with_the_exact_beta_distribution(pairs: list[tuple[float, float]]) -> None:
    alpha, beta = np.array(pairs, dtype=np.float64).T
    lows, highs = beta_intervals(alpha, beta)
    assert lows == pytest.approx(beta_distribution.ppf(0.05, alpha, beta), abs=0.001)
    assert highs == pytest.approx(beta_distribution.ppf(0.95, alpha, beta), abs=0.001)


def weight_of(prior: Prior) -> float:
    return sum(weight * chance for weight, chance in prior.weights)


counts = st.integers(0, 60).flatmap(lambda n: st.integers(0, n).map(lambda hits: Count(hits, n)))


@given(st.lists(counts, min_size=1, max_size=40))
def test_an_estimate_lies_between_the_raw_share_and_the_peers(some: list[Count]) -> None:
    prior = fit_prior(some)
    for share in estimate_shares(some, prior):
        raw = prior.mean if share.count.share is None else share.count.share
        assert min(raw, prior.mean) - 1e-9 <= share.value <= max(raw, prior.mean) + 1e-9
        assert 0 <= share.low <= share.high <= 1


def test_a_handful_of_praise_does_not_beat_hundreds() -> None:
    few, many = estimate_shares([Count(4, 4), Count(360, 400)], Prior(0.7, ((30.0, 1.0),)))
    assert few.value < many.value
    assert few.width > many.width


def test_peers_that_differ_by_chance_alone_are_taken_for_one() -> None:
    assert weight_of(fit_prior([Count(6, 10)] * 200)) > 200


def test_peers_that_differ_much_hardly_pull() -> None:
    prior = fit_prior([Count(2, 40), Count(38, 40)] * 20)
    assert weight_of(prior) < 5
    assert prior.mean == pytest.approx(0.5)


def test_few_peers_pull_about_as_usual_whatever_they_say() -> None:
    assert USUAL_WEIGHT / 2 < weight_of(fit_prior([Count(6, 9), Count(7, 9)])) < USUAL_WEIGHT * 2
    assert weight_of(fit_prior([])) == USUAL_WEIGHT


def test_a_loud_store_does_not_speak_for_its_peers() -> None:
    prior = fit_prior([Count(100, 1_000)] + [Count(8, 10)] * 20)
    assert prior.mean > 0.6


def test_of_nothing_the_estimate_is_the_peers() -> None:
    (share,) = estimate_shares([Count(0, 0)], Prior(0.7, ((30.0, 1.0),)))
    assert share.value == pytest.approx(0.7)
    assert share.count.share is None
