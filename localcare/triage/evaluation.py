"""Measures triage on fixed splits: the training recipe by cross-validation, and the whole verdict on texts never trained on."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from localcare.triage import corpora, training
from localcare.triage.artefact import read_model
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.core.model import Model
from localcare.triage.corpora import Example
from localcare.triage.language import TrainedLanguageReader
from localcare.triage.measures import (
    Estimate,
    Measure,
    accuracy,
    average_precision,
    calibration_error,
    estimate,
    macro_f1,
    macro_recall,
)
from localcare.triage.shipped import load_lexicon, load_rules, load_triager

_BATCH = 256
_WORST = 15
_PATIENCE = 100  # single verdicts timed
_BANKING_STRENGTH = 20.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the model card."""

    what: str
    measure: str
    estimate: Estimate
    known: str


@dataclass(frozen=True, slots=True)
class ActionableFigure:
    """How well one way of judging tells what needs an answer, on our own labels."""

    who: str
    f1: Estimate
    average_precision: float
    calibration_error: float
    abstained: float


@dataclass(frozen=True, slots=True)
class RiskAlarms:
    """How often the risk rules fire on real texts."""

    share: float
    texts: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Speed of whole verdicts on one core, and of loading."""

    per_second: float
    single_ms: float
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything the model card tells."""

    recipe: tuple[Figure, ...]
    verdicts: tuple[Figure, ...]
    rules_only: tuple[Figure, ...]
    actionable: tuple[ActionableFigure, ...]
    risks: RiskAlarms
    worst: tuple[tuple[str, str], ...]
    pace: Pace


def evaluate(root: Path, *, tell: Callable[[str], None] = lambda _: None) -> Evaluation:
    """Train on four fifths, measure on the rest; some minutes. `tell` hears what is being done."""
    tell("training on four fifths of the texts")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        training.train(root, path, keep=training.training_parts)
        model = read_model(path)
    tell("judging the other fifth")
    with_model, without = _triager(model), _triager(None)
    labelled = corpora.read_labelled(root)
    tell("cross-validating the recipe")
    return Evaluation(
        recipe=tuple(_recipe_figures(root)),
        verdicts=tuple(_verdict_figures(root, with_model)),
        rules_only=tuple(_verdict_figures(root, without)),
        actionable=(_actionable("rules and model", with_model, labelled), _actionable("rules only", without, labelled)),
        risks=_risks(root, without),
        worst=tuple(_worst(with_model, labelled)),
        pace=_pace(root),
    )


def _triager(model: Model | None) -> Triager:
    return Triager(load_rules(), model, lexicon=load_lexicon(), read_language=TrainedLanguageReader())


def _recipe_figures(root: Path) -> list[Figure]:
    complaints = corpora.read_complaints(root)
    harder = [e for e in complaints if not e.trade.startswith("random")]
    tweets, spanish, airlines, stars = (
        corpora.read_sentiment(root, kind) for kind in ("tweets", "spanish", "support", "reviews")
    )
    return [
        Figure(
            "complaints, ACL-19, all rows",
            "macro F1",
            _folded(complaints, macro_f1, 2.0),
            "paper 0.79, large transformers 0.87",
        ),
        Figure("complaints, ACL-19, without random rows", "macro F1", _folded(harder, macro_f1, 2.0), "0.773 TF-IDF"),
        Figure(
            "sentiment, English tweets",
            "macro recall",
            _folded(tweets, macro_recall, 1.0),
            "fastText 0.629, RoBERTa 0.713",
        ),
        Figure("sentiment, Spanish tweets", "macro F1", _folded(spanish, macro_f1, 1.0), "multilingual E5 small 0.566"),
        Figure("sentiment, airline tweets", "macro F1", _folded(airlines, macro_f1, 1.0), "0.726 TF-IDF"),
        Figure("sentiment, store stars", "macro recall", _folded(stars, macro_recall, 1.0), "0.66 TF-IDF"),
        Figure("banking77 (free), 77 intents, its own test part", "accuracy", _banking(root), "0.931 small BGE + SVC"),
    ]


def _folded(examples: Sequence[Example], measure: Measure, strength: float) -> Estimate:
    """The recipe on one set alone, five-fold, each fold by group; features are fitted on the training side only."""
    said: dict[int, str] = {}
    for part in range(corpora.PARTS):
        train = [e for e in examples if e.part != part]
        test = [i for i, e in enumerate(examples) if e.part == part]
        features = training.Features().fit([e.text for e in train])
        matrix = features.transform([e.text for e in train])
        head = training.fit_head(matrix, [e.label for e in train], strength=strength, balanced=True)
        said |= zip(test, head.predict(features.transform([examples[i].text for i in test])), strict=True)
    return estimate(measure, [e.label for e in examples], [said[i] for i in range(len(examples))])


