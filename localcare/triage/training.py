"""Trains the model and exports its weights. The only module that imports scikit-learn: nothing at run time needs it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import sklearn
from scipy.sparse import csr_matrix, diags, hstack, vstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from localcare.triage import corpora
from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE, Exported, write_dense, write_model
from localcare.triage.core.blocks import Floats
from localcare.triage.core.careful import DenseHeads, Encoder
from localcare.triage.core.features import features_of_pieces, features_of_words
from localcare.triage.core.model import ACTIONABLE, COMPLAINT, KIND, RISK, SENTIMENT_OF, TOPIC, Head
from localcare.triage.core.verdict import SENTIMENTS
from localcare.triage.core.words import fold
from localcare.triage.corpora import Example
from localcare.triage.elder import Elder, read_elder
from localcare.triage.encoder import DIMENSIONS
from localcare.triage.lessons import Lesson, forbidden_words, heads, read_lessons, read_pool, read_signs, without_risk
from localcare.triage.shipped import load_rules
from localcare.triage.teaching import Seen, fired_on, opinions, teach, wanted_of
from localcare.triage.upper import Upper, tune_upper

KINDS = ("tweets", "spanish", "support", "reviews")
VERSION = "2026.11.6"
_SEED = 7
_NEVER = -20.0
SIGN_SHARE = 0.3
STRENGTH, STRENGTHS = 10.0, {ACTIONABLE: 2.5, TOPIC: 40.0}  # of our own heads; many topics want larger weights
DENSE_STRENGTH = 6.0
CALM = 2.3  # log-odds: a third of what teaches risks are crises, of real texts one in twenty
ELDER_SHARE = 0.6  # of the elder's opinion in what the pupil is taught

Keep = Callable[[Example], bool]


def training_parts(forbidden: Collection[str]) -> Keep:
    """Train on four fifths of every set and never on a text of our own test part: what ships is what is measured."""
    return lambda example: example.part != corpora.TEST_PART and fold(example.text) not in forbidden


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
        self.pieces = TfidfVectorizer(analyzer=features_of_pieces, norm=None, min_df=rarest_piece)

    def fit(self, texts: Sequence[str]) -> "Features":
        """Learn vocabulary and idf."""
        self.words.fit(texts)
        self.pieces.fit(texts)
        return self

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Texts × features; pieces count once for each word that has them, as `WordSums` adds them up."""
        pieces = self.pieces.transform(texts)
        lengths = np.sqrt(np.maximum(pieces @ self.pieces.idf_, 1e-9))
        return hstack([self.words.transform(texts), diags(1 / lengths) @ pieces]).tocsr()


def fit_head(matrix: csr_matrix, labels: Sequence[str], *, strength: float, balanced: bool) -> LogisticRegression:
    """The recipe of every head: logistic regression, `strength` being scikit-learn's C."""
    weight = "balanced" if balanced else None
    head = LogisticRegression(C=strength, max_iter=150, class_weight=weight, random_state=_SEED)
    return head.fit(matrix, np.asarray(labels))


def tasks(root: Path, keep: Keep) -> list[Task]:
    """The heads that learn from sets of others, with their examples."""
    moods = {kind: [e for e in corpora.read_sentiment(root, kind) if keep(e)] for kind in KINDS}
    by_kind = [(e.text, kind) for kind, examples in moods.items() for e in examples]
    complaints = [e for e in corpora.read_complaints(root) if keep(e)]
    return [
        _task(Head(COMPLAINT, ("0", "1")), complaints, strength=2.0, balanced=True),
        Task(
            Head(KIND, KINDS), [text for text, _ in by_kind], [kind for _, kind in by_kind], strength=4.0, balanced=True
        ),
        *(_task(Head(SENTIMENT_OF + kind, SENTIMENTS), moods[kind], strength=1.0, balanced=True) for kind in KINDS),
    ]


