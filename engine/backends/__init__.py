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


Opener = Callable[[Bundle, str, int | None, tuple[str, ...]], Backend]
"""Bundle, device, threads, and what the name said after its colon."""


def _onnxruntime(bundle: Bundle, device: str, threads: int | None, options: tuple[str, ...]) -> Backend:
    from docengine.engine.backends.graphs import graph_of
    from docengine.engine.backends.onnxruntime import PRECISIONS, OnnxRuntimeBackend, providers_of

    if device == "cpu" and not options:
        return OnnxRuntimeBackend(bundle.file("encoder.onnx"), device, threads)
    providers_of(device)
    precision = options[0] if options else "fp32"
    if options not in ((), (precision,)) or precision not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise BackendUnavailable(f"backend 'onnxruntime' has no option {','.join(options)!r}; known: {known}")
    return OnnxRuntimeBackend(graph_of(bundle, precision), device, threads)


def _tensorrt(name: str) -> Opener:
    def opened(bundle: Bundle, device: str, threads: int | None, options: tuple[str, ...]) -> Backend:
        from docengine.engine.backends.tensorrt import TensorRtBackend

        return TensorRtBackend(name, bundle, device, options)

    return opened


BACKENDS: dict[str, Opener] = {
    "onnxruntime": _onnxruntime,
    "tensorrt": _tensorrt("tensorrt"),
    "tensorrt-rtx": _tensorrt("tensorrt-rtx"),
}


def open_backend(name: str, bundle: Bundle, device: str = "cpu", threads: int | None = None) -> Backend:
    """Load `bundle` with the named backend, exactly as asked, or raise BackendUnavailable: never a silent fallback.

    `name` may carry options after a colon: `tensorrt:int8`, `tensorrt:bf16,pycuda`, `onnxruntime:fp16`.
    """
    plain, _, options = name.partition(":")
    if plain not in BACKENDS:
        raise BackendUnavailable(f"unknown backend {name!r}; known: {', '.join(sorted(BACKENDS))}")
    return BACKENDS[plain](bundle, device, threads, tuple(filter(None, options.split(","))))
