"""Records to a file or to stdout, flushed one by one: a run that is killed has lost nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from docengine import DocengineError, Extraction
from docengine.cli.formats import Format, Read
from docengine.cli.terminal import printable


@dataclass
class Writer:
    """Writes records in one format. `kept`: keys of the records that were there before; `failed`: those with errors."""

    stream: BinaryIO
    form: Format
    name: str = "stdout"
    kept: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    empty: bool = True

    def has(self, source: str) -> bool:
        return self.form.key(source) in self.kept

    def keep(self, key: str, failed: bool) -> None:
        """Take note of a record that is already there."""
        self.kept.add(key)
        self.failed |= {key} if failed else set()
        self.empty = False

    def begin(self) -> None:
        if self.empty:
            self._put(self.form.head)

    def write(self, record: Extraction) -> None:
        text = self.form.render(record) + self.form.end
        self._put(text if self.empty else self.form.between + text)
        self.empty = False

    def finish(self) -> None:
        self._put(self.form.tail)

    def _put(self, text: str) -> None:
        try:
            self.stream.write(text.encode("utf-8", "backslashreplace"))
            self.stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.name, error) from error


def unwritable(name: str, error: OSError) -> DocengineError:
    return DocengineError(f"cannot write {printable(name)}: {error.strerror or error}")


@contextmanager
def open_output(path: str | None, form: Format, resume: bool = False) -> Iterator[Writer]:
    """What writes records to the file at `path`, or to stdout; left well-formed also when the run is broken off.

    The file is emptied, or with `resume` gone on with behind its last whole record. Raises DocengineError where it
    cannot be written, or holds something else than records of this format.
    """
    if path is None:
        with _writing(Writer(sys.stdout.buffer, form)) as writer:
            yield writer
        return
    goes_on = resume and Path(path).is_file()
    try:
        stream = Path(path).open("r+b" if goes_on else "wb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        writer = Writer(stream, form, path)
        if goes_on:
            _go_on(writer)
        with _writing(writer):
            yield writer
    finally:
        with suppress(OSError):  # what could not be flushed was said before
            stream.close()


@contextmanager
def _writing(writer: Writer) -> Iterator[Writer]:
    writer.begin()
    try:
        yield writer
    finally:
        writer.finish()


def _go_on(writer: Writer) -> None:
    """Take note of the records that are there, and cut off what follows the last whole one."""
    form, content = writer.form, writer.stream.read()
    head = form.head.encode()
    if not (content.startswith(head) or head.startswith(content)):
        raise _foreign(writer)
    end = 0
    position = len(head)
    for line in content[len(head) :].splitlines(keepends=True):
        text = line.rstrip(b"\r\n").removesuffix(form.between.rstrip().encode())
        if text not in (b"", form.tail.strip().encode()):
            read = _read(form, line)
            torn = position + len(line) == len(content) and (not writer.empty or head or text.startswith(b"{"))
            if read is None and not torn:
                raise _foreign(writer)
            if read is None:
                break
            writer.keep(*read)
            end = position + len(text)
        position += len(line)
    writer.stream.seek(end)
    writer.stream.truncate()
    if not writer.empty:
        writer.stream.write(form.end.encode())


def _read(form: Format, line: bytes) -> Read | None:
    """What a line holds; None where it is torn, or no record of this format."""
    assert form.read is not None
    try:
        return form.read(line.decode())
    except ValueError:
        return None


def _foreign(writer: Writer) -> DocengineError:
    wrong = "holds something else than records of this format"
    return DocengineError(f"{printable(writer.name)} {wrong}; leave out --resume to overwrite it")