def _banking(root: Path) -> Estimate:
    train, test = corpora.read_banking(root, "train"), corpora.read_banking(root, "test")
    features = training.Features().fit([e.text for e in train])
    matrix = features.transform([e.text for e in train])
    head = training.fit_head(matrix, [e.label for e in train], strength=_BANKING_STRENGTH, balanced=False)
    return estimate(accuracy, [e.label for e in test], list(head.predict(features.transform([e.text for e in test]))))


def _verdict_figures(root: Path, triager: Triager) -> list[Figure]:
    known = {"tweets": "bar 0.62", "spanish": "bar 0.53", "support": "bar 0.72", "reviews": "bar 0.66"}
    figures = []
    for kind, measure in (
        ("tweets", macro_recall),
        ("spanish", macro_f1),
        ("support", macro_f1),
        ("reviews", macro_recall),
    ):
        test = _held_out(corpora.read_sentiment(root, kind))
        said = [v.sentiment for v in _judge(triager, test)]
        name = "macro F1" if measure is macro_f1 else "macro recall"
        figures.append(
            Figure(f"sentiment, {kind}", name, estimate(measure, [e.label for e in test], said), known[kind])
        )
    test = _held_out(corpora.read_actionable(root))
    answers = [str(int(v.actionable)) for v in _judge(triager, test)]
    truth = [e.label for e in test]
    return [
        *figures,
        Figure("actionable, labels by signs", "macro F1", estimate(macro_f1, truth, answers), "Lithium F 0.78"),
    ]


def _actionable(who: str, triager: Triager, labelled: Sequence[Example]) -> ActionableFigure:
    verdicts = _judge(triager, labelled)
    truth = [e.label == "1" for e in labelled]
    scores = [v.actionable_probability for v in verdicts]
    return ActionableFigure(
        who=who,
        f1=estimate(macro_f1, [e.label for e in labelled], [str(int(v.actionable)) for v in verdicts]),
        average_precision=average_precision(truth, scores),
        calibration_error=calibration_error(truth, scores),
        abstained=sum(v.abstained for v in verdicts) / len(verdicts),
    )


def _risks(root: Path, triager: Triager) -> RiskAlarms:
    texts = [t.text for t in corpora.read_support(root)] + [e.text for e in corpora.read_reviews(root)]
    flagged = sum(any(fired.rule.risk for fired in triager.rules.match(text)) for text in texts)
    return RiskAlarms(flagged / len(texts), len(texts))


def _worst(triager: Triager, labelled: Sequence[Example]) -> list[tuple[str, str]]:
    """Where the verdict was most sure and wrong: the group's short name and what was said. Texts stay where they are."""
    judged = [
        (abs(v.actionable_probability - int(e.label)), e, v)
        for e, v in zip(labelled, _judge(triager, labelled), strict=True)
    ]
    wrong = sorted((w for w in judged if w[2].actionable != (w[1].label == "1")), key=lambda w: -w[0])
    return [(f"{e.trade}, {len(e.text)} characters", _said(e, v)) for _, e, v in wrong[:_WORST]]


def _said(example: Example, verdict: Verdict) -> str:
    wanted = "needs an answer" if example.label == "1" else "needs none"
    return f"{wanted}, said {verdict.actionable_probability:.2f}: " + "; ".join(
        r.detail.split(" (“")[0] for r in verdict.reasons
    )


def _judge(triager: Triager, examples: Sequence[Example]) -> list[Verdict]:
    items = [Item(str(i), e.text) for i, e in enumerate(examples)]
    return [v for start in range(0, len(items), _BATCH) for v in triager.judge_many(items[start : start + _BATCH])]


def _held_out(examples: Sequence[Example]) -> list[Example]:
    return [e for e in examples if e.part == corpora.TEST_PART]


def _pace(root: Path) -> Pace:
    began = time.process_time()
    triager = load_triager()
    loaded = time.process_time() - began
    texts = [t.text for t in corpora.read_support(root)] + [e.text for e in corpora.read_reviews(root)[: 10 * _BATCH]]
    items = [Item(str(i), text) for i, text in enumerate(texts)]
    triager.judge_many(items[:_BATCH])
    began = time.process_time()
    for start in range(0, len(items), _BATCH):
        triager.judge_many(items[start : start + _BATCH])
    batched = time.process_time() - began
    singles = []
    for item in items[:_PATIENCE]:
        began = time.process_time()
        triager.judge_many([item])
        singles.append(time.process_time() - began)
    return Pace(len(items) / batched, float(np.median(singles)) * 1_000, loaded)
