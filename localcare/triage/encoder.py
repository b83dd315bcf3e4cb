"""Sentence vectors from a small transformer in ONNX (all-MiniLM-L6-v2, Apache-2.0), for those who install the extra `careful`.

The model and its tokenizer are files of a folder the installation names; without the folder or the extra there is no encoder.
"""

import logging
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from localcare.triage.core.model import Floats

log = logging.getLogger(__name__)

ENCODER_FILE, TOKENIZER_FILE = "minilm-int8.onnx", "minilm-tokenizer.json"
DIMENSIONS = 384
_LONGEST = 96  # word pieces; a longer text is read from its beginning
_TOGETHER = 32


def load_encoder(folder: Path | None) -> "OnnxEncoder | None":
    """The encoder of a folder; None, with a line in the log, when the extra or a file is missing."""
    if folder is None:
        return None
    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    missing += [name for name in (ENCODER_FILE, TOKENIZER_FILE) if not (folder / name).is_file()]
    if missing:
        log.warning("careful triage is off, fast stands in: %s missing", ", ".join(missing))
        return None
    return OnnxEncoder(folder)


class OnnxEncoder:
    """Mean-pooled, normalised vectors of length 384; one thread, so that it leaves the other cores alone."""

    def __init__(self, folder: Path) -> None:
        # loaded by name: heavy, optional, and only a process that asks for careful triage pays for them
        onnxruntime, tokenizers = import_module("onnxruntime"), import_module("tokenizers")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(str(folder / ENCODER_FILE), options)
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Floats:
        """An array of shape (texts, 384). Texts of like length are read together, so that padding costs little."""
        tokens = [self._tokenizer.encode(_readable(text)).ids for text in texts]
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(order), _TOGETHER):
            rows = order[start : start + _TOGETHER]
            width = max(len(tokens[row]) for row in rows)
            ids = np.array([tokens[row] + [0] * (width - len(tokens[row])) for row in rows], np.int64)
            vectors[rows] = self._session.run(None, {"ids": ids, "mask": (ids != 0).astype(np.int64)})[0]
        return vectors


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no text to the tokenizer
