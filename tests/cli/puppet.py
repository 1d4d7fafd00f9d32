"""The command line with an engine that does what a file's text says. Also a program."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import docengine.engine
from docengine import Box, Check, Document, Extraction, Field, errors
from docengine.engine.batch import extract_many
from docengine.schema import DEFAULT_SCHEMA


def field(value: str, confidence: float = 0.95, text: str | None = None) -> Field:
    return Field(value, value if text is None else text, confidence, 0, Box(10, 20, 110, 40))


class PuppetEngine:
    """Fields from lines `name=value` or `name=value~confidence`; the other lines are orders."""

    name = "puppet@0"
    schema = DEFAULT_SCHEMA
    loaded: list[dict[str, Any]] = []  # noqa: RUF012
    reader = None

    def __init__(self, options: dict[str, Any]) -> None:
        self.options, self.ocr = options, options["ocr"]

    @classmethod
    def load(cls, model: Any = None, **options: Any) -> PuppetEngine:
        cls.loaded.append({"model": model, **options})
        if model == "corrupt":
            raise errors.BundleCorrupt("encoder.onnx does not match the manifest's size and sha256")
        return cls({"model": model, **options})

    def extract_many(self, sources: Iterable[Any], **asked: Any) -> Iterator[Extraction]:
        return extract_many(self, sources, **asked)  # type: ignore[arg-type]

    def extract(self, source: Any, *, pages: str | None = None, password: str | None = None) -> Extraction:
        if isinstance(source, Document | Sequence) and not isinstance(source, str | bytes):
            return self.read_pages(source)
        if not isinstance(source, bytes) and not Path(source).exists():
            raise errors.SourceNotFound(f"no such file: {source}")
        record = Extraction("<named by the caller>", model=self.name, pages=[{"width": 200, "height": 100}])
        for line in (source if isinstance(source, bytes) else Path(source).read_bytes()).decode().splitlines():
            obey(line, record)
        if pages:
            record.warnings.append(f"pages {pages}")
        return record

    def read_pages(self, pages: Any) -> Extraction:
        """Words such as `grand_total=3.00` are fields."""
        record = Extraction("<pages>", model=self.name)
        for page in pages:
            record.pages.append({"width": page.width, "height": page.height})
            for word in page.words or []:
                if word.text == "fail":
                    raise errors.CorruptFile("told to fail")
                name, given, value = word.text.partition("=")
                if given:
                    record.fields[name] = Field(value, value, 0.9, page.index, word.box)
        return record


def obey(line: str, record: Extraction) -> None:
    name, given, value = line.partition("=")
    if given:
        value, _, confidence = value.partition("~")
        record.fields[name] = field(value, float(confidence or 0.95))
    elif line == "items":
        rows = [("Bolt", "1.00"), ("Nut", "0.50")]
        record.line_items = [{"description": field(d), "line_total": field(t, 0.6)} for d, t in rows]
        record.checks.append(Check("totals_add_up", False, "3 is not 4"))
    elif line == "corrupt":
        raise errors.CorruptFile("cannot be decoded")
    elif line == "sleep":
        time.sleep(30)
    elif line == "interrupt":
        os.kill(os.getppid() if multiprocessing.parent_process() else os.getpid(), signal.SIGINT)
        time.sleep(5)
    elif line == "bug":
        raise RuntimeError("a bug")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    import puppet  # the same class for this process and its workers

    docengine.engine.__dict__["Engine"] = puppet.PuppetEngine
    from docengine.cli.main import main

    sys.argv[0] = "docengine"
    main()
