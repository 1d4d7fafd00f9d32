"""What computes the model. A backend is one method and its device; `BACKENDS` maps a name to what opens it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from docengine.engine.bundle import Bundle
from docengine.engine.preprocess import Arrays
from docengine.errors import BackendUnavailable


class Backend(Protocol):
    """A loaded model. `run` is its only computation, so a backend is easy to add and to fake."""

    device: str

    def run(self, inputs: Arrays) -> Arrays:
        """All outputs of the encoder graph by name, for inputs with a batch axis first. Raises BackendFailed."""
        ...


def _onnxruntime(bundle: Bundle, device: str, threads: int | None) -> Backend:
    from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend

    return OnnxRuntimeBackend(bundle.file("encoder.onnx"), device, threads)


BACKENDS: dict[str, Callable[[Bundle, str, int | None], Backend]] = {"onnxruntime": _onnxruntime}


def open_backend(name: str, bundle: Bundle, device: str = "cpu", threads: int | None = None) -> Backend:
    """Load `bundle` with the named backend, exactly as asked, or raise BackendUnavailable: never a silent fallback."""
    if name not in BACKENDS:
        raise BackendUnavailable(f"unknown backend {name!r}; known: {', '.join(sorted(BACKENDS))}")
    return BACKENDS[name](bundle, device, threads)
