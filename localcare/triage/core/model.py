"""The trained model, run from its exported weights: TF-IDF of words and word pieces, several linear heads at once.

A gate head tells what kind of writing a text is (a public tweet, a tweet to a support desk, a store review, Spanish), and
the sentiment heads, one trained on each kind, are averaged by it: a mixture of experts that costs one sparse product.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from localcare.triage.core.features import pieces_of, tokenise, word_features

Floats = npt.NDArray[np.float32]
ACTIONABLE, COMPLAINT, KIND = "actionable", "complaint", "kind"
TOPIC, TIER, MATTER, RISK, SHOUT_OUT = "topic", "tier", "matter", "risk", "shout-out"
SENTIMENT_OF = "sentiment of "
_CACHED_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class Beside:
    """How what a model says is put together with the rules, sized on the dev part: the better it reads, the less rules count.

    `topic_rules` and, in English, `answer_rules` multiply the rules' log-odds; `easy` is taken off the answer's, for what
    both count twice; `foreign` is the model's share in the answer in another served language than English, the rest is the
    mood's; from `alarm_from` on its own sense of a risk is an alarm.
    """

    topic_rules: float = 1.0
    answer_rules: float = 1.0
    easy: float = 0.3
    foreign: float = 0.0
    alarm_from: float = 2.0


FAST = Beside(foreign=0.15, alarm_from=0.7)


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model thinks of one text, in probabilities: needs an answer; negative, neutral, positive; the rest by name.

    `tiers` are those of tier 1, 2 and 3. What a model has no head for is left empty. `risk` is how likely there is any risk,
    `risk_kind` the likeliest one. `by` is the version and profile that judged.
    """

    actionable: float
    sentiment: tuple[float, float, float]
    topics: Mapping[str, float] = field(default_factory=dict)
    tiers: tuple[float, ...] = ()
    matters: Mapping[str, float] = field(default_factory=dict)
    risk: float = 0.0
    risk_kind: str = ""
    shout_out: float = 0.0
    by: str = ""
    beside: Beside = FAST


class Model(Protocol):
    """Anything that scores texts."""

    @property
    def version(self) -> str:
        """Version and profile, as verdicts show it."""
        ...

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """One question and its answers; two answers share one column (the log-odds of the second)."""

    name: str
    classes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns of the weight matrix."""
        return 1 if len(self.classes) == 2 else len(self.classes)


@dataclass(frozen=True, slots=True)
class Block:
    """One half of the features: weights already multiplied by idf, and idf squared for the length of a text's vector."""

    index: Mapping[str, int]
    weights: Floats
    squares: Floats

    @classmethod
    def of(cls, features: Sequence[str], idf: Floats, weights: Floats) -> "Block":
        """A block of features in order, with one row of nothing at the end for texts without any."""
        width = weights.shape[1]
        return cls(
            index={feature: row for row, feature in enumerate(features)},
            weights=np.vstack([weights * idf[:, None], np.zeros((1, width), np.float32)]).astype(np.float32),
            squares=np.append(idf**2, 0).astype(np.float32),
        )

    def product(self, rows: Sequence[Iterable[int]]) -> Floats:
        """Logits of each row's features: the sparse product of unit vectors with the weights, summed run by run."""
        nothing = len(self.squares) - 1
        flat: list[int] = []
        starts = []
        for row in rows:
            starts.append(len(flat))
            flat.extend(row)
            flat.append(nothing)
        indices = np.array(flat, np.int32)
        lengths = np.sqrt(np.add.reduceat(self.squares[indices], starts))
        sums = np.add.reduceat(self.weights[indices], starts, axis=0)
        return np.asarray(sums / np.maximum(lengths, 1e-9)[:, None], np.float32)


@dataclass(slots=True)
class LinearModel:
    """Exported weights and how to run them. Remembers the pieces of words it has met, so it gets quicker with use."""

    version: str
    heads: tuple[Head, ...]
    words: Block
    pieces: Block
    bias: Floats
    _pieces_of_token: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        return as_scores(self.probabilities(texts), self.heads, by=[self.version] * len(texts))

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Per head, an array of shape (texts, classes) whose rows add up to 1."""
        tokens = [tokenise(text) for text in texts]
        logits = self.words.product([self._words_in(t) for t in tokens])
        logits += self.pieces.product([self._pieces_in(t) for t in tokens]) + self.bias
        return answers_of(logits, self.heads)

    def _words_in(self, tokens: list[str]) -> set[int]:
        known = self.words.index.get
        return {row for feature in word_features(tokens) if (row := known(feature)) is not None}

    def _pieces_in(self, tokens: list[str]) -> set[int]:
        return set().union(*[self._pieces_of_token.get(t) or self._learn_pieces(t) for t in set(tokens)])

    def _learn_pieces(self, token: str) -> tuple[int, ...]:
        if len(self._pieces_of_token) >= _CACHED_TOKENS:
            self._pieces_of_token.clear()
        known = self.pieces.index.get
        found = tuple({row for piece in pieces_of(token) if (row := known(piece)) is not None})
        self._pieces_of_token[token] = found
        return found


Answers = dict[str, Floats]
"""Per head, an array of shape (texts, classes) whose rows add up to 1."""


def answers_of(logits: Floats, heads: Sequence[Head]) -> Answers:
    """The columns of a matrix of logits, head by head, as probabilities."""
    answers, column = {}, 0
    for head in heads:
        answers[head.name] = _as_probabilities(logits[:, column : column + head.width])
        column += head.width
    return answers


def mood_of(answers: Answers, kinds: Sequence[str]) -> Floats:
    """The sentiment heads averaged by what kind of writing each text is: shape (texts, 3)."""
    experts = np.stack([answers[SENTIMENT_OF + kind] for kind in kinds], axis=1)
    return np.asarray((answers[KIND][:, :, None] * experts).sum(axis=1), np.float32)


def as_scores(answers: Answers, heads: Sequence[Head], *, by: Sequence[str], beside: Beside = FAST) -> list[Scores]:
    """What every head says, text by text; `by` names who judged each."""
    classes = {head.name: head.classes for head in heads}
    moods = mood_of(answers, classes[KIND]).tolist()
    nothing: list[list[float]] = [[]] * len(by)
    kinds = classes.get(RISK, ())
    topics, tiers, matters, risks, shouts = (
        answers[name].tolist() if name in answers else nothing for name in (TOPIC, TIER, MATTER, RISK, SHOUT_OUT)
    )
    return [
        Scores(
            actionable=likely,
            sentiment=tuple(mood),
            topics=dict(zip(classes.get(TOPIC, ()), topic, strict=True)),
            tiers=tuple(tier),
            matters=dict(zip(classes.get(MATTER, ()), matter, strict=True)),
            risk=1 - risk[0] if risk else 0.0,
            risk_kind=kinds[max(range(1, len(kinds)), key=risk.__getitem__)] if len(kinds) > 2 else "",
            shout_out=shout[1] if shout else 0.0,
            by=who,
            beside=beside,
        )
        for likely, mood, topic, tier, matter, risk, shout, who in zip(
            answers[ACTIONABLE][:, 1].tolist(), moods, topics, tiers, matters, risks, shouts, by, strict=True
        )
    ]


def _as_probabilities(logits: Floats) -> Floats:
    if logits.shape[1] == 1:
        second = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return np.hstack([1 - second, second])
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)
