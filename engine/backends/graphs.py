"""Where the graph of a precision lies: in the bundle, or beside it in the user's cache, made from the bundle."""

from __future__ import annotations

from pathlib import Path

from docengine.engine.bundle import Bundle, home
from docengine.errors import BackendUnavailable

SUFFIXES = {
    "fp32": ".fp32.onnx",
    "bf16": ".trt.bf16.onnx",
    "fp16": ".trt.fp16.onnx",
    "int8": ".trt.onnx",
    "fp8": ".trt.fp8.onnx",
}
EXPORTS = {"int8": "qdq"}
"""What `docengine export` calls them, where it differs: its int8 is ONNX Runtime's dynamic one."""


def graph_of(bundle: Bundle, precision: str, graph: str = "encoder") -> Path:
    """The file of a precision of `graph`. Raises BackendUnavailable with the command that makes it."""
    name = graph + SUFFIXES[precision]
    if any(entry["path"] == name for entry in bundle.manifest["files"]):
        return bundle.file(name)
    folder = exported(bundle)
    if (folder / name).is_file():
        return folder / name
    asked = f"docengine export {bundle.path} --precision {EXPORTS.get(precision, precision)}"
    raise BackendUnavailable(f"bundle {bundle.name} has no {name}, and neither has {folder}: {asked}")


def exported(bundle: Bundle) -> Path:
    """Folder of the graphs that were made from this very bundle on this machine."""
    return home() / "graphs" / bundle.identity
