"""Fast and careful: who reads what, what stands in when the encoder is missing, and that no text breaks either."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from localcare.triage.artefact import read_dense, write_dense
from localcare.triage.core import Item, Triager
from localcare.triage.core.blocks import Floats
from localcare.triage.core.careful import TRUST, CarefulModel, DenseHeads, mixed, unsure
from localcare.triage.core.model import ACTIONABLE, KIND, SENTIMENT_OF, TOPIC, Head
from localcare.triage.encoder import load_encoder
from localcare.triage.shipped import load_model, load_triager
from tests.unit.triage.test_verdicts import ODD


class CountingEncoder:
    """Vectors that depend on the text alone; remembers what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str], *, tuned: bytes = b"") -> Floats:
        self.read += texts
        seeds = [int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8], 16) for text in texts]
        size = 768 if tuned else 384
        vectors = np.stack([np.random.default_rng(seed).normal(size=size) for seed in seeds])
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def careful() -> Triager:
    return load_triager(profile="careful", encoder=CountingEncoder())


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_an_odd_text_gets_a_careful_verdict(careful: Triager, text: str) -> None:
    verdict = careful.judge_many([Item("1", text)])[0]
    assert 0 <= verdict.actionable_probability <= 1
    assert verdict.topic in careful.lexicon.taxonomy.topics


def test_each_profile_is_named_on_its_verdicts(careful: Triager, triager: Triager) -> None:
    item = Item("1", "Is the store on Elm Street open today?")
    assert careful.judge_many([item])[0].model.endswith("-careful")
    assert triager.judge_many([item])[0].model.endswith("-fast")


def test_without_an_encoder_fast_stands_in_and_says_so() -> None:
    verdict = load_triager(profile="careful").judge_many([Item("1", "Is it open today?")])[0]
    assert "careful is not installed" in verdict.model


def test_only_texts_that_leave_doubt_are_read_twice() -> None:
    encoder = CountingEncoder()
    model = load_model(profile="careful", encoder=encoder)
    assert isinstance(model, CarefulModel)
    texts = ["No signal since yesterday", "", "hm", "they did what they did with it"]
    kinds = next(head.classes for head in model.linear.heads if head.name == KIND)
    doubts = unsure(model.linear.probabilities(texts), kinds)
    doubtful = [text for text, doubt in zip(texts, doubts, strict=True) if doubt]
    model.score(texts)
    assert encoder.read == [text for text in doubtful if text]


@pytest.mark.parametrize(
    "text", ["𝐭𝐡𝐞𝐲 𝐝𝐢𝐝 𝐰𝐡𝐚𝐭 𝐭𝐡𝐞𝐲 𝐝𝐢𝐝", "ｔｈｅｙ ｄｉｄ ｗｈａｔ ｔｈｅｙ ｄｉｄ", "ⓣⓗⓔⓨ ⓓⓘⓓ ⓦⓗⓐⓣ ⓣⓗⓔⓨ ⓓⓘⓓ"]
)
def test_fancy_letters_are_read_as_plain_ones(text: str) -> None:
    encoder = CountingEncoder()
    model = load_model(profile="careful", encoder=encoder)
    assert model is not None
    model.score([text])
    assert encoder.read == ["they did what they did"]


def test_two_opinions_make_one_that_lies_between_them() -> None:
    first, second = np.array([[0.9, 0.1]], np.float32), np.array([[0.3, 0.7]], np.float32)
    both = mixed(first, second, 0.5)
    assert 0.3 < both[0, 0] < 0.9
    assert both.sum() == pytest.approx(1)
    np.testing.assert_allclose(mixed(first, second, 0.0), first, atol=1e-6)


def test_an_encoder_made_for_english_counts_less_in_spanish_moods() -> None:
    encoder, text = CountingEncoder(), ["they did what they did with it"]
    model = load_model(profile="careful", encoder=encoder)
    assert isinstance(model, CarefulModel)
    first, both = model.linear.probabilities(text), model.probabilities(text)
    second = model.dense.probabilities(encoder.encode(text, tuned=model.dense.tuned))
    for kind, trust in (("spanish", 0.15), ("tweets", TRUST)):
        name = SENTIMENT_OF + kind
        np.testing.assert_allclose(both[name], mixed(first[name], second[name], trust), rtol=1e-4)


def test_doubt_is_what_leaves_the_likeliest_answer_below_certainty() -> None:
    answers = {ACTIONABLE: np.array([[0.01, 0.99], [0.4, 0.6]]), TOPIC: np.array([[0.99, 0.01], [0.99, 0.01]])}
    assert unsure({name: answer.astype(np.float32) for name, answer in answers.items()}).tolist() == [False, True]


def test_dense_heads_come_back_from_their_file(tmp_path: Path) -> None:
    heads = (Head("topic", ("a", "b", "c")), Head("actionable", ("0", "1")))
    rng = np.random.default_rng(1)
    dense = DenseHeads("1", heads, rng.normal(size=(8, 4)).astype(np.float32), np.zeros(4, np.float32))
    write_dense(tmp_path / "careful.npz", dense)
    again = read_dense(tmp_path / "careful.npz")
    assert again is not None
    vectors = rng.normal(size=(3, 8)).astype(np.float32)
    for name, answer in dense.probabilities(vectors).items():
        np.testing.assert_allclose(again.probabilities(vectors)[name], answer)
    assert read_dense(tmp_path / "none.npz") is None


def test_a_folder_without_the_encoders_files_gives_no_encoder(tmp_path: Path) -> None:
    assert load_encoder(None) is None
    assert load_encoder(tmp_path) is None


def test_another_export_of_the_encoder_gives_none_rather_than_a_crash(tmp_path: Path) -> None:
    for name in ("minilm-int8.onnx", "minilm-tokenizer.json"):
        (tmp_path / name).write_bytes(b"something else")
    assert load_encoder(tmp_path) is None


def test_a_model_is_loaded_from_any_folder(tmp_path: Path) -> None:
    assert load_model(folder=tmp_path) is None
    assert load_triager(folder=tmp_path).judge_many([Item("1", "Is it open?")])[0].model == "rules-only"


def test_tuned_layers_come_back_with_their_heads(tmp_path: Path) -> None:
    dense = DenseHeads(
        "1", (Head("actionable", ("0", "1")),), np.ones((8, 1), np.float32), np.zeros(1, np.float32), b"layers"
    )
    write_dense(tmp_path / "careful.npz", dense)
    again = read_dense(tmp_path / "careful.npz")
    assert again is not None
    assert again.tuned == b"layers"


def test_the_encoder_is_given_the_layers_that_belong_to_the_heads() -> None:
    class Remembering(CountingEncoder):
        given: bytes | None = None

        def encode(self, texts: Sequence[str], *, tuned: bytes = b"") -> Floats:
            self.given = tuned
            return super().encode(texts, tuned=tuned)

    encoder = Remembering()
    model = load_model(profile="careful", encoder=encoder)
    assert isinstance(model, CarefulModel)
    model.score(["they did what they did with it"])
    assert encoder.given == model.dense.tuned
