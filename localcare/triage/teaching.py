"""How the quick model learns from few labels: a teacher that sees more than words tells it what it thinks of many texts.

The teacher reads words, word pieces, the encoder's vector and the rules that fire, and learns from our labels. The pupil
(words and pieces alone) learns from the same labels and from the teacher's opinion of every text of the pool (distillation:
Hinton, Vinyals and Dean 2015), each head by itself: in as many rounds it comes further than with all heads in one problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from localcare.triage.core.blocks import Floats
from localcare.triage.core.model import Head
from localcare.triage.core.rules import RuleSet
from localcare.triage.lessons import Lesson

VECTOR_SHARE, RULE_SHARE = 1.5, 0.3  # how loud vectors and rules are beside unit vectors of words
LABEL_SHARE = 0.5  # a label weighs as much as so many opinions of the teacher
_SHARPNESS = 1.5  # opinions are taken a little firmer than they were given
_TEACHER_STRENGTH = 2.0
_ROUNDS = 100
_SEED = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """Texts as the teacher sees them."""

    words: csr_matrix
    vectors: Floats
    fired: csr_matrix

    @property
    def everything(self) -> csr_matrix:
        """All three side by side."""
        return hstack([self.words, csr_matrix(self.vectors * VECTOR_SHARE), self.fired * RULE_SHARE]).tocsr()


def fired_on(rules: RuleSet, texts: Sequence[str]) -> csr_matrix:
    """Texts × rules, 1 where one fires."""
    places = {rule.id: column for column, rule in enumerate(rules.rules)}
    hits = [(row, places[fired.rule.id]) for row, text in enumerate(texts) for fired in rules.match(text)]
    rows, columns = zip(*hits, strict=True) if hits else ((), ())
    return csr_matrix((np.ones(len(hits), np.float32), (rows, columns)), shape=(len(texts), len(places)))


def opinions(head: Head, lessons: Sequence[Lesson], seen: csr_matrix, pool: csr_matrix) -> Floats:
    """What a teacher taught by the lessons thinks of the pool: shape (texts, classes)."""
    known = [row for row, lesson in enumerate(lessons) if head.name in lesson.answers]
    labels = np.array([head.classes.index(lessons[row].answers[head.name]) for row in known])
    teacher = LogisticRegression(
        C=_TEACHER_STRENGTH, max_iter=200, class_weight="balanced" if head.width > 1 else None, random_state=_SEED
    ).fit(seen[known], labels)
    thought = np.zeros((pool.shape[0], len(head.classes)), np.float32)
    thought[:, teacher.classes_] = teacher.predict_proba(pool)
    return thought


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one head should say of each row, and how much each row counts."""

    head: Head
    targets: Floats
    weights: Floats


def wanted_of(head: Head, lessons: Sequence[Lesson], thought: Floats) -> Wanted:
    """Labels first, then the teacher's opinions; rare labels count more, as the teacher's did."""
    targets = np.zeros((len(lessons), len(head.classes)), np.float32)
    for row, lesson in enumerate(lessons):
        if head.name in lesson.answers:
            targets[row, head.classes.index(lesson.answers[head.name])] = 1
    counts = targets.sum(0)
    rarity = counts.sum() / np.maximum(counts * (counts > 0).sum(), 1) if head.width > 1 else np.ones(len(counts))
    firm = thought**_SHARPNESS
    return Wanted(
        head,
        np.vstack([targets, firm / firm.sum(1, keepdims=True)]).astype(np.float32),
        np.concatenate([(targets * rarity).sum(1) * LABEL_SHARE, np.ones(len(thought))]).astype(np.float32),
    )


def teach(matrix: csr_matrix, wanted: Wanted, *, strength: float, known: Floats | None = None) -> tuple[Floats, Floats]:
    """Weights (features × columns) and biases of one head, by softmax regression on soft targets (L-BFGS, L2).

    The greater `strength`, the less large weights cost. With `known` logits (texts × answers) it learns what to add to them.
    """
    targets, weights = wanted.targets, (wanted.weights / wanted.weights.mean())[:, None].astype(np.float32)
    rows, features, columns = matrix.shape[0], matrix.shape[1], targets.shape[1]
    matrix, turned = matrix.astype(np.float32), matrix.T.tocsr().astype(np.float32)
    shrink, start = 1 / (strength * rows), np.float32(0) if known is None else known

    def loss(flat: Floats) -> tuple[float, Floats]:
        beta, bias = flat[:-columns].reshape(features, columns).astype(np.float32), flat[-columns:].astype(np.float32)
        logs = _log_softmax(matrix @ beta + bias + start)
        gap = (np.exp(logs) - targets) * weights / rows
        total = -float((weights * targets * logs).sum(dtype=np.float64)) / rows + shrink / 2 * float((beta**2).sum())
        return total, np.concatenate([(turned @ gap + shrink * beta).ravel(), gap.sum(0)]).astype(np.float64)

    flat = minimize(
        loss, np.zeros((features + 1) * columns), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS, "maxcor": 4}
    ).x
    return _joined(wanted.head, flat[:-columns].reshape(features, columns), flat[-columns:])


def _joined(head: Head, beta: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Two answers share one column: the log-odds of the second."""
    if head.width == 1:
        return beta[:, 1:] - beta[:, :1], bias[1:] - bias[:1]
    return beta, bias


def _log_softmax(logits: Floats) -> Floats:
    top = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(top - np.log(np.exp(top).sum(axis=1, keepdims=True)), np.float32)
