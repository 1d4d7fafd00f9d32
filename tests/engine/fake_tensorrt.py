"""A `tensorrt` module and a GPU's memory with the real ones' shape, on the CPU: its plans are ONNX files that ONNX
Runtime runs on what lies at the addresses. It holds to the real one's rules and refuses what that refuses."""

from __future__ import annotations

import ctypes
import enum
import json
import math
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import onnx
import onnxruntime

from docengine.engine.backends.tensorrt.driver import Gpu
from docengine.errors import BackendFailed

H200 = Gpu(0, "Fake H200", "9.0", 132, "13.0")


class Severity(enum.IntEnum):
    INTERNAL_ERROR = 0
    ERROR = 1
    WARNING = 2


class ILogger:
    Severity = Severity

    def log(self, severity, message):
        raise NotImplementedError


class IProgressMonitor:
    pass


class FakeTensorRt86:
    """The module: `open_library` takes it from `sys.modules`. What goes wrong is set on it."""

    ILogger = ILogger
    MemoryPoolType = enum.Enum("MemoryPoolType", "WORKSPACE")
    ProfilingVerbosity = enum.Enum("ProfilingVerbosity", "DETAILED")
    BuilderFlag = enum.Enum("BuilderFlag", "INT8 FP16")
    LayerInformationFormat = enum.Enum("LayerInformationFormat", "JSON")

    NetworkDefinitionCreationFlag = enum.IntEnum("Flags", {"EXPLICIT_BATCH": 0})
    __version__ = "8.6.0"

    def __init__(self):
        self.builds = 0
        self.noise = 0.0
        """Added to all outputs, as a wrong kernel would."""
        self.no_context_above = math.inf
        """Pages times words that there is memory for."""
        self.refuses_plans = False
        self.fails = False
        """Kernels fail."""
        self.configs = []

    def Builder(self, logger):  # noqa: N802
        return Builder(self, logger)

    def OnnxParser(self, network, logger):  # noqa: N802
        return Parser(network)

    def Runtime(self, logger):  # noqa: N802
        return SimpleNamespace(deserialize_cuda_engine=lambda plan: self._engine(plan, logger))

    def _engine(self, plan, logger):
        if self.refuses_plans or not plan.startswith(b"PLAN"):
            logger.log(Severity.ERROR, "Serialization assertion magicTagRead == kMAGIC_TAG failed")
            return None
        head, _, graph = plan[4:].partition(b"\n")
        return Engine(self, logger, json.loads(head), graph)

    @staticmethod
    def nptype(kind):
        return np.dtype(kind)


class FakeTensorRt(FakeTensorRt86):
    """What 10 and 11 have and 8.6 lacks, and the other way round."""

    IProgressMonitor = IProgressMonitor
    ExecutionContextAllocationStrategy = enum.Enum("Strategy", "STATIC ON_PROFILE_CHANGE")
    NetworkDefinitionCreationFlag = enum.IntEnum("Flags", {"STRONGLY_TYPED": 1})
    BuilderFlag = enum.Enum("BuilderFlag", "TF32")
    __version__ = "10.13.2.6"


class Builder:
    def __init__(self, module, logger):
        self.module, self.logger = module, logger

    def create_network(self, flags):
        assert flags == 1 << int(next(iter(self.module.NetworkDefinitionCreationFlag)))
        return Network()

    def create_builder_config(self):
        self.module.configs.append(Config(self.module))
        return self.module.configs[-1]

    def create_optimization_profile(self):
        return Profile()

    def build_serialized_network(self, network, config):
        assert config.profiles and all(profile.shapes for profile in config.profiles)
        self.module.builds += 1
        monitor = getattr(config, "progress_monitor", None)
        if monitor is not None:
            monitor.phase_start("Building Engine", None, 2)
            assert monitor.step_complete("Building Engine", 0)
            monitor.phase_finish("Building Engine")
        if network.refuses_to_build:
            self.logger.log(
                Severity.ERROR, "IBuilder::buildSerializedNetwork: Error Code 10: no implementation for node"
            )
            return None
        config.cache = SimpleNamespace(serialize=lambda: b"timings")
        return b"PLAN" + json.dumps([profile.shapes for profile in config.profiles]).encode() + b"\n" + network.content


