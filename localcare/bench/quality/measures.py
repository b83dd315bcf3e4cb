"""The figures of an evaluation, from outcomes alone: shares with intervals, calibration, the best threshold."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from localcare.bench.quality.outcomes import Outcome, of_kinds
from localcare.triage.core.shares import wilson_interval

PRECISION_WANTED = 0.98
_BINS = 15
_LEAST_KNOWABLE = 20  # fewer texts that name one store say nothing about a style's coverage


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % Wilson interval; `n` is what it is a share of (effective, where texts weigh differently)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class StyleFigures:
    """One style: coverage of the texts that name one store, precision of those routed, the wrong ones among all.

    Coverage is None for a style where no data can know; precision is None when nothing was routed.
    """

    kind: str
    asked: int
    knowable: int
    coverage: Share | None
    precision: Share | None
    wrong_rate: Share


@dataclass(frozen=True, slots=True)
class Overall:
    """All text-only styles, each weighing the same. `coverage_of_all` counts unknowable texts as not covered.

    `precision` counts texts about no store, `precision_placed` those about stores alone.
    """

    coverage: Share
    coverage_of_all: Share
    precision: Share
    precision_placed: Share
    wrong_rate: Share
    nowhere_routed: Share
    asked: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence: what was said on average, what came true, and their weight."""

    said: float
    true: Share
    weight: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Expected calibration error over 15 equal bins, each style weighing the same."""

    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The lowest confidence from which on the wanted precision holds, and the coverage it leaves."""

    confidence: float
    coverage: float
    precision: float


def wilson(share: float, n: float) -> Share:
    """The share with its interval (Wilson 1927); nothing asked gives the whole span."""
    low, high = wilson_interval(share, n)
    return Share(round(share, 4), round(low, 4), round(high, 4), round(n))


def measure_styles(outcomes: Iterable[Outcome]) -> dict[str, StyleFigures]:
    """Each style for itself, in the order of the files."""
    by_style: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_style[outcome.asked.style].append(outcome)
    return {style: _of_style(own) for style, own in by_style.items()}


def measure_overall(outcomes: Sequence[Outcome]) -> Overall:
    """Words alone: identities left out, texts about no store among those that can go wrong."""
    words = of_kinds(outcomes, "text", "nowhere")
    placed = of_kinds(outcomes, "text")
    return Overall(
        coverage=_share(lambda each: each.is_routed, _knowable(placed)),
        coverage_of_all=_share(lambda each: each.is_routed, placed),
        precision=_share(lambda each: each.is_right, _routed(words), among=words),
        precision_placed=_share(lambda each: each.is_right, _routed(placed), among=placed),
        wrong_rate=_share(lambda each: each.is_wrong, words),
        nowhere_routed=_share(lambda each: each.is_routed, of_kinds(outcomes, "nowhere")),
        asked=len(words),
    )


def measure_reliability(outcomes: Iterable[Outcome], *, routed_only: bool = False) -> Reliability:
    """How far confidences are from the share that came true. Naeini et al. 2015; two stores in one text are left out."""
    words = [each for each in of_kinds(outcomes, "text", "nowhere") if each.asked.style != "two_stores"]
    weights = _weights(words)
    binned: defaultdict[int, list[Outcome]] = defaultdict(list)
    for each in words:
        if each.guess and (each.is_routed or not routed_only):
            binned[min(_BINS - 1, int(each.confidence * _BINS))].append(each)
    bins = tuple(_bin(own, weights) for _, own in sorted(binned.items()))
    total = sum(each.weight for each in bins) or 1.0
    error = sum(each.weight * abs(each.said - each.true.value) for each in bins) / total
    return Reliability(round(error, 4), bins)


def find_threshold(outcomes: Sequence[Outcome], wanted: float = PRECISION_WANTED) -> Threshold | None:
    """Route by confidence alone, whatever the status: the threshold with the most coverage at the wanted precision."""
    words = of_kinds(outcomes, "text", "nowhere")
    weights, covering = _weights(words), _weights(_knowable(of_kinds(words, "text")))
    every = sum(covering.values()) or 1.0
    best, routed, right, covered = None, 0.0, 0.0, 0.0
    ranked = sorted((each for each in words if each.guess), key=lambda each: -each.confidence)
    for at, each in enumerate(ranked):
        routed += weights[each.asked.id]
        right += weights[each.asked.id] * each.is_right
        covered += covering[each.asked.id]
        is_last_of_ties = at + 1 == len(ranked) or ranked[at + 1].confidence < each.confidence
        if is_last_of_ties and right >= wanted * routed:
            best = Threshold(round(each.confidence, 4), round(covered / every, 4), round(right / routed, 4))
    return best


def _of_style(own: Sequence[Outcome]) -> StyleFigures:
    knowable, routed = _knowable(own), _routed(own)
    has_coverage = len(knowable) >= _LEAST_KNOWABLE
    return StyleFigures(
        kind=own[0].asked.kind,
        asked=len(own),
        knowable=len(knowable),
        coverage=_plain(sum(each.is_routed for each in knowable), len(knowable)) if has_coverage else None,
        precision=_plain(sum(each.is_right for each in routed), len(routed)) if routed else None,
        wrong_rate=_plain(sum(each.is_wrong for each in own), len(own)),
    )


def _routed(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.is_routed]


def _knowable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Texts that name one store, of styles where that is more than chance."""
    found = [each for each in outcomes if each.asked.is_knowable]
    counts = Counter(each.asked.style for each in found)
    return [each for each in found if counts[each.asked.style] >= _LEAST_KNOWABLE]


def _plain(holds: int, n: int) -> Share:
    return wilson(holds / n if n else 0.0, n)


def _share(
    holds: Callable[[Outcome], bool], counted: Sequence[Outcome], *, among: Sequence[Outcome] | None = None
) -> Share:
    """A share over styles of equal weight; its n is Kish's effective number (Survey Sampling, 1965)."""
    weights = _weights(among if among is not None else counted)
    total = sum(weights[each.asked.id] for each in counted)
    if not total:
        return wilson(0.0, 0)
    squares = sum(weights[each.asked.id] ** 2 for each in counted)
    return wilson(sum(weights[each.asked.id] for each in counted if holds(each)) / total, total**2 / squares)


def _weights(outcomes: Sequence[Outcome]) -> defaultdict[str, float]:
    """By the text's id; all texts of a style weigh 1 together, a text not among them nothing."""
    counts = Counter(each.asked.style for each in outcomes)
    return defaultdict(float, {each.asked.id: 1 / counts[each.asked.style] for each in outcomes})


def _bin(own: Sequence[Outcome], weights: Mapping[str, float]) -> Bin:
    weight = sum(weights[each.asked.id] for each in own)
    said = sum(weights[each.asked.id] * each.confidence for each in own) / weight
    true = sum(weights[each.asked.id] for each in own if each.is_own) / weight
    squares = sum(weights[each.asked.id] ** 2 for each in own)
    return Bin(round(said, 4), wilson(true, weight**2 / squares), round(weight, 4))
