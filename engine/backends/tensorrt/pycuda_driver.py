"""PyCUDA on the primary context, for who has it already. It has no calls for CUDA graphs: each run is enqueued anew.

Never `pycuda.autoinit`: that makes a context of its own, in which TensorRT's and torch's handles are invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pycuda import driver

from docengine.engine.backends.tensorrt.memory import LAUNCH_FAILED, OUT_OF_MEMORY, Cuda, failure
from docengine.errors import BackendFailed


def open_gpu(index: int) -> Cuda:
    return PyCuda(index)


@contextmanager
def _translated() -> Iterator[None]:
    """PyCUDA's exceptions as ours."""
    try:
        yield
    except driver.MemoryError as error:
        raise failure(OUT_OF_MEMORY, "out of memory") from error
    except driver.LaunchError as error:
        raise failure(LAUNCH_FAILED, " ".join(str(error).split())[:120]) from error
    except driver.Error as error:
        raise BackendFailed(f"CUDA failed: {' '.join(str(error).split())[:120]}") from error


class PyCuda:
    """See `memory.Cuda`."""

    name = "pycuda"
    captures = False

    def __init__(self, index: int) -> None:
        with _translated():
            driver.init()
            self.context = driver.Device(index).retain_primary_context()
        self.streams: dict[int, Any] = {}
        self.blocks: dict[int, Any] = {}

    @contextmanager
    def current(self) -> Iterator[None]:
        with _translated():
            self.context.push()
        try:
            yield
        finally:
            driver.Context.pop()

    @_translated()
    def stream(self) -> int:
        made = driver.Stream(1)  # CU_STREAM_NON_BLOCKING
        self.streams[made.handle] = made
        return int(made.handle)

    @_translated()
    def allocate(self, size: int) -> int:
        block = driver.mem_alloc(max(size, 1))
        self.blocks[int(block)] = block
        return int(block)

    def free(self, address: int) -> None:
        self.blocks.pop(address).free()

    @_translated()
    def pinned(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        array: np.ndarray = driver.pagelocked_empty(shape, dtype)
        return array

    @_translated()
    def upload(self, target: int, source: np.ndarray, stream: int) -> None:
        driver.memcpy_htod_async(target, source, self.streams[stream])

    @_translated()
    def download(self, target: np.ndarray, source: int, stream: int) -> None:
        driver.memcpy_dtoh_async(target, source, self.streams[stream])

    @_translated()
    def synchronise(self, stream: int) -> None:
        self.streams[stream].synchronize()

    def capture(self, work: Callable[[], None], stream: int) -> Callable[[], None]:
        raise BackendFailed("pycuda cannot record CUDA graphs; cuda-bindings can")

    def close(self) -> None:
        with self.current():
            self.blocks.clear()
            self.streams.clear()
        self.context.detach()
