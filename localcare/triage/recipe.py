"""The recipe tried on sets of others, each alone: complaints five-fold, and the 77 intents of banking77 on its own test part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from localcare.triage import corpora, training
from localcare.triage.core.blocks import Floats
from localcare.triage.core.careful import Encoder, mixed
from localcare.triage.corpora import Example
from localcare.triage.measures import Estimate, accuracy, estimate, macro_f1

_LINEAR, _DENSE, _BANKING = 2.0, 8.0, 20.0  # strengths, scikit-learn's C
_EVEN = 0.5  # how much the encoder's opinion counts beside the words'


@dataclass(frozen=True, slots=True)
class RecipeFigure:
    """One set: the words alone (fast), with the encoder's vectors (careful), and what others have reached."""

    what: str
    measure: str
    fast: Estimate
    careful: Estimate | None
    known: str


def figures(root: Path, encoder: Encoder | None) -> list[RecipeFigure]:
    """Complaints with and without the random rows, and banking77; some minutes."""
    complaints = corpora.read_complaints(root)
    vectors = _vectors(complaints, encoder)
    harder = [e for e in complaints if not e.trade.startswith("random")]
    return [
        _complaints("complaints, ACL-19, all rows", complaints, vectors, "paper 0.79, large transformers 0.87"),
        _complaints("complaints, ACL-19, without random rows", harder, vectors, "0.773 TF-IDF"),
        _banking(root),
    ]


def _complaints(what: str, examples: Sequence[Example], vectors: Mapping[str, Floats], known: str) -> RecipeFigure:
    """Five folds by group; features are fitted on the training side only."""
    by_words, by_both = (np.zeros((len(examples), 2), np.float32) for _ in range(2))
    for part in range(corpora.PARTS):
        train = [e for e in examples if e.part != part]
        test = [row for row, e in enumerate(examples) if e.part == part]
        labels, held_out = [e.label for e in train], [examples[row] for row in test]
        features = training.Features().fit([e.text for e in train])
        matrix = features.transform([e.text for e in train])
        head = training.fit_head(matrix, labels, strength=_LINEAR, balanced=True)
        by_words[test] = head.predict_proba(features.transform([e.text for e in held_out]))
        if vectors:
            dense = training.fit_head(_stack(train, vectors), labels, strength=_DENSE, balanced=True)
            by_both[test] = mixed(by_words[test], dense.predict_proba(_stack(held_out, vectors)), _EVEN)
    right = [e.label for e in examples]
    careful = estimate(macro_f1, right, _said(by_both)) if vectors else None
    return RecipeFigure(what, "macro F1", estimate(macro_f1, right, _said(by_words)), careful, known)


def _banking(root: Path) -> RecipeFigure:
    train, test = corpora.read_banking(root, "train"), corpora.read_banking(root, "test")
    features = training.Features().fit([e.text for e in train])
    matrix = features.transform([e.text for e in train])
    head = training.fit_head(matrix, [e.label for e in train], strength=_BANKING, balanced=False)
    said = list(head.predict(features.transform([e.text for e in test])))
    figure = estimate(accuracy, [e.label for e in test], said)
    return RecipeFigure(
        "banking77 (free), 77 intents, its own test part", "accuracy", figure, None, "0.931 small BGE + SVC"
    )


def _vectors(examples: Sequence[Example], encoder: Encoder | None) -> Mapping[str, Floats]:
    texts = [e.text for e in examples]
    return dict(zip(texts, encoder.encode(texts), strict=True)) if encoder else {}


def _stack(examples: Sequence[Example], vectors: Mapping[str, Floats]) -> Floats:
    return np.stack([vectors[e.text] for e in examples])


def _said(probabilities: Floats) -> list[str]:
    return [str(answer) for answer in probabilities.argmax(axis=1)]
