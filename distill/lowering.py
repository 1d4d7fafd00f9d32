"""bf16 and fp16 forms of an exported graph for TensorRT, whose networks are strongly typed: what the graph says is run.

Products are taken in 16 bits, with weights and between activations; their operands are cast just before, their results
just after. Norms, softmax, biases, GELU and the residual stream stay fp32: the casts fuse into the kernels around them.
Matrices and tables lie in the file in 16 bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
from onnx import NodeProto, TensorProto, helper, numpy_helper

from docengine.engine.preprocess import Arrays
from docengine.errors import VerificationFailed

TYPES = {"bf16": TensorProto.BFLOAT16, "fp16": TensorProto.FLOAT16}
NUMPY = {"bf16": ml_dtypes.bfloat16, "fp16": np.float16}
FP16_RANGE = 3e4
"""Largest value on calibration pages that fp16 may hold; it overflows at 65,504, and other pages have larger ones."""


def lower(source: Path, target: Path, precision: str) -> None:
    """Write the graph with its products and tables in `precision`, all else as it is."""
    model = onnx.load(source)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    narrowed = _narrowed(model.graph)
    nodes: list[NodeProto] = []
    low: dict[str, str] = {}
    """Name of the 16-bit copy of each tensor that a product reads."""
    for node in model.graph.node:
        result = node.output[0]
        for i in narrowed.get(result, ()):
            name = node.input[i]
            if name not in low:
                low[name] = f"{name}_{precision}"
                if name in weights:
                    small = numpy_helper.to_array(weights[name]).astype(NUMPY[precision])
                    model.graph.initializer.append(numpy_helper.from_array(small, low[name]))
                else:
                    nodes.append(cast(name, low[name], TYPES[precision]))
            node.input[i] = low[name]
        nodes.append(node)
        if result in narrowed:
            node.output[0] = f"{result}_{precision}"
            nodes.append(cast(node.output[0], result, TensorProto.FLOAT))
    save(model, nodes, target)


def widen(source: Path, target: Path) -> None:
    """A graph in bf16 for ONNX Runtime's CPU, which has no such products: the same 16-bit numbers go in and come out,
    the sums between are fp32, as a GPU's are.
    """
    model = onnx.load(source)
    narrowed = _narrowed(model.graph)
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        result = node.output[0]
        for i in narrowed.get(result, ()):
            name = f"{node.name}_{i}_wide"
            nodes.append(cast(node.input[i], name, TensorProto.FLOAT))
            node.input[i] = name
        nodes.append(node)
        if result in narrowed:
            node.output[0] = f"{result}_wide"
            nodes.append(cast(node.output[0], result, TensorProto.BFLOAT16))
    save(model, nodes, target)


def _narrowed(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    """Inputs that become 16 bits wide, by the output of their product or look-up; 8-bit products stay as they are."""
    weights = {tensor.name for tensor in graph.initializer}
    quantised = {node.output[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    found: dict[str, tuple[int, ...]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] not in quantised:
            found[node.output[0]] = (0, 1)
        elif node.op_type == "Gather" and node.input[0] in weights and node.name.startswith("/embeddings/"):
            found[node.output[0]] = (0,)
    return found


def cast(source: str, target: str, kind: int) -> NodeProto:
    """A node that turns one tensor into another type, an onnx.TensorProto.DataType."""
    return helper.make_node("Cast", [source], [target], f"{target}/Cast", to=kind)


def save(model: onnx.ModelProto, nodes: list[NodeProto], target: Path) -> None:
    """Write the graph with other nodes, and only those constants that they read."""
    graph = model.graph
    read = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    for old, new in ((graph.node, nodes), (graph.initializer, kept), (graph.value_info, ())):
        del old[:]
        old.extend(new)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)


def check_range(source: Path, pages: Iterable[Arrays]) -> float:
    """Largest magnitude that any product of the exact graph reads or makes on `pages`.

    Raises VerificationFailed where fp16 is too narrow for it.
    """
    model = onnx.load(source)
    weights = {tensor.name for tensor in model.graph.initializer}
    narrowed = _narrowed(model.graph)
    names = {n for node in model.graph.node if node.output[0] in narrowed for n in (*node.input, *node.output)}
    watched = sorted(name for name in names if name not in weights and "Cast" not in name)
    known = {output.name for output in model.graph.output}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in watched if name not in known)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    floats = [out.name for out in session.get_outputs() if out.type == "tensor(float)"]
    largest = max(float(np.abs(array).max()) for page in pages for array in session.run(floats, page))
    if not largest <= FP16_RANGE:
        raise VerificationFailed(f"values reach {largest:.0f}; fp16 allows {FP16_RANGE:.0f} here: use bf16")
    return largest
