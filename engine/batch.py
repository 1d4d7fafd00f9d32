"""Many documents: one record a source, in order, whatever happens to any of them.

With several workers each is a process with an engine of its own. A process that dies takes one document with it: its
record says so, and another process goes on.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docengine import Document, Extraction
from docengine.errors import BackendFailed, DocengineError, PageTooLarge, SourceUnreadable, UsageError

if TYPE_CHECKING:
    from docengine.engine.engine import Engine

AHEAD = 256
"""How many records may wait for a slow document before them; they are small, and no worker stands idle for long."""


@dataclass(frozen=True)
class Asked:
    """What `Engine.extract` is called with beside the source."""

    pages: str | None = None
    password: str | None = None


def extract_many(
    engine: Engine,
    sources: Iterable[Any],
    *,
    workers: int = 1,
    pages: str | None = None,
    password: str | None = None,
) -> Iterator[Extraction]:
    """One record a source, in their order; `sources` is read as it is needed.

    A document that cannot be read yields a record with `error`. `workers` > 1 starts as many processes; each loads the
    engine once, with its share of the cores unless `threads` was given to `Engine.load`.

    Raises UsageError where what was asked can work for no document, BackendFailed where a process cannot start.
    """
    if workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}")
    asked = Asked(pages, password)
    if workers == 1:
        return (_attempt(engine, source, asked) for source in sources)
    return _in_processes(engine, sources, workers, asked)


def error_record(source: str, error: Exception, model: str = "") -> Extraction:
    """The record of a document that failed with `error`; its `type` is always one of our error tree."""
    ours = error if isinstance(error, DocengineError) else _translated(error)
    said = {"type": type(ours).__name__, "message": " ".join(str(ours).split())}
    return Extraction(source, error=said, model=model)


def _translated(error: Exception) -> DocengineError:
    if isinstance(error, OSError):
        return SourceUnreadable(f"cannot be read: {error.strerror or error}")
    if isinstance(error, MemoryError):
        return PageTooLarge("there is not enough memory to read this document")
    return DocengineError(f"internal error, please report it: {type(error).__name__}: {error}")


def name_of(source: Any) -> str:
    """What a record calls its source."""
    if isinstance(source, str | Path):
        return str(source)
    if isinstance(source, Document):
        return source.source
    if isinstance(source, bytes | bytearray | memoryview):
        return "<bytes>"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else f"<{type(source).__name__.lower()}>"


def _attempt(engine: Engine, source: Any, asked: Asked) -> Extraction:
    try:
        return engine.extract(source, pages=asked.pages, password=asked.password)
    except UsageError:
        raise
    except Exception as error:  # a bug met in one document must not end the others
        return error_record(name_of(source), error, engine.name)


def _in_processes(engine: Engine, sources: Iterable[Any], workers: int, asked: Asked) -> Iterator[Extraction]:
    """A crew that shares the documents; records are put back into order."""
    options = {**engine.options, "threads": engine.options.get("threads") or max(1, cores() // workers)}
    crew = _Crew(pickle.dumps((type(engine), options, asked)), workers, engine.name)
    waiting, done, due = enumerate(sources), dict[int, Extraction](), 0
    exhausted = False
    try:
        while not exhausted or crew.busy:
            while not exhausted and crew.free and len(done) + len(crew.busy) < AHEAD:
                task = next(waiting, None)
                exhausted = task is None
                if task is not None:
                    done.update(crew.hand_out(*task))
            done.update(crew.collect())
            while due in done:
                yield done.pop(due)
                due += 1
    finally:
        crew.dismiss()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class _Worker:
    """A process, the line to it, and what it is reading."""

    process: Any
    line: Connection
    ready: bool = False
    """It has loaded its engine."""
    task: int | None = None
    source: str = ""


@dataclass
class _Crew:
    """At most `size` workers, started as they are needed and replaced when they die."""

    job: bytes
    size: int
    model: str
    workers: list[_Worker] = field(default_factory=list)

    @property
    def busy(self) -> list[_Worker]:
        return [worker for worker in self.workers if worker.task is not None]

    @property
    def free(self) -> int:
        return self.size - len(self.busy)

    def hand_out(self, task: int, source: Any) -> dict[int, Extraction]:
        """Give a document to an idle worker (there must be a free place); the record of one that fails already here.

        Raises UsageError where it cannot be sent.
        """
        try:
            content = _sendable(source)
        except SourceUnreadable as error:
            return {task: error_record(name_of(source), error, self.model)}
        worker = next((worker for worker in self.workers if worker.task is None), None) or self._hire()
        worker.task, worker.source = task, name_of(source)
        try:
            worker.line.send(content)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            kind = type(source).__name__
            raise UsageError(f"a {kind} cannot go to another process: pass a path or bytes, or workers=1") from error
        except (BrokenPipeError, ConnectionResetError):
            pass  # it is dead; `collect` will hear of it
        return {}

    def collect(self) -> Iterator[tuple[int, Extraction]]:
        """Wait for news; what is finished. Raises what ended a worker for a reason that would end them all."""
        lines = {worker.line: worker for worker in self.busy}
        for line in wait(list(lines)) if lines else ():
            worker = lines[line]  # type: ignore[index]
            task, source = worker.task, worker.source
            assert task is not None
            try:
                news = worker.line.recv()
            except (EOFError, ConnectionResetError):
                yield task, error_record(source, self._bury(worker), self.model)
                continue
            if isinstance(news, Exception):
                raise news
            if news is None:
                worker.ready = True
                continue
            worker.task = None
            news.source = source
            yield task, news

    def dismiss(self) -> None:
        """End all processes, also in the middle of their work."""
        for worker in self.workers:
            worker.line.close()
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(timeout=5)

    def _hire(self) -> _Worker:
        context = get_context("spawn")  # fork is unsafe once ONNX Runtime has threads
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self.job), daemon=True)
        process.start()
        theirs.close()  # or its end would never be heard
        self.workers.append(_Worker(process, ours))
        return self.workers[-1]

    def _bury(self, worker: _Worker) -> BackendFailed:
        """Drop a dead worker; the error of the document it was reading. Raises where it had not even started."""
        worker.process.join(timeout=5)
        worker.line.close()
        self.workers.remove(worker)
        code = worker.process.exitcode
        how = f"was ended by {_signal_name(-code)}" if code and code < 0 else f"ended with code {code}"
        if not worker.ready:
            mend = "use workers=1, or put a script's own calls under if __name__ == '__main__'"
            raise BackendFailed(f"a worker process {how} before it was ready: {mend}")
        return BackendFailed(f"the process that read this document {how}; if memory ran out, use fewer workers")


def _work(line: Connection, job: bytes) -> None:
    """A worker's life: load the engine, say so with None, then answer each source with its record."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends this one
    try:
        engine_type, options, asked = pickle.loads(job)
        engine = engine_type.load(**options)
        line.send(None)
        while True:
            line.send(_attempt(engine, line.recv(), asked))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone or has no more work
    except DocengineError as error:
        line.send(error)


def _sendable(source: Any) -> Any:
    """A stream's bytes; anything else as it is."""
    if not callable(getattr(source, "read", None)):
        return source
    try:
        content = source.read()
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"{name_of(source)} cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise SourceUnreadable(f"{name_of(source)} was opened as text; open it in binary mode ('rb')")
    return content


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