class Network:
    content, refuses_to_build = b"", False
    inputs, outputs = (), ()
    num_inputs = property(lambda self: len(self.inputs))
    num_outputs = property(lambda self: len(self.outputs))

    def get_input(self, i):
        return self.inputs[i]

    def get_output(self, i):
        return self.outputs[i]


class Parser:
    """Refuses what the real one does, in its words (TensorRT-RTX 1.7.1)."""

    def __init__(self, network):
        self.network, self.errors = network, []

    num_errors = property(lambda self: len(self.errors))

    def get_error(self, i):
        return self.errors[i]

    def parse(self, content):
        model = onnx.load_from_string(content)
        for node in model.graph.node:
            if node.op_type in ("DynamicQuantizeLinear", "MatMulInteger"):
                self._refuse(node, "false")
            if node.op_type == "QuantizeLinear" and _zero_point(model, node):
                self._refuse(
                    node, "Assertion failed: shiftIsAllZeros(zeroPoint): Non-zero zero point is not supported."
                )
            if node.op_type == "Frobnicate":
                self._refuse(node, 'creator && "Plugin not found, are the plugin name, version, namespace correct?"')
        tensors = [
            [SimpleNamespace(name=v.name, shape=_shape(v)) for v in io]
            for io in (model.graph.input, model.graph.output)
        ]
        self.network.content, (self.network.inputs, self.network.outputs) = content, tensors
        self.network.refuses_to_build = any(node.name == "unbuildable" for node in model.graph.node)
        return not self.errors

    def _refuse(self, node, reason):
        said = {"node": 0, "node_name": node.name, "node_operator": node.op_type, "desc": reason}
        self.errors.append(SimpleNamespace(**{key: lambda value=value: value for key, value in said.items()}))


def _zero_point(model, node):
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    return len(node.input) > 2 and bool(known[node.input[2]].any())


def _shape(value):
    return tuple(-1 if dim.dim_param else dim.dim_value for dim in value.type.tensor_type.shape.dim)


class Profile:
    def __init__(self):
        self.shapes = {}

    def set_shape(self, name, smallest, best, largest):
        assert smallest == best == largest
        self.shapes[name] = list(best)


class Config:
    def __init__(self, module):
        self.profiles, self.flags, self.given_timings, self.cache = [], [], None, None

    def set_memory_pool_limit(self, pool, size):
        assert size > 0

    def set_flag(self, flag):
        self.flags.append(flag.name)

    def add_optimization_profile(self, profile):
        self.profiles.append(profile)

    def create_timing_cache(self, content):
        return None if content == b"rubbish" else SimpleNamespace(content=content)

    def set_timing_cache(self, cache, ignore_mismatch):
        self.given_timings = cache.content

    def get_timing_cache(self):
        return self.cache


class Engine:
    def __init__(self, module, logger, profiles, graph):
        self.module, self.logger, self.profiles = module, logger, profiles
        self.model = onnx.load_from_string(graph)
        self.session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
        self.kinds = {
            value.name: onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
            for value in (*self.model.graph.input, *self.model.graph.output)
        }

    def get_tensor_dtype(self, name):
        return self.kinds[name]

    def create_execution_context(self, strategy=None):
        return Context(self)

    def create_engine_inspector(self):
        layers = [{"Outputs": [{"Format/Datatype": "BFloat16"}]}, {"Outputs": [{"Format/Datatype": "Float"}]}]
        return SimpleNamespace(get_engine_information=lambda form: json.dumps({"Layers": layers}))


class Context:
    def __init__(self, engine):
        self.engine, self.shapes, self.addresses, self.profile = engine, {}, {}, None

    def set_optimization_profile_async(self, index, stream):
        self.profile = self.engine.profiles[index]
        return math.prod(next(iter(self.profile.values()))[:2]) <= self.engine.module.no_context_above

    def set_input_shape(self, name, shape):
        self.shapes[name] = shape
        return self.profile[name] == list(shape)

    def set_tensor_address(self, name, address):
        self.addresses[name] = address
        return True

    def execute_async_v3(self, stream):
        if self.engine.module.fails:
            self.engine.logger.log(Severity.ERROR, "Error Code 1: Cuda Runtime (an illegal memory access)")
            return False
        inputs = {n: at(self.addresses[n], shape, self.engine.kinds[n]) for n, shape in self.shapes.items()}
        names = [value.name for value in self.engine.model.graph.output]
        for name, array in zip(names, self.engine.session.run(names, inputs), strict=True):
            at(self.addresses[name], array.shape, array.dtype)[...] = array + self.engine.module.noise
        return True


