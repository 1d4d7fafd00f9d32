"""The student as ONNX graphs: export, and the comparison that lets a graph out.

A bundle is born verified (DESIGN.md section 5): a graph whose outputs differ from the torch model's by more than its
precision's tolerance is not written into one.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch

from docengine.corpus.generator import generate
from docengine.distill.float8 import plain_float8, quantise_float8
from docengine.distill.lowering import check_range, lower, widen
from docengine.distill.quantise import calibration_pages, quantise, quantise_static
from docengine.distill.student import INPUTS, OUTPUTS, Student
from docengine.engine.backends.graphs import SUFFIXES
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.engine import softmax
from docengine.engine.preprocess import Arrays, Preprocessor
from docengine.errors import VerificationFailed

OPSET = 18
GRAPHS = {"fp32": f"encoder{SUFFIXES['fp32']}", "int8": "encoder.onnx", "qdq": f"encoder{SUFFIXES['int8']}"}
"""File of each precision: exact, dynamic INT8 for ONNX Runtime's CPU, explicit Q/DQ for TensorRT and OpenVINO."""
LOWERED = {precision: f"encoder{SUFFIXES[precision]}" for precision in ("bf16", "fp16", "fp8")}
"""The same for a GPU alone: no CPU is faster in them."""
ON_CPU = {"bf16": (widen,), "fp8": (widen, plain_float8)}
"""Steps to a form of a graph that ONNX Runtime runs on a CPU, with the same numbers: for comparing."""
TOLERANCE = {"fp32": 1e-3, "int8": 0.02, "qdq": 0.02, "bf16": 0.01, "fp16": 0.002, "fp8": 0.02}
"""Largest difference of any logit (fp32), mean absolute difference of any page's probabilities (the others)."""


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


def export_graph(student: Student, preprocessor: Preprocessor, precision: str, folder: Path) -> tuple[Path, float]:
    """Write and verify the graph of a precision into `folder`: its path, its difference from torch.

    Raises VerificationFailed, and leaves no graph, where it differs by more than `TOLERANCE`.
    """
    with TemporaryDirectory(dir=folder) as scratch:
        exact, made = Path(scratch, "exact.onnx"), Path(scratch, {**GRAPHS, **LOWERED}[precision])
        export_encoder(student, exact)
        if precision == "int8":
            quantise(exact, made)
        elif precision == "qdq":
            quantise_static(exact, made, calibration_pages(preprocessor))
        elif precision == "fp8":
            part = Path(scratch, "part.onnx")
            quantise_float8(exact, part, calibration_pages(preprocessor))
            lower(part, made, "bf16")
        elif precision in LOWERED:
            if precision == "fp16":
                check_range(exact, calibration_pages(preprocessor))
            lower(exact, made, precision)
        else:
            exact.rename(made)
        runnable = Path(scratch, "runnable", made.name)
        runnable.parent.mkdir()
        shutil.copy(made, runnable)
        for step in ON_CPU.get(precision, ()):
            step(runnable, runnable)
        difference = verify(student, runnable, verification_pages(preprocessor, precision), precision)
        return made.replace(folder / made.name), difference


def verification_pages(preprocessor: Preprocessor, precision: str) -> list[Arrays]:
    """Generated pages of several kinds, the first word of one, three as a batch, and random inputs of several sizes.

    No random ones for fixed ranges: they lie outside of the ranges that pages have, which is no fault of the graph.
    """
    pages = [generate(seed)[0].page for seed in range(1 << 50, (1 << 50) + 12)]
    encoded = [preprocessor.encode(page) for page in pages if page.words]
    whole = [page.inputs(0, 512) for page in encoded]
    odd = (
        []
        if precision in ("qdq", "fp8")
        else [example_inputs(words, batch) for words, batch in ((1, 1), (37, 3), (512, 1))]
    )
    return [*whole, encoded[0].inputs(0, 1), stacked(whole[:3]), *odd]


def stacked(pages: Sequence[Arrays]) -> Arrays:
    """Pages as one batch, padded to the longest."""
    longest = max(page["rows"].shape[1] for page in pages)
    padded = [{name: _padded(array, longest) for name, array in page.items()} for page in pages]
    return {name: np.concatenate([page[name] for page in padded]) for name in INPUTS}


def _padded(array: np.ndarray, words: int) -> np.ndarray:
    return np.pad(array, [(0, 0), (0, words - array.shape[1]), *[(0, 0)] * (array.ndim - 2)])


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
