"""An ONNX graph parsed and built by TensorRT; needs a GPU with `tensorrt`, none with `tensorrt-rtx`.

Every precision is decided in the graph: the network is strongly typed. TensorRT 8.6 has no strong typing and takes the
flags that newer ones have dropped.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docengine.engine.backends.tensorrt.library import Library
from docengine.engine.backends.tensorrt.profiles import DEFAULT, Bucket
from docengine.engine.backends.tensorrt.refusals import refusal
from docengine.errors import BackendFailed, BackendUnavailable, UsageError

PRECISIONS = ("bf16", "fp16", "int8", "fp8")
LEGACY_FLAGS = {"bf16": (), "fp16": ("FP16",), "int8": ("INT8",), "fp8": ()}
"""Of TensorRT 8.6, which knows neither bf16 nor fp8."""
WORKSPACE = 2 << 30
"""Bytes that one kernel may take for itself."""
Progress = Callable[[str, int, int], None]
"""Called with a phase, how many of its steps are done, and how many it has."""


@dataclass(frozen=True)
class Order:
    """What to build."""

    graph: Path
    precision: str = "bf16"
    buckets: tuple[Bucket, ...] = DEFAULT
    level: int = 3
    """How long TensorRT searches for fast kernels, 0 to 5."""
    timing_cache: Path | None = None


@dataclass(frozen=True)
class Built:
    """A plan, and what is known of it."""

    plan: bytes
    inputs: dict[str, list[int]]
    outputs: dict[str, list[int]]
    """Axes by name, -1 where they are dynamic."""
    seconds: float
    timing_cache: bytes | None = None


@dataclass
class Log:
    """The latest of what TensorRT complained of, for an error's message."""

    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))

    def of(self, module: Any) -> Any:
        """A logger for TensorRT that writes into this."""
        said, loud = self.said, (module.ILogger.Severity.ERROR, module.ILogger.Severity.INTERNAL_ERROR)

        class Logger(module.ILogger):
            def __init__(self) -> None:
                module.ILogger.__init__(self)

            def log(self, severity: Any, message: str) -> None:
                if severity in loud:
                    said.append(" ".join(message.split()))

        return Logger()

    @property
    def last(self) -> str:
        return self.said[-1][:300] if self.said else "TensorRT gives no reason"


def build(library: Library, order: Order, progress: Progress | None = None) -> Built:
    """Parse `order.graph` and build its plan.

    Raises BackendFailed with the node that is refused and what mends it; BackendUnavailable where this TensorRT has no
    such precision or no GPU to build for; UsageError for timings that it cannot keep.
    """
    module, log = library.module, Log()
    if not library.strongly_typed and order.precision not in ("fp16", "int8"):
        raise BackendUnavailable(
            f"TensorRT {library.version} has no {order.precision}: use fp16 or int8, or upgrade it"
        )
    if order.timing_cache is not None and library.name == "tensorrt-rtx":
        raise UsageError("tensorrt-rtx keeps no timings of kernels: leave --timing-cache out")
    logger = log.of(module)
    try:
        builder = module.Builder(logger)
    except TypeError as error:  # pybind's word for a null pointer: no GPU, no driver, no memory
        raise BackendUnavailable(f"TensorRT's builder does not start: {log.last}; see docengine doctor") from error
    network = builder.create_network(_network_flags(library))
    parse(library, network, logger, order.graph)
    config = _config(library, builder, network, order, progress)
    begun = time.perf_counter()
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        raise BackendFailed(refusal(order.graph.name, list(log.said)))
    return Built(
        bytes(plan),
        {tensor.name: list(tensor.shape) for tensor in _tensors(network.num_inputs, network.get_input)},
        {tensor.name: list(tensor.shape) for tensor in _tensors(network.num_outputs, network.get_output)},
        time.perf_counter() - begun,
        _timings(config) if order.timing_cache is not None else None,
    )


