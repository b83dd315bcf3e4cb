"""Fits the weights of the resolver's cues to texts with known truth: what `core/fitted.py` holds is its printed result."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from localcare.stores.core.aboutness import ABOUT, LEVELS, SEVERAL, cue_of
from localcare.stores.core.calibration import Weights, sigmoid
from localcare.stores.core.weighing import Weighed

PRIOR_WIDTH = 1.0
"""How far (standard deviation, in log-odds) a weight may lie from the argued one before many texts must say so."""
PRECISION = 0.985
"""What is routed without a human is right this often on the texts of the fitting, a little above the 98 % promised."""
NOWHERE = 0.005
"""At most so many texts about no store of ours are routed: half of the 1 % promised, as new wordings come in lumps."""
HELD = frozenset(["town.home", "town.bare", "two_places", SEVERAL])
"""Cues that stay as argued, whatever `told` adds: texts written to try the resolver do not show how often a town's name is
somebody's, or home. A home does so in texts that speak of no shop, too."""
_SAYING_WHERE = frozenset(["town.home", "town.bare"])
_STEPS = 50
_SMALL = 1e-6
_FIRM = 1e6
_SURELY = 0.999
_FURTHEST = 3.0
_LOWEST, _HIGHEST = 0.8, 0.985


@dataclass(frozen=True, slots=True)
class Example:
    """The best store of one text: its cues, its share among the stores, how right it is (0..1), how much it counts.

    `about`: whether the text is about one store of ours, None when nobody knows.
    """

    cues: tuple[str, ...]
    lift: float
    share: float
    right: float
    counts: float = 1.0
    about: bool | None = None


def example_of(weighed: Sequence[Weighed], *, likelihood: float, counts: float = 1.0) -> Example | None:
    """An example from what the resolver weighed; `likelihood` is the true chance of its best store, None without any."""
    if not weighed:
        return None
    best = weighed[0]
    return Example(best.cues, best.lift, max(best.share, 1e-3), likelihood, counts)


def fit_weights(
    examples: Sequence[Example], argued: Mapping[str, float], judged: Sequence[Example] | None = None
) -> Weights:
    """Maximum a posteriori logistic regression with a normal prior around the argued weights, times a factor of its own.

    A text is sent rightly when it is about one store (its factor) and that is the one it names (its cues). The cues are
    learned from texts about one store, those of which nobody knows count by their factor. `judged` are the examples to learn
    the factors from, where not all are as frequent as customers' texts of their kind.
    """
    factors = _fit_factors(examples if judged is None else judged)
    names = sorted({*argued, *(cue for example in examples for cue in example.cues if cue not in factors)})
    told = [_chance_of(example, factors) if example.about is None else float(example.about) for example in examples]
    counts = np.array([example.counts * chance for example, chance in zip(examples, told, strict=True)])
    weights = Weights(_fit_cues(examples, names, argued, counts), factors=factors)
    told_more = _right_on_average(weights, examples if judged is None else judged)
    alone = {cue: round(weights.cues[cue] - told_more, 2) for cue in HELD & _SAYING_WHERE & weights.cues.keys()}
    if "town.home" in alone:
        alone["town.home"] = round(alone["town.home"] - max(0.0, weights.cues.get("no_shop", 0.0)), 2)
    weights = replace(weights, cues={**weights.cues, **alone}, told=told_more)
    return replace(weights, likely=choose_threshold(examples, weights))


def _right_on_average(weights: Weights, judged: Sequence[Example]) -> float:
    """What the log-odds lack for texts about one store to be sent rightly as often as they say, on average; by halving."""
    placed = [(each, weights.log_odds(each.cues, each.lift)) for each in judged if each.about]
    right = sum(each.counts * each.right for each, _ in placed)
    low, high = -_FURTHEST, _FURTHEST
    while placed and high - low > _SMALL:
        middle = (low + high) / 2
        said = sum(each.counts * each.share * sigmoid(odds + middle) for each, odds in placed)
        low, high = (middle, high) if said < right else (low, middle)
    return round((low + high) / 2, 2)


def _chance_of(example: Example, factors: Mapping[str, float]) -> float:
    return prod(factors.get(cue, 1.0) for cue in example.cues)


def _fit_factors(examples: Sequence[Example]) -> dict[str, float]:
    """Of the texts with a cue of what they are about, the share about one store; one text more is as the cue says."""
    about, total = _said_of_levels(), defaultdict[str, float](lambda: 1.0)
    for example in examples:
        for cue in example.cues if example.about is not None else ():
            if cue.startswith(ABOUT):
                about[cue] += example.counts * float(example.about or 0)
                total[cue] += example.counts
    return _rising([(cue, about[cue], total[cue]) for cue in sorted(about)])


