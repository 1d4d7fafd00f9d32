"""NVIDIA's own bindings of the CUDA driver: the default adapter."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from cuda.bindings import driver

from docengine.engine.backends.tensorrt.memory import Cuda, failure
from docengine.errors import BackendFailed


def open_gpu(index: int) -> Cuda:
    return CudaBindings(index)


class CudaBindings:
    """See `memory.Cuda`."""

    name = "cuda-bindings"
    captures = True

    def __init__(self, index: int) -> None:
        _done(driver.cuInit(0))
        self.device = _done(driver.cuDeviceGet(index))
        self.context = _done(driver.cuDevicePrimaryCtxRetain(self.device))
        self.streams: list[Any] = []
        self.graphs: list[Any] = []
        self.host: list[int] = []

    @contextmanager
    def current(self) -> Iterator[None]:
        _done(driver.cuCtxPushCurrent(self.context))
        try:
            yield
        finally:
            driver.cuCtxPopCurrent()

    def stream(self) -> int:
        self.streams.append(_done(driver.cuStreamCreate(driver.CUstream_flags.CU_STREAM_NON_BLOCKING)))
        return int(self.streams[-1])

    def allocate(self, size: int) -> int:
        return int(_done(driver.cuMemAlloc(max(size, 1))))

    def free(self, address: int) -> None:
        driver.cuMemFree(address)

    def pinned(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        size = max(math.prod(shape) * dtype.itemsize, 1)
        address = int(_done(driver.cuMemHostAlloc(size, 0)))
        self.host.append(address)
        whole = np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))
        return whole[: math.prod(shape) * dtype.itemsize].view(dtype).reshape(shape)

    def upload(self, target: int, source: np.ndarray, stream: int) -> None:
        _done(driver.cuMemcpyHtoDAsync(target, source.ctypes.data, source.nbytes, stream))

    def download(self, target: np.ndarray, source: int, stream: int) -> None:
        _done(driver.cuMemcpyDtoHAsync(target.ctypes.data, source, target.nbytes, stream))

    def synchronise(self, stream: int) -> None:
        _done(driver.cuStreamSynchronize(stream))

    def capture(self, work: Callable[[], None], stream: int) -> Callable[[], None]:
        mode = driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL  # other threads may go on allocating
        _done(driver.cuStreamBeginCapture(stream, mode))
        try:
            work()
        except BaseException:
            driver.cuStreamEndCapture(stream)
            raise
        graph = _done(driver.cuStreamEndCapture(stream))
        launchable = _done(driver.cuGraphInstantiate(graph, 0))
        driver.cuGraphDestroy(graph)
        self.graphs.append(launchable)
        return lambda: _done(driver.cuGraphLaunch(launchable, stream))

    def close(self) -> None:
        with suppress(BackendFailed), self.current():
            for graph in self.graphs:
                driver.cuGraphExecDestroy(graph)
            for stream in self.streams:
                driver.cuStreamDestroy(stream)
            for address in self.host:
                driver.cuMemFreeHost(address)
        self.graphs, self.streams, self.host = [], [], []
        driver.cuDevicePrimaryCtxRelease(self.device)


def _done(outcome: tuple[Any, ...]) -> Any:
    """The result of a call that returns its CUresult first; BackendFailed where that is an error."""
    code, *rest = outcome
    if code != driver.CUresult.CUDA_SUCCESS:
        raise failure(int(code), code.name)
    return rest[0] if rest else None
