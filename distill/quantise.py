"""The two INT8 forms of an exported graph (DESIGN.md section 5): dynamic for ONNX Runtime's CPU kernels, explicit Q/DQ
for TensorRT and OpenVINO. Products hold the same integers in both, a scale for each channel; embeddings have one scale
a table, and are unsigned in the dynamic form."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from docengine.corpus.streams import Augment, GeneratedPages
from docengine.engine.preprocess import Arrays, Preprocessor

CALIBRATION = 64
"""Pages that the ranges of activations are measured on."""


def quantise(source: Path, target: Path) -> None:
    """Dynamic INT8 of products and embedding tables, weights per channel: the fastest form on ONNX Runtime's CPU."""
    quantize_dynamic(
        _read(source),
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def quantise_static(source: Path, target: Path, pages: Iterable[Arrays]) -> None:
    """Explicit Q/DQ around products with weights and around embedding tables.

    Signed and symmetric on both sides, all that TensorRT takes; a range is the mean of each page's own on `pages`,
    since the widest of all leaves few steps for what is usual. Weights lie in the file as INT8 and are dequantised by
    the graph. Attention's own products, its biases, norms and softmax stay as they are.
    """
    model = _read(source)
    constants = {tensor.name for tensor in model.graph.initializer}
    quantize_static(
        model,
        target,
        _Reader(pages),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["MatMul", "Gather"],
        nodes_to_quantize=[node.name for node in model.graph.node if _has_weights(node, constants)],
        per_channel=True,
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        extra_options={
            "ActivationSymmetric": True,
            "WeightSymmetric": True,
            "CalibMovingAverage": True,
            "OpTypesToExcludeOutputQuantization": ["MatMul"],
            "QDQOpTypePerChannelSupportToAxis": {"MatMul": 1},  # look-ups per table: ONNX Runtime then looks up INT8
        },
    )


def _read(path: Path) -> onnx.ModelProto:
    """The graph, marked as pre-processed: the exporter has folded its constants, ONNX Runtime would ask for that."""
    model = onnx.load(path)
    add_pre_process_metadata(model)
    return model


def _has_weights(node: onnx.NodeProto, constants: set[str]) -> bool:
    """By name: with `MatMulConstBOnly` ONNX Runtime would quantise attention too, whose inputs come from constants."""
    if node.op_type == "Gather":
        return node.input[0] in constants and node.name.startswith("/embeddings/")
    return node.op_type == "MatMul" and node.input[1] in constants


class _Reader(CalibrationDataReader):
    """Pages one by one, as ONNX Runtime wants them."""

    def __init__(self, pages: Iterable[Arrays]) -> None:
        self.pages = iter(pages)

    def get_next(self) -> Arrays | None:
        return next(self.pages, None)


def calibration_pages(preprocessor: Preprocessor, count: int = CALIBRATION) -> Iterator[Arrays]:
    """Inputs of generated pages as training draws them, half of them with OCR noise."""
    draw = GeneratedPages(Augment(noise=0.5, redraw=0.0))
    for number in range(count):
        page = draw(random.Random(f"calibration pages/{number}")).page
        if page.words:
            yield preprocessor.encode(page).inputs(0, 512)
