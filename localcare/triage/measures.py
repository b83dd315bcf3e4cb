"""How good is it: the measures of the model card, each with a bootstrap interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
"""Confusion counts, shape (…, classes, classes): rows are the truth, columns what was said."""

Measure = Callable[[Counts], Counts]
"""From confusion matrices to one number each."""

_RESAMPLES = 2_000
_SEED = 7


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure of a sample with its 95 % bootstrap interval, and what the most frequent answer alone would reach."""

    value: float
    low: float
    high: float
    trivial: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def macro_f1(counts: Counts) -> Counts:
    """Mean over the classes of F1, for each confusion matrix of a stack."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    return np.asarray((2 * hits / np.maximum(counts.sum(-1) + counts.sum(-2), 1e-9)).mean(-1))


def macro_recall(counts: Counts) -> Counts:
    """Mean over the classes of recall, for each confusion matrix of a stack."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    return np.asarray((hits / np.maximum(counts.sum(-1), 1e-9)).mean(-1))


def accuracy(counts: Counts) -> Counts:
    """Share of right answers, for each confusion matrix of a stack."""
    return np.asarray(np.diagonal(counts, axis1=-2, axis2=-1).sum(-1) / np.maximum(counts.sum((-1, -2)), 1e-9))


def estimate(measure: Measure, truth: Sequence[str], said: Sequence[str]) -> Estimate:
    """A measure of what was said against the truth. Resampling the texts is resampling the cells of the confusion matrix."""
    classes = sorted({*truth, *said})
    counts = _confusion(truth, said, classes)
    draws = np.random.default_rng(_SEED).multinomial(len(truth), counts.ravel() / len(truth), size=_RESAMPLES)
    low, high = np.quantile(measure(draws.reshape(-1, *counts.shape).astype(float)), [0.025, 0.975])
    commonest = max(classes, key=list(truth).count)
    trivial = measure(_confusion(truth, [commonest] * len(truth), classes))
    return Estimate(float(measure(counts)), float(low), float(high), float(trivial), len(truth))


def average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """Area under the precision-recall steps, highest score first."""
    ordered = np.asarray(truth, float)[np.argsort(-np.asarray(scores), kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float((precision * ordered).sum() / max(ordered.sum(), 1))


def calibration_error(truth: Sequence[bool], scores: Sequence[float], *, bins: int = 10) -> float:
    """Expected calibration error: mean gap between what was promised and what came true, over equal bins of probability."""
    promised, came_true = np.asarray(scores), np.asarray(truth, float)
    bin_of = np.minimum((promised * bins).astype(int), bins - 1)
    gaps = [
        abs(promised[bin_of == b].mean() - came_true[bin_of == b].mean()) * (bin_of == b).sum() for b in set(bin_of)
    ]
    return float(sum(gaps) / len(promised))


def _confusion(truth: Sequence[str], said: Sequence[str], classes: Sequence[str]) -> Counts:
    index = {answer: i for i, answer in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, ([index[t] for t in truth], [index[s] for s in said]), 1)
    return counts
