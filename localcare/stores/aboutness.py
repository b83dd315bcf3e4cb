"""The model of what a text is about as a file: half-precision weights, nothing that can run code when loaded."""

import io
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from localcare.stores.core.aboutness import About, Aboutness

_FILE = files("localcare.stores") / "artefact" / "aboutness.npz"


@lru_cache(maxsize=1)
def load_aboutness() -> Aboutness:
    """The shipped model, read once in a process."""
    return read_aboutness(_FILE.read_bytes())


def read_aboutness(content: bytes) -> Aboutness:
    """The model in a file's bytes."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        names = arrays["features"].tobytes().decode().split("\n")
        kinds = tuple(About(name) for name in arrays["kinds"].tobytes().decode().split("\n"))
        weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
        shift, scale = arrays["calibration"].tolist()
    known = frozenset(name for name in names if " " not in name and name[0] not in "<>@=~" and not name.isupper())
    return Aboutness(kinds, {name: at for at, name in enumerate(names)}, weights, bias, known, shift, scale)


def write_aboutness(model: Aboutness, path: Path = Path(str(_FILE))) -> None:
    """Write a model, features in the order of their weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        features=np.frombuffer("\n".join(model.features).encode(), np.uint8),
        kinds=np.frombuffer("\n".join(model.kinds).encode(), np.uint8),
        weights=model.weights.astype(np.float16),
        bias=model.bias.astype(np.float32),
        calibration=np.array([model.shift, model.scale]),
    )
