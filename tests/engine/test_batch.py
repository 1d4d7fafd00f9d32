"""Batches over processes, with an engine that does on command what real ones do by accident."""

from __future__ import annotations

import io
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from docengine import Extraction, errors
from docengine.engine.batch import extract_many


class PuppetEngine:
    """Reads a source by doing what its name says."""

    name = "puppet@0"

    def __init__(self, **options: Any) -> None:
        self.options = options

    @classmethod
    def load(cls, **options: Any) -> PuppetEngine:
        if options.get("model") == "corrupt":
            raise errors.BundleCorrupt("encoder.onnx does not match the manifest")
        if options.get("model") == "fatal":
            os._exit(3)
        return cls(**options)

    def extract(self, source: Any, *, pages: str | None = None, password: str | None = None) -> Extraction:
        source = source.read() if hasattr(source, "read") else source
        order = source.decode() if isinstance(source, bytes) else str(source)
        if order == "empty":
            raise errors.EmptyFile("empty is empty\n(0 bytes)")
        if order == "bug":
            raise IndexError("list index out of range")
        if order == "io":
            raise OSError(5, "Input/output error")
        if order == "memory":
            raise MemoryError
        if order == "usage":
            raise errors.UsageError("page range 'x' is not understood")
        if order == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "slow":
            time.sleep(0.3)
        told = {"pid": os.getpid(), "threads": self.options.get("threads"), "pages": pages, "password": password}
        return Extraction(order, model=self.name, warnings=[repr(told)])


def told(record: Extraction) -> dict[str, Any]:
    return eval(record.warnings[0])


@pytest.mark.parametrize("workers", [1, 2])
def test_every_source_has_its_record_in_order_and_failures_do_not_end_the_run(workers):
    sources = ["slow", "empty", Path("b"), "bug", b"c", io.BytesIO(b"d"), "e"]
    records = list(extract_many(PuppetEngine(), sources, workers=workers, pages="1-2", password="p"))
    assert [record.error is None for record in records] == [True, False, True, False, True, True, True]
    assert [record.source for record in records][:4] == ["slow", "empty", "b", "bug"]
    assert records[1].error == {"type": "EmptyFile", "message": "empty is empty (0 bytes)"}
    assert records[3].error["type"] == "DocengineError" and "IndexError" in records[3].error["message"]
    assert told(records[0])["pages"] == "1-2" and told(records[0])["password"] == "p"
    assert {record.model for record in records} == {"puppet@0"}


def test_every_type_of_error_is_of_our_tree():
    records = extract_many(PuppetEngine(), ["io", "memory", "bug", "empty"])
    types = [record.error["type"] for record in records]
    assert types == ["SourceUnreadable", "PageTooLarge", "DocengineError", "EmptyFile"]
    assert all(issubclass(getattr(errors, name), errors.DocengineError) for name in types)


def test_a_worker_that_is_killed_costs_one_document():
    records = list(extract_many(PuppetEngine(), ["a", "die", "b", "c", "die"], workers=2))
    assert [record.source for record in records] == ["a", "die", "b", "c", "die"]
    assert [record.error["type"] if record.error else None for record in records] == [
        None, "BackendFailed", None, None, "BackendFailed",
    ]  # fmt: skip
    assert "SIGKILL" in records[1].error["message"]


def test_work_is_shared_by_processes_that_share_the_cores(monkeypatch):
    monkeypatch.setattr("docengine.engine.batch.cores", lambda: 8)
    records = list(extract_many(PuppetEngine(), ["slow"] * 4, workers=2))
    assert len({told(record)["pid"] for record in records} - {os.getpid()}) == 2
    assert {told(record)["threads"] for record in records} == {4}
    asked = list(extract_many(PuppetEngine(threads=3), ["a", "b"], workers=2))
    assert {told(record)["threads"] for record in asked} == {3}


def test_sources_are_read_as_they_are_needed():
    taken: list[int] = []

    def endless():
        for number in range(10**9):
            taken.append(number)
            yield str(number)

    for workers in (1, 2):
        taken.clear()
        records = extract_many(PuppetEngine(), endless(), workers=workers)
        assert [next(records).source for _ in range(3)] == ["0", "1", "2"]
        records.close()
        assert len(taken) < 300


@pytest.mark.parametrize("workers", [1, 2])
def test_what_can_work_for_no_document_ends_the_run(workers):
    with pytest.raises(errors.UsageError, match="page range"):
        list(extract_many(PuppetEngine(), ["usage", "a"], workers=workers))


def test_an_engine_that_cannot_be_loaded_in_a_worker_ends_the_run():
    with pytest.raises(errors.BundleCorrupt, match="does not match"):
        list(extract_many(PuppetEngine(model="corrupt"), ["a"], workers=2))
    with pytest.raises(errors.BackendFailed, match="before it was ready"):
        list(extract_many(PuppetEngine(model="fatal"), ["a"], workers=2))


def test_what_cannot_be_sent_is_refused_or_recorded():
    with pytest.raises(errors.UsageError, match="workers=1"):
        list(extract_many(PuppetEngine(), [lambda: None], workers=2))
    with pytest.raises(errors.UsageError, match="at least 1"):
        extract_many(PuppetEngine(), [], workers=0)
    [record] = extract_many(PuppetEngine(), [io.StringIO("text")], workers=2)
    assert record.error["type"] == "SourceUnreadable" and "'rb'" in record.error["message"]
