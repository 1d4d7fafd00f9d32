"""The cache of plans: what a plan is for, where it lies, and the check before anything of it is deserialised.

A plan is executable, and TensorRT itself calls tampered ones valid. So plans are built on the device that runs them and
never distributed; each lies in a folder of the user's own, beside a JSON side-car with its key and its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import docengine
from docengine.engine.backends.tensorrt.driver import Gpu
from docengine.engine.backends.tensorrt.library import Library
from docengine.engine.backends.tensorrt.network import Built, Order
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.engine.bundle import home, sha256
from docengine.errors import BackendFailed

FORMAT = "docengine.plan/1"


@dataclass(frozen=True)
class Target:
    """What a plan must have been built from and for. Where any of it differs, it is another plan."""

    graph: str
    """`encoder`: each graph of a bundle has plans of its own."""
    onnx: str
    """sha256 of the ONNX file."""
    library: str
    version: str
    driver: str
    gpu: str
    capability: str
    multiprocessors: int
    precision: str

    @classmethod
    def of(cls, onnx: Path, precision: str, library: Library, gpu: Gpu) -> Target:
        return cls(
            graph=onnx.name.split(".")[0],
            onnx=sha256(onnx),
            library=library.name,
            version=library.version,
            driver=gpu.driver,
            gpu=gpu.name,
            capability=gpu.capability,
            multiprocessors=gpu.multiprocessors,
            precision=precision,
        )


@dataclass(frozen=True)
class Plan:
    """A plan whose bytes match its side-car."""

    path: Path
    content: bytes
    buckets: tuple[Bucket, ...]
    inputs: dict[str, list[int]]
    outputs: dict[str, list[int]]
    record: dict[str, Any]


class Unfit(Exception):
    """Why a plan is not used; it is built anew."""


def folder() -> Path:
    """Where this user's plans lie."""
    return home() / "plans"


def key_of(target: Target, order: Order) -> dict[str, Any]:
    """Everything that a plan depends on, as it stands in the side-car."""
    return {**asdict(target), "buckets": [str(bucket) for bucket in order.buckets], "level": order.level}


def path_of(target: Target, order: Order) -> Path:
    digest = hashlib.sha256(json.dumps(key_of(target, order), sort_keys=True).encode()).hexdigest()
    return folder() / f"{target.graph}-{target.precision}-{digest[:20]}.plan"


def read(path: Path, target: Target) -> Plan:
    """The plan at `path`, checked against its side-car and `target`. Raises Unfit with the reason."""
    try:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        key, size, digest = record["key"], record["size"], record["sha256"]
        given = {name: key[name] for name in asdict(target)}
        buckets = tuple(Bucket.parse(text) for text in key["buckets"])
        axes = [{name: [int(n) for n in sizes] for name, sizes in record[io].items()} for io in ("inputs", "outputs")]
    except FileNotFoundError as error:
        raise Unfit("there is none") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unfit(f"its side-car cannot be read ({type(error).__name__})") from error
    if record.get("format") != FORMAT:
        raise Unfit(f"its side-car has format {record.get('format')!r}, not {FORMAT!r}")
    for name, wanted in asdict(target).items():
        if given[name] != wanted:
            raise Unfit(f"it was built for {name} {given[name]}, here it is {wanted}")
    content = _own_bytes(path)
    if len(content) != size:
        raise Unfit(f"it is truncated: {len(content)} of {size} bytes")
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unfit("it does not match the hash in its side-car")
    return Plan(path, content, buckets, axes[0], axes[1], record)


def _own_bytes(path: Path) -> bytes:
    """Read a plan that only this user can have written."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if os.name == "posix" and (about.st_uid != os.getuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
                raise Unfit("another user owns it or may write it")
            return file.read()
    except OSError as error:
        raise Unfit(f"it cannot be read ({error.strerror})") from error


def find(target: Target) -> tuple[Plan | None, list[str]]:
    """The newest sound plan for `target`, whatever its profiles and level; why the others are not it, one line each."""
    reasons: list[str] = []
    sidecars = [(_made(path), path) for path in folder().glob(f"{target.graph}-{target.precision}-*.json")]
    for _, sidecar in sorted(sidecars, reverse=True):
        path = sidecar.with_suffix(".plan")
        try:
            return read(path, target), reasons
        except Unfit as error:
            reasons.append(f"{path.name}: {error}")
    return None, reasons


def _made(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def store(target: Target, order: Order, built: Built, about: Mapping[str, Any]) -> Path:
    """Put a plan and its side-car into the cache: each whole or not at all. Raises BackendFailed on a full disk."""
    path = path_of(target, order)
    record = {
        "format": FORMAT,
        "docengine": docengine.__version__,
        "key": key_of(target, order),
        "size": len(built.plan),
        "sha256": hashlib.sha256(built.plan).hexdigest(),
        "inputs": built.inputs,
        "outputs": built.outputs,
        **about,
    }
    write(path, built.plan)
    write(path.with_suffix(".json"), (json.dumps(record, indent=1) + "\n").encode())
    return path


def write(path: Path, content: bytes) -> None:
    """Write a file of this user's alone, whole or not at all, and surely on the disk. Raises BackendFailed."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _not_kept(path, error) from error


def _not_kept(path: Path, error: OSError) -> BackendFailed:
    mend = "make room, or set $DOCENGINE_HOME to another place"
    return BackendFailed(f"{path.name} cannot be kept in {path.parent} ({error.strerror}): {mend}")


@contextmanager
def locked(path: Path, patience: float = 3600.0) -> Iterator[None]:
    """Only one process at a time builds the plan at `path`; the others wait, then find it.

    Raises BackendFailed after `patience` seconds, or where nothing can be written. The lock goes with its process,
    however that ends.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = path.with_suffix(".lock").open("ab")
    except OSError as error:
        raise _not_kept(path, error) from error
    with file:
        until = time.monotonic() + patience
        while not _try_lock(file.fileno()):
            if time.monotonic() > until:
                raise BackendFailed(f"another process has been building {path.name} for {patience:.0f} s: end it first")
            time.sleep(0.2)
        yield


def _try_lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
