"""A new model passes when it is nowhere clearly worse, and does not when it is."""

import pytest

from localcare.triage.core import Item, Triager
from localcare.triage.gate import MARGIN, compare_trials
from localcare.triage.labelled import Labelled, Labels, RowRef, SourceText
from localcare.triage.measures import (
    accuracy,
    at_prevalence,
    average_precision,
    estimate,
    macro_f1,
    paired_difference,
    precision_recall_f1,
)
from localcare.triage.trial import FixedSets, Trial, judge_all

PROBLEM = "I was charged twice on my bill and nobody answers"
THANKS = "love this place, thank you"


def _row(number: int, *, actionable: bool) -> Labelled:
    labels = Labels(
        "en", actionable, "billing" if actionable else "praise", "", "billing", 2 if actionable else 1, "", False
    )
    text = SourceText(RowRef("support", str(number)), PROBLEM if actionable else THANKS, "brand x", "x")
    return Labelled(text, labels, "test", "support", 1.0)


@pytest.fixture(scope="module")
def sets() -> FixedSets:
    return FixedSets(tuple(_row(number, actionable=number % 2 == 0) for number in range(60)), {})


@pytest.fixture(scope="module")
def good(triager: Triager, sets: FixedSets) -> Trial:
    return judge_all(
        "good", triager, FixedSets(sets.labelled, dict.fromkeys(["tweets", "spanish", "support", "reviews"], ()))
    )


def test_the_same_model_passes(good: Trial) -> None:
    report = compare_trials(good, good)
    assert report.passes
    assert {each.difference for each in report.comparisons} == {0.0}


def test_a_model_that_says_always_the_same_does_not_pass(good: Trial, triager: Triager, sets: FixedSets) -> None:
    dull = triager.judge_many([Item("1", "hm")]) * len(sets.labelled)
    report = compare_trials(good, Trial("dull", good.sets, tuple(dull), good.moods))
    assert not report.passes
    worst = min(report.comparisons, key=lambda each: each.difference)
    assert worst.low < -MARGIN
    assert "may be worse" in str(worst)


def test_a_difference_has_its_sign_and_lies_in_its_interval() -> None:
    right = ["a", "b"] * 50
    gain, low, high = paired_difference(accuracy, right, ["a"] * 100, right)
    assert low <= gain <= high
    assert gain == pytest.approx(0.5)


def test_at_a_tenth_precision_falls_and_recall_stays() -> None:
    right, said = ["0"] * 50 + ["1"] * 50, ["0"] * 40 + ["1"] * 60
    assert estimate(at_prevalence(macro_f1, 0.1), right, said).value < estimate(macro_f1, right, said).value
    assert estimate(at_prevalence(macro_f1, 0.1), right, right).value == pytest.approx(1)


def test_average_precision_of_a_perfect_order_is_one_at_any_prevalence() -> None:
    truth, scores = [True, True, False, False], [0.9, 0.8, 0.2, 0.1]
    assert average_precision(truth, scores) == average_precision(truth, scores, prevalence=0.1) == pytest.approx(1)
    assert average_precision([False, True], [0.9, 0.1], prevalence=0.1) == pytest.approx(0.1)


def test_precision_recall_and_f1_of_one_answer() -> None:
    assert precision_recall_f1(["a", "a", "b"], ["a", "b", "b"], "a") == pytest.approx((1.0, 0.5, 2 / 3))
