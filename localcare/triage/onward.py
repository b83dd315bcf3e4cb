"""The shipped model learns on from a brand's own labels, without the sets it was made from.

Each head's weights move only as far as the labels push them: on what colleagues corrected it learns their word, on what nobody
corrected it learns to say what it said (learning without forgetting: Li and Hoiem 2016), and every step away from the shipped
weights costs something. No feature is added, so no customer's word comes into the file that was not there.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack  # type: ignore[import-untyped]

from localcare.errors import ConfigurationError
from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE, Exported, write_dense, write_model
from localcare.triage.core.blocks import Block, Floats
from localcare.triage.core.careful import CarefulModel, DenseHeads, Encoder
from localcare.triage.core.features import pieces_of, tokenise, word_features
from localcare.triage.core.model import (
    ACTIONABLE,
    MATTER,
    MOOD,
    RISK,
    SENTIMENT_OF,
    SHOUT_OUT,
    TIER,
    TOPIC,
    Answers,
    Head,
    LinearModel,
)
from localcare.triage.lessons import Lesson
from localcare.triage.shipped import load_model
from localcare.triage.teaching import Wanted, teach

LEARNING = (ACTIONABLE, TOPIC, TIER, MATTER)
SPOKEN_OF = (RISK, SHOUT_OUT)
"""What learns only where a colleague has spoken of it, as the heads of sentiment do: else no sense of danger moves."""
LABEL_WEIGHT = 8.0  # a colleague's word counts as much as so many texts that nobody corrected
STRENGTH = 10.0
_SMALLEST = 1e-4  # no answer is held to be less likely than this, so that one can be learned that was never given


@dataclass(frozen=True, slots=True)
class Bases:
    """The models that learn on; no heads on vectors where there is no encoder."""

    linear: LinearModel
    dense: DenseHeads | None
    encoder: Encoder | None


def shipped_bases(encoder: Encoder | None) -> Bases:
    """The shipped models. Raises ConfigurationError where there is none."""
    found = load_model(profile="careful", encoder=encoder)
    if isinstance(found, CarefulModel):
        return Bases(found.linear, found.dense, encoder)
    if found is None:
        raise ConfigurationError("The shipped model is not in this installation: install localcare anew.")
    linear = load_model()
    assert isinstance(linear, LinearModel)  # noqa: S101
    return Bases(linear, None, None)


def learn_on(
    bases: Bases,
    lessons: Sequence[Lesson],
    kept: Sequence[str],
    folder: Path,
    *,
    version: str,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Write the files of a model that knows the lessons and, as far as they leave it, says what it said of `kept` texts."""
    texts = [lesson.text for lesson in lessons] + list(kept)
    tell(f"learning {len(lessons)} labels beside {len(kept)} texts that nobody corrected")
    linear, matrix = bases.linear, features_of(bases.linear, texts)
    steps = _steps(linear.heads, linear.probabilities(texts), matrix, lessons)
    write_moved(folder / MODEL_FILE, linear, steps, version=f"{version}-fast")
    if bases.dense is None or bases.encoder is None:
        return
    tell("learning the same with the encoder")
    dense, vectors = bases.dense, bases.encoder.encode(texts, tuned=bases.dense.tuned)
    steps = _steps(dense.heads, dense.probabilities(vectors), csr_matrix(vectors), lessons)
    weights, bias = _moved(dense.heads, dense.weights, dense.bias, steps)
    write_dense(folder / CAREFUL_FILE, replace(dense, version=version, weights=weights, bias=bias))


def features_of(model: LinearModel, texts: Sequence[str]) -> csr_matrix:
    """Texts × (words, pieces) as the model weighs them: each half a vector of length 1."""
    tokens = [tokenise(text) for text in texts]
    words = _matrix(model.words, [set(word_features(each)) for each in tokens])
    pieces = _matrix(model.pieces, [[p for word in set(each) for p in set(pieces_of(word))] for each in tokens])
    return hstack([words, pieces]).tocsr()


