"""The FP8 form of an exported graph, for TensorRT from Ada on: E4M3, explicit Q/DQ around products with weights.

As in INT8 (`quantise`), ranges of activations are the mean of each page's own. Attention's products, biases, norms,
softmax and tables stay as they are; `lowering` takes attention and tables to bf16. FP8 keeps its relative precision
down to small values, so the largest may use all of its range.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper, version_converter

from docengine.distill.lowering import cast, save
from docengine.engine.preprocess import Arrays

OPSET = 19
"""The first in which QuantizeLinear knows FP8."""
LARGEST = float(ml_dtypes.finfo(ml_dtypes.float8_e4m3fn).max)


def quantise_float8(source: Path, target: Path, pages: Iterable[Arrays]) -> None:
    """Write the graph with FP8 weights, a scale for each channel, and FP8 activations, a scale for each tensor."""
    model = version_converter.convert_version(onnx.load(source), OPSET)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    products = {n.output[0]: n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in weights}
    ranges = _ranges(model, sorted({node.input[0] for node in products.values()}), pages)
    model.graph.initializer.append(helper.make_tensor("fp8_zero", TensorProto.FLOAT8E4M3FN, [], [0.0]))
    nodes: list[NodeProto] = []
    made: set[str] = set()
    for node in model.graph.node:
        if node.output[0] in products:
            for name, largest in ((node.input[0], ranges[node.input[0]]), (node.input[1], None)):
                if name not in made:
                    made.add(name)
                    nodes += _activation(model, name, largest) if largest else _weight(model, weights[name])
            node.input[0], node.input[1] = f"{node.input[0]}_fp8_float", f"{node.input[1]}_fp8_float"
        nodes.append(node)
    save(model, nodes, target)


def plain_float8(source: Path, target: Path) -> None:
    """The same numbers without Q/DQ, for ONNX Runtime's CPU: it would fuse them into products that it lacks in FP8."""
    model = onnx.load(source)
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.op_type not in ("QuantizeLinear", "DequantizeLinear"):
            nodes.append(node)
            continue
        value, scale, result = node.input[0], node.input[1], node.output[0]
        between = f"{result}_between"
        if node.op_type == "QuantizeLinear":
            nodes += [helper.make_node("Div", [value, scale], [between], f"{result}/Div")]
            nodes += [cast(between, result, TensorProto.FLOAT8E4M3FN)]
        else:
            nodes += [cast(value, between, TensorProto.FLOAT)]
            nodes += [helper.make_node("Mul", [between, scale], [result], f"{result}/Mul")]
    save(model, nodes, target)


def _activation(model: onnx.ModelProto, name: str, largest: float) -> list[NodeProto]:
    model.graph.initializer.append(numpy_helper.from_array(np.array(largest / LARGEST, np.float32), f"{name}_scale"))
    return [
        helper.make_node("QuantizeLinear", [name, f"{name}_scale", "fp8_zero"], [f"{name}_fp8"], f"{name}_q"),
        helper.make_node(
            "DequantizeLinear", [f"{name}_fp8", f"{name}_scale", "fp8_zero"], [f"{name}_fp8_float"], f"{name}_dq"
        ),
    ]


def _weight(model: onnx.ModelProto, tensor: TensorProto) -> list[NodeProto]:
    name, values = tensor.name, numpy_helper.to_array(tensor)
    scale = np.maximum(np.abs(values).max(0) / LARGEST, 1e-12).astype(np.float32)
    small = (values / scale).astype(ml_dtypes.float8_e4m3fn)
    zeros = helper.make_tensor(f"{name}_zero", TensorProto.FLOAT8E4M3FN, [len(scale)], [0.0] * len(scale))
    stored = [numpy_helper.from_array(small, f"{name}_fp8"), numpy_helper.from_array(scale, f"{name}_scale"), zeros]
    model.graph.initializer.extend(stored)
    given = [tensor.name for tensor in stored]
    return [helper.make_node("DequantizeLinear", given, [f"{name}_fp8_float"], f"{name}_dq", axis=1)]


def _ranges(model: onnx.ModelProto, names: list[str], pages: Iterable[Arrays]) -> dict[str, float]:
    """Largest magnitude of each tensor, the mean over pages."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    largest = [[float(np.abs(array).max()) for array in session.run(names, page)] for page in pages]
    return dict(zip(names, np.maximum(np.mean(largest, 0), 1e-6).tolist(), strict=True))
