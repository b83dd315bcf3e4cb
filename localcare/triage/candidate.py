"""A new model for a brand, from reading its labels to a candidate in the register: learned, put before the gate, kept."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from sqlmodel import Session

from localcare.errors import CareError, ConfigurationError, InvalidError
from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.triage import onward, register, training
from localcare.triage.core import Triager
from localcare.triage.core.careful import Encoder
from localcare.triage.lessons import Lesson
from localcare.triage.model_files import ModelHome
from localcare.triage.models import TriageModel
from localcare.triage.own_gate import examine
from localcare.triage.own_labels import OwnLabels, anchors, read_own_labels
from localcare.triage.register import Trained, Who
from localcare.triage.rule_shelf import load_brand_rules, rule_day
from localcare.triage.shipped import load_model, load_triager, shipped_version

log = logging.getLogger(__name__)

Recipe = Literal["onward", "whole"]
FEWEST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Means:
    """What training has at hand: the labelled sets, the encoder, and where this host keeps brands' models."""

    data: Path | None
    encoder: Encoder | None
    home: ModelHome


def train_candidate(
    db: Database,
    clock: Clock,
    brand_id: int,
    means: Means,
    *,
    recipe: Recipe,
    who: Who,
    tell: Callable[[str], None] = lambda _: None,
) -> TriageModel:
    """Learn from the brand's labels, ask the gate, and keep the model as a candidate. Nothing is held open meanwhile."""
    began = time.perf_counter()
    with db.session(brand_id, viewer="training") as session:
        own = read_own_labels(session, brand_id, now=clock.now())
        _require(recipe, own, means)
        base = shipped_version()
        version = register.version_for_next(session, brand_id, base)
        old = _live_triager(session, brand_id, means.home, clock.now())
    with TemporaryDirectory() as place:
        folder = Path(place)
        _learn(recipe, own, means, folder, version, tell)
        model = load_model(folder=folder)
        gate = examine(old, old.with_model(model), own, means.data, tell=tell)
        seconds = time.perf_counter() - began
        trained = Trained(version, recipe, base, len(own.to_learn), seconds, gate, folder)
        with db.session(brand_id, viewer="training") as session:
            return register.add_candidate(session, brand_id, trained, who=who, now=clock.now())


def lessons_of(own: OwnLabels) -> list[Lesson]:
    """Own labels as the trainer takes them."""
    return [Lesson(text.text, dict(text.answers)) for text in own.to_learn]


def _require(recipe: Recipe, own: OwnLabels, means: Means) -> None:
    if recipe == "whole":
        if means.data is None:
            raise ConfigurationError(
                "The whole recipe needs the labelled sets: give --data, or set LOCALCARE_EVAL_DATA. "
                "Without --whole the shipped model learns on from your own labels alone."
            )
        if means.encoder is None:
            raise ConfigurationError(
                "The whole recipe needs the encoder: pip install 'localcare[careful]' and set LOCALCARE_ENCODER to its folder."
            )
    elif len(own.to_learn) < FEWEST_LABELS:
        raise InvalidError(
            f"There are {len(own.to_learn)} corrections to learn from, and {FEWEST_LABELS} are the fewest that make sense. "
            "On a case, t corrects what triage says of it, x says that nobody had to look at it, f that it is no crisis."
        )


def _learn(
    recipe: Recipe, own: OwnLabels, means: Means, folder: Path, version: str, tell: Callable[[str], None]
) -> None:
    if recipe == "whole":
        assert means.data is not None  # noqa: S101
        assert means.encoder is not None  # noqa: S101
        training.train(means.data, folder, means.encoder, own=lessons_of(own), version=version, tell=tell)
        return
    kept = [*(text.text for text in own.kept_to_learn), *anchors(measuring=False)]
    onward.learn_on(onward.shipped_bases(means.encoder), lessons_of(own), kept, folder, version=version, tell=tell)


def _live_triager(session: Session, brand_id: int, home: ModelHome, now: datetime) -> Triager:
    """What judges now, with the brand's rules: the one to beat."""
    shipped = load_triager()
    triager = shipped.with_rules(load_brand_rules(session, brand_id, shipped.rules.rules, on=rule_day(now)))
    live = register.find_live(session, brand_id)
    if live is None:
        return triager
    try:
        return triager.with_model(home.load(session, live))
    except CareError as error:
        log.warning("the live model %s cannot be run, the shipped one is the one to beat: %s", live.version, error)
        return triager
