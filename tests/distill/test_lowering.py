"""bf16 and fp16 graphs of a very small student: what is narrow in them, what stays wide, and what is refused."""

from importlib.util import find_spec

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from test_export_graphs import SMALL, preprocessor, student  # noqa: F401

from docengine.distill import export
from docengine.distill.export import LOWERED, export_encoder, export_graph
from docengine.distill.lowering import TYPES, check_range, widen
from docengine.distill.quantise import calibration_pages
from docengine.engine.backends.tensorrt.library import open_library
from docengine.engine.backends.tensorrt.network import Order, build
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.errors import VerificationFailed

RTX = pytest.mark.skipif(find_spec("tensorrt_rtx") is None, reason="TensorRT-RTX is absent: docengine[trt-check]")


def few_pages(patch, preprocessor):  # noqa: F811
    """A few of the pages that ranges and differences are measured on: enough for a very small student."""
    pages = list(calibration_pages(preprocessor, 4))
    patch.setattr(export, "calibration_pages", lambda _: iter(pages))
    patch.setattr(export, "verification_pages", lambda *_: pages)


@pytest.fixture(scope="module")
def graphs(student, preprocessor, tmp_path_factory):  # noqa: F811
    """The graph of each precision that a GPU runs."""
    folder = tmp_path_factory.mktemp("lowered")
    with pytest.MonkeyPatch.context() as patch:
        few_pages(patch, preprocessor)
        return {name: export_graph(student, preprocessor, name, folder)[0] for name in LOWERED}


def types(path):
    """The model, and the type of each of its tensors by name."""
    model = onnx.shape_inference.infer_shapes(onnx.load(path), strict_mode=True)
    values = [*model.graph.value_info, *model.graph.input, *model.graph.output]
    known = {value.name: value.type.tensor_type.elem_type for value in values}
    return model, known | {tensor.name: tensor.data_type for tensor in model.graph.initializer}


@pytest.mark.parametrize("precision", TYPES)
def test_products_are_narrow_and_all_else_is_wide(graphs, precision):
    assert graphs[precision].name == LOWERED[precision]
    model, known = types(graphs[precision])
    narrow = TYPES[precision]
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    assert len(products) == 1 + 7 * SMALL.layers + 3
    assert {known[name] for node in products for name in (*node.input, *node.output)} == {narrow}
    for node in model.graph.node:
        if node.op_type in ("Softmax", "Sqrt", "Reciprocal", "Add", "Erf", "ReduceMean", "Pow", "Div"):
            assert narrow not in {known.get(name) for name in (*node.input, *node.output)}, node.name
    assert {known[value.name] for value in model.graph.output} == {TensorProto.FLOAT}


@pytest.mark.parametrize("precision", TYPES)
def test_matrices_and_tables_lie_in_the_file_in_16_bits(graphs, precision):
    known = [tensor for tensor in onnx.load(graphs[precision]).graph.initializer if len(tensor.dims) == 2]
    tables = [tensor for tensor in known if tensor.name.startswith("embeddings")]
    assert len(tables) == 3 and {tensor.data_type for tensor in tables} == {TYPES[precision]}
    wide = {tensor.name for tensor in known if tensor.data_type == TensorProto.FLOAT and min(tensor.dims) > SMALL.heads}
    assert wide == {"kind_head.weight", "language_head.weight"}


def test_fp8_lies_around_products_with_weights_alone(graphs):
    model, known = types(graphs["fp8"])
    assert model.opset_import[0].version == 19
    made = {name: node for node in model.graph.node for name in node.output}
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    quantised = [node for node in products if made.get(node.input[1], node).op_type == "DequantizeLinear"]
    assert len(quantised) == 1 + 5 * SMALL.layers + 2 and len(products) - len(quantised) == 2 * SMALL.layers + 1
    exact = [node for node in products if made.get(node.input[1], node).op_type != "DequantizeLinear"]
    assert {known[name] for node in exact for name in (*node.input, *node.output)} == {TensorProto.BFLOAT16}
    for node in quantised:
        left, right = (made[name] for name in node.input)
        assert known[left.input[0]] == known[right.input[0]] == TensorProto.FLOAT8E4M3FN
        assert made[left.input[0]].op_type == "QuantizeLinear" and right.input[0] not in made
    kinds = {node.op_type for node in model.graph.node if node.op_type.endswith("Linear")}
    assert kinds == {"QuantizeLinear", "DequantizeLinear"}


def test_fp8_of_one_scale_a_channel_holds_the_largest_weight(graphs):
    graph = onnx.load(graphs["fp8"]).graph
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = [name for name in known if name.endswith("_fp8")]
    assert len(weights) == 1 + 5 * SMALL.layers + 2
    for name in weights:
        largest = np.abs(known[name].astype(np.float32)).max(0)
        assert known[name.replace("_fp8", "_scale")].shape == largest.shape and (largest == 448).all()


def test_a_wide_twin_rounds_where_bf16_does(graphs, tmp_path):
    widen(graphs["bf16"], tmp_path / "wide.onnx")
    model, known = types(tmp_path / "wide.onnx")
    nodes = [node for node in model.graph.node if node.op_type == "MatMul"]
    assert {known[name] for node in nodes for name in node.input} == {TensorProto.FLOAT}
    casts = [node.attribute[0].i for node in model.graph.node if node.op_type == "Cast"]
    assert casts.count(TensorProto.BFLOAT16) >= 2 * len(nodes)


def test_values_that_fp16_cannot_hold_are_found(student, preprocessor, tmp_path):  # noqa: F811
    export_encoder(student, tmp_path / "exact.onnx")
    pages = list(calibration_pages(preprocessor, 2))
    largest = check_range(tmp_path / "exact.onnx", pages)
    assert 0 < largest < 3e4
    before = student.layers[0].wo.weight.clone()
    try:
        with torch.no_grad():
            student.layers[0].wo.weight.mul_(1e7)
        export_encoder(student, tmp_path / "hot.onnx")
    finally:
        with torch.no_grad():
            student.layers[0].wo.weight.copy_(before)
    with pytest.raises(VerificationFailed, match=r"values reach \d+; fp16 allows 30000 here: use bf16"):
        check_range(tmp_path / "hot.onnx", pages)


def test_a_lowered_graph_that_differs_is_not_left_behind(student, preprocessor, tmp_path, monkeypatch):  # noqa: F811
    few_pages(monkeypatch, preprocessor)
    monkeypatch.setitem(export.TOLERANCE, "bf16", 1e-9)
    with pytest.raises(VerificationFailed, match="bf16"):
        export_graph(student, preprocessor, "bf16", tmp_path)
    assert list(tmp_path.iterdir()) == []


@RTX
@pytest.mark.parametrize("precision", (*LOWERED, "qdq"))
def test_tensorrt_takes_every_graph(student, preprocessor, graphs, tmp_path, monkeypatch, precision):  # noqa: F811
    few_pages(monkeypatch, preprocessor)
    graph = graphs.get(precision) or export_graph(student, preprocessor, precision, tmp_path)[0]
    built = build(open_library("tensorrt-rtx"), Order(graph, "int8", (Bucket(64, 1), Bucket(128, 4))))
    assert built.plan and built.outputs["line_logits"] == [-1, -1, -1, 3]
