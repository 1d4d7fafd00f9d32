"""ONNX Runtime on the CPU."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from docengine.engine.preprocess import Arrays
from docengine.errors import BackendFailed, BackendUnavailable


class OnnxRuntimeBackend:
    """One session. Thread safe: ONNX Runtime's `run` is."""

    def __init__(self, graph: Path, device: str, threads: int | None) -> None:
        """`threads` None: as many as there are cores. Raises BackendUnavailable for another device than the CPU."""
        if device != "cpu":
            raise BackendUnavailable(f"backend 'onnxruntime' runs on 'cpu' only in this release, not on {device!r}")
        self.device = device
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        try:
            self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions share no base below Exception
            raise BackendFailed(f"ONNX Runtime cannot load {graph}: {_first_line(error)}") from error
        self.outputs = [output.name for output in self.session.get_outputs()]

    def run(self, inputs: Arrays) -> Arrays:
        try:
            return dict(zip(self.outputs, self.session.run(self.outputs, inputs), strict=True))
        except Exception as error:
            raise BackendFailed(f"ONNX Runtime failed: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
