"""Measures the shipped model in both profiles, and rules alone, on texts nobody trained on; and the recipe on sets of others."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from localcare.triage import corpora, recipe
from localcare.triage.core import Item, Triager
from localcare.triage.core.careful import Encoder
from localcare.triage.crisis import CrisisFigures, Sensed, measure_crisis, sensed_alone
from localcare.triage.measures import (
    Estimate,
    at_prevalence,
    average_precision,
    calibration_error,
    estimate,
    macro_f1,
)
from localcare.triage.shipped import load_model, load_triager
from localcare.triage.trial import BATCH, KINDS, FixedSets, Trial, in_batches, judge_all, read_fixed_sets

PREVALENCE = 0.10  # AT&T: one mention in ten needs an answer
_SINGLES = 100
_TIMED = 12 * BATCH
_WORST = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of the model card."""

    what: str
    measure: str
    estimate: Estimate
    known: str


@dataclass(frozen=True, slots=True)
class Actionable:
    """How well one way of judging tells what needs an answer."""

    own_mix: Estimate
    at_tenth: Estimate
    precision_own: float
    precision_tenth: float
    calibration_error: float
    abstained: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Whole verdicts by one core (processor time), the median single one, and loading."""

    per_second: float
    single_ms: float
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Profiled:
    """Everything measured of one way of judging."""

    trial: Trial
    actionable: Actionable
    tasks: tuple[Figure, ...]
    moods: tuple[Figure, ...]
    pace: Pace


@dataclass(frozen=True, slots=True)
class RiskAlarms:
    """How often the risk rules fire on real texts."""

    share: float
    texts: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything the model card tells."""

    fast: Profiled
    careful: Profiled | None
    rules_only: Profiled
    recipe: tuple[recipe.RecipeFigure, ...]
    risks: RiskAlarms
    crisis: CrisisFigures
    sensed: tuple[Sensed, ...]
    worst: tuple[tuple[str, str], ...]


def evaluate(
    root: Path, *, encoder: Encoder | None, folder: Path | None = None, tell: Callable[[str], None] = lambda _: None
) -> Evaluation:
    """Judge the fixed sets with the shipped model or a folder's, then try the recipe five-fold; some minutes."""
    sets = read_fixed_sets(root)
    tell("rules alone")
    rules_only = _profile("rules only", lambda: load_triager(use_model=False), sets)
    tell("fast")
    fast = _profile("fast", lambda: load_triager(folder=folder), sets)
    tell("careful" if encoder else "no encoder: the careful profile is left out")
    careful = (
        _profile("careful", lambda: load_triager(profile="careful", folder=folder, encoder=encoder), sets)
        if encoder
        else None
    )
    tell("crises, false alarms, and the recipe on sets of others, five-fold")
    return Evaluation(
        fast=fast,
        careful=careful,
        rules_only=rules_only,
        recipe=tuple(recipe.figures(root, encoder)),
        risks=_risks(root, load_triager(use_model=False)),
        crisis=measure_crisis(load_triager(folder=folder), root=root),
        sensed=tuple(_sensed(folder, encoder)),
        worst=tuple(worst_errors((careful or fast).trial)),
    )


def _sensed(folder: Path | None, encoder: Encoder | None) -> Iterator[Sensed]:
    if fast := load_model(folder=folder):
        yield from sensed_alone("fast", fast)
    if encoder and (careful := load_model(profile="careful", folder=folder, encoder=encoder)):
        yield from sensed_alone("careful", careful)


def _profile(who: str, load: Callable[[], Triager], sets: FixedSets) -> Profiled:
    began = time.process_time()
    triager = load()
    loaded = time.process_time() - began
    trial = judge_all(who, triager, sets)
    return Profiled(
        trial, measure_actionable(trial), tuple(_tasks(trial)), tuple(_moods(trial)), _pace(triager, sets, loaded)
    )


def measure_actionable(trial: Trial) -> Actionable:
    """At the test part's own mix, and as if one text in ten needed an answer."""
    right, said = trial.answers["actionable"]
    truth, scores = [answer == "yes" for answer in right], [v.actionable_probability for v in trial.verdicts]
    return Actionable(
        own_mix=estimate(macro_f1, right, said),
        at_tenth=estimate(at_prevalence(macro_f1, PREVALENCE), right, said),
        precision_own=average_precision(truth, scores),
        precision_tenth=average_precision(truth, scores, prevalence=PREVALENCE),
        calibration_error=calibration_error(truth, scores),
        abstained=sum(v.abstained for v in trial.verdicts) / len(trial.verdicts),
    )


def _tasks(trial: Trial) -> list[Figure]:
    bars = {"topic": "bar 0.65 fast, 0.70 careful", "actionable": "bar 0.82 fast, 0.85 careful; Lithium F 0.78"}
    return [
        Figure(task, "macro F1", estimate(macro_f1, right, said), bars.get(task, ""))
        for task, (right, said) in trial.answers.items()
    ]


def _moods(trial: Trial) -> list[Figure]:
    bars = {"tweets": "0.62 / 0.66", "spanish": "0.53 / 0.56", "support": "0.72 / 0.74", "reviews": "0.66 / 0.68"}
    return [
        Figure(
            f"sentiment, {kind}",
            "macro F1" if measure is macro_f1 else "macro recall",
            estimate(measure, [e.label for e in trial.sets.moods[kind]], trial.moods[kind]),
            f"bar {bars[kind]}",
        )
        for kind, measure in KINDS.items()
    ]


def _pace(triager: Triager, sets: FixedSets, loaded: float) -> Pace:
    texts = [row.text.text for row in sets.labelled] + [e.text for examples in sets.moods.values() for e in examples]
    items = [Item(str(place), text) for place, text in enumerate(texts[:_TIMED])]
    began = time.process_time()
    in_batches(triager.judge_many, items)
    batched = time.process_time() - began
    singles = []
    for item in items[:_SINGLES]:
        began = time.process_time()
        triager.judge_many([item])
        singles.append(time.process_time() - began)
    return Pace(len(items) / batched, float(np.median(singles)) * 1_000, loaded)


def worst_errors(trial: Trial) -> list[tuple[str, str]]:
    """Where the verdict was most sure and wrong about an answer: the row, and what was said. Texts stay where they are."""
    wrong = []
    for row, verdict in zip(trial.sets.labelled, trial.verdicts, strict=True):
        if verdict.actionable != row.labels.actionable:
            wanted = f"{'needs an answer' if row.labels.actionable else 'needs none'} ({row.labels.topic})"
            why = "; ".join(dict.fromkeys(reason.detail.split(" (“")[0] for reason in verdict.reasons))
            said = f"{wanted}, said {verdict.actionable_probability:.2f} ({verdict.topic}): {why}"
            gap = abs(verdict.actionable_probability - row.labels.actionable)
            wrong.append((gap, f"{row.text.ref.source} {row.text.ref.row}", said))
    return [(where, said) for _, where, said in sorted(wrong, key=lambda each: -each[0])[:_WORST]]


def _risks(root: Path, triager: Triager) -> RiskAlarms:
    texts = [t.text for t in corpora.read_support(root)] + [e.text for e in corpora.read_reviews(root)]
    return RiskAlarms(_share_flagged(texts, triager), len(texts))


def _share_flagged(texts: Sequence[str], triager: Triager) -> float:
    return sum(any(fired.rule.risk for fired in triager.rules.match(text)) for text in texts) / len(texts)
