"""TensorRT on an NVIDIA GPU (DESIGN.md section 5).

Plans are built on the device by `docengine compile`, verified and kept in the user's cache; this opens them. Exactly
what was asked runs, or BackendUnavailable says why not.
"""

from __future__ import annotations

from docengine.engine.backends.graphs import graph_of
from docengine.engine.backends.tensorrt import plans
from docengine.engine.backends.tensorrt.driver import gpu
from docengine.engine.backends.tensorrt.library import open_library
from docengine.engine.backends.tensorrt.memory import ADAPTERS, open_cuda
from docengine.engine.backends.tensorrt.network import PRECISIONS
from docengine.engine.backends.tensorrt.runtime import Runtime
from docengine.engine.bundle import Bundle
from docengine.engine.preprocess import Arrays
from docengine.errors import BackendUnavailable


class TensorRtBackend:
    """The newest plan that fits this bundle, this GPU and this TensorRT. Thread safe."""

    def __init__(self, name: str, bundle: Bundle, device: str, options: tuple[str, ...] = ()) -> None:
        """`name`: tensorrt or tensorrt-rtx. `options`: a precision (default bf16), a CUDA adapter, or both."""
        precision, adapter = _chosen(name, options)
        found = gpu(device, name)  # before anything of TensorRT is touched
        library = open_library(name)
        target = plans.Target.of(graph_of(bundle, precision), precision, library, found)
        plan, reasons = plans.find(target)
        if plan is None:
            why = f" ({'; '.join(reasons)})" if reasons else ""
            mend = f"docengine compile {bundle.path} --precision {precision} --backend {name} --device {device}"
            raise BackendUnavailable(f"no {name} plan of {bundle.name} for {found.name} in {precision}{why}: {mend}")
        self.device, self.precision, self.plan = f"cuda:{found.index}", precision, plan.path
        self.runtime = Runtime(library, open_cuda(adapter, found.index), plan, plan.buckets)

    def run(self, inputs: Arrays) -> Arrays:
        return self.runtime.run(inputs)

    def close(self) -> None:
        """Give the GPU's memory back."""
        self.runtime.close()


def _chosen(name: str, options: tuple[str, ...]) -> tuple[str, str]:
    """Precision and adapter."""
    precision, adapter = PRECISIONS[0], next(iter(ADAPTERS))
    for option in options:
        if option in PRECISIONS:
            precision = option
        elif option in ADAPTERS:
            adapter = option
        else:
            known = ", ".join((*PRECISIONS, *ADAPTERS))
            raise BackendUnavailable(f"backend {name!r} has no option {option!r}; known: {known}")
    return precision, adapter
