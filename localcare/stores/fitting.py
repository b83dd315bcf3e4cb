"""Fits the weights of the resolver's cues to texts with known truth: what `core/fitted.py` holds is its printed result."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from localcare.stores.core.calibration import Weights, sigmoid
from localcare.stores.core.weighing import Weighed

PRIOR_WIDTH = 1.0
"""How far (standard deviation, in log-odds) a weight may lie from the argued one before many texts must say so."""
PRECISION = 0.985
"""What is routed without a human is right this often on the texts of the fitting, a little above the 98 % promised."""
HELD = frozenset(["town.home", "town.bare", "two_places"])
"""Cues that stay as argued: texts written to try the resolver do not show how often a town's name is somebody's, or home."""
_STEPS = 50
_SMALL = 1e-6
_FIRM = 1e6
_SURELY = 0.999
_LOWEST, _HIGHEST = 0.8, 0.97


@dataclass(frozen=True, slots=True)
class Example:
    """The best store of one text: its cues, its share among the stores, how right it is (0..1), how much it counts."""

    cues: tuple[str, ...]
    lift: float
    share: float
    right: float
    counts: float = 1.0


def example_of(weighed: Sequence[Weighed], *, likelihood: float, counts: float = 1.0) -> Example | None:
    """An example from what the resolver weighed; `likelihood` is the true chance of its best store, None without any."""
    if not weighed:
        return None
    best = weighed[0]
    return Example(best.cues, best.lift, max(best.share, 1e-3), likelihood, counts)


def fit_weights(examples: Sequence[Example], argued: Mapping[str, float]) -> Weights:
    """Maximum a posteriori logistic regression (Newton steps) with a normal prior around the argued weights."""
    names = sorted({*argued, *(cue for example in examples for cue in example.cues)})
    prior = np.array([argued.get(name, 0.0) for name in names])
    table = _table(examples, names)
    targets = np.array([min(1.0, example.right / example.share) for example in examples])
    lifts = np.array([example.lift for example in examples])
    counts = np.array([example.counts for example in examples])
    pull = np.array([_FIRM if name in HELD else 1 / PRIOR_WIDTH**2 for name in names])
    weights = _most_likely(table, lifts, targets, counts, prior, pull)
    cues = {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}
    return Weights(cues, likely=choose_threshold(examples, Weights(cues)))


def _most_likely(
    table: NDArray[np.float64], lifts: NDArray[np.float64], targets: NDArray[np.float64], counts: NDArray[np.float64],
    prior: NDArray[np.float64], pull: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Newton's steps, halved for as long as they make it worse."""

    def loss(at: NDArray[np.float64]) -> float:
        odds = table @ at + lifts
        fit = counts * (np.logaddexp(0, odds) - targets * odds)
        return float(fit.sum() + (pull * (at - prior) ** 2).sum() / 2)

    weights, least = prior.copy(), loss(prior)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(table @ weights + lifts, -40, 40)))
        slope = table.T @ (counts * (targets - chance)) - pull * (weights - prior)
        bend = (table.T * (counts * chance * (1 - chance))) @ table + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        while (now := loss(weights + step)) > least and np.abs(step).max() > _SMALL:
            step = step / 2
        if now > least or least - now < _SMALL:
            break
        weights, least = weights + step, now
    return weights


def choose_threshold(examples: Sequence[Example], weights: Weights) -> float:
    """The lowest confidence from which on the share of right answers is as promised, whatever is routed."""
    scored = sorted(((confidence_of(each, weights), each) for each in examples), key=lambda pair: -pair[0])
    right = total = 0.0
    best = _HIGHEST
    for at, (confidence, example) in enumerate(scored):
        if confidence < _LOWEST:
            break
        total += example.counts
        right += example.counts * (example.right > _SURELY)
        is_last_of_ties = at + 1 == len(scored) or scored[at + 1][0] < confidence
        if is_last_of_ties and right / total >= PRECISION:
            best = confidence
    return round(min(best, _HIGHEST), 3)


def confidence_of(example: Example, weights: Weights) -> float:
    """The confidence the resolver gives under some weights."""
    odds = example.lift + sum(weights.cues.get(cue, 0.0) for cue in example.cues)
    return example.share * sigmoid(odds)


def as_module(weights: Weights) -> str:
    """The text of core/fitted.py."""
    lines = "\n".join(f'        "{name}": {weight!r},' for name, weight in sorted(weights.cues.items()))
    return (
        '"""Weights of the cues, fitted to texts with known truth around those of `argued.py`; not written by hand."""\n\n'
        "from localcare.stores.core.calibration import Weights\n\n"
        f"FITTED = Weights(\n    cues={{\n{lines}\n    }},\n    likely={weights.likely!r},\n)\n"
    )


def _table(examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.float64]:
    places = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(examples), len(names)))
    for row, example in enumerate(examples):
        for cue in example.cues:
            table[row, places[cue]] = 1
    return table


def balanced(examples: Iterable[tuple[str, Example | None]], *, per_style: float = 100.0) -> list[Example]:
    """Examples by style, each style counting the same however many texts it has, those without any store among them."""
    known = list(examples)
    sizes = Counter(style for style, _ in known)
    return [replace(each, counts=per_style / sizes[style]) for style, each in known if each is not None]
