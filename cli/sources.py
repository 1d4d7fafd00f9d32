"""PATH... into documents: files, folders, globs, and `-` for stdin."""

# pathlib would turn ./a.pdf into a.pdf, and a source is named as it was given
# ruff: noqa: PTH112, PTH116, PTH118, PTH122, PTH207
from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic

from docengine.cli.terminal import printable
from docengine.errors import InputError, SourceNotFound, SourceUnreadable

SUFFIXES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif"))
"""What is taken from a folder. A file that is named itself is read whatever its suffix: its content says what it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read: its record's `source`, and its path or bytes, or why there is none."""

    name: str
    content: str | bytes = ""
    error: InputError | None = None


def find_sources(paths: Iterable[str]) -> list[Source]:
    """The documents that `paths` mean, each once: in the order given, within a folder or a glob sorted by path."""
    found: dict[str, Source] = {}
    for path in paths:
        for source in _expand(path):
            found.setdefault(source.name, source)
    return list(found.values())


def _expand(path: str) -> Iterator[Source]:
    if path == "-":
        yield Source("-", sys.stdin.buffer.read())
    elif os.path.isdir(path):
        yield from _folder(path)
    elif os.path.lexists(path) or not has_magic(path):
        yield Source(path, path)
    else:
        matches = sorted(glob(path, recursive=True))
        if not matches:
            yield Source(path, error=SourceNotFound(f"{printable(path)}: no file matches"))
        for match in matches:
            yield from _folder(match) if os.path.isdir(match) else [Source(match, match)]


def _folder(folder: str) -> Iterator[Source]:
    """Documents in `folder` and below, links to folders followed once; what cannot be listed has an error."""
    unlisted: list[OSError] = []
    names, seen = [], {_identity(folder)}
    for root, below, files in os.walk(folder, onerror=unlisted.append, followlinks=True):
        kept = []
        for name in below:
            identity = _identity(os.path.join(root, name))
            if not name.startswith(".") and identity not in seen:
                seen.add(identity)
                kept.append(name)
        below[:] = kept
        wanted = (name for name in files if not name.startswith(".") and _suffix(name) in SUFFIXES)
        names += [os.path.join(root, name) for name in wanted]
    sources = [Source(name, name) for name in names] + [_unlisted(error) for error in unlisted]
    if not sources:
        kinds = " ".join(sorted(SUFFIXES))
        yield Source(folder, error=SourceNotFound(f"{printable(folder)}: no document in this folder ({kinds})"))
    yield from sorted(sources, key=lambda source: source.name)


def _unlisted(error: OSError) -> Source:
    name = os.fsdecode(error.filename)
    return Source(name, error=SourceUnreadable(f"{printable(name)}: this folder cannot be read: {error.strerror}"))


def _identity(folder: str) -> tuple[int, int] | str:
    """The same for a folder and for links to it."""
    try:
        status = os.stat(folder)
    except OSError:
        return folder
    return status.st_dev, status.st_ino


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()
