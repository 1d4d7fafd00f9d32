"""A bundle's INT8 graph back as a student that can be trained on: no other weights need to be shipped.

What `export.quantise` wrote is undone: products with constant matrices are INT8 a column, look-ups INT8 a table, all
else is as it was. The graph's nodes carry the names of the modules that they were traced from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from docengine.distill.export import example_inputs, verify
from docengine.distill.student import RelativeBias, Student, StudentConfig
from docengine.engine.bundle import Bundle
from docengine.errors import BundleUnsupported, VerificationFailed

GRAPH = "encoder.onnx"
SIZES = ((1, 1), (37, 3), (200, 1))
"""Words and pages of the inputs that graph and student are compared on."""


def student_of(bundle: Bundle) -> Student:
    """The student of a bundle, in eval mode.

    Raises BundleUnsupported where the bundle is no student of ours, or its graph does something else than the student
    that its weights make.
    """
    student = Student(_config(bundle))
    weights = _weights(student, _Graph(onnx.load(bundle.file(GRAPH))), bundle)
    try:
        student.load_state_dict(weights)
    except RuntimeError as error:  # shapes that do not fit
        raise BundleUnsupported(f"{_named(bundle)} has other shapes than its config says: {_line(error)}") from error
    student.eval()
    try:
        verify(student, bundle.file(GRAPH), [example_inputs(*size) for size in SIZES], "int8")
    except (VerificationFailed, KeyError) as error:
        raise BundleUnsupported(f"{_named(bundle)} does not do what a student of its weights does: {error}") from error
    return student


def _named(bundle: Bundle) -> str:
    return f"bundle {bundle.name} at {bundle.path} is no student that can be trained on: its {GRAPH}"


def _config(bundle: Bundle) -> StudentConfig:
    given = bundle.manifest.get("config")
    known = {field.name for field in fields(StudentConfig)}
    if not isinstance(given, Mapping) or not set(given) <= known:
        odd = sorted(set(given) - known) if isinstance(given, Mapping) else "no config"
        raise BundleUnsupported(
            f"bundle {bundle.name} at {bundle.path} is no student that can be trained on: its manifest has {odd}; "
            "name a bundle that docengine train or docengine finetune made"
        )
    return StudentConfig(**given)


class _Graph:
    """The constants of a graph, as floats."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        self.products: dict[str, list[np.ndarray]] = defaultdict(list)
        """By module: the matrices (in, out) that it multiplies with, in order."""
        self.tables: dict[str, list[np.ndarray]] = defaultdict(list)
        """By module: the tables that it looks up in."""
        for node in sorted(model.graph.node, key=lambda node: (len(node.name), node.name)):  # MatMul_9 before MatMul_10
            found = {"MatMulInteger": self.products, "Gather": self.tables}.get(node.op_type)
            names = [name for name in node.input if name.endswith("_quantized") and name in self.constants]
            if found is not None and names:
                module = node.name.rpartition("/")[0].strip("/").replace("/", ".")
                found[module].append(self.floats(names[0].removesuffix("_quantized")))

    def floats(self, name: str) -> np.ndarray:
        """A constant, times its scale where it is INT8."""
        if name in self.constants:
            return self.constants[name]
        values, scale, zero = (self.constants[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
        return (values.astype(np.float32) - zero.astype(np.float32)) * scale


def _weights(student: Student, graph: _Graph, bundle: Bundle) -> dict[str, Tensor]:
    """The state of `student` from the graph."""
    state: dict[str, Any] = {}
    for name, parameter in student.state_dict().items():
        module = name.rpartition(".")[0]
        if name.startswith("bias.weights."):
            state[name] = _bias(student.bias, name.rpartition(".")[2], graph)
        elif module.endswith(".wi"):  # the layer multiplies with its halves itself
            state[name] = np.concatenate(graph.products[module.removesuffix(".wi")] or [np.zeros((0, 0))], axis=1).T
        elif parameter.dim() == 2 and graph.products[module]:
            state[name] = graph.products[module][0].T
        elif parameter.dim() == 2 and graph.tables[module]:
            state[name] = graph.tables[module][0]
        elif name in graph.constants:
            state[name] = graph.constants[name]
        if state.get(name) is None:
            raise BundleUnsupported(f"{_named(bundle)} has no weights for {name}; name a bundle of this release")
    return {name: torch.from_numpy(np.array(array, np.float32, order="C")) for name, array in state.items()}


def _bias(bias: RelativeBias, name: str, graph: _Graph) -> np.ndarray | None:
    """(buckets, H) from the table (distances, H) that it was folded into; a bucket that no distance falls into is 0."""
    buckets: np.ndarray = getattr(bias, f"buckets_{name}").numpy()
    weights = bias.weights[name]
    folded = next((table for table in graph.tables["bias"] if table.shape == (len(buckets), weights.shape[1])), None)
    if folded is None:
        return None
    out = np.zeros(tuple(weights.shape), np.float32)
    out[buckets] = folded
    return out


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
