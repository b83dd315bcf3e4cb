"""Trains the model of what a text is about, wordings left out whole; of the stores the only module with scikit-learn."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from localcare.stores.core.aboutness import About, Aboutness, Verdict
from localcare.stores.core.saying import Word, features_of
from localcare.stores.core.text import ReadText

FOLDS = 10
STRENGTH = 1.0
"""Inverse regularisation; each wording counts 1 however many texts it has."""
_RAREST = 2  # a feature is seen in so many wordings at least


@dataclass(frozen=True, slots=True)
class Said:
    """One text as a pattern, what it is about, and the wording it was made from."""

    pattern: Sequence[Word]
    text: ReadText
    about: About
    wording: str
    extra: frozenset[str] = frozenset()


def train_aboutness(said: Sequence[Said]) -> Aboutness:
    """The model of all texts."""
    known = _known_words(said)
    rows = [features_of(each.pattern, each.text, known) | each.extra for each in said]
    names = _frequent(rows, said)
    fitted = _fit(_table(rows, names), said)
    kinds = tuple(About(kind) for kind in fitted.classes_)
    weights, bias = fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)
    return Aboutness(kinds, names, weights, bias, known)


def verdicts_left_out(said: Sequence[Said]) -> list[Verdict]:
    """What a model says that never saw the text's wording, for every text."""
    found: dict[int, Verdict] = {}
    parts = [_part(each.wording) for each in said]
    for part in range(FOLDS):
        model = train_aboutness([each for each, own in zip(said, parts, strict=True) if own != part])
        for at, each in enumerate(said):
            if parts[at] == part:
                found[at] = model.verdict(features_of(each.pattern, each.text, model.words) | each.extra)
    return [found[at] for at in range(len(said))]


def _part(wording: str) -> int:
    return int(hashlib.sha256(wording.encode()).hexdigest(), 16) % FOLDS


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
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    return model.fit(table, np.array([str(each.about) for each in said]), sample_weight=counts)
