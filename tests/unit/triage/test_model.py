"""The exported model answers what the trained one would, and its file is small and safe."""

from pathlib import Path

import numpy as np
import pytest

from localcare.triage import shipped, training
from localcare.triage.artefact import MODEL_FILE, read_model
from localcare.triage.core.features import pieces_of, tokenise, word_features
from localcare.triage.core.model import Head

LESSONS = [
    ("the bill is wrong and nobody helps", "negative"),
    ("I was charged twice, awful", "negative"),
    ("worst wait ever", "negative"),
    ("great service and friendly people", "positive"),
    ("I love this store", "positive"),
    ("thank you, great help", "positive"),
    ("the store opens at nine", "neutral"),
    ("where is the store?", "neutral"),
    ("they sell phones", "neutral"),
] * 2
UNSEEN = [
    "",
    "xyzzy",
    "the store is great",
    "awful bill, awful wait!!!",
    "¿dónde está?",
    "@care where is my bill? https://x.y",
    "😀",
]


def test_exported_weights_give_the_trainers_probabilities(tmp_path: Path) -> None:
    texts, moods = [text for text, _ in LESSONS], [mood for _, mood in LESSONS]
    asks = [str(int(mood == "negative")) for mood in moods]
    features = training.Features(rarest_word=1, rarest_piece=1).fit(texts)
    matrix = features.transform(texts)
    heads = (Head("sentiment", ("negative", "neutral", "positive")), Head("actionable", ("0", "1")))
    fitted = [training.fit_head(matrix, answers, strength=2.0, balanced=True) for answers in (moods, asks)]
    path = tmp_path / "model.npz"
    training.export(
        path, features, [(head, *training.columns_of(head, each)) for head, each in zip(heads, fitted, strict=True)]
    )

    model = read_model(path)
    assert model is not None
    answers = model.probabilities(UNSEEN + texts)
    unseen = features.transform(UNSEEN + texts)
    for head, trained in zip(heads, fitted, strict=True):
        # weights are kept to one part in 8
        np.testing.assert_allclose(answers[head.name], trained.predict_proba(unseen), atol=2e-2)


def test_a_missing_model_file_is_none(tmp_path: Path) -> None:
    assert read_model(tmp_path / MODEL_FILE) is None


def test_the_shipped_file_is_small_and_holds_no_code() -> None:
    path = Path(shipped.__file__).parent / "artefact" / MODEL_FILE
    assert path.stat().st_size < 12_000_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


def test_every_row_of_probabilities_adds_up_to_one() -> None:
    model = shipped.load_model()
    assert model is not None
    for answer in model.probabilities(UNSEEN).values():
        np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don’t @Care_1 me!!", ["don't", "@care_1", "me", "!!"]),
        ("pagué 1250 :( https://x.y/z #malo", ["pague", "<4>", ":(", "<link>", "#malo"]),
        ("", []),
    ],
)
def test_texts_become_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def test_a_handle_counts_as_itself_and_as_somebody_addressed() -> None:
    assert word_features(["@care", "help"]) == ["@care", "help", "<at> help", "<at>"]


def test_short_words_are_one_piece_and_longer_ones_many() -> None:
    assert list(pieces_of("a")) == [" a", "a ", " a "]
    assert " b" in list(pieces_of("bill"))
    assert list(pieces_of("<link>")) == []