def _said_of_levels() -> dict[str, float]:
    """The chance in the middle of each level, by its cue."""
    ends = (0.0, *LEVELS, 1.0)
    return {cue_of(low): (low + high) / 2 for low, high in pairwise(ends)}


def _rising(counted: Sequence[tuple[str, float, float]]) -> dict[str, float]:
    """Shares that never fall from one cue to the next: neighbours that do are pooled."""
    pools: list[tuple[list[str], float, float]] = []
    for cue, holds, total in counted:
        pools.append(([cue], holds, total))
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] > pools[-1][1] / pools[-1][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return {cue: round(holds / total, 3) for cues, holds, total in pools for cue in cues}


def _fit_cues(
    examples: Sequence[Example], names: Sequence[str], argued: Mapping[str, float], counts: NDArray[np.float64]
) -> dict[str, float]:
    prior = np.array([argued.get(name, 0.0) for name in names])
    targets = np.array([min(1.0, example.right / example.share) for example in examples])
    lifts = np.array([example.lift for example in examples])
    pull = np.array([_FIRM if name in HELD else 1 / PRIOR_WIDTH**2 for name in names])
    weights = _most_likely(_table(examples, names), lifts, targets, counts, prior, pull)
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


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


def choose_threshold(examples: Sequence[Example], weights: Weights, *, precision: float = PRECISION) -> float:
    """The lowest confidence from which on the share of right answers is as wanted, whatever is routed."""
    return threshold_for([(confidence_of(each, weights), each) for each in examples], precision=precision)


def threshold_for(confident: Iterable[tuple[float, Example]], *, precision: float) -> float:
    """The same of examples with their confidences, by whatever weights each was given its own."""
    scored = sorted(confident, key=lambda pair: -pair[0])
    right = total = 0.0
    best = _HIGHEST
    for at, (confidence, example) in enumerate(scored):
        if confidence < _LOWEST:
            break
        total += example.counts
        right += example.counts * (example.right > _SURELY)
        is_last_of_ties = at + 1 == len(scored) or scored[at + 1][0] < confidence
        if is_last_of_ties and right / total >= precision:
            best = confidence
    return round(min(best, _HIGHEST), 3)


def threshold_against(nowhere: Iterable[tuple[float, Example | None]], weights: Weights) -> float:
    """The confidence from which on no more texts about no store are routed than promised; each with what it counts."""
    return threshold_above([(count, confidence_of(each, weights) if each else 0.0) for count, each in nowhere])


def threshold_above(nowhere: Sequence[tuple[float, float]]) -> float:
    """The same of texts with their confidences, 0 for one without any store."""
    total = sum(count for count, _ in nowhere)
    scored = sorted(((confidence, count) for count, confidence in nowhere if confidence), reverse=True)
    routed = 0.0
    for confidence, count in scored:
        routed += count
        if routed > NOWHERE * total:
            return round(min(confidence, _HIGHEST) + 0.001, 3)
    return _LOWEST


def confidence_of(example: Example, weights: Weights) -> float:
    """The confidence the resolver gives under some weights."""
    return example.share * weights.presence(example.cues, example.lift)


def as_module(weights: Weights) -> str:
    """The text of core/fitted.py."""
    lines = "\n".join(f'        "{name}": {weight!r},' for name, weight in sorted(weights.cues.items()))
    factors = "\n".join(f'        "{name}": {chance!r},' for name, chance in sorted(weights.factors.items()))
    return (
        '"""Weights of the cues, fitted to texts with known truth around those of `argued.py`; not written by hand."""\n\n'
        "from localcare.stores.core.calibration import Weights\n\n"
        f"FITTED = Weights(\n    cues={{\n{lines}\n    }},\n    likely={weights.likely!r},\n    told={weights.told!r},\n"
        f"    plain={weights.plain!r},\n"
        f"    factors={{\n{factors}\n    }},\n)\n"
    )


def _table(examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.float64]:
    places = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(examples), len(names)))
    for row, example in enumerate(examples):
        for cue in example.cues:
            if cue in places:
                table[row, places[cue]] = 1
    return table


def balanced(examples: Iterable[tuple[str, Example | None]], *, per_style: float = 100.0) -> list[Example]:
    """Examples by style, each style counting the same however many texts it has, those without any store among them."""
    known = list(examples)
    sizes = Counter(style for style, _ in known)
    return [replace(each, counts=per_style / sizes[style]) for style, each in known if each is not None]
