"""The sparse halves of the linear model: weights by feature, summed text by text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from localcare.triage.core.features import pieces_of

Floats = npt.NDArray[np.float32]
REMEMBERED = 60_000  # words; some 14 MB


@dataclass(frozen=True, slots=True)
class Block:
    """One half of the features: weights already multiplied by idf, and idf squared for the length of a text's vector."""

    index: Mapping[str, int]
    weights: Floats
    squares: Floats

    @classmethod
    def of(cls, features: Sequence[str], idf: Floats, weights: Floats) -> "Block":
        """A block of features in order, with one row of nothing at the end for texts without any."""
        width = weights.shape[1]
        return cls(
            index={feature: row for row, feature in enumerate(features)},
            weights=np.vstack([weights * idf[:, None], np.zeros((1, width), np.float32)]).astype(np.float32),
            squares=np.append(idf**2, 0).astype(np.float32),
        )

    def product(self, rows: Sequence[Iterable[int]]) -> Floats:
        """Logits of each row's features: the sparse product of unit vectors with the weights."""
        return _unit(*self.sums(rows))

    def sums(self, rows: Sequence[Iterable[int]]) -> tuple[Floats, Floats]:
        """Of each row's features the sum of the weights, (rows, columns), and of the squares, (rows,)."""
        return _summed(self.weights, self.squares, rows, nothing=len(self.squares) - 1)


class WordSums:
    """What the pieces of a word add up to, remembered word by word: a text is the sum of its different words.

    Its vector's length is taken as if no two words had a piece in common, so that words need not be looked into again.
    """

    def __init__(self, pieces: Block) -> None:
        self._pieces, self._reading = pieces, Lock()
        self._forget(REMEMBERED)

    def product(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Logits of texts, each given as its words."""
        words = [set(text) for text in texts]
        with self._reading:
            rows = self._rows_of(set().union(*words))
            found = [map(rows.__getitem__, each) for each in words]
            return _unit(*_summed(self._sums, self._squares, found, nothing=0))

    def _rows_of(self, words: set[str]) -> Mapping[str, int]:
        if len(self._rows) + len(words) >= len(self._squares):
            self._forget(max(REMEMBERED, len(words) + 1))
        if new := [word for word in words if word not in self._rows]:
            first = len(self._rows) + 1
            known = self._pieces.index.get
            pieces = [{row for piece in pieces_of(word) if (row := known(piece)) is not None} for word in new]
            here = slice(first, first + len(new))
            self._sums[here], self._squares[here] = self._pieces.sums(pieces)
            self._rows.update(zip(new, range(first, first + len(new)), strict=True))
        return self._rows

    def _forget(self, room: int) -> None:
        """Row 0 stays nothing. Memory is only taken as rows are written."""
        self._rows: dict[str, int] = {}
        self._sums = np.zeros((room + 1, self._pieces.weights.shape[1]), np.float32)
        self._squares = np.zeros(room + 1, np.float32)


def _summed(weights: Floats, squares: Floats, rows: Sequence[Iterable[int]], *, nothing: int) -> tuple[Floats, Floats]:
    flat: list[int] = []
    starts = []
    for row in rows:
        starts.append(len(flat))
        flat.extend(row)
        flat.append(nothing)
    indices = np.array(flat, np.int32)
    return np.add.reduceat(weights[indices], starts, axis=0), np.add.reduceat(squares[indices], starts)


def _unit(sums: Floats, squares: Floats) -> Floats:
    return np.asarray(sums / np.maximum(np.sqrt(squares), 1e-9)[:, None], np.float32)
