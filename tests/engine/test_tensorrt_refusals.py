"""Graphs that TensorRT does not take, each with our message: against TensorRT-RTX's own builder, which needs no GPU,
and against the fake, which says what that one says."""

import sys
from importlib.util import find_spec

import fake_tensorrt
import numpy as np
import onnx
import pytest
from fake_tensorrt import FakeTensorRt, tiny_graph
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_dynamic, quantize_static

from docengine.engine.backends.tensorrt.library import Library, open_library
from docengine.engine.backends.tensorrt.network import Order, build
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.engine.backends.tensorrt.refusals import refusal
from docengine.errors import BackendFailed, UsageError

BUCKETS = (Bucket(8, 1), Bucket(16, 4))
RTX = pytest.mark.skipif(
    find_spec("tensorrt_rtx") is None, reason="TensorRT-RTX is not installed: docengine[trt-check]"
)


@pytest.fixture(params=["fake", pytest.param("tensorrt-rtx", marks=RTX)])
def library(request):
    if request.param == "fake":
        return Library("tensorrt", FakeTensorRt(), "10.13.2.6")
    return open_library("tensorrt-rtx")


class Random(CalibrationDataReader):
    left = 3

    def get_next(self):
        self.left -= 1
        return (
            {"x": np.random.default_rng(self.left).standard_normal((1, 8, 16), np.float32)} if self.left >= 0 else None
        )


def product(path, kind=np.float32, extra=None):
    """A product with a matrix, of type `kind`."""
    weights = np.random.default_rng(0).standard_normal((16, 16)).astype(kind)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "product")]
    if extra:
        nodes = [helper.make_node("MatMul", ["x", "w"], ["z"], "product"), helper.make_node(extra, ["z"], ["y"], "odd")]
    made = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", "tokens", 16]) for n in "xy"]
    graph = helper.make_graph(nodes, "product", made[:1], made[1:], [numpy_helper.from_array(weights, "w")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return path


def quantised(source, target, activations, symmetric):
    options = {
        "ActivationSymmetric": symmetric,
        "WeightSymmetric": True,
        "OpTypesToExcludeOutputQuantization": ["MatMul"],
    }
    quantize_static(
        str(source),
        str(target),
        Random(),
        per_channel=True,
        activation_type=activations,
        weight_type=QuantType.QInt8,
        extra_options={**options, "OpTypesToExcludeOutputQuantization": ["MatMul"]},
    )
    return target


def attempt(library, graph):
    return build(library, Order(graph, "int8", BUCKETS))


@pytest.mark.filterwarnings("ignore")
def test_signed_and_symmetric_is_taken(library, tmp_path):
    built = attempt(library, quantised(product(tmp_path / "a.onnx"), tmp_path / "sym.onnx", QuantType.QInt8, True))
    assert built.plan and built.inputs == {"x": [-1, -1, 16]} and built.outputs == {"y": [-1, -1, 16]}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "kind"), [("u8s8", QuantType.QUInt8), ("asymmetric", QuantType.QInt8)])
def test_zero_points_are_refused(library, tmp_path, name, kind):
    graph = quantised(product(tmp_path / "a.onnx"), tmp_path / f"{name}.onnx", kind, False)
    with pytest.raises(BackendFailed, match=rf"{name}\.onnx is refused .*QuantizeLinear.*zero points.*--precision qdq"):
        attempt(library, graph)


@pytest.mark.filterwarnings("ignore")
def test_dynamic_quantisation_is_refused(library, tmp_path):
    quantize_dynamic(product(tmp_path / "a.onnx"), tmp_path / "dynamic.onnx", weight_type=QuantType.QInt8)
    with pytest.raises(BackendFailed, match=r"DynamicQuantizeLinear.*quantised dynamically.*--precision qdq"):
        attempt(library, tmp_path / "dynamic.onnx")


def test_an_operator_of_a_newer_opset_is_refused(library, tmp_path):
    graph = product(tmp_path / "new.onnx", extra="Frobnicate")
    with pytest.raises(BackendFailed, match=r"node odd \(Frobnicate\).*newer opset.*opset 18"):
        attempt(library, graph)


@RTX
def test_mixed_types_are_refused(tmp_path):
    with pytest.raises(BackendFailed, match=r"node product \(MatMul\).*mixes types"):
        attempt(open_library("tensorrt-rtx"), product(tmp_path / "mixed.onnx", np.float16))


@RTX
def test_a_file_that_is_no_graph_is_refused(tmp_path):
    (tmp_path / "rubbish.onnx").write_bytes(b"hello")
    with pytest.raises(BackendFailed, match="there is no graph in it"):
        attempt(open_library("tensorrt-rtx"), tmp_path / "rubbish.onnx")


FAKED = {
    fake_tensorrt.Builder: "Builder",
    fake_tensorrt.Network: "INetworkDefinition",
    fake_tensorrt.Parser: "OnnxParser",
    fake_tensorrt.Profile: "IOptimizationProfile",
    fake_tensorrt.Config: "IBuilderConfig",
    fake_tensorrt.Engine: "ICudaEngine",
    fake_tensorrt.Context: "IExecutionContext",
}


@RTX
@pytest.mark.parametrize("fake", FAKED, ids=FAKED.get)
def test_the_fake_has_the_shape_of_the_real_one(fake):
    real = getattr(open_library("tensorrt-rtx").module, FAKED[fake])
    methods = {name for name in vars(fake) if not name.startswith("_")} - {"content", "inputs", "outputs"}
    assert methods - {"refuses_to_build"} <= set(dir(real))


@RTX
def test_rtx_keeps_no_timings(tmp_path):
    order = Order(tiny_graph(tmp_path / "tiny.onnx"), "bf16", BUCKETS, timing_cache=tmp_path / "timings")
    with pytest.raises(UsageError, match="leave --timing-cache out"):
        build(open_library("tensorrt-rtx"), order)


@RTX
def test_progress_is_told_and_the_fakes_graph_is_a_real_one(tmp_path):
    steps = []
    order = Order(tiny_graph(tmp_path / "tiny.onnx"), "bf16", BUCKETS)
    built = build(open_library("tensorrt-rtx"), order, lambda *step: steps.append(step))
    assert steps and all(0 <= done <= total for _, done, total in steps)
    assert built.inputs == {"pieces": [-1, -1, 2], "attention_mask": [-1, -1]}
    assert built.outputs == {"tag_logits": [-1, -1, 3], "line_logits": [-1, -1, -1, 1], "kind_logits": [-1, 2]}


def test_a_refusal_is_one_short_line():
    said = [
        "node a (MatMul): Invalid Node - a\nITensor: same input types (In validateTypes at /_src/x.cpp:38)" + "x" * 999
    ]
    line = refusal("g.onnx", said)
    assert "\n" not in line and len(line) < 400 and line.startswith("g.onnx is refused by TensorRT at node a (MatMul)")
    assert refusal("g.onnx", []) == "g.onnx is refused by TensorRT, without a reason"


def test_nothing_of_the_fake_stays_in_the_process():
    assert not isinstance(sys.modules.get("tensorrt"), FakeTensorRt)
