"""The model as a file: half-precision weights and a vocabulary, nothing that can run code when loaded."""

import io
import json
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from localcare.triage.core.blocks import Block, Floats
from localcare.triage.core.careful import DenseHeads
from localcare.triage.core.model import Head, LinearModel

MODEL_FILE, CAREFUL_FILE = "model.npz", "careful.npz"


def write_model(
    path: Path, *, version: str, heads: tuple[Head, ...], blocks: dict[str, "Exported"], bias: Floats
) -> None:
    """Write the weights of two blocks (`words`, `pieces`) and what their columns mean."""
    meta = {"version": version, "heads": [[head.name, list(head.classes)] for head in heads]}
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {"bias": bias.astype(np.float32)}
    for name, (features, idf, weights) in blocks.items():
        arrays[f"{name}_features"] = np.frombuffer("\n".join(features).encode(), np.uint8)
        arrays[f"{name}_idf"] = idf.astype(np.float32)
        arrays[f"{name}_weights"] = _shortened(weights.astype(np.float16))
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # numpy's stub mistakes the arrays for allow_pickle


def _shortened(weights: npt.NDArray[np.float16]) -> npt.NDArray[np.float16]:
    """The same to one part in 8, which packs into little more than half of the room."""
    bits = weights.view(np.uint16).astype(np.uint32)
    return ((bits + 64 & 0xFF80).astype(np.uint16)).view(np.float16)


Exported = tuple[list[str], Floats, Floats]
"""Features in order, their idf, their weights (features × columns)."""


def read_model(path: Path | Traversable) -> LinearModel | None:
    """The model of a file, ready to run; None when there is no file."""
    if not path.is_file():
        return None
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        meta = json.loads(arrays["meta"].tobytes())
        words, pieces = (
            Block.of(
                arrays[f"{name}_features"].tobytes().decode().split("\n"),
                arrays[f"{name}_idf"],
                arrays[f"{name}_weights"].astype(np.float32),
            )
            for name in ("words", "pieces")
        )
        heads = tuple(Head(name, tuple(classes)) for name, classes in meta["heads"])
        return LinearModel(version=meta["version"], heads=heads, words=words, pieces=pieces, bias=arrays["bias"])


def read_version(path: Path | Traversable) -> str | None:
    """The version a model's file names, without reading its weights; None when there is no file."""
    if not path.is_file():
        return None
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return str(json.loads(arrays["meta"].tobytes())["version"])


def write_dense(path: Path, dense: DenseHeads) -> None:
    """Write the careful profile's heads."""
    meta = {"version": dense.version, "heads": [[head.name, list(head.classes)] for head in dense.heads]}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
        weights=dense.weights,
        bias=dense.bias,
        tuned=np.frombuffer(dense.tuned, np.uint8),
    )


def read_dense(path: Path | Traversable) -> DenseHeads | None:
    """The careful profile's heads and tuned layers; None when there is no file."""
    if not path.is_file():
        return None
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        meta = json.loads(arrays["meta"].tobytes())
        heads = tuple(Head(name, tuple(classes)) for name, classes in meta["heads"])
        tuned = arrays["tuned"].tobytes() if "tuned" in arrays else b""  # files before 2026.11.3 have none
        return DenseHeads(meta["version"], heads, arrays["weights"], arrays["bias"], tuned)
