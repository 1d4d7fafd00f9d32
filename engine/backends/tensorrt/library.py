"""Which TensorRT: its module by a backend's name, and what its version can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from docengine.errors import BackendUnavailable

MODULES = {"tensorrt": "tensorrt", "tensorrt-rtx": "tensorrt_rtx"}
"""Servers and data centres; GeForce and RTX workstations. One API."""
MENDS = {"tensorrt": "pip install 'docengine[tensorrt]'", "tensorrt-rtx": "pip install 'docengine[tensorrt-rtx]'"}


@dataclass(frozen=True)
class Library:
    """An imported TensorRT."""

    name: str
    """Of the backend."""
    module: Any
    version: str

    @property
    def strongly_typed(self) -> bool:
        """Types are those of the graph; before TensorRT 10 flags of the builder choose them."""
        return hasattr(self.module.NetworkDefinitionCreationFlag, "STRONGLY_TYPED")


def open_library(name: str) -> Library:
    """Import the TensorRT of a backend. Needs no GPU. Raises BackendUnavailable with the mend."""
    try:
        module = import_module(MODULES[name])
        version = str(module.__version__)
    except ModuleNotFoundError as error:
        raise BackendUnavailable(f"{MODULES[name]} is not installed: {MENDS[name]}") from error
    except (ImportError, OSError, TypeError, AttributeError) as error:  # its stub without libraries, a broken install
        said = " ".join(str(error).split())[:120]
        raise BackendUnavailable(f"{MODULES[name]} does not load ({said}): {MENDS[name]}") from error
    if name == "tensorrt" and not _supported(version):
        raise BackendUnavailable(f"TensorRT {version} is not supported, 10.13 to 11 are (and 8.6): {MENDS[name]}")
    return Library(name, module, version)


def _supported(version: str) -> bool:
    numbers = release(version)
    return (10, 13) <= numbers < (12, 0) or numbers == (8, 6)


def release(version: str) -> tuple[int, int]:
    """`10.13.2.6` -> (10, 13)."""
    major, minor = (*re.findall(r"\d+", version), "0", "0")[:2]
    return int(major), int(minor)
