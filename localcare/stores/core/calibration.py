"""From cues to a probability that means what it says: learned weights of a logistic model, and their threshold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue adds to the log-odds that the store it speaks for is meant; from `threshold` on, it is routed to.

    `factors` are cues of another kind: the chance that the text is about one store at all, however plainly it says where;
    with one of them `told` is added to the log-odds, so that cautiously learned cues are right on average. `likely` is for
    texts with a factor, `plain` for what is known without one: numbers, doors, tagged places.
    """

    cues: Mapping[str, float] = field(default_factory=dict)
    likely: float = 0.9
    factors: Mapping[str, float] = field(default_factory=dict)
    told: float = 0.0
    plain: float = 0.9

    def threshold(self, cues: Iterable[str]) -> float:
        """The confidence from which on a store is routed to."""
        return self.plain if self.factors.keys().isdisjoint(cues) else self.likely

    def log_odds(self, cues: Iterable[str], lift: float = 0.0) -> float:
        """What the cues add up to that are no factors."""
        return lift + sum(self.cues.get(cue, 0.0) for cue in cues)

    def presence(self, cues: Iterable[str], lift: float = 0.0) -> float:
        """The probability that one of the stores these cues speak for is meant. Unknown cues add nothing."""
        about = 1.0
        for cue in cues:
            weight = self.cues.get(cue)
            if weight is not None:
                lift += weight
            elif cue in self.factors:
                about *= self.factors[cue]
                lift += self.told
        return about * sigmoid(lift)


def sigmoid(odds: float) -> float:
    """Log-odds as a probability, for any size of them."""
    if odds >= 0:
        return 1 / (1 + exp(-min(odds, 700.0)))
    turned = exp(max(odds, -700.0))
    return turned / (1 + turned)


def calibration_error(pairs: Iterable[tuple[float, bool]], bins: int = 10) -> float:
    """The expected calibration error of (confidence, was right) pairs over bins of equal width."""
    counts: dict[int, list[float]] = {}
    for confidence, right in pairs:
        inside = counts.setdefault(min(int(confidence * bins), bins - 1), [0.0, 0.0, 0.0])
        inside[0] += 1
        inside[1] += confidence
        inside[2] += right
    total = sum(inside[0] for inside in counts.values())
    return sum(abs(inside[1] - inside[2]) for inside in counts.values()) / total if total else 0.0
