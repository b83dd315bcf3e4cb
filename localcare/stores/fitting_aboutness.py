"""Trains the model of what a text is about, files of texts left out whole; of the stores the only module with scikit-learn."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from localcare.stores.core.aboutness import About, Aboutness, Verdict
from localcare.stores.core.saying import Word, features_of
from localcare.stores.core.text import ReadText

STRENGTH = 1.0
"""Inverse regularisation; each wording counts 1 however many texts it has."""
_RAREST = 2  # a feature is seen in so many wordings at least
_SURELY = 1e-6


@dataclass(frozen=True, slots=True)
class Said:
    """One text as a pattern, what it is about, the wording it was made from, and the file that has the wording."""

    pattern: Sequence[Word]
    text: ReadText
    about: About
    wording: str
    source: str
    extra: frozenset[str] = frozenset()


def train_aboutness(said: Sequence[Said]) -> Aboutness:
    """The model of all texts, its chances as they come."""
    known = _known_words(said)
    rows = [features_of(each.pattern, each.text, known) | each.extra for each in said]
    names = _frequent(rows, said)
    fitted = _fit(_table(rows, names), said)
    kinds = tuple(About(kind) for kind in fitted.classes_)
    weights, bias = fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)
    return Aboutness(kinds, names, weights, bias, known)


def verdict_on(said: Said, model: Aboutness) -> Verdict:
    """What a model says of a text."""
    return model.verdict(features_of(said.pattern, said.text, model.words) | said.extra)


def calibrated(model: Aboutness, judged: Sequence[tuple[float, bool, float]]) -> Aboutness:
    """The model with what its chances for unseen wordings turned out to mean (Platt 1999): chance, is one, how much it counts."""
    chances = np.clip([chance for chance, _, _ in judged], _SURELY, 1 - _SURELY)
    odds = np.log(chances / (1 - chances))[:, None]
    counts = [count for _, _, count in judged]
    fitted = LogisticRegression(C=1 / _SURELY).fit(odds, [is_one for _, is_one, _ in judged], sample_weight=counts)
    return replace(model, shift=float(fitted.intercept_[0]), scale=float(fitted.coef_[0, 0]))


def _known_words(said: Iterable[Said]) -> frozenset[str]:
    """Words of at least two wordings that are no slots."""
    wordings: defaultdict[str, set[str]] = defaultdict(set)
    for each in said:
        for word in each.pattern:
            wordings[word.said].add(each.wording)
    return frozenset(word for word, seen in wordings.items() if len(seen) >= _RAREST and word[0] != "@")


def _frequent(rows: Sequence[frozenset[str]], said: Sequence[Said]) -> Mapping[str, int]:
    wordings: defaultdict[str, set[str]] = defaultdict(set)
    for row, each in zip(rows, said, strict=True):
        for name in row:
            wordings[name].add(each.wording)
    return {name: at for at, name in enumerate(sorted(name for name, seen in wordings.items() if len(seen) >= _RAREST))}


def _table(rows: Sequence[frozenset[str]], names: Mapping[str, int]) -> csr_matrix:
    places = [[names[name] for name in row if name in names] for row in rows]
    ends = np.cumsum([0, *map(len, places)])
    columns = np.fromiter(_chain(places), dtype=np.int32, count=int(ends[-1]))
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(names)))


def _chain(places: Iterable[Iterable[int]]) -> Iterator[int]:
    for own in places:
        yield from own


def _fit(table: csr_matrix, said: Sequence[Said]) -> LogisticRegression:
    sizes = Counter(each.wording for each in said)
    counts: NDArray[np.float64] = np.array([1 / sizes[each.wording] for each in said])
    model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
    return model.fit(table, np.array([str(each.about) for each in said]), sample_weight=counts)
