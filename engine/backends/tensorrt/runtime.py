"""A plan that runs: a lane for each bucket, with a context, buffers on both sides and a CUDA graph.

One run: inputs into pinned memory, one launch (copies in, kernels, copies out), one wait. Lanes share a stream of their
own and a lock: the GPU does one run after another, whichever thread asks.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from docengine.engine.backends.tensorrt.library import Library
from docengine.engine.backends.tensorrt.memory import Cuda
from docengine.engine.backends.tensorrt.network import Built, Log
from docengine.engine.backends.tensorrt.plans import Plan
from docengine.engine.backends.tensorrt.profiles import Axes, Bucket, cut, fill, shares, size_of
from docengine.engine.preprocess import Arrays
from docengine.errors import BackendFailed, BackendUnavailable


class Runtime:
    """One plan on one GPU. Thread safe."""

    def __init__(self, library: Library, cuda: Cuda, plan: Plan | Built, buckets: tuple[Bucket, ...]) -> None:
        """`buckets` in the order of the plan's profiles. The driver must have been asked first.

        Takes `cuda` over: it is closed with the runtime, or where that cannot be made. Raises BackendFailed.
        """
        self.library, self.cuda, self.buckets = library, cuda, buckets
        self.inputs: Axes = plan.inputs
        self.outputs: Axes = plan.outputs
        self.log, self.lock = Log(), threading.Lock()
        self.lanes: dict[Bucket, Lane] = {}
        self.captures = cuda.captures
        try:
            with cuda.current():
                self.engine = self._deserialised(plan.content if isinstance(plan, Plan) else plan.plan)
                self.stream = cuda.stream()
        except BaseException:
            cuda.close()
            raise

    def _deserialised(self, content: bytes) -> Any:
        self.logger = self.log.of(self.library.module)
        try:
            self.runtime = self.library.module.Runtime(self.logger)
        except TypeError as error:
            raise BackendUnavailable(f"TensorRT's runtime does not start: {self.log.last}") from error
        engine = self.runtime.deserialize_cuda_engine(content)
        if engine is None:
            raise BackendFailed(f"TensorRT does not load the plan ({self.log.last}): docengine compile --force")
        return engine

    def run(self, inputs: Arrays) -> Arrays:
        """All outputs for a batch of pages of any size that the profiles have room for. Raises BackendFailed."""
        tokens, batch = size_of(inputs, self.inputs)
        parts = [self._run(inputs, pages, bucket, tokens) for pages, bucket in shares(self.buckets, tokens, batch)]
        if len(parts) == 1:
            return parts[0]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.outputs}

    def _run(self, inputs: Arrays, pages: slice, bucket: Bucket, tokens: int) -> Arrays:
        with self.lock:
            if self.engine is None:
                raise BackendFailed("this model was closed: load the engine again")
            with self.cuda.current():
                lane = self.lanes.get(bucket) or self._open(bucket)
                for name in self.inputs:
                    fill(lane.host[name], inputs[name][pages])
                lane.launch()
                self.cuda.synchronise(self.stream)
            count = pages.stop - pages.start
            return {name: cut(lane.host[name], axes, tokens, count) for name, axes in self.outputs.items()}

    def _open(self, bucket: Bucket) -> Lane:
        """Its first use costs a few milliseconds; a bucket that does not fit into memory leaves the others usable."""
        lane = Lane(self, bucket)
        try:
            lane.prepare()
        except BaseException:
            lane.close()
            raise
        self.lanes[bucket] = lane
        return lane

    def close(self) -> None:
        """Give all memory back. Idempotent."""
        with self.lock:
            if self.engine is None:
                return
            with self.cuda.current():
                for lane in self.lanes.values():
                    lane.close()
                self.lanes = {}
                self.engine = self.runtime = None
            self.cuda.close()


class Lane:
    """What one bucket runs in. Addresses and shapes never change, so that it can be one CUDA graph."""

    def __init__(self, runtime: Runtime, bucket: Bucket) -> None:
        self.runtime, self.bucket, self.cuda = runtime, bucket, runtime.cuda
        self.device: dict[str, int] = {}
        self.host: Arrays = {}
        self.context: Any = None
        self.launch: Callable[[], None] = self.enqueue

    def prepare(self) -> None:
        """Make context and buffers, run once on zeros, then record the graph."""
        runtime, module = self.runtime, self.runtime.library.module
        self.context = self._context()
        if self.context is None:
            raise BackendFailed(f"TensorRT makes no context for profile {self.bucket}: {runtime.log.last}")
        if not self.context.set_optimization_profile_async(runtime.buckets.index(self.bucket), runtime.stream):
            raise BackendFailed(f"TensorRT does not take profile {self.bucket}: {runtime.log.last}")
        for name, axes in {**runtime.inputs, **runtime.outputs}.items():
            dtype = np.dtype(module.nptype(runtime.engine.get_tensor_dtype(name)))
            self.host[name] = self.cuda.pinned(self.bucket.shape(axes), dtype)
            self.host[name].fill(0)
            self.device[name] = self.cuda.allocate(self.host[name].nbytes)
            if not self.context.set_tensor_address(name, self.device[name]):
                raise BackendFailed(f"TensorRT does not take the memory of {name}: {runtime.log.last}")
        for name, axes in runtime.inputs.items():
            if not self.context.set_input_shape(name, self.bucket.shape(axes)):
                raise BackendFailed(f"TensorRT does not take input {name} of profile {self.bucket}: {runtime.log.last}")
        self.enqueue()  # once outside of the graph: TensorRT sets itself up after a change of shapes
        self.cuda.synchronise(runtime.stream)
        if runtime.captures:
            self._record()

    def _context(self) -> Any:
        """Its memory is that of its own profile where TensorRT can do so (from 10), else that of the largest."""
        strategies = getattr(self.runtime.library.module, "ExecutionContextAllocationStrategy", None)
        if strategies is None:
            return self.runtime.engine.create_execution_context()
        return self.runtime.engine.create_execution_context(strategies.ON_PROFILE_CHANGE)

    def _record(self) -> None:
        try:
            self.launch = self.cuda.capture(self.enqueue, self.runtime.stream)
        except BackendFailed as error:
            self.runtime.captures = False
            warnings.warn(f"no CUDA graphs, each kernel is launched anew: {error}", RuntimeWarning, stacklevel=2)

    def enqueue(self) -> None:
        """Copies in, kernels, copies out, all put on the stream."""
        runtime = self.runtime
        for name in runtime.inputs:
            self.cuda.upload(self.device[name], self.host[name], runtime.stream)
        if not self.context.execute_async_v3(runtime.stream):
            raise BackendFailed(f"TensorRT failed on profile {self.bucket}: {runtime.log.last}")
        for name in runtime.outputs:
            self.cuda.download(self.host[name], self.device[name], runtime.stream)

    def close(self) -> None:
        self.context = None
        for address in self.device.values():
            self.cuda.free(address)
        self.device = {}
