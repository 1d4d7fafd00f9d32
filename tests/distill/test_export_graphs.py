"""Graphs of a very small student: what TensorRT takes, what comes out, and what is not let out."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from docengine.distill import export
from docengine.distill.bundle import Contents, write
from docengine.distill.export import GRAPHS, example_inputs, export_graph, stacked, verification_pages
from docengine.distill.quantise import calibration_pages
from docengine.distill.student import INPUTS, OUTPUTS, Student, StudentConfig
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.bundle import read_bundle
from docengine.engine.preprocess import Preprocessor
from docengine.errors import VerificationFailed
from docengine.schema import DEFAULT_SCHEMA

SMALL = StudentConfig(vocab=300, width=32, layers=2, heads=2, feed_forward=48, piece_width=8, line_width=8)


@pytest.fixture(scope="module")
def preprocessor():
    letters = ["<pad>", "<unk>", *"abcdefghijklmnopqrstuvwxyz0123456789.,:/-"]
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Preprocessor(tokenizer)


@pytest.fixture(scope="module")
def student():
    torch.manual_seed(0)
    return Student(SMALL).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def graph(student, preprocessor, tmp_path_factory):
    """The Q/DQ graph of the student."""
    folder = tmp_path_factory.mktemp("graphs")
    path, difference = export_graph(student, preprocessor, "qdq", folder)
    assert path == folder / GRAPHS["qdq"] and 0 < difference <= export.TOLERANCE["qdq"]
    assert [file.name for file in folder.iterdir()] == [path.name]
    return onnx.load(path)


def constants(graph):
    return {tensor.name: tensor for tensor in graph.graph.initializer}


def test_qdq_is_signed_and_symmetric(graph):
    zeros = {node.input[2] for node in graph.graph.node if node.op_type in ("QuantizeLinear", "DequantizeLinear")}
    assert zeros
    for name in zeros:
        tensor = constants(graph)[name]
        assert tensor.data_type == TensorProto.INT8
        assert not numpy_helper.to_array(tensor).any()
    assert not {node.op_type for node in graph.graph.node} & {"MatMulInteger", "DynamicQuantizeLinear"}


def test_all_weights_and_tables_lie_in_the_file_as_int8(graph):
    big = {name for name, tensor in constants(graph).items() if len(tensor.dims) == 2 and min(tensor.dims) > 2}
    floats = {name for name in big if constants(graph)[name].data_type == TensorProto.FLOAT}
    assert floats == {"kind_head.weight", "language_head.weight"}
    assert sum("embeddings" in name for name in big) == 3


def test_a_weight_has_a_scale_for_each_channel(graph):
    known = constants(graph)
    nodes = {node.output[0]: node for node in graph.graph.node}
    products = [nodes[node.input[1]] for node in graph.graph.node if node.op_type == "MatMul"]
    weights = [node for node in products if node.op_type == "DequantizeLinear"]
    assert len(weights) == 1 + 5 * SMALL.layers + 2
    for node in weights:
        assert known[node.input[1]].dims == [known[node.input[0]].dims[1]]
        assert [attribute.i for attribute in node.attribute if attribute.name == "axis"] == [1]


def test_attention_stays_exact(graph):
    made = {node.output[0]: node.op_type for node in graph.graph.node}
    reads = {name: node for node in graph.graph.node for name in node.input}
    exact = [n for n in graph.graph.node if n.op_type == "MatMul" and made[n.input[1]] != "DequantizeLinear"]
    assert len(exact) == 2 * SMALL.layers + 1
    assert all(made[node.input[0]] != "DequantizeLinear" for node in exact)
    for node in graph.graph.node:
        if node.op_type == "Softmax":
            assert reads[node.output[0]].op_type == "MatMul"


def test_axes_are_those_of_the_contract(graph):
    for value in graph.graph.input:
        axes = [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        assert axes[:2] == ["batch", "tokens"] and all(isinstance(axis, int) for axis in axes[2:])
    assert [value.name for value in graph.graph.input] == list(INPUTS)
    assert [value.name for value in graph.graph.output] == list(OUTPUTS)


def test_a_graph_that_differs_is_not_left_behind(student, preprocessor, tmp_path, monkeypatch):
    monkeypatch.setitem(export.TOLERANCE, "qdq", 1e-9)
    with pytest.raises(VerificationFailed, match=r"encoder\.trt\.onnx differs from the torch model by .* qdq allows"):
        export_graph(student, preprocessor, "qdq", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_may_carry_it(student, preprocessor, tmp_path):
    about = {"name": "both", "trained_languages": [], "provenance": {}}
    parts = Contents(student, preprocessor.tokenizer, DEFAULT_SCHEMA, about, lambda _: {}, lambda _: "# card")
    bundle = read_bundle(write(replace(parts, precisions=("int8", "qdq")), tmp_path / "bundle", tmp_path))
    files = {entry["path"] for entry in bundle.manifest["files"]}
    assert files == {"MODEL_CARD.md", "encoder.onnx", "encoder.trt.onnx", "tokenizer.json"}
    assert set(bundle.manifest["differences"]) == {"fp32", "int8", "qdq"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "encoder.fp32.onnx"]


def test_a_batch_reads_each_page_as_alone(student, preprocessor, tmp_path):
    pages = list(calibration_pages(preprocessor, 3))
    path, _ = export_graph(student, preprocessor, "fp32", tmp_path)
    backend = OnnxRuntimeBackend(path, "cpu", 1)
    together = backend.run(stacked(pages))["tag_logits"]
    for row, page in zip(together, pages, strict=True):
        alone = backend.run(page)["tag_logits"][0]
        np.testing.assert_allclose(row[: len(alone)], alone, atol=1e-4)


def test_calibration_sees_the_same_pages_each_time_and_verification_others(preprocessor):
    first, again = (list(calibration_pages(preprocessor, 6)) for _ in range(2))
    assert all((one["boxes"] == two["boxes"]).all() for one, two in zip(first, again, strict=True))
    seen = {page["boxes"].tobytes() for page in first}
    assert len(seen) == len(first)
    assert not seen & {page["boxes"].tobytes() for page in verification_pages(preprocessor, "qdq")}


def test_random_inputs_are_for_exact_and_dynamic_graphs(preprocessor):
    sizes = {name: {p["rows"].shape for p in verification_pages(preprocessor, name)} for name in GRAPHS}
    assert sizes["fp32"] == sizes["int8"] == sizes["qdq"] | {example_inputs(512)["rows"].shape, (1, 1), (3, 37)}
