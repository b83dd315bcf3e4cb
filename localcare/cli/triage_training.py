"""`localcare triage train|evaluate`: apart from `triage` because they need scikit-learn."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from localcare.errors import ConfigurationError
from localcare.settings import get_settings
from localcare.triage import training
from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE
from localcare.triage.encoder import OnnxEncoder, load_encoder
from localcare.triage.evaluation import evaluate as run_evaluation
from localcare.triage.model_card import write_model_card, write_topics
from localcare.triage.shipped import load_taxonomy

app = typer.Typer()

EvalData = Annotated[Path | None, typer.Option(help="Folder of the labelled sets; else LOCALCARE_EVAL_DATA.")]


@app.command()
def train(
    *,
    data: EvalData = None,
    to: Annotated[Path, typer.Option(help="The folder to write the model's files to.")] = Path(
        "localcare/triage/artefact"
    ),
) -> None:
    """Rebuild the model of both profiles from the labelled sets; some five minutes."""
    folder = _folder(data)
    encoder = _encoder(folder)
    if encoder is None:
        raise ConfigurationError("Training needs the encoder: install the extra careful and name its folder.")
    training.train(folder, to, encoder, tell=_tell)
    size = sum(path.stat().st_size for path in (to / MODEL_FILE, to / CAREFUL_FILE))
    sys.stdout.write(f"wrote {to}: {size / 1e6:.1f} MB, version {training.VERSION}\n")


@app.command()
def evaluate(
    *,
    data: EvalData = None,
    docs: Annotated[Path, typer.Option(help="Where model-card.md and reference/topics.md go.")] = Path("docs"),
) -> None:
    """Measure both profiles on fixed texts and write the model card; some minutes."""
    folder = _folder(data)
    evaluation = run_evaluation(folder, encoder=_encoder(folder), tell=_tell)
    card = write_model_card(evaluation, version=training.VERSION, trainer=training.trainer(), machine=_machine())
    _write(docs / "model-card.md", card)
    _write(docs / "reference" / "topics.md", write_topics(load_taxonomy()))


def _encoder(data: Path) -> OnnxEncoder | None:
    """The encoder the installation names, else the one among the evaluation sets."""
    return load_encoder(get_settings().encoder or data / "embeddings")


def _machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} while measured"


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