def parse(library: Library, network: Any, logger: Any, graph: Path) -> None:
    """Read a graph into a network; BackendFailed names the node that TensorRT does not take."""
    parser = library.module.OnnxParser(network, logger)
    if not parser.parse(graph.read_bytes()):
        said = [_parser_error(parser.get_error(i)) for i in range(parser.num_errors)]
        raise BackendFailed(refusal(graph.name, said))


def _parser_error(error: Any) -> str:
    """Node, operator and reason; 8.6 knows only the node's number."""
    node = error.node_name() if hasattr(error, "node_name") else f"number {error.node()}"
    operator = f" ({error.node_operator()})" if hasattr(error, "node_operator") else ""
    return f"node {node}{operator}: {error.desc()}"


def _network_flags(library: Library) -> int:
    known = library.module.NetworkDefinitionCreationFlag
    if library.strongly_typed:
        return 1 << int(known.STRONGLY_TYPED)
    return 1 << int(known.EXPLICIT_BATCH)


def _config(library: Library, builder: Any, network: Any, order: Order, progress: Progress | None) -> Any:
    module, config = library.module, builder.create_builder_config()
    config.set_memory_pool_limit(module.MemoryPoolType.WORKSPACE, WORKSPACE)
    config.builder_optimization_level = order.level
    if hasattr(module, "ProfilingVerbosity"):
        config.profiling_verbosity = module.ProfilingVerbosity.DETAILED  # names and types of layers, for the table
    if not library.strongly_typed:
        for flag in LEGACY_FLAGS[order.precision]:
            config.set_flag(getattr(module.BuilderFlag, flag))
    for bucket in order.buckets:
        profile = builder.create_optimization_profile()
        for tensor in _tensors(network.num_inputs, network.get_input):
            if -1 in tuple(tensor.shape):
                shape = bucket.shape(tensor.shape)
                profile.set_shape(tensor.name, shape, shape, shape)
        config.add_optimization_profile(profile)
    if order.timing_cache is not None:
        _use_timings(config, order.timing_cache)
    if progress is not None and hasattr(module, "IProgressMonitor"):
        config.progress_monitor = _monitor(module, progress)
    return config


def _use_timings(config: Any, path: Path) -> None:
    """TensorRT checks that they were taken on the same GPU and version, and begins anew where they were not."""
    known = path.read_bytes() if path.is_file() else b""
    cache = config.create_timing_cache(known) or config.create_timing_cache(b"")
    config.set_timing_cache(cache, ignore_mismatch=False)


def _timings(config: Any) -> bytes | None:
    cache = config.get_timing_cache()
    return bytes(cache.serialize()) if cache is not None else None


def _monitor(module: Any, progress: Progress) -> Any:
    class Monitor(module.IProgressMonitor):
        """Called from TensorRT's own threads."""

        def __init__(self) -> None:
            module.IProgressMonitor.__init__(self)
            self.steps: dict[str, int] = {}

        def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
            self.steps[phase_name] = num_steps
            progress(phase_name, 0, num_steps)

        def step_complete(self, phase_name: str, step: int) -> bool:
            progress(phase_name, step + 1, self.steps.get(phase_name, step + 1))
            return True

        def phase_finish(self, phase_name: str) -> None:
            self.steps.pop(phase_name, None)

    return Monitor()


def _tensors(count: int, get: Callable[[int], Any]) -> list[Any]:
    return [get(i) for i in range(count)]


def layer_types(library: Library, engine: Any) -> dict[str, int]:
    """How many layers write each type, as TensorRT's inspector tells; empty where it does not."""
    try:
        form = library.module.LayerInformationFormat.JSON
        layers = json.loads(engine.create_engine_inspector().get_engine_information(form))["Layers"]
    except (AttributeError, ValueError, KeyError, TypeError):
        return {}
    outputs = [output for layer in layers if isinstance(layer, dict) for output in layer.get("Outputs", ())[:1]]
    names = [str(output.get("Datatype") or output.get("Format/Datatype") or "other") for output in outputs]
    return dict(Counter(names).most_common())
