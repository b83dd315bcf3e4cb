"""From findings to a probability for each store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from localcare.stores.core.aboutness import ABOUT, SEVERAL
from localcare.stores.core.calibration import Weights
from localcare.stores.core.circumstances import TWO_PLACES
from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.values import Evidence, EvidenceKind

ELSEWHERE = "elsewhere"
DOUBTS = (ELSEWHERE, TWO_PLACES)
"""Cues of the text's two places, whatever it is about."""
_BARE = ("town.bare", "zip.bare")
_TOLD_BESIDE = frozenset([EvidenceKind.STREET, EvidenceKind.NAME, EvidenceKind.CROSS_STREET, EvidenceKind.ADDRESS])
_GIVES_A_PLACE = _TOLD_BESIDE | {EvidenceKind.LANDMARK}
PLAIN_TOWN = ("town.placed", "town.shop", "town.brand", "town.in", "town.alone")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A store with the chance that it is the one, the chance that a store is meant at all, and what speaks for it."""

    store: int
    confidence: float
    share: float
    presence: float
    evidence: tuple[Evidence, ...]
    cues: tuple[str, ...]
    lift: float


def weigh(
    findings: Sequence[Finding], circumstances: Sequence[str], index: DirectoryIndex, weights: Weights, *, most: int = 5
) -> list[Weighed]:
    """The best stores, best first. Confidence = the store's share among all named ones x the chance one is meant.

    The share is the softmax of the summed weights, each less the log of how many stores its finding has; the chance is a
    logistic model of the cues that speak for the store and of the text's circumstances.
    """
    scores = _scores(findings, index)
    if not scores:
        return []
    top = max(scores.values())
    total = sum(exp(score - top) for score in scores.values())
    best = sorted(scores, key=lambda store: -scores[store])[:most]
    weighed = (
        _weighed(store, exp(scores[store] - top) / total, findings, circumstances, index, weights) for store in best
    )
    return sorted(weighed, key=lambda each: -each.confidence)


def _scores(findings: Sequence[Finding], index: DirectoryIndex) -> dict[int, float]:
    scores: dict[int, float] = {}
    counted: dict[int, list[tuple[int, int]]] = {}  # the same words say the same only once
    for finding in sorted(findings, key=lambda each: -each.weight):
        weight = finding.weight - log(max(1, len(finding.stores)))
        once = finding.kind in _TOLD_BESIDE and finding.span != (0, 0)
        for store in finding.stores:
            spans = counted.setdefault(store, []) if once else []
            if not any(_overlap(finding.span, span) for span in spans):
                scores[store] = scores.get(store, 0.0) + weight
                spans.append(finding.span)
    for finding in findings:
        if finding.state:
            for store in scores:
                if index.states[store] == finding.state:
                    scores[store] += finding.weight
    return scores


def _weighed(
    store: int, share: float, findings: Sequence[Finding], circumstances: Sequence[str], index: DirectoryIndex,
    weights: Weights,
) -> Weighed:  # fmt: skip
    speaking = [
        finding
        for finding in findings
        if store in finding.stores or (finding.state is not None and index.states[store] == finding.state)
    ]
    strongest: dict[str, Finding] = {}
    for finding in speaking:
        known = strongest.get(finding.kind)
        if known is None or _pull(finding, weights) > _pull(known, weights):
            strongest[finding.kind] = finding
    cues = (*_cues_of(strongest), *circumstances)
    if _is_told_of_elsewhere(store, speaking, findings):
        cues = (*cues, ELSEWHERE)
    lift = sum(finding.lift for finding in strongest.values())
    chance = weights.presence(cues, lift)
    presence = weights.presence([cue for cue in cues if not _is_doubt(cue, cues)], lift)
    shown = sorted(speaking, key=lambda finding: -finding.weight)
    evidence = tuple(dict.fromkeys(Evidence(finding.kind, in_words(finding, index)) for finding in shown))
    return Weighed(store, round(share * chance, 4), share, presence, evidence, cues, lift)


def _cues_of(strongest: Mapping[str, Finding]) -> Iterator[str]:
    """The cue of each kind; a town's bare name means more beside a street, name or landmark that is there."""
    beside = not _GIVES_A_PLACE.isdisjoint(strongest)
    for finding in strongest.values():
        yield f"{finding.cue}_beside" if beside and finding.cue in _BARE else finding.cue


def _is_doubt(cue: str, cues: Sequence[str]) -> bool:
    """Whether a cue says: perhaps another store of the text; not: perhaps none."""
    return cue in DOUBTS or (SEVERAL in cues and cue.startswith(ABOUT))


def _is_told_of_elsewhere(store: int, speaking: Sequence[Finding], findings: Sequence[Finding]) -> bool:
    """Whether the text gives another town as the place, by words that do not speak for the store in another sense."""
    return any(
        finding.cue.startswith(PLAIN_TOWN)
        and store not in finding.stores
        and not any(_overlap(finding.span, each.span) for each in speaking)
        for finding in findings
    )


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _pull(finding: Finding, weights: Weights) -> float:
    return weights.cues.get(finding.cue, 0.0) + finding.lift


def in_words(finding: Finding, index: DirectoryIndex) -> str:
    """What a finding says, with its stores."""
    if not finding.counts:
        return finding.detail
    stores = len(finding.stores)
    number = index.entries[finding.stores[0]].number
    if finding.detail.endswith((" of", ":")):
        return f"{finding.detail} store {number}" if stores == 1 else f"{finding.detail} {stores} stores"
    return f"{finding.detail} one store" if stores == 1 else f"{finding.detail} {stores} stores"
