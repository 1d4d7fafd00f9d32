"""What a caller hands in, as something that can be opened: its name, its kind, and its bytes or path."""

from __future__ import annotations

import errno
import io
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docengine.errors import EmptyFile, SourceNotFound, SourceUnreadable, UnsupportedFormat

KINDS = "PDF, TIFF, PNG, JPEG, WebP, BMP, GIF"
HEAD_BYTES = 1024
"""How far into a file a PDF's `%PDF-` may stand; the other kinds begin with theirs."""
LONGEST_NAME = 300
BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
FOREIGN = {
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x00asm": "a program",
    b"\x7fELF": "a program",
}
"""Frequent strangers, named so that the message helps."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose kind is known: `content` is its path, or its bytes where it came as bytes or a stream."""

    name: str
    kind: str
    content: Path | bytes

    @property
    def shown(self) -> str:
        return printable(self.name)

    def stream(self) -> BinaryIO:
        """The bytes, to read from the start. Raises SourceNotFound or SourceUnreadable."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else _open(self.content)


def printable(name: str) -> str:
    """`name` without control characters and lone surrogates, which could spoil a terminal or a record."""
    kept = name if len(name) <= LONGEST_NAME else f"...{name[-LONGEST_NAME:]}"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in kept)


def find_source(source: str | Path | bytes | BinaryIO, name: str | None) -> Source:
    """Look at the first bytes of `source`. Raises SourceNotFound, SourceUnreadable, EmptyFile or UnsupportedFormat."""
    content: Path | bytes
    if isinstance(source, bytes | bytearray | memoryview):
        content, default = bytes(source), "<bytes>"
    elif isinstance(source, str | Path):
        content, default = Path(source), str(source)
    else:
        default = str(getattr(source, "name", "<stream>"))
        content = _read_stream(source, printable(default))
    name = default if name is None else name
    head = content[:HEAD_BYTES] if isinstance(content, bytes) else _head(content)
    return Source(name, kind_of(head, printable(name)), content)


def kind_of(head: bytes, shown: str) -> str:
    """`pdf`, or Pillow's name of the picture format, from a file's first bytes."""
    if not head:
        raise EmptyFile(f"{shown} is empty (0 bytes)")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BMP_HEADER_SIZES:
        return "BMP"
    if b"%PDF-" in head:
        return "pdf"
    found = next((what for magic, what in FOREIGN.items() if head.startswith(magic)), "of no known kind")
    raise UnsupportedFormat(f"{shown} is {found}; docengine reads {KINDS} (known by content, not by suffix)")


def _head(path: Path) -> bytes:
    with _open(path) as file:
        return file.read(HEAD_BYTES)


def _open(path: Path) -> BinaryIO:
    shown = printable(str(path))
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe or a device might never end
            what = "a folder, not a file" if path.is_dir() else "not a regular file; pass its bytes instead"
            raise SourceUnreadable(f"{shown} is {what}")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
        dangling = f"{shown} is a link that leads nowhere" if _is_link(path) else f"no such file: {shown}"
        raise SourceNotFound(dangling) from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
            raise SourceNotFound(f"no such file: {shown}: {error.strerror}") from error
        raise SourceUnreadable(f"{shown} cannot be read: {error.strerror or error}") from error


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


def _read_stream(stream: BinaryIO, shown: str) -> bytes:
    try:
        content = stream.read()
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"{shown} cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise SourceUnreadable(f"{shown} was opened as text; open it in binary mode ('rb')")
    return content
