"""Trains the model and exports its weights. The only module that imports scikit-learn: nothing at run time needs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from localcare.triage import corpora
from localcare.triage.artefact import Exported, write_model
from localcare.triage.core.features import features_of_pieces, features_of_words
from localcare.triage.core.model import ACTIONABLE, COMPLAINT, KIND, SENTIMENT_OF, Floats, Head
from localcare.triage.core.verdict import SENTIMENTS
from localcare.triage.corpora import Example

KINDS = ("tweets", "spanish", "support", "reviews")
VERSION = "2026.11"
PROFILE = "fast"
_SEED = 7

Keep = Callable[[Example], bool]


def everything(_: Example) -> bool:
    """Train on all there is: the shipped model."""
    return True


def training_parts(example: Example) -> bool:
    """Train on four fifths: the model whose figures are published."""
    return example.part != corpora.TEST_PART


@dataclass(frozen=True, slots=True)
class Task:
    """One head with its texts."""

    head: Head
    texts: Sequence[str]
    labels: Sequence[str]
    strength: float
    balanced: bool


class Features:
    """The two halves of the features, fitted on texts."""

    def __init__(self, *, rarest_word: int = 2, rarest_piece: int = 3) -> None:
        self.words = TfidfVectorizer(analyzer=features_of_words, binary=True, min_df=rarest_word)
        self.pieces = TfidfVectorizer(analyzer=features_of_pieces, binary=True, min_df=rarest_piece)

    def fit(self, texts: Sequence[str]) -> "Features":
        """Learn vocabulary and idf."""
        self.words.fit(texts)
        self.pieces.fit(texts)
        return self

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Texts × features."""
        return hstack([self.words.transform(texts), self.pieces.transform(texts)]).tocsr()


def fit_head(matrix: csr_matrix, labels: Sequence[str], *, strength: float, balanced: bool) -> LogisticRegression:
    """The recipe of every head: logistic regression, `strength` being scikit-learn's C."""
    weight = "balanced" if balanced else None
    head = LogisticRegression(C=strength, max_iter=300, class_weight=weight, random_state=_SEED)
    return head.fit(matrix, np.asarray(labels))


def tasks(root: Path, keep: Keep) -> list[Task]:
    """Every head of the model with the examples it learns from."""
    moods = {kind: [e for e in corpora.read_sentiment(root, kind) if keep(e)] for kind in KINDS}
    by_kind = [(e.text, kind) for kind, examples in moods.items() for e in examples]
    actionable = [e for e in corpora.read_actionable(root) if keep(e)]
    complaints = [e for e in corpora.read_complaints(root) if keep(e)]
    return [
        _task(Head(ACTIONABLE, ("0", "1")), actionable, strength=2.0, balanced=False),
        _task(Head(COMPLAINT, ("0", "1")), complaints, strength=2.0, balanced=True),
        Task(
            Head(KIND, KINDS), [text for text, _ in by_kind], [kind for _, kind in by_kind], strength=4.0, balanced=True
        ),
        *(_task(Head(SENTIMENT_OF + kind, SENTIMENTS), moods[kind], strength=1.0, balanced=True) for kind in KINDS),
    ]


def train(root: Path, path: Path, *, keep: Keep = everything) -> None:
    """Train every head on the sets under `root` and write the model file."""
    to_learn = tasks(root, keep)
    texts = sorted({text for task in to_learn for text in task.texts})
    features = Features(rarest_word=3, rarest_piece=5).fit(texts)
    fitted = [
        fit_head(features.transform(task.texts), task.labels, strength=task.strength, balanced=task.balanced)
        for task in to_learn
    ]
    export(path, features, tuple(task.head for task in to_learn), fitted)


def export(path: Path, features: Features, heads: tuple[Head, ...], fitted: Sequence[LogisticRegression]) -> None:
    """Write fitted heads as one matrix of weights over the features."""
    columns = [_columns(head, regression) for head, regression in zip(heads, fitted, strict=True)]
    weights = np.vstack([column for column, _ in columns]).T.astype(np.float32)
    split = len(features.words.vocabulary_)
    write_model(
        path,
        version=f"{VERSION}-{PROFILE}",
        heads=heads,
        blocks={"words": _export(features.words, weights[:split]), "pieces": _export(features.pieces, weights[split:])},
        bias=np.concatenate([bias for _, bias in columns]).astype(np.float32),
    )


def trainer() -> str:
    """What trained the model, for the model card."""
    return f"scikit-learn {sklearn.__version__}"


def _task(head: Head, examples: Sequence[Example], *, strength: float, balanced: bool) -> Task:
    return Task(head, [e.text for e in examples], [e.label for e in examples], strength, balanced)


def _columns(head: Head, fitted: LogisticRegression) -> tuple[Floats, Floats]:
    """Weights and biases of a head, one row per column of the exported matrix, in the order of the head's classes."""
    if head.width == 1:
        return fitted.coef_, fitted.intercept_
    order = [list(fitted.classes_).index(answer) for answer in head.classes]
    return fitted.coef_[order], fitted.intercept_[order]


def _export(vectoriser: TfidfVectorizer, weights: Floats) -> Exported:
    features = [str(feature) for feature in vectoriser.get_feature_names_out()]
    return features, vectoriser.idf_.astype(np.float32), weights
