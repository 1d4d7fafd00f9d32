"""The student as ONNX graphs: export, INT8 for ONNX Runtime's CPU kernels, and the comparison that lets a graph out.

A bundle is born verified (DESIGN.md section 5): a graph whose outputs differ from the torch model's by more than its
precision's tolerance is not written into one.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from docengine.distill.student import INPUTS, OUTPUTS, Student
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.engine import softmax
from docengine.engine.preprocess import Arrays
from docengine.errors import VerificationFailed

OPSET = 18
TOLERANCE = {"fp32": 1e-3, "int8": 0.02}
"""Largest mean absolute difference of the tag probabilities of any page (int8), of the logits (fp32)."""


def example_inputs(words: int, batch: int = 1, seed: int = 0) -> Arrays:
    """Valid inputs of any size, for tracing and timing: random words on lines of eight."""
    rng = np.random.default_rng(seed)
    corners = np.sort(rng.integers(0, 1001, (batch, words, 2, 2)), axis=2)  # x0 <= x1, y0 <= y1
    return {
        "pieces": rng.integers(0, 256, (batch, words, 8)),
        "shapes": rng.integers(1, 2048, (batch, words)),
        "boxes": corners.reshape(batch, words, 4),
        "rows": np.broadcast_to(np.arange(words) // 8, (batch, words)).copy(),
        "attention_mask": np.ones((batch, words), np.int64),
    }


def export_encoder(student: Student, path: Path) -> None:
    """Write the fp32 graph: inputs `INPUTS`, outputs `OUTPUTS`, axes `batch` and `tokens` dynamic."""
    student = student.eval()
    inputs = tuple(torch.from_numpy(array) for array in example_inputs(24, 2).values())
    axes = {name: {0: "batch", 1: "tokens"} for name in (*INPUTS, *OUTPUTS[:2])}
    axes |= {name: {0: "batch"} for name in OUTPUTS[2:]}
    axes["line_logits"][2] = "tokens"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer's remarks on constants and its own deprecation
        torch.onnx.export(
            student,
            inputs,
            path,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(onnx.load(path), full_check=True)


def quantise(source: Path, target: Path) -> None:
    """Dynamic INT8 of products and embedding tables, weights per channel: the fastest form on ONNX Runtime's CPU."""
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def verify(student: Student, graph: Path, pages: Sequence[Arrays], precision: str) -> float:
    """Largest difference between the graph and the torch model over `pages`, as `TOLERANCE` defines it.

    Raises VerificationFailed when it is above the precision's tolerance or an output is not finite.
    """
    backend = OnnxRuntimeBackend(graph, "cpu", None)
    worst = 0.0
    for inputs in pages:
        with torch.no_grad():
            wanted = student(**{name: torch.from_numpy(inputs[name]) for name in INPUTS})
        given = backend.run(inputs)
        for name, tensor in zip(OUTPUTS, wanted, strict=True):
            if not np.isfinite(given[name]).all():
                raise VerificationFailed(f"{graph.name}: output {name} is not finite")
            worst = max(worst, _difference(tensor.numpy(), given[name], precision))
    if worst > TOLERANCE[precision]:
        raise VerificationFailed(
            f"{graph.name} differs from the torch model by {worst:.4g}; {precision} allows {TOLERANCE[precision]}"
        )
    return worst


def _difference(wanted: np.ndarray, given: np.ndarray, precision: str) -> float:
    if precision == "fp32":
        return float(np.abs(wanted - given).max())
    return float(np.abs(softmax(wanted) - softmax(given)).mean())
