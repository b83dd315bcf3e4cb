"""The careful profile: the quick linear model reads everything, an encoder reads the texts it is unsure of once more.

p(answer) ∝ p_linear(answer)^(1 - TRUST) · p_encoder(answer)^TRUST      where the linear model is unsure, else p_linear

TRUST is less for moods in Spanish.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from localcare.triage.core.blocks import Floats
from localcare.triage.core.model import (
    ACTIONABLE,
    KIND,
    SENTIMENT_OF,
    TOPIC,
    Answers,
    Beside,
    Head,
    LinearModel,
    Scores,
    answers_of,
    as_scores,
    mood_of,
)

_FANCY = re.compile("[\uff21-\uff5a\u24b6-\u24e9\U0001d400-\U0001d7ff\U0001f130-\U0001f149]")
TRUST = 0.6
TRUST_IN = {SENTIMENT_OF + "spanish": 0.15}  # the encoder was made for English
CAREFUL = Beside(topic_rules=0.1, answer_rules=0.3, easy=0.15, foreign=0.15, alarm_from=0.7)
SURE_OF_ANSWER, SURE_OF_TOPIC, SURE_OF_MOOD = 0.97, 0.97, 0.9  # above these the linear model is right as it is


class Encoder(Protocol):
    """Anything that turns texts into vectors of meaning."""

    def encode(self, texts: Sequence[str], *, tuned: bytes = b"") -> Floats:
        """An array of shape (texts, dimensions); with tuned layers theirs stand after the general ones."""
        ...


@dataclass(frozen=True, slots=True)
class DenseHeads:
    """Linear heads on an encoder's vectors: weights of shape (dimensions, columns).

    `tuned` are the encoder's upper layers as they were tuned to our questions (ONNX); empty when they are the encoder's own.
    """

    version: str
    heads: tuple[Head, ...]
    weights: Floats
    bias: Floats
    tuned: bytes = b""

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

    @property
    def _kinds(self) -> Sequence[str]:
        return next((head.classes for head in self.linear.heads if head.name == KIND), ())

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        answers, by = self.probabilities(texts), [self.version] * len(texts)
        return as_scores(answers, self.linear.heads, by=by, beside=CAREFUL)

    def probabilities(self, texts: Sequence[str]) -> Answers:
        """Per head, an array of shape (texts, classes) whose rows add up to 1."""
        answers = self.linear.probabilities(texts)
        doubtful = [row for row in np.flatnonzero(unsure(answers, self._kinds)).tolist() if texts[row].strip()]
        if not doubtful:
            return answers
        vectors = self.encoder.encode([_in_plain_letters(texts[row]) for row in doubtful], tuned=self.dense.tuned)
        second = self.dense.probabilities(vectors)
        for name, opinion in second.items():
            answers[name][doubtful] = mixed(answers[name][doubtful], opinion, TRUST_IN.get(name, TRUST))
        return answers


def _in_plain_letters(text: str) -> str:
    """𝐟𝐚𝐧𝐜𝐲, ｗｉｄｅ and Ⓒircled letters as plain ones: to the encoder's vocabulary they are no letters at all."""
    return unicodedata.normalize("NFKC", text) if _FANCY.search(text) else text


def unsure(answers: Answers, kinds: Sequence[str] = ()) -> Floats:
    """Whether the linear model's likeliest answer, topic or mood leaves room for doubt, for each text."""
    doubts = [
        answers[name].max(axis=1) < share
        for name, share in ((ACTIONABLE, SURE_OF_ANSWER), (TOPIC, SURE_OF_TOPIC))
        if name in answers
    ]
    if kinds:
        doubts.append(mood_of(answers, kinds).max(axis=1) < SURE_OF_MOOD)
    return np.asarray(np.any(doubts, axis=0))


def mixed(first: Floats, second: Floats, trust: float = TRUST) -> Floats:
    """Two opinions as one: the weighted geometric mean, adding up to 1."""
    product = np.maximum(first, 1e-6) ** (1 - trust) * np.maximum(second, 1e-6) ** trust
    return np.asarray(product / product.sum(axis=1, keepdims=True), np.float32)
