"""CPU time and memory of this process and its children, and the CPU time of each stage of an engine."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docengine import Document
from docengine.engine.engine import Engine
from docengine.engine.measuring.statistics import END_TO_END


def cpu_seconds() -> float:
    """User and system time of all threads of this process and of the children that ended."""
    return time.process_time() + _ended_children()


def workers_cpu_seconds() -> float:
    """The same of worker processes that live now; 0 where the system does not say (it has no /proc)."""
    return sum(_lived(worker.pid) for worker in multiprocessing.active_children())


def peak_mib() -> float | None:
    """Largest resident memory so far, of this process and its living workers together; what they share counts twice."""
    peaks = [_peak(pid) for pid in ("self", *(worker.pid for worker in multiprocessing.active_children()))]
    return round(sum(peak for peak in peaks if peak is not None), 1) if peaks[0] is not None else None


def _peak(pid: object) -> float | None:
    """MiB. Not from getrusage, whose figure begins with that of the process which started this one."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), None)


def _lived(pid: object) -> float:
    """User and system time of a process, as field 14 and 15 of its stat say (man 5 proc)."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in after_name[11:13]) / os.sysconf("SC_CLK_TCK")


def _ended_children() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


class Meter:
    """CPU seconds by stage, of an engine that reads in this process. What is in no other stage counts as `decode`."""

    def __init__(self, engine: Engine) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stage, self._since = "decode", cpu_seconds()
        self._watch(engine.preprocessor, "encode", "preprocess")
        self._watch(engine, "run", "model")
        for name in ("read", "read_straight"):
            if hasattr(engine.reader, name):
                self._watch(engine.reader, name, "ocr")
        opened = engine.open
        setattr(engine, "open", lambda *asked: self._opening(lambda: opened(*asked)))  # noqa: B010

    def taken(self) -> dict[str, float]:
        """What was spent since the last call, and its sum."""
        self._switch(self._stage)
        spent = dict(self.spent)
        self.spent.clear()
        return {**spent, END_TO_END: sum(spent.values())}

    def _watch(self, owner: Any, name: str, stage: str) -> None:
        call = getattr(owner, name)

        def watched(*given: Any) -> Any:
            with self._within(stage):
                return call(*given)

        setattr(owner, name, watched)

    def _opening(self, opened: Callable[[], Document]) -> Document:
        """The document, whose pages are opened as they are asked for."""
        with self._within("open"):
            document = opened()
        return Document(document.source, self._pages(document))

    def _pages(self, document: Document) -> Iterator[Any]:
        pages = iter(document)
        while True:
            with self._within("open"):
                page = next(pages, None)
            if page is None:
                return
            yield page

    @contextmanager
    def _within(self, stage: str) -> Iterator[None]:
        before = self._switch(stage)
        try:
            yield
        finally:
            self._switch(before)

    def _switch(self, stage: str) -> str:
        """Charge what was spent to the stage so far; which one that was."""
        now = cpu_seconds()
        self.spent[self._stage] += now - self._since
        before, self._stage, self._since = self._stage, stage, now
        return before
