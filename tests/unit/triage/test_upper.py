"""What is learned for the careful profile is stored as it was learned, and how lessons weigh."""

from importlib.util import find_spec

import numpy as np
import pytest

from localcare.triage.core.careful import DenseHeads
from localcare.triage.core.model import Head
from localcare.triage.encoder import DIMENSIONS
from localcare.triage.lessons import Lesson
from localcare.triage.tuning import Told, tune
from localcare.triage.upper import Upper
from localcare.triage.upper_layers import FIRST, LAST, MATRICES, NORMS, Weights

HEADS = (Head("actionable", ("0", "1")), Head("topic", ("a", "b", "c")))


def _upper() -> Upper:
    rng = np.random.default_rng(3)
    return Upper(
        b"layers",
        {
            head.name: (
                rng.normal(size=(DIMENSIONS, len(head.classes))).astype(np.float32),
                rng.normal(size=len(head.classes)).astype(np.float32),
            )
            for head in HEADS
        },
    )


def test_stored_heads_say_what_the_tuned_ones_said() -> None:
    upper, vectors = _upper(), np.random.default_rng(4).normal(size=(5, 2 * DIMENSIONS)).astype(np.float32)
    columns = [upper.columns(head) for head in HEADS]
    stored = DenseHeads("1", HEADS, np.hstack([w for w, _ in columns]), np.concatenate([b for _, b in columns]))
    for name, answer in stored.probabilities(vectors).items():
        head = next(head for head in HEADS if head.name == name)
        np.testing.assert_allclose(answer, upper.opinions(head, vectors), atol=1e-4)


def test_the_general_half_of_a_vector_has_no_say_in_a_tuned_head() -> None:
    weights, _ = _upper().columns(HEADS[1])
    assert not weights[:DIMENSIONS].any()


@pytest.mark.long
@pytest.mark.skipif(find_spec("torch") is None, reason="the extra tune is not installed")
def test_tuning_learns_what_two_sorts_of_texts_are() -> None:
    rng = np.random.default_rng(5)
    states = [np.full((3, DIMENSIONS), row % 2, np.float16) + rng.normal(size=(3, DIMENSIONS)) for row in range(64)]
    lessons = [Lesson(str(row), {"actionable": str(row % 2)}) for row in range(64)]
    start = _layers(rng)
    told: list[str] = []
    tuned = tune([state.astype(np.float16) for state in states], lessons, HEADS[:1], start, epochs=2, tell=told.append)
    assert len(told) == 2
    assert tuned.heads["actionable"][0].shape == (DIMENSIONS, 2)
    assert any(not np.allclose(tuned.layers[name], start[name]) for name in start)


@pytest.mark.long
@pytest.mark.skipif(find_spec("torch") is None, reason="the extra tune is not installed")
def test_tuning_takes_an_elders_word_where_there_is_no_label() -> None:
    rng = np.random.default_rng(5)
    states = [
        (np.full((3, DIMENSIONS), row % 2) + rng.normal(size=(3, DIMENSIONS))).astype(np.float16) for row in range(64)
    ]
    thought = np.array([[0.9, 0.1] if row % 2 else [0.1, 0.9] for row in range(64)], np.float32)
    heads, start = HEADS[:1], _layers(rng)
    tuned = tune([], [], heads, start, told=Told(states, {heads[0].name: thought}), epochs=2)
    assert tuned.heads[heads[0].name][0].any()
    assert any(not np.allclose(tuned.layers[name], start[name]) for name in start)


def _layers(rng: np.random.Generator) -> Weights:
    start = {}
    for layer in range(FIRST, LAST + 1):
        for name in MATRICES:
            inner = {"inner": (DIMENSIONS, 1536), "outer": (1536, DIMENSIONS)}.get(name, (DIMENSIONS, DIMENSIONS))
            start[f"{layer} {name} weight"] = (rng.normal(size=inner) * 0.02).astype(np.float32)
            start[f"{layer} {name} bias"] = np.zeros(inner[1], np.float32)
        for name in NORMS:
            start[f"{layer} {name} weight"] = np.ones(DIMENSIONS, np.float32)
            start[f"{layer} {name} bias"] = np.zeros(DIMENSIONS, np.float32)
    return start
