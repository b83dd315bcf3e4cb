"""The shipped model learns on: it takes a colleague's word, keeps what nobody corrected, and gains no feature."""

from pathlib import Path

import numpy as np
import pytest

from localcare.triage import onward
from localcare.triage.artefact import MODEL_FILE, read_model
from localcare.triage.core.model import (
    ACTIONABLE,
    KIND,
    MATTER,
    MOOD,
    RISK,
    SHOUT_OUT,
    TIER,
    TOPIC,
    LinearModel,
    mood_of,
)
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.lessons import Lesson
from localcare.triage.onward import Bases, features_of, learn_on, write_moved
from localcare.triage.shipped import load_model

pytestmark = pytest.mark.long

BILLING = [
    Lesson(f"my zorblat is wrong, the {thing} too", {TOPIC: "billing", ACTIONABLE: "1"}) for thing in "abcdefghijkl"
]
KEPT = [
    f"the {thing} at the store is {how}"
    for thing in ("wait", "staff", "sign", "door")
    for how in ("good", "bad", "slow")
]


@pytest.fixture(scope="module")
def base() -> LinearModel:
    model = load_model()
    assert isinstance(model, LinearModel)
    return model


@pytest.fixture(scope="module")
def learned(base: LinearModel, tmp_path_factory: pytest.TempPathFactory) -> LinearModel:
    folder: Path = tmp_path_factory.mktemp("learned")
    learn_on(Bases(base, None, None), BILLING, KEPT, folder, version="own1")
    found = read_model(folder / MODEL_FILE)
    assert found is not None
    return found


def test_the_models_own_features_times_its_weights_are_what_it_says(base: LinearModel) -> None:
    texts = [*KEPT, "", "¿dónde está mi pedido? 👍"]
    raw = np.vstack([onward.raw_weights(block) for block in (base.words, base.pieces)])
    logits = features_of(base, texts) @ raw + base.bias
    topics = next(head for head in base.heads if head.name == TOPIC)
    first = sum(head.width for head in base.heads[: base.heads.index(topics)])
    shares = np.exp(logits[:, first : first + topics.width])
    np.testing.assert_allclose(base.probabilities(texts)[TOPIC], shares / shares.sum(1, keepdims=True), atol=2e-3)


def test_what_colleagues_said_is_learned_for_like_words(base: LinearModel, learned: LinearModel) -> None:
    topics = next(head.classes for head in learned.heads if head.name == TOPIC)
    billing = topics.index("billing")
    unheard = ["my zorblat is wrong again"]
    before, after = (model.probabilities(unheard)[TOPIC][0, billing] for model in (base, learned))
    assert after > before + 0.2


def test_what_nobody_corrected_stays(base: LinearModel, learned: LinearModel) -> None:
    before, after = (model.probabilities(KEPT) for model in (base, learned))
    assert (before[TOPIC].argmax(1) == after[TOPIC].argmax(1)).mean() > 0.9
    assert np.abs(before[ACTIONABLE] - after[ACTIONABLE]).max() < 0.25


def test_no_customers_word_comes_into_the_file(base: LinearModel, learned: LinearModel) -> None:
    assert learned.words.index.keys() == base.words.index.keys()
    assert not any("zorblat" in feature for feature in learned.words.index)
    assert learned.version == "own1-fast"


def test_a_model_that_has_not_moved_is_the_same(base: LinearModel, tmp_path: Path) -> None:
    write_moved(tmp_path / MODEL_FILE, base, {}, version="same")
    same = read_model(tmp_path / MODEL_FILE)
    assert same is not None
    before, after = (model.probabilities(KEPT) for model in (base, same))
    for name, shares in before.items():
        np.testing.assert_allclose(after[name], shares, atol=1e-2)


def test_a_false_alarm_is_unlearned_and_what_is_a_danger_stays_one(base: LinearModel, tmp_path: Path) -> None:
    criminal = [
        Lesson(f"these {thing} prices are criminal, daylight robbery", {RISK: NO_RISK}) for thing in "abcdefghijkl"
    ]
    hurt = ["a shelf fell on my son and he is bleeding", "your clerk threatened to kill me"]
    learn_on(Bases(base, None, None), criminal, [*KEPT, *hurt], tmp_path, version="own2")
    learned = read_model(tmp_path / MODEL_FILE)
    assert learned is not None
    before, after = (danger(model, criminal[0].text, *hurt) for model in (base, learned))
    assert after[0] < before[0]
    assert all(now > 0.85 * then for now, then in zip(after[1:], before[1:], strict=True))


def test_without_a_false_alarm_no_sense_of_danger_moves(base: LinearModel, learned: LinearModel) -> None:
    np.testing.assert_allclose(danger(base, *KEPT), danger(learned, *KEPT), atol=2e-3)


def danger(model: LinearModel, *texts: str) -> list[float]:
    """How likely each text carries a risk."""
    return [float(1 - shares[0]) for shares in model.probabilities(list(texts))[RISK]]


def test_tier_matter_mood_and_praise_that_a_colleague_told_are_learned(base: LinearModel, tmp_path: Path) -> None:
    answers = {TIER: "3", MATTER: "network", MOOD: "negative", SHOUT_OUT: "1"}
    told = [Lesson(f"my zorblat is wrong, the {thing} too", answers) for thing in "abcdefghijkl"]
    learn_on(Bases(base, None, None), told, KEPT, tmp_path, version="own1")
    learned = read_model(tmp_path / MODEL_FILE)
    assert learned is not None
    unheard = ["my zorblat is wrong again"]
    before, after = (model.probabilities(unheard) for model in (base, learned))
    kinds = next(head.classes for head in base.heads if head.name == KIND)
    assert mood_of(after, kinds)[0, 0] > mood_of(before, kinds)[0, 0]
    for name in (TIER, MATTER, SHOUT_OUT):
        classes = next(head.classes for head in base.heads if head.name == name)
        place = classes.index(answers[name])
        assert after[name][0, place] > before[name][0, place] + 0.1


def test_no_sense_of_mood_moves_where_nobody_spoke_of_it(base: LinearModel, learned: LinearModel) -> None:
    moods = [head.name for head in base.heads if head.name.startswith("sentiment of ")]
    for name in moods:
        before, after = (model.probabilities(KEPT)[name] for model in (base, learned))
        np.testing.assert_allclose(after, before, atol=1e-2)