def at(address, shape, dtype):
    """The array that lies at an address."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    return np.frombuffer((ctypes.c_byte * size).from_address(address), dtype).reshape(shape)


class FakeCuda:
    """`memory.Cuda` in the host's memory. Everything but `close` must happen inside `current()`."""

    name = "fake"

    def __init__(self, captures=True, room=1 << 30, breaks_capture=False):
        self.captures, self.room, self.breaks_capture = captures, room, breaks_capture
        self.blocks, self.launches, self.inside, self.closed = {}, 0, threading.local(), False
        self.entered = 0

    @contextmanager
    def current(self):
        assert not self.closed
        self.entered += 1
        self.inside.yes = True
        try:
            yield
        finally:
            self.inside.yes = False

    def _checked(self):
        assert getattr(self.inside, "yes", False), "outside of the device's context"

    def stream(self):
        self._checked()
        return 7

    def allocate(self, size):
        self._checked()
        if sum(block.nbytes for block in self.blocks.values()) + size > self.room:
            raise BackendFailed("the GPU is out of memory")
        block = np.zeros(size, np.uint8)
        self.blocks[block.ctypes.data] = block
        return block.ctypes.data

    def free(self, address):
        self._checked()
        del self.blocks[address]

    def pinned(self, shape, dtype):
        self._checked()
        return np.full(shape, 77, dtype)

    def upload(self, target, source, stream):
        self._checked()
        ctypes.memmove(target, source.ctypes.data, source.nbytes)

    def download(self, target, source, stream):
        self._checked()
        ctypes.memmove(target.ctypes.data, source, target.nbytes)

    def synchronise(self, stream):
        self._checked()

    def capture(self, work, stream):
        self._checked()
        if self.breaks_capture:
            raise BackendFailed("CUDA failed: CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED (900)")

        def launch():
            self.launches += 1
            work()

        return launch

    def close(self):
        self.closed = True


def tiny_graph(path, extra=None):
    """A graph with an encoder's names and axes: `tag_logits` of each word, `line_logits` of each two, `kind_logits` of
    the page. Padding changes nothing where the mask is heeded. `extra` (operator, name) comes before the tags."""
    helper, kinds = onnx.helper, onnx.TensorProto
    nodes = [
        helper.make_node("Cast", ["pieces"], ["floats"], to=kinds.FLOAT),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=kinds.FLOAT),
        helper.make_node("MatMul", ["floats", "weights"], ["tags" if extra else "tag_logits"], "product"),
        helper.make_node("ReduceSum", ["floats", "last"], ["sums"], keepdims=1),
        helper.make_node("Transpose", ["sums"], ["sideways"], perm=[0, 2, 1]),
        helper.make_node("Sub", ["sums", "sideways"], ["apart"]),
        helper.make_node("Unsqueeze", ["apart", "last"], ["line_logits"]),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["floats", "column"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "words"], ["kind_logits"], keepdims=0),
    ]
    if extra:
        nodes.insert(3, helper.make_node(extra[0], ["tags"], ["tag_logits"], extra[1]))
    weights = np.arange(6, dtype=np.float32).reshape(2, 3) - 2
    constants = {"weights": weights, "last": np.array([-1]), "words": np.array([1])}
    given = {"pieces": ["batch", "tokens", 2], "attention_mask": ["batch", "tokens"]}
    made = {"tag_logits": ["batch", "tokens", 3], "line_logits": ["batch", "tokens", "tokens", 1]}
    made["kind_logits"] = ["batch", 2]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kinds.INT64, shape) for name, shape in given.items()],
        [helper.make_tensor_value_info(name, kinds.FLOAT, shape) for name, shape in made.items()],
        [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)
    return path


def tiny_page(words, batch=1, seed=0):
    pieces = np.random.default_rng(seed).integers(1, 9, (batch, words, 2))
    return {"pieces": pieces, "attention_mask": np.ones((batch, words), np.int64)}
