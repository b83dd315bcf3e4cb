"""From findings to a probability for each store."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from localcare.stores.core.evidence import Finding
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.values import Evidence


@dataclass(frozen=True, slots=True)
class Weighed:
    """A store with the chance that it is the one, the chance that a store is meant at all, and what speaks for it."""

    store: int
    confidence: float
    presence: float
    evidence: tuple[Evidence, ...]


def weigh(findings: Sequence[Finding], index: DirectoryIndex, *, most: int = 5) -> list[Weighed]:
    """The best stores, best first. Confidence = the store's share among all named ones x the chance one is meant.

    The share is the softmax of the summed weights; the chance is one minus the product of each finding's doubt
    (noisy or), over the findings that speak for the store.
    """
    scores: dict[int, float] = {}
    for finding in findings:
        for store in finding.stores:
            scores[store] = scores.get(store, 0.0) + finding.weight
    for finding in findings:
        if finding.state:
            for store in scores:
                if index.states[store] == finding.state:
                    scores[store] += finding.weight
    if not scores:
        return []
    top = max(scores.values())
    total = sum(exp(score - top) for score in scores.values())
    best = sorted(scores, key=lambda store: -scores[store])[:most]
    return sorted(
        (_weighed(store, exp(scores[store] - top) / total, findings, index) for store in best),
        key=lambda each: -each.confidence,
    )


def _weighed(store: int, share: float, findings: Sequence[Finding], index: DirectoryIndex) -> Weighed:
    speaking = [
        finding
        for finding in findings
        if store in finding.stores or (finding.state is not None and index.states[store] == finding.state)
    ]
    doubt = 1.0
    for finding in speaking:
        doubt *= 1 - finding.presence
    strongest = sorted(speaking, key=lambda finding: -finding.weight)
    evidence = tuple(dict.fromkeys(Evidence(finding.kind, finding.detail) for finding in strongest))
    return Weighed(store, round(share * (1 - doubt), 4), 1 - doubt, evidence)
