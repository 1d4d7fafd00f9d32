"""A model bundle on disk: found, checked against its own hashes, read. Nothing in it is ever executed or unpickled."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import docengine
from docengine.errors import BundleCorrupt, BundleNotFound, BundleUnsupported
from docengine.schema import FieldSpec, FieldType, Schema

FORMAT = "docengine.bundle/1"
ARCHITECTURES = ("docengine-student-1",)
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Bundle:
    """A folder whose manifest was read and whose files match it."""

    path: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @cached_property
    def identity(self) -> str:
        """`name@sha`, the sha being the first 12 digits of the manifest's hash: it covers every file's hash."""
        return f"{self.name}@{hashlib.sha256((self.path / MANIFEST).read_bytes()).hexdigest()[:12]}"

    @cached_property
    def schema(self) -> Schema:
        return Schema(
            tuple(FieldSpec(f["name"], FieldType(f["type"]), f["line_item"]) for f in self.manifest["fields"])
        )

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(int(entry["size"]) for entry in self.manifest["files"])

    def file(self, name: str) -> Path:
        """Path of a file of the bundle; BundleUnsupported when it has none of that name."""
        if not any(entry["path"] == name for entry in self.manifest["files"]):
            raise BundleUnsupported(f"bundle {self.name} at {self.path} has no {name}; train or export one that has")
        return self.path / name


def home() -> Path:
    """Where models and caches of this user lie: $DOCENGINE_HOME, else ~/.cache/docengine."""
    return Path(os.environ.get("DOCENGINE_HOME") or Path.home() / ".cache" / "docengine")


def builtin() -> Path:
    """The bundle inside the installed package."""
    return Path(docengine.__file__).parent / "bundle"


def candidates() -> dict[str, Path]:
    """Known bundle folders by name: `default` is the one inside the package, the others lie in `home()/models`."""
    found = {"default": builtin()} if (builtin() / MANIFEST).is_file() else {}
    models = home() / "models"
    if models.is_dir():
        found |= {path.name: path for path in sorted(models.iterdir()) if (path / MANIFEST).is_file()}
    return found


def list_bundles() -> Iterator[tuple[str, Bundle]]:
    """Name and bundle of every known folder that is sound."""
    for name, path in candidates().items():
        yield name, read_bundle(path)


def find_bundle(model: str | Path | None = None) -> Bundle:
    """The bundle of a name or folder; without one, $DOCENGINE_MODEL, else the one inside the package.

    Raises BundleNotFound (listing what is known), BundleCorrupt or BundleUnsupported.
    """
    wanted = str(model or os.environ.get("DOCENGINE_MODEL") or "default")
    known = candidates()
    if wanted in known:
        return read_bundle(known[wanted])
    if (Path(wanted) / MANIFEST).is_file():
        return read_bundle(Path(wanted))
    names = ", ".join(known) or "none"
    raise BundleNotFound(f"no model bundle {wanted!r}: neither a folder with {MANIFEST} nor a known name ({names})")


def read_bundle(path: Path) -> Bundle:
    """Read and check the bundle in `path`: format, architecture, every file's size and sha256."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleCorrupt(f"cannot read {path / MANIFEST}: {error}; install the bundle again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        given = manifest.get("format") if isinstance(manifest, dict) else manifest
        raise BundleUnsupported(f"{path} has bundle format {given!r}; this release reads {FORMAT!r}: upgrade docengine")
    if manifest.get("architecture") not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise BundleUnsupported(f"{path} has architecture {manifest.get('architecture')!r}; this release knows {known}")
    for entry in manifest.get("files", ()):
        _check_file(path, entry)
    return Bundle(path, manifest)


def _check_file(folder: Path, entry: dict[str, Any]) -> None:
    name = PurePosixPath(entry["path"])
    if name.is_absolute() or ".." in name.parts:
        raise BundleCorrupt(f"{folder / MANIFEST} names a file outside the bundle: {entry['path']!r}")
    path = folder / name
    try:
        size, digest = path.stat().st_size, sha256(path)
    except OSError as error:
        raise BundleCorrupt(f"{path} is missing or unreadable ({error.strerror}); install the bundle again") from error
    if size != entry["size"] or digest != entry["sha256"]:
        raise BundleCorrupt(f"{path} does not match the manifest's size and sha256; install the bundle again")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
