"""A model of a brand's own as files of the data folder: fetched from the database, checked, and read.

DATA_DIR/models/<brand id>/<version>/model.npz, careful.npz
"""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from sqlmodel import Session

from localcare.errors import CareError
from localcare.triage import register_repository as repository
from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE
from localcare.triage.core.careful import CarefulModel, Encoder
from localcare.triage.core.features import features_of_pieces, features_of_words
from localcare.triage.core.model import LinearModel
from localcare.triage.models import TriageModel
from localcare.triage.shipped import Profile, load_model

NAMES = (MODEL_FILE, CAREFUL_FILE)
_PROBE = (
    "¡Hola! I waited 50 minutes @ your store :( #fail https://example.com — they're so_rude, Émile… 👍🏽 never again!!"
)


class ModelUnusableError(CareError):
    """A model that cannot be run here; the message says why."""

    status = 503


@dataclass(frozen=True, slots=True)
class ModelHome:
    """Where the files of brands' models lie on this host."""

    root: Path

    @classmethod
    def within(cls, data_dir: Path) -> "ModelHome":
        """The home in a host's data folder."""
        return cls(data_dir / "models")

    def folder_of(self, model: TriageModel) -> Path:
        """The folder of one model."""
        return self.root / str(model.brand_id) / model.version

    def load(
        self, session: Session, model: TriageModel, *, profile: Profile = "fast", encoder: Encoder | None = None
    ) -> LinearModel | CarefulModel:
        """A model ready to run. Raises ModelUnusableError when its files are gone, spoilt, or made for other features."""
        if model.features != features_of_today():
            raise ModelUnusableError("it was made for an earlier version of localcare: train a new one")
        folder = self.fetch(session, model)
        try:
            found = load_model(profile=profile, folder=folder, encoder=encoder)
        except (OSError, ValueError, KeyError, IndexError, BadZipFile) as error:
            raise ModelUnusableError(f"its file cannot be read ({type(error).__name__})") from error
        if found is None:
            raise ModelUnusableError(f"{MODEL_FILE} is missing")
        return found

    def fetch(self, session: Session, model: TriageModel) -> Path:
        """The folder with every file as it was written; what is missing or spoilt comes anew from the database."""
        assert model.id is not None  # noqa: S101
        folder, sums = self.folder_of(model), repository.list_sums(session, model.id)
        if MODEL_FILE not in sums:
            raise ModelUnusableError("its files are no longer kept")
        for name, digest in sums.items():
            if not _is_whole(folder / name, digest):
                content = repository.read_content(session, model.id, name)
                if digest_of(content) != digest:
                    raise ModelUnusableError(f"{name} is spoilt, here and in the database")
                _write(folder / name, content)
        return folder


def features_of_today() -> str:
    """Twelve hex digits of what this version makes of a text: weights fit no other features."""
    seen = [features_of_words(_PROBE), features_of_pieces(_PROBE)]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:12]


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def read_files(folder: Path) -> dict[str, tuple[str, bytes]]:
    """The files of a model that was just trained: name to (SHA-256, content)."""
    found = {name: (folder / name).read_bytes() for name in NAMES if (folder / name).is_file()}
    return {name: (digest_of(content), content) for name, content in found.items()}


def _is_whole(path: Path, digest: str) -> bool:
    try:
        return digest_of(path.read_bytes()) == digest
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)  # whoever runs doctor or a worker here may read it
        Path(name).replace(path)
    except OSError as error:
        raise ModelUnusableError(f"{path.parent} cannot be written: {error.strerror}") from error
