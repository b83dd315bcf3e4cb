"""`localcare triage train|evaluate`. What they need beyond triage itself is loaded by name, and missed in a sentence."""

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from localcare.cli.context import ACTOR, AsJson, BrandSlug, opened_database, print_json, work_for_brand
from localcare.errors import ConfigurationError
from localcare.kit.clock import SystemClock
from localcare.settings import get_settings
from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE
from localcare.triage.encoder import OnnxEncoder, load_encoder
from localcare.triage.model_files import ModelHome
from localcare.triage.models import TriageModel
from localcare.triage.own_gate import in_words
from localcare.triage.register import Who, gate_of
from localcare.triage.shipped import load_taxonomy

app = typer.Typer()

EvalData = Annotated[Path | None, typer.Option(help="Folder of the labelled sets; else LOCALCARE_EVAL_DATA.")]


@app.command()
def train(
    *,
    brand: BrandSlug = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="From the labelled sets anew, instead of on from the shipped model.")
    ] = False,
    data: EvalData = None,
    to: Annotated[
        Path | None,
        typer.Option(help="Only rebuild the shipped model's files, from the labelled sets into this folder."),
    ] = None,
    without_dev: Annotated[
        bool, typer.Option("--without-dev", help="With --to: leave the dev part out, to choose shares on it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from what colleagues corrected: a candidate in the register. Fails when the gate holds it back."""
    if to is not None:
        _rebuild(_folder(data), to, keep_dev=not without_dev)
        return
    trainer, settings, data = _load("localcare.triage.candidate"), get_settings(), data or get_settings().eval_data
    with opened_database() as database:
        with work_for_brand(database, brand) as work:
            brand_id = work.viewer.brand_id
        means = trainer.Means(data, _encoder(data), ModelHome.within(settings.data_dir))
        recipe = "whole" if whole else "onward"
        model: TriageModel = trainer.train_candidate(
            database, SystemClock(), brand_id, means, recipe=recipe, who=Who(ACTOR), tell=_timed()
        )
    gate = gate_of(model)
    if as_json:
        print_json(
            {"version": model.version, "labels": model.labels, "seconds": model.seconds, "gate": gate.model_dump()}
        )
    else:
        _say(model)
    raise typer.Exit(0 if gate.passes else 1)


@app.command()
def evaluate(
    *,
    data: EvalData = None,
    docs: Annotated[Path, typer.Option(help="Where model-card.md and reference/topics.md go.")] = Path("docs"),
) -> None:
    """Measure both profiles on fixed texts and write the model card; some minutes."""
    folder, cards = _folder(data), _load("localcare.triage.model_card")
    evaluation = _load("localcare.triage.evaluation").evaluate(folder, encoder=_encoder(folder), tell=_tell)
    training = _load("localcare.triage.training")
    card = cards.write_model_card(evaluation, version=training.VERSION, trainer=training.trainer(), machine=_machine())
    _write(docs / "model-card.md", card)
    _write(docs / "reference" / "topics.md", cards.write_topics(load_taxonomy()))


def _rebuild(folder: Path, to: Path, *, keep_dev: bool) -> None:
    training, encoder = _load("localcare.triage.training"), _encoder(folder)
    if encoder is None:
        raise ConfigurationError(
            "Training needs the encoder: pip install 'localcare[careful]' and set LOCALCARE_ENCODER to its folder."
        )
    training.train(folder, to, encoder, keep_dev=keep_dev, tell=_timed())
    size = sum(path.stat().st_size for path in (to / MODEL_FILE, to / CAREFUL_FILE))
    sys.stdout.write(f"wrote {to}: {size / 1e6:.1f} MB, version {training.VERSION}\n")


def _load(module: str) -> ModuleType:
    """A module that needs the trainer's library. Raises ConfigurationError where that is not installed."""
    if find_spec("sklearn") is None:
        raise ConfigurationError("Training and measuring need scikit-learn: pip install 'localcare[train]'.")
    return import_module(module)


def _say(model: TriageModel) -> None:
    gate = gate_of(model)
    sys.stdout.write(f"{model.version}: {model.labels:,} labels of our own, {model.seconds:.0f} s\n")
    for task in gate.tasks:
        sys.stdout.write(f"  {in_words(task)}\n")
    if not gate.on_fixed_sets:
        sys.stdout.write(
            "  The labelled sets are not here (LOCALCARE_EVAL_DATA): the gate read what ships and our own labels.\n"
        )
    if gate.passes:
        sys.stdout.write(f"It passed. Let it judge along: localcare triage shadow {model.version}\n")
    else:
        worse = ", ".join(task.task for task in gate.tasks if not task.not_worse)
        sys.stdout.write(
            f"The gate holds it back: it may be worse at {worse}. It may judge along (localcare triage shadow {model.version}); "
            "to let it judge all the same, localcare triage promote wants a --reason.\n"
        )


def _encoder(data: Path | None) -> OnnxEncoder | None:
    """The encoder the installation names, else the one among the evaluation sets."""
    chosen = get_settings().encoder or (data / "embeddings" if data else None)
    return load_encoder(chosen)


def _machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} while measured"


def _timed() -> Callable[[str], None]:
    began = time.perf_counter()
    return lambda doing: _tell(f"{time.perf_counter() - began:5.0f} s  {doing}")


def _tell(doing: str) -> None:
    sys.stderr.write(f"{doing}\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {path}\n")


def _folder(data: Path | None) -> Path:
    folder = data or get_settings().eval_data
    if folder is None:
        raise ConfigurationError(
            "The labelled sets are not here: give --data, or set LOCALCARE_EVAL_DATA to their folder."
        )
    return folder
