"""From lessons to tuned upper layers that run: what training does for the careful profile when the extra `tune` is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from localcare.triage.core.blocks import Floats
from localcare.triage.core.careful import Encoder
from localcare.triage.core.model import Head
from localcare.triage.elder import Elder
from localcare.triage.encoder import DIMENSIONS, OnnxEncoder
from localcare.triage.lessons import Lesson, heads
from localcare.triage.tuning import Told, can_tune, tune
from localcare.triage.upper_layers import read_layers, write_layers


@dataclass(frozen=True, slots=True)
class Upper:
    """Tuned layers as a model that runs, and per question the weights (384, answers) and biases on their vector."""

    model: bytes
    heads: dict[str, tuple[Floats, Floats]]

    def opinions(self, head: Head, vectors: Floats) -> Floats:
        """What they think of texts, by vectors (texts, 768) of which the second half is theirs: shape (texts, answers)."""
        weights, bias = self.heads[head.name]
        logits = vectors[:, DIMENSIONS:] @ weights + bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)

    def columns(self, head: Head) -> tuple[Floats, Floats]:
        """A head as the careful profile stores it: over both vectors, two answers in one column."""
        weights, bias = self.heads[head.name]
        if head.width == 1:
            weights, bias = weights[:, 1:] - weights[:, :1], bias[1:] - bias[:1]
        return np.vstack([np.zeros_like(weights), weights]), bias


def tune_upper(
    encoder: Encoder,
    lessons: Sequence[Lesson],
    *,
    elder: Elder,
    pool: Sequence[str],
    tell: Callable[[str], None],
) -> Upper | None:
    """Layers tuned to the lessons and to what an elder thinks of the pool.

    None, with a word about it, where the extra `tune` or a real encoder is missing.
    """
    if not (isinstance(encoder, OnnxEncoder) and can_tune()):
        tell("the encoder is left as it is: tuning needs the extra tune")
        return None
    known = [text for text in pool if elder.knows(text)]
    tell(f"tuning the encoder's upper layers to an elder's opinion of {len(known)} texts and to {len(lessons)} lessons")
    told = Told(encoder.half_way(known), {head.name: elder.thinks(head.name, known) for head in heads()})
    states = encoder.half_way([lesson.text for lesson in lessons])
    tuned = tune(states, lessons, heads(), read_layers(encoder.file), told=told, tell=tell)
    return Upper(write_layers(encoder.file, tuned.layers), tuned.heads)
