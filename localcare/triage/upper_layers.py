"""The encoder's upper layers as arrays to tune, and tuned arrays as a small ONNX model of their own. Only training needs it.

What is cut out of the encoder's file begins at `encoder.HALF_WAY` and ends at its vector; matrices are kept in 8 bits as there.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from localcare.triage.core.blocks import Floats
from localcare.triage.encoder import HALF_WAY

FIRST, LAST = 3, 5  # layers above the half-way mark
MATRICES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
NORMS = {"after attention": "attention.output.LayerNorm", "after inner": "output.LayerNorm"}
_ASK_FOR_SHAPE = ("/m/Shape", "/m/Shape_2")  # of the lowest layer's output; any layer's has the same
_QUANTISED = "_quantized"
_STEPS = 63  # either way: twice as many change one answer in 350 and take 0.6 MB more in the repository

Weights = Mapping[str, Floats]
"""By `3 query weight` and the like: matrices (in, out), biases and norms (384,) or (1536,)."""


def read_layers(file: Path) -> dict[str, Floats]:
    """The upper layers' weights, out of 8 bits."""
    graph = _graph_of(file)
    stored = _stored(graph)
    found: dict[str, Floats] = {}
    for layer in range(FIRST, LAST + 1):
        for name, place in (*MATRICES.items(), *NORMS.items()):
            found[f"{layer} {name} bias"] = stored[f"m.encoder.layer.{layer}.{place}.bias"].copy()
        for name, place in NORMS.items():
            found[f"{layer} {name} weight"] = stored[f"m.encoder.layer.{layer}.{place}.weight"].copy()
        for name, place in MATRICES.items():
            base = _matrix_of(graph, layer, place)
            wide = stored[base + _QUANTISED].astype(np.float32) - stored[f"{base}_zero_point"].astype(np.float32)
            found[f"{layer} {name} weight"] = np.asarray(wide * stored[f"{base}_scale"], np.float32)
    return found


def write_layers(file: Path, weights: Weights) -> bytes:
    """An ONNX model from `HALF_WAY` and `mask` to `emb`, with these weights in the place of the encoder's.

    They are kept in 7 of 8 bits, each column of a matrix by its own scale.
    """
    onnx = import_module("onnx")
    model = onnx.load(str(file))
    for node in model.graph.node:
        if node.name in _ASK_FOR_SHAPE:
            node.input[0] = HALF_WAY
    replaced = _replacements(model.graph, weights)
    for tensor in model.graph.initializer:
        if tensor.name in replaced:
            tensor.CopyFrom(onnx.numpy_helper.from_array(replaced[tensor.name], tensor.name))
    typed = onnx.shape_inference.infer_shapes(model)
    cut = import_module("onnx.utils").Extractor(typed).extract_model([HALF_WAY, "mask"], ["emb"])
    del cut.graph.value_info[:]
    return bytes(cut.SerializeToString())


def _replacements(graph: Any, weights: Weights) -> dict[str, npt.NDArray[np.generic]]:  # noqa: ANN401
    found: dict[str, npt.NDArray[np.generic]] = {}
    for key, value in weights.items():
        layer, name, what = key.split(" ")[0], " ".join(key.split(" ")[1:-1]), key.split(" ")[-1]
        place = {**MATRICES, **NORMS}[name]
        if what == "bias" or name in NORMS:
            found[f"m.encoder.layer.{layer}.{place}.{what}"] = value.astype(np.float32)
            continue
        base, scales = _matrix_of(graph, int(layer), place), np.abs(value).max(axis=0) / _STEPS
        found[base + _QUANTISED] = np.clip(np.rint(value / scales), -_STEPS, _STEPS).astype(np.int8)
        found[f"{base}_scale"], found[f"{base}_zero_point"] = scales.astype(np.float32), np.array(0, np.int8)
    return found


def _graph_of(file: Path) -> Any:  # noqa: ANN401 - a class of a library that may be absent
    return import_module("onnx").load(str(file)).graph


def _stored(graph: Any) -> dict[str, npt.NDArray[Any]]:  # noqa: ANN401
    to_array = import_module("onnx.numpy_helper").to_array
    return {tensor.name: to_array(tensor) for tensor in graph.initializer}


def _matrix_of(graph: Any, layer: int, place: str) -> str:  # noqa: ANN401
    """The name that the file gives to the matrix of a place, which is that of the product it stands in."""
    product = f"/m/encoder/layer.{layer}/{place.replace('.', '/')}/MatMul_quant"
    return str(next(node for node in graph.node if node.name == product).input[1]).removesuffix(_QUANTISED)
