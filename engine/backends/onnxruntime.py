"""ONNX Runtime on the CPU, or on an NVIDIA GPU with its CUDA provider."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import onnxruntime

from docengine.engine.preprocess import Arrays
from docengine.errors import BackendFailed, BackendUnavailable

PRECISIONS = ("fp32", "fp16")
"""Graphs beside the bundle's own dynamic INT8, whose operators the CUDA provider lacks."""
CUDA = "CUDAExecutionProvider"


class OnnxRuntimeBackend:
    """One session. Thread safe: ONNX Runtime's `run` is."""

    def __init__(self, graph: Path, device: str, threads: int | None) -> None:
        """`threads` None: as many as there are cores. `device`: `cpu`, or `cuda:0` and so on.

        Raises BackendUnavailable where this device cannot be used: ONNX Runtime itself would take the CPU instead.
        """
        self.device = device
        providers = providers_of(device)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        try:
            self.session = onnxruntime.InferenceSession(str(graph), options, providers=providers)
        except Exception as error:  # its exceptions share no base below Exception
            raise BackendFailed(f"ONNX Runtime cannot load {graph}: {_first_line(error)}") from error
        if device != "cpu" and CUDA not in self.session.get_providers():
            mend = "install the CUDA and cuDNN that it names, or use device='cpu'"
            raise BackendUnavailable(f"ONNX Runtime's CUDA provider does not start on {device}: {mend}")
        self.outputs = [output.name for output in self.session.get_outputs()]

    def run(self, inputs: Arrays) -> Arrays:
        try:
            return dict(zip(self.outputs, self.session.run(self.outputs, inputs), strict=True))
        except Exception as error:
            raise BackendFailed(f"ONNX Runtime failed: {_first_line(error)}") from error


def providers_of(device: str) -> list[Any]:
    """ONNX Runtime's providers for a device; BackendUnavailable where it has none.

    With CUDA, the CPU's is always the last: it takes the sums over shapes.
    """
    if device == "cpu":
        return ["CPUExecutionProvider"]
    named = re.fullmatch(r"cuda(?::(\d+))?", device)
    if not named:
        raise BackendUnavailable(f"backend 'onnxruntime' runs on 'cpu' or 'cuda:0', not on {device!r}")
    if CUDA not in onnxruntime.get_available_providers():
        mend = "pip uninstall onnxruntime, then pip install onnxruntime-gpu"
        raise BackendUnavailable(f"the ONNX Runtime installed here has no CUDA provider for {device!r}: {mend}")
    return [(CUDA, {"device_id": int(named[1] or 0)}), "CPUExecutionProvider"]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
