"""The careful profile: the quick linear model reads everything, an encoder reads the texts it is unsure of once more.

p(answer) ∝ p_linear(answer)^(1 - TRUST) · p_encoder(answer)^TRUST      where the linear model is unsure, else p_linear
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from localcare.triage.core.model import (
    ACTIONABLE,
    SENTIMENT_OF,
    TOPIC,
    Answers,
    Floats,
    Head,
    LinearModel,
    Scores,
    answers_of,
    as_scores,
)

TRUST = 0.6
RULES_BESIDE = 0.75
SURE_OF_ANSWER, SURE_OF_TOPIC, SURE_OF_MOOD = 0.97, 0.97, 0.97  # above these the linear model is right as it is


class Encoder(Protocol):
    """Anything that turns texts into vectors of meaning."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """An array of shape (texts, dimensions)."""
        ...


@dataclass(frozen=True, slots=True)
class DenseHeads:
    """Linear heads on an encoder's vectors: weights of shape (dimensions, columns)."""

    version: str
    heads: tuple[Head, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Answers:
        """Per head, an array of shape (texts, classes)."""
        return answers_of(np.asarray(vectors @ self.weights + self.bias, np.float32), self.heads)


@dataclass(frozen=True, slots=True)
class CarefulModel:
    """Linear model first, encoder for the uncertain share."""

    version: str
    linear: LinearModel
    dense: DenseHeads
    encoder: Encoder

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        answers = self.probabilities(texts)
        return as_scores(answers, self.linear.heads, by=[self.version] * len(texts), rules_beside=RULES_BESIDE)

    def probabilities(self, texts: Sequence[str]) -> Answers:
        """Per head, an array of shape (texts, classes) whose rows add up to 1."""
        answers = self.linear.probabilities(texts)
        doubtful = [row for row in np.flatnonzero(unsure(answers)).tolist() if texts[row].strip()]
        if not doubtful:
            return answers
        second = self.dense.probabilities(self.encoder.encode([texts[row] for row in doubtful]))
        for name, opinion in second.items():
            answers[name][doubtful] = mixed(answers[name][doubtful], opinion)
        return answers


def unsure(answers: Answers) -> Floats:
    """Whether the linear model's likeliest answer leaves room for doubt, for each text."""
    certain = {ACTIONABLE: SURE_OF_ANSWER, TOPIC: SURE_OF_TOPIC}
    certain |= {name: SURE_OF_MOOD for name in answers if name.startswith(SENTIMENT_OF)}
    doubts = [answers[name].max(axis=1) < share for name, share in certain.items() if name in answers]
    return np.asarray(np.any(doubts, axis=0))


def mixed(first: Floats, second: Floats, trust: float = TRUST) -> Floats:
    """Two opinions as one: the weighted geometric mean, adding up to 1."""
    product = np.maximum(first, 1e-6) ** (1 - trust) * np.maximum(second, 1e-6) ** trust
    return np.asarray(product / product.sum(axis=1, keepdims=True), np.float32)
