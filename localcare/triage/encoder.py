"""Sentence vectors from a small transformer in ONNX (all-MiniLM-L6-v2, Apache-2.0), for those who install the extra `careful`.

The model and its tokenizer are files of a folder the installation names; without the folder or the extra there is no encoder.
Half-way up, the encoder's reading can be handed to upper layers that were tuned to our questions (`tuning.py`): those come with
our own model, so the folder's file stays as it is.
"""

import logging
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from localcare.triage.core.blocks import Floats

log = logging.getLogger(__name__)

ENCODER_FILE, TOKENIZER_FILE = "minilm-int8.onnx", "minilm-tokenizer.json"
DIMENSIONS = 384
HALF_WAY = "/m/encoder/layer.2/output/LayerNorm/LayerNormalization_output_0"
"""The output of the third of six layers, shape (texts, tokens, 384): where tuned layers take over."""
_LONGEST = 96  # word pieces; a longer text is read from its beginning
_TOGETHER = 8  # little padding: a sixth quicker than 16, half as quick again as 32

Ids = npt.NDArray[np.int64]


def load_encoder(folder: Path | None) -> "OnnxEncoder | None":
    """The encoder of a folder; None, with a line in the log, when the extra or a file is missing."""
    if folder is None:
        return None
    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    missing += [name for name in (ENCODER_FILE, TOKENIZER_FILE) if not (folder / name).is_file()]
    if missing:
        log.warning("careful triage is off, fast stands in: %s missing", ", ".join(missing))
        return None
    if HALF_WAY.encode() not in (folder / ENCODER_FILE).read_bytes():
        log.warning(
            "careful triage is off, fast stands in: %s is not the export that tuned layers build on", ENCODER_FILE
        )
        return None
    return OnnxEncoder(folder)


class OnnxEncoder:
    """Mean-pooled, normalised vectors of length 384; one thread, so that it leaves the other cores alone."""

    def __init__(self, folder: Path) -> None:
        # loaded by name: heavy, optional, and only a process that asks for careful triage pays for them
        self._onnxruntime, tokenizers = import_module("onnxruntime"), import_module("tokenizers")
        self.file = folder / ENCODER_FILE
        self._session = self._start(self.file.read_bytes() + _also_told(HALF_WAY))
        self._tuned: dict[bytes, Any] = {}
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str], *, tuned: bytes = b"") -> Floats:
        """An array of shape (texts, 384); with tuned layers (texts, 768), their vector after the general one."""
        tokens = self._tokens(texts)
        vectors = np.zeros((len(texts), DIMENSIONS * (2 if tuned else 1)), np.float32)
        for rows in _together(tokens):
            ids = _padded([tokens[row] for row in rows])
            vectors[rows] = self._general(ids) if not tuned else self._both(ids, tuned)
        return vectors

    def half_way(self, texts: Sequence[str]) -> list[npt.NDArray[np.float16]]:
        """What the third layer makes of each text, shape (tokens, 384): what tuned layers learn from."""
        tokens = self._tokens(texts)
        found: list[npt.NDArray[np.float16]] = [np.zeros((0, DIMENSIONS), np.float16)] * len(texts)
        for rows in _together(tokens):
            ids = _padded([tokens[row] for row in rows])
            states = self._session.run([HALF_WAY], _fed(ids))[0]
            for place, row in enumerate(rows):
                found[row] = states[place, : len(tokens[row])].astype(np.float16)
        return found

    def _general(self, ids: Ids) -> Floats:
        return np.asarray(self._session.run(["emb"], _fed(ids))[0], np.float32)

    def _both(self, ids: Ids, tuned: bytes) -> Floats:
        session = self._tuned.get(tuned) or self._tuned.setdefault(tuned, self._start(tuned))
        general, states = self._session.run(["emb", HALF_WAY], _fed(ids))
        given = {each.name for each in session.get_inputs()}
        fed = {name: value for name, value in {**_fed(ids), HALF_WAY: states}.items() if name in given}
        return np.hstack([general, session.run(["emb"], fed)[0]])

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [self._tokenizer.encode(_readable(text)).ids for text in texts]

    def _start(self, model: bytes) -> Any:  # noqa: ANN401 - a class of a library that may be absent
        options = self._onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return self._onnxruntime.InferenceSession(model, options)


def _together(tokens: Sequence[Sequence[int]]) -> list[list[int]]:
    """Rows to read at once: texts of like length, so that padding costs little."""
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    return [order[start : start + _TOGETHER] for start in range(0, len(order), _TOGETHER)]


def _padded(tokens: Sequence[list[int]]) -> Ids:
    width = max(len(each) for each in tokens)
    return np.array([each + [0] * (width - len(each)) for each in tokens], np.int64)


def _fed(ids: Ids) -> dict[str, Ids]:
    return {"ids": ids, "mask": (ids != 0).astype(np.int64)}


def _also_told(name: str) -> bytes:
    """Bytes that, behind an ONNX file, make it tell one more of its values: protobuf joins what is said of a message twice."""
    floats = bytes.fromhex("12040a020801")  # its type: a tensor of float
    output = _field(1, name.encode()) + floats
    return _field(7, _field(12, output))  # ModelProto.graph, GraphProto.output


def _field(number: int, content: bytes) -> bytes:
    size, left = bytearray(), len(content)
    while left > 127:
        size.append(left & 127 | 128)
        left >>= 7
    return bytes([number << 3 | 2, *size, left]) + content


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no text to the tokenizer
