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


def at_prevalence(measure: Measure, share: float) -> Measure:
    """The measure as it would be if the second of two classes made up that share of the texts."""
    wanted = np.array([[1 - share], [share]])

    def measured(counts: Counts) -> Counts:
        return measure(counts / np.maximum(counts.sum(-1, keepdims=True), 1e-9) * wanted)

    return measured


def precision_recall_f1(truth: Sequence[str], said: Sequence[str], answer: str) -> tuple[float, float, float]:
    """Of one answer: the share of right ones among those said, of said ones among those right, and their harmonic mean."""
    hits = sum(t == s == answer for t, s in zip(truth, said, strict=True))
    precision, recall = hits / max(list(said).count(answer), 1), hits / max(list(truth).count(answer), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def paired_difference(
    measure: Measure, truth: Sequence[str], old: Sequence[str], new: Sequence[str], *, resamples: int = 1_000
) -> tuple[float, float, float]:
    """How much better the new answers are on the same texts, with a 95 % interval from resampling texts."""
    classes = sorted({*truth, *old, *new})
    index, rng = {answer: i for i, answer in enumerate(classes)}, np.random.default_rng(_SEED)
    right, before, after = (np.array([index[answer] for answer in answers]) for answers in (truth, old, new))

    def gain(rows: npt.NDArray[np.int64]) -> float:
        first, second = np.zeros((2, len(classes), len(classes)))
        np.add.at(first, (right[rows], before[rows]), 1)
        np.add.at(second, (right[rows], after[rows]), 1)
        return float(measure(second) - measure(first))

    draws = [gain(rng.integers(0, len(right), len(right))) for _ in range(resamples)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return gain(np.arange(len(right))), float(low), float(high)


def paired_values(
    measure: Measure, truth: Sequence[str], old: Sequence[str], new: Sequence[str]
) -> tuple[float, float]:
    """The measure of old and of new answers, over the same classes."""
    classes = sorted({*truth, *old, *new})
    before, after = (float(measure(_confusion(truth, said, classes))) for said in (old, new))
    return before, after


def average_precision(truth: Sequence[bool], scores: Sequence[float], *, prevalence: float | None = None) -> float:
    """Area under the precision-recall steps, highest score first; at a given share of yeses, else at their own."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    yes = np.asarray(truth, float)[order]
    weights = np.ones(len(yes))
    if prevalence is not None:
        weights = np.where(yes > 0, prevalence / max(yes.sum(), 1), (1 - prevalence) / max((1 - yes).sum(), 1))
    precision = np.cumsum(yes * weights) / np.cumsum(weights)
    return float((precision * yes).sum() / max(yes.sum(), 1))


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