def train(
    root: Path,
    folder: Path,
    encoder: Encoder,
    *,
    keep_dev: bool = True,
    own: Sequence[Lesson] = (),
    version: str = VERSION,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Train both profiles on the sets under `root` and write their files.

    Shares and thresholds are chosen on the dev part, with a model that was trained without it (`keep_dev=False`); what ships
    then learns from it too.

    `own` are a brand's own labels, which it learns as well; none of them may be a text of the test part.
    """
    forbidden = forbidden_words(root, keep_dev=keep_dev)
    to_learn = tasks(root, training_parts(forbidden))
    lessons, pool = read_lessons(root, ["train", "dev"] if keep_dev else ["train"]), read_pool(root, forbidden)
    lessons += [lesson for lesson in own if fold(lesson.text) not in forbidden]
    texts = sorted({text for task in to_learn for text in task.texts} | set(pool) | {lesson.text for lesson in lessons})
    tell(f"{len(lessons)} labelled rows, a pool of {len(pool)}, {len(texts)} texts in all: reading them")
    features = Features(rarest_word=2, rarest_piece=8).fit(texts)
    elder = read_elder()
    upper = tune_upper(encoder, lessons, elder=elder, pool=pool, tell=tell)
    tell("reading all texts")
    vectors = dict(zip(texts, encoder.encode(texts, tuned=upper.model if upper else b""), strict=True))
    tell("teaching the heads of our own labels")
    ours = _teach(root, lessons, pool, features, vectors, upper, elder)
    tell("fitting the heads of other sets")
    others = [(task.head, *columns_of(task.head, _fit(task, features.transform(task.texts)))) for task in to_learn]
    fitted = [*others, *((head, *_calmed(head, *ours[head.name])) for head in heads())]
    export(folder / MODEL_FILE, features, fitted, version=version)
    tell("fitting the careful profile")
    _export_dense(folder / CAREFUL_FILE, lessons, to_learn, vectors, upper, version=version)


def _teach(
    root: Path,
    lessons: Sequence[Lesson],
    pool: Sequence[str],
    features: "Features",
    vectors: Mapping[str, Floats],
    upper: Upper | None,
    elder: Elder,
) -> Mapping[str, tuple[Floats, Floats]]:
    """Weights and biases of the heads that our labels answer."""
    lessons = [without_risk(lesson) for lesson in lessons]
    signs, words = read_signs(root), [features.transform(texts) for texts in ([x.text for x in lessons], pool)]
    think = _tuned(pool, vectors, upper) if upper else _untuned(lessons, pool, words, vectors)
    read, taught = vstack(words).tocsr(), {}
    for head in heads():
        thought = elder.beside(head.name, pool, think(head), ELDER_SHARE)
        if head.name == ACTIONABLE:
            thought = _with_signs(thought, [signs.get(text) for text in pool])
        strength = STRENGTHS.get(head.name, STRENGTH)
        taught[head.name] = teach(read, wanted_of(head, lessons, thought), strength=strength)
    return taught


Think = Callable[[Head], Floats]
"""What a teacher thinks of the pool: shape (texts, answers)."""


def _tuned(pool: Sequence[str], vectors: Mapping[str, Floats], upper: Upper) -> Think:
    seen = np.stack([vectors[text] for text in pool])
    return lambda head: upper.opinions(head, seen)


def _untuned(
    lessons: Sequence[Lesson], pool: Sequence[str], words: Sequence[csr_matrix], vectors: Mapping[str, Floats]
) -> Think:
    """The teacher where no layers could be tuned: words, vectors and the rules that fire."""
    rules = load_rules()
    known, unknown = (
        Seen(matrix, _general(vectors, texts), fired_on(rules, texts)).everything
        for matrix, texts in zip(words, ([lesson.text for lesson in lessons], pool), strict=True)
    )
    return lambda head: opinions(head, lessons, known, unknown)


def _calmed(head: Head, weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """The head of risks as it is right for real texts: the first answer, none, moved to how often it is true of them."""
    return weights, bias + CALM * (np.arange(len(bias)) == 0) if head.name == RISK else bias


def _with_signs(thought: Floats, signs: Sequence[int | None]) -> Floats:
    """What the teacher thinks, moved towards what a brand's answer, stars or mood say."""
    told = np.array([0.5 if sign is None else sign for sign in signs], np.float32)
    weight = np.array([0.0 if sign is None else SIGN_SHARE for sign in signs], np.float32)
    likely = (1 - weight) * thought[:, 1] + weight * told
    return np.stack([1 - likely, likely], axis=1)


def _export_dense(
    path: Path,
    lessons: Sequence[Lesson],
    to_learn: Sequence[Task],
    vectors: Mapping[str, Floats],
    upper: Upper | None,
    *,
    version: str,
) -> None:
    """Our heads on the tuned layers' vector, or without them on the encoder's own, where those of other sets always stand."""
    mine = [] if upper else [_task_of(head, lessons) for head in heads()]
    strong = [replace(task, strength=DENSE_STRENGTH) for task in to_learn if task.head.name != KIND]
    fitted = [
        (task.head, *columns_of(task.head, _fit(task, _general(vectors, task.texts)))) for task in (*mine, *strong)
    ]
    if upper:
        fitted = [(head, np.vstack([weights, np.zeros_like(weights)]), bias) for head, weights, bias in fitted]
        fitted = [*((head, *_calmed(head, *upper.columns(head))) for head in heads()), *fitted]
    write_dense(
        path,
        DenseHeads(
            version=version,
            heads=tuple(head for head, _, _ in fitted),
            weights=np.hstack([weights for _, weights, _ in fitted]).astype(np.float32),
            bias=np.concatenate([bias for _, _, bias in fitted]).astype(np.float32),
            tuned=upper.model if upper else b"",
        ),
    )


def _task_of(head: Head, lessons: Sequence[Lesson]) -> Task:
    known = [(lesson.text, lesson.answers[head.name]) for lesson in lessons if head.name in lesson.answers]
    return Task(head, [text for text, _ in known], [answer for _, answer in known], DENSE_STRENGTH, head.width > 1)


def _general(vectors: Mapping[str, Floats], texts: Sequence[str]) -> Floats:
    """The encoder's own vectors, which stand before those of the tuned layers."""
    return np.stack([vectors[text][:DIMENSIONS] for text in texts])


def _fit(task: Task, matrix: csr_matrix | Floats) -> LogisticRegression:
    return fit_head(matrix, task.labels, strength=task.strength, balanced=task.balanced)


Fitted = tuple[Head, Floats, Floats]
"""A head with its weights (features × columns) and biases."""


def export(path: Path, features: Features, fitted: Sequence[Fitted], *, version: str = VERSION) -> None:
    """Write fitted heads as one matrix of weights over the features."""
    weights = np.hstack([weights for _, weights, _ in fitted]).astype(np.float32)
    split = len(features.words.vocabulary_)
    write_model(
        path,
        version=f"{version}-fast",
        heads=tuple(head for head, _, _ in fitted),
        blocks={"words": _export(features.words, weights[:split]), "pieces": _export(features.pieces, weights[split:])},
        bias=np.concatenate([bias for _, _, bias in fitted]).astype(np.float32),
    )


def trainer() -> str:
    """What trained the model, for the model card."""
    return f"scikit-learn {sklearn.__version__}"


def _task(head: Head, examples: Sequence[Example], *, strength: float, balanced: bool) -> Task:
    return Task(head, [e.text for e in examples], [e.label for e in examples], strength, balanced)


def columns_of(head: Head, fitted: LogisticRegression) -> tuple[Floats, Floats]:
    """Weights (features × columns) and biases of a head, in the order of the head's classes; one never seen is never said."""
    if head.width == 1:
        return fitted.coef_.T, fitted.intercept_
    weights, bias = np.zeros((fitted.coef_.shape[1], head.width)), np.full(head.width, _NEVER)
    order = [head.classes.index(answer) for answer in fitted.classes_]
    weights[:, order], bias[order] = fitted.coef_.T, fitted.intercept_
    return weights, bias


def _export(vectoriser: TfidfVectorizer, weights: Floats) -> Exported:
    features = [str(feature) for feature in vectoriser.get_feature_names_out()]
    return features, vectoriser.idf_.astype(np.float32), weights
