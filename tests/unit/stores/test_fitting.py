"""The weights: learned towards what texts show, kept where they show nothing, with a threshold that keeps its promise."""

from localcare.stores.core.argued import ARGUED
from localcare.stores.core.calibration import Weights, calibration_error, sigmoid
from localcare.stores.core.fitted import FITTED
from localcare.stores.fitting import (
    HELD,
    Example,
    as_module,
    balanced,
    choose_threshold,
    fit_weights,
    threshold_against,
)


def examples(cue: str, right: int, wrong: int) -> list[Example]:
    return [Example((cue,), 0.0, 1.0, float(at < right)) for at in range(right + wrong)]


def test_a_cue_that_is_right_more_often_than_argued_gains_weight() -> None:
    fitted = fit_weights([*examples("a", 99, 1), *examples("b", 50, 50)], {"a": 1.0, "b": 1.0, "unseen": 2.5})
    assert fitted.cues["a"] > 3
    assert abs(fitted.cues["b"]) < 0.2
    assert fitted.cues["unseen"] == 2.5


def test_few_texts_move_a_weight_little_and_held_cues_not_at_all() -> None:
    assert 0.9 < fit_weights(examples("a", 1, 0), {"a": 1.0}).cues["a"] < 1.5
    held = next(iter(HELD))
    assert fit_weights(examples(held, 500, 0), {held: -1.0}).cues[held] == -1.0


def test_the_fit_is_calibrated_on_what_it_saw() -> None:
    seen = [*examples("a", 90, 10), *examples("b", 40, 60), *examples("c", 15, 85)]
    fitted = fit_weights(seen, {"a": 0.0, "b": 0.0, "c": 0.0})
    assert calibration_error((fitted.presence(each.cues), each.right > 0) for each in seen) < 0.03


def test_the_threshold_leaves_out_what_is_wrong_too_often() -> None:
    weights = Weights({"sure": 5.0, "unsure": 2.2})
    seen = [*examples("sure", 200, 0), *examples("unsure", 90, 10)]
    assert choose_threshold(seen, weights) > sigmoid(2.2)
    assert choose_threshold(examples("unsure", 100, 0), weights) <= sigmoid(2.2)
    assert choose_threshold(seen, weights, precision=0.9) <= sigmoid(2.2)


def judged(cue: str, *, about: int, not_about: int) -> list[Example]:
    return [Example(("a", cue), 0.0, 1.0, float(at < about), about=at < about) for at in range(about + not_about)]


def test_the_factor_of_a_cue_is_the_share_of_its_texts_about_one_store() -> None:
    fitted = fit_weights(
        [*judged("about.00", about=10, not_about=90), *judged("about.01", about=99, not_about=1)], {"a": 2.0}
    )
    assert 0.09 < fitted.factors["about.00"] < 0.12
    assert fitted.factors["about.01"] > 0.95
    assert fitted.cues["a"] > 3.5  # wrong were only those that are about no store


def test_factors_never_fall_as_a_store_gets_surer() -> None:
    seen = [*judged("about.04", about=60, not_about=40), *judged("about.05", about=40, not_about=60)]
    factors = fit_weights(seen, {"a": 2.0}).factors
    assert factors["about.04"] == factors["about.05"]
    assert abs(factors["about.04"] - 0.5) < 0.01


def test_texts_about_no_store_keep_the_threshold_up() -> None:
    weights = Weights({"sure": 5.0, "unsure": 1.8})
    one, other = Example(("sure",), 0.0, 1.0, 0.0), Example(("unsure",), 0.0, 1.0, 0.0)
    assert threshold_against([(1.0, other)] * 2 + [(1.0, None)] * 98, weights) > sigmoid(1.8)
    assert threshold_against([(0.5, one)] + [(1.0, None)] * 199, weights) < sigmoid(5.0)
    assert threshold_against([], weights) == 0.8


def test_every_style_counts_the_same() -> None:
    one = Example(("a",), 0.0, 1.0, 1.0)
    weighed = balanced([("big", one)] * 100 + [("small", one), ("small", None)])
    assert (weighed[0].counts, weighed[-1].counts) == (1.0, 50.0)


def test_calibration_error_is_the_distance_of_confidence_from_truth() -> None:
    assert calibration_error([(0.8, True), (0.8, False)]) == 0.30000000000000004
    assert calibration_error([]) == 0.0


def test_the_fitted_weights_are_those_of_the_argued_cues_and_can_be_written_again() -> None:
    assert FITTED.cues.keys() == ARGUED.keys()
    written: dict[str, object] = {}
    exec(as_module(FITTED), written)  # noqa: S102 - the module it writes is Python
    assert written["FITTED"] == FITTED


def test_judged_texts_about_a_store_are_right_as_often_as_they_say() -> None:
    seen = [*judged("about.15", about=200, not_about=0), *examples("b", 1, 3)]
    fitted = fit_weights(seen, {"a": 0.0, "b": 0.0})
    assert fitted.told > 0
    assert fitted.presence(["a", "about.15"]) > fitted.presence(["a"]) * fitted.factors["about.15"]


def test_what_a_town_is_worth_alone_stays_as_argued() -> None:
    seen = [*judged("about.15", about=200, not_about=0)]
    fitted = fit_weights(seen, {"a": 0.0, "town.home": -2.0})
    assert fitted.cues["town.home"] + fitted.told == -2.0
