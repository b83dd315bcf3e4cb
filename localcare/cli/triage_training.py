"""`localcare triage train|evaluate`: apart from `triage` because they need scikit-learn."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from localcare.errors import ConfigurationError
from localcare.settings import get_settings
from localcare.triage import training
from localcare.triage.evaluation import evaluate as run_evaluation
from localcare.triage.model_card import write_model_card, write_topics
from localcare.triage.shipped import load_taxonomy

app = typer.Typer()

EvalData = Annotated[Path | None, typer.Option(help="Folder of the labelled sets; else LOCALCARE_EVAL_DATA.")]


@app.command()
def train(
    *,
    data: EvalData = None,
    to: Annotated[Path, typer.Option(help="The model file to write.")] = Path("localcare/triage/artefact/model.npz"),
) -> None:
    """Rebuild the model from the labelled sets; some two minutes."""
    training.train(_folder(data), to)
    sys.stdout.write(f"wrote {to}: {to.stat().st_size / 1e6:.1f} MB, version {training.VERSION}-{training.PROFILE}\n")


@app.command()
def evaluate(
    *,
    data: EvalData = None,
    docs: Annotated[Path, typer.Option(help="Where model-card.md and reference/topics.md go.")] = Path("docs"),
) -> None:
    """Measure on fixed splits and write the model card; some minutes."""
    evaluation = run_evaluation(_folder(data), tell=_tell)
    version = f"{training.VERSION}-{training.PROFILE}"
    _write(docs / "model-card.md", write_model_card(evaluation, version=version, trainer=training.trainer()))
    _write(docs / "reference" / "topics.md", write_topics(load_taxonomy()))


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
