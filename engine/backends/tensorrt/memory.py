"""The GPU's memory, streams and graphs behind one small interface; two adapters, chosen by name.

Both use the device's primary context, which TensorRT and torch use too, and make it current only while they work.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from docengine.errors import BackendFailed, BackendUnavailable

ADAPTERS = {"cuda-bindings": "cuda_bindings", "pycuda": "pycuda_driver"}
PACKAGES = {"cuda-bindings": "cuda", "pycuda": "pycuda"}
MENDS = {
    "cuda-bindings": "pip install 'docengine[tensorrt]'",
    "pycuda": "pip install 'docengine[pycuda]', which needs the CUDA toolkit",
}
LOST = {46, 100, 101, 214, 400, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999}
"""CUresult after which a context is of no more use (cuda.h): nothing works until its process begins anew."""
OUT_OF_MEMORY, LAUNCH_FAILED = 2, 719


class Cuda(Protocol):
    """One GPU. Every method but `current` and `close` wants `current()` around it; sizes in bytes."""

    name: str
    captures: bool
    """It can record CUDA graphs."""

    def current(self) -> AbstractContextManager[None]:
        """The device's primary context, made current in this thread."""
        ...

    def stream(self) -> int:
        """Handle of a new stream of our own, which does not wait for the default one."""
        ...

    def allocate(self, size: int) -> int: ...

    def free(self, address: int) -> None: ...

    def pinned(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """Host memory that copies need no detour from; lives until `close`."""
        ...

    def upload(self, target: int, source: np.ndarray, stream: int) -> None: ...

    def download(self, target: np.ndarray, source: int, stream: int) -> None: ...

    def synchronise(self, stream: int) -> None: ...

    def capture(self, work: Callable[[], None], stream: int) -> Callable[[], None]:
        """What `work` puts on the stream, as one graph; calling what comes back launches it."""
        ...

    def close(self) -> None: ...


def open_cuda(adapter: str, index: int) -> Cuda:
    """The GPU of that number through the named adapter. Raises BackendUnavailable, BackendFailed."""
    if adapter not in ADAPTERS:
        raise BackendUnavailable(f"unknown CUDA adapter {adapter!r}; known: {', '.join(ADAPTERS)}")
    try:
        cuda: Cuda = import_module(f"docengine.engine.backends.tensorrt.{ADAPTERS[adapter]}").open_gpu(index)
    except (ImportError, OSError, RuntimeError) as error:
        said = " ".join(str(error).split())[:120]
        raise BackendUnavailable(f"{adapter} does not start ({said}): {MENDS[adapter]}") from error
    return cuda


def installed() -> list[str]:
    """The adapters whose package is installed. Raises BackendUnavailable where none is."""
    found = [adapter for adapter, package in PACKAGES.items() if find_spec(package)]
    if not found:
        raise BackendUnavailable(f"no CUDA adapter is installed: {MENDS['cuda-bindings']}")
    return found


def failure(code: int, name: str) -> BackendFailed:
    """The error of a CUresult."""
    if code == OUT_OF_MEMORY:
        return BackendFailed("the GPU is out of memory: close what else runs there, or compile smaller profiles")
    if code in LOST:
        return BackendFailed(f"the GPU was lost ({name}): start the process anew")
    return BackendFailed(f"CUDA failed: {name} ({code})")
