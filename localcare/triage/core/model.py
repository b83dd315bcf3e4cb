"""The trained model, run from its exported weights: TF-IDF of words and word pieces, several linear heads at once.

A gate head tells what kind of writing a text is (a public tweet, a tweet to a support desk, a store review, Spanish), and
the sentiment heads, one trained on each kind, are averaged by it: a mixture of experts that costs one sparse product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from localcare.triage.core.blocks import Block, Floats, WordSums
from localcare.triage.core.features import tokenise, word_features

ACTIONABLE, COMPLAINT, KIND = "actionable", "complaint", "kind"
TOPIC, TIER, MATTER, RISK, SHOUT_OUT = "topic", "tier", "matter", "risk", "shout-out"
SENTIMENT_OF = "sentiment of "
MOOD = "mood"
"""What a colleague says of a text's mood: an answer to every head of sentiment, whatever the kind of writing."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How what a model says is put together with the rules, sized on the dev part: the better it reads, the less rules count.

    In English `topic_rules` and `answer_rules` multiply the rules' log-odds; `easy` is taken off the answer's, for what
    both count twice; `foreign` is the model's share in the answer in another served language than English, the rest is the
    mood's; from `alarm_from` on its own sense of a risk is an alarm.
    """

    topic_rules: float = 1.0
    answer_rules: float = 1.0
    easy: float = 0.3
    foreign: float = 0.0
    alarm_from: float = 2.0


FAST = Beside(topic_rules=0.4, answer_rules=0.3, easy=0.15, foreign=0.15, alarm_from=0.8)


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


@dataclass
class LinearModel:
    """Exported weights and how to run them. Remembers what words add that it has met, so it gets quicker with use."""

    version: str
    heads: tuple[Head, ...]
    words: Block
    pieces: Block
    bias: Floats

    @cached_property
    def _sums(self) -> WordSums:
        return WordSums(self.pieces)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` per text, in order."""
        return as_scores(self.probabilities(texts), self.heads, by=[self.version] * len(texts))

    def probabilities(self, texts: Sequence[str]) -> dict[str, Floats]:
        """Per head, an array of shape (texts, classes) whose rows add up to 1."""
        tokens = [tokenise(text) for text in texts]
        logits = self.words.product([self._words_in(t) for t in tokens])
        logits += self._sums.product(tokens) + self.bias
        return answers_of(logits, self.heads)

    def _words_in(self, tokens: list[str]) -> set[int]:
        known = self.words.index.get
        return {row for feature in word_features(tokens) if (row := known(feature)) is not None}


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