def _matrix(block: Block, rows: Sequence[Collection[str]]) -> csr_matrix:
    idf, known = np.sqrt(block.squares[:-1]), block.index
    counted = [sorted(Counter(known[feature] for feature in row if feature in known).items()) for row in rows]
    flat = np.array([place for row in counted for place, _ in row], np.int32)
    times = np.array([many for row in counted for _, many in row], np.float32)
    starts = [0, *accumulate(len(row) for row in counted)]
    matrix = csr_matrix((times * idf[flat], flat, starts), shape=(len(rows), len(idf)))
    return (diags(1 / np.sqrt(np.maximum(matrix @ idf, 1e-9))) @ matrix).tocsr()


Steps = Mapping[str, tuple[Floats, Floats]]
"""What is added to each head: weights (features × columns) and biases."""


def _steps(heads: Sequence[Head], said: Answers, matrix: csr_matrix, lessons: Sequence[Lesson]) -> Steps:
    """How far each head that learns has to move; features that no text has stay where they are."""
    asked = {*LEARNING, *(name for name in (*SPOKEN_OF, MOOD) if any(name in lesson.answers for lesson in lessons))}
    learning = [head for head in heads if _asked_of(head) in asked]
    used = np.unique(matrix.indices)
    steps = {}
    for head in learning:
        known = np.log(np.maximum(said[head.name], _SMALLEST)).astype(np.float32)
        wanted = _wanted(head, said[head.name], lessons)
        weights, bias = teach(matrix[:, used], wanted, known=known, strength=STRENGTH)
        steps[head.name] = _spread(weights, used, matrix.shape[1]), bias
    return steps


def _asked_of(head: Head) -> str:
    """What an answer to this head is called: every head of sentiment is asked for the mood."""
    return MOOD if head.name.startswith(SENTIMENT_OF) else head.name


def _wanted(head: Head, said: Floats, lessons: Sequence[Lesson]) -> Wanted:
    targets, weights = said.copy(), np.ones(len(said), np.float32)
    for row, lesson in enumerate(lessons):
        answer = lesson.answers.get(_asked_of(head))
        if answer in head.classes:
            targets[row] = np.eye(len(head.classes), dtype=np.float32)[head.classes.index(answer)]
            weights[row] = LABEL_WEIGHT
    return Wanted(head, targets, weights)


def _spread(weights: Floats, used: np.ndarray[tuple[int, ...], np.dtype[np.int32]], features: int) -> Floats:
    spread = np.zeros((features, weights.shape[1]), np.float32)
    spread[used] = weights
    return spread


def write_moved(path: Path, model: LinearModel, steps: Steps, *, version: str) -> None:
    """Write a model whose weights have moved."""
    raw = np.vstack([raw_weights(block) for block in (model.words, model.pieces)])
    weights, bias = _moved(model.heads, raw, model.bias, steps)
    split = len(model.words.index)
    blocks = {"words": _exported(model.words, weights[:split]), "pieces": _exported(model.pieces, weights[split:])}
    write_model(path, version=version, heads=model.heads, blocks=blocks, bias=bias)


def _moved(heads: Sequence[Head], weights: Floats, bias: Floats, steps: Steps) -> tuple[Floats, Floats]:
    weights, bias, column = weights.copy(), bias.copy(), 0
    for head in heads:
        if head.name in steps:
            more, shift = steps[head.name]
            weights[:, column : column + head.width] += more
            bias[column : column + head.width] += shift.astype(np.float32)
        column += head.width
    return weights, bias


def raw_weights(block: Block) -> Floats:
    """Weights before they were multiplied by idf, as files have them."""
    return np.asarray(block.weights[:-1] / np.sqrt(block.squares[:-1])[:, None], np.float32)


def _exported(block: Block, weights: Floats) -> Exported:
    features = sorted(block.index, key=block.index.__getitem__)
    return features, np.sqrt(block.squares[:-1]).astype(np.float32), weights
