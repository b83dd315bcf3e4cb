"""Whether a text speaks of one existing store of ours, the one it names: a wish, a rival, an order online do not.

A linear model over sentence patterns (saying.py). It says what a text is about instead, as one more cue to be weighed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from localcare.stores.core.calibration import sigmoid


class About(StrEnum):
    """What a text that names a place is about."""

    STORE = "store"
    WISH = "wish"
    RIVAL = "rival"
    REMOTE = "remote"
    SEVERAL = "several"
    ASIDE = "aside"


NOTES = {
    About.WISH: "it speaks of a store that is wished for, planned, asked for or gone",
    About.RIVAL: "it speaks of another business",
    About.REMOTE: "it speaks of an order, a delivery, a call or an advertisement, not of a store",
    About.SEVERAL: "it speaks of several stores",
    About.ASIDE: "the place is where somebody lives, works or travels, not a store's",
}
"""What speaks against any store, in words."""
LEVELS = (0.05, 0.2, 0.4, 0.6, 0.75, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995)
"""Chances that a store is meant, between the cues."""
_UNLIKELY = 0.5
ABOUT = "about."
SEVERAL = "several"
"""A cue without weight: of several stores one may be meant, and is worth asking for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is about and the chance (0..1) that it is one store."""

    about: About
    chance: float

    @property
    def cues(self) -> tuple[str, ...]:
        """How sure it is that a store is meant, and whether several may be."""
        cue = cue_of(self.chance)
        return (cue, SEVERAL) if self.about is About.SEVERAL else (cue,)

    @property
    def note(self) -> str | None:
        """What it speaks of instead, in words, when that is likelier than not."""
        return NOTES.get(self.about) if self.chance < _UNLIKELY else None


def cue_of(chance: float) -> str:
    """`about.00` (surely no store) to `about.15`."""
    return f"{ABOUT}{sum(chance >= level for level in LEVELS):02}"


@dataclass(frozen=True, slots=True)
class Aboutness:
    """A multinomial logistic model: weights (features x kinds) by feature, one bias a kind.

    Texts to learn from are about no store more often than customers' are, and use words that are known: `shift` and `scale`
    make of its log-odds for a store those that hold for wordings it never saw.
    """

    kinds: Sequence[About]
    features: Mapping[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    words: frozenset[str] = field(default=frozenset())
    shift: float = 0.0
    scale: float = 1.0

    def verdict(self, features: Collection[str]) -> Verdict:
        """What a text with these features is about."""
        rows = [self.features[name] for name in self.features.keys() & features]
        odds = np.add.reduce(self.weights.take(rows, axis=0), axis=0) + self.bias if rows else self.bias
        found = dict(zip(self.kinds, odds.tolist(), strict=True))
        store = found.pop(About.STORE)
        return Verdict(
            max(found, key=found.__getitem__), sigmoid(self.shift + self.scale * _against(store, found.values()))
        )


def _against(store: float, others: Iterable[float]) -> float:
    """The log-odds of one kind against all the others together."""
    gaps = [each - store for each in others]
    top = max(gaps)
    return -top - log(sum(exp(gap - top) for gap in gaps))
