"""What a run was made on: the machine, versions, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import docengine
from docengine.engine.batch import cores

PACKAGES = ("docengine", "onnxruntime", "numpy", "rapidocr", "pypdfium2", "pillow", "tokenizers", "opencv-python",
            "openvino", "tensorrt", "tensorrt-rtx")  # fmt: skip
"""Whose versions may change a figure; those that are installed are named."""


def machine() -> dict[str, Any]:
    """Processor, cores that may be used, memory and system."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gib": _memory_gib(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def load() -> float | None:
    """Processes that ran or waited for a core, on average over the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def checkout() -> Path | None:
    """The repository that this docengine runs from; None where it is installed."""
    root = Path(docengine.__file__).resolve().parents[1]
    return root if (root / "pyproject.toml").is_file() and (root / "core" / "document.py").is_file() else None


def commit() -> str | None:
    """Of the checkout, with `+` where files were changed; None where there is none, or no git."""
    root = checkout()
    if root is None or not (root / ".git").exists():
        return None
    try:
        return _git(root, "rev-parse", "--short=12", "HEAD") + "+" * bool(_git(root, "status", "--porcelain", "-uno"))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=20)
    return run.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
