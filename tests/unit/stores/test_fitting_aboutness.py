"""The model is calibrated to what its chances turned out to mean."""

import numpy as np

from localcare.stores.core.aboutness import About, Aboutness
from localcare.stores.fitting_aboutness import calibrated

CAUTIOUS = Aboutness(
    kinds=(About.STORE, About.WISH),
    features={"visited": 0},
    weights=np.array([[0.5, -0.5]], dtype=np.float32),
    bias=np.zeros(2, dtype=np.float32),
)


def test_a_model_that_says_too_little_is_set_right() -> None:
    judged = [(0.5, True, 9.0), (0.5, False, 1.0), (0.7, True, 98.0), (0.7, False, 2.0)]
    model = calibrated(CAUTIOUS, judged)
    assert abs(model.verdict([]).chance - 0.9) < 0.01
    assert model.verdict(["visited"]).chance > 0.97
    assert abs(CAUTIOUS.verdict([]).chance - 0.5) < 1e-6


def test_texts_count_as_told() -> None:
    few = calibrated(CAUTIOUS, [(0.3, False, 1.0), (0.5, True, 1.0), (0.5, False, 99.0), (0.7, True, 1.0)])
    many = calibrated(CAUTIOUS, [(0.3, False, 1.0), (0.5, True, 99.0), (0.5, False, 1.0), (0.7, True, 1.0)])
    assert few.verdict([]).chance < many.verdict([]).chance
