"""The process of one contestant: a job as JSON on stdin, what was measured as JSON Lines on stdout.

`{"first": true}` when its first record is there, then `{"result": {...}}`, or `{"error": {"type", "message"}}`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

from docengine import Extraction
from docengine.engine.batch import error_record
from docengine.engine.measuring import ceiling, metering
from docengine.engine.measuring.contestants import Model, Ours, Reader, Setting, open_contestant
from docengine.engine.measuring.statistics import Sample

LEAST_TRIED = 4
"""Documents, however slow the machine: those of one kind alone would say little."""
LEAST_A_WORKER = 4
"""Documents of each of several workers: at both ends of a window they are in the middle of others."""
LEAST_RUNS, MOST_RUNS, WARM_RUNS = 5, 500, 3
"""Of the model alone."""


@dataclass(frozen=True)
class Job:
    """What one process does."""

    setting: Setting
    sources: tuple[str, ...]
    seconds: float
    """How long to measure for, after the warm-up."""
    warmup: int = 1
    """Documents read before, of each worker."""
    whole: bool = True
    """End with the last document of a pass, so that all contestants read the same; else when the time is up."""
    shapes: tuple[tuple[int, int], ...] = ()
    """Tokens and batch of each input that the model alone is run with."""


def perform(job: Job, say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Read and run whatever the contestant can; `say` hears of the first record, or of the model's first run."""
    contestant = open_contestant(job.setting)
    result: dict[str, Any] = {"about": contestant.about, "precision": contestant.precision}
    if isinstance(contestant, Ours):
        result["model"] = contestant.engine.name
    if isinstance(contestant, Reader):
        result |= read_documents(contestant, job, say)
        say = _silent
    runs = [run_model(contestant, shape, job.seconds, say) for shape in job.shapes if isinstance(contestant, Model)]
    return {"peak_mib": metering.peak_mib(), **result, "model_runs": runs}


def _silent(news: dict[str, Any]) -> None:
    """The first record was said."""


def check(setting: Setting, shapes: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Its precision, where it can be opened and its model runs on every size of input."""
    contestant = open_contestant(setting)
    if isinstance(contestant, Model):
        for shape in shapes:
            contestant.prepared(*shape).call()
    return {"precision": contestant.precision}


def read_documents(contestant: Reader, job: Job, say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Samples of one window, what the whole window cost, and the documents that could not be read."""
    alone = job.setting.workers == 1
    meter = metering.Meter(contestant.engine) if alone and isinstance(contestant, Ours) else None
    records = _announced(contestant.read_many(cycle(job.sources)), say)
    for _ in range(job.warmup * job.setting.workers):
        next(records)
    samples, failed = [], {}
    if meter:
        meter.taken()  # what the warm-up took
    begun, cpu = time.perf_counter(), _all_cpu()
    for number, (record, ms) in enumerate(_timed(records), 1):
        spent: dict[str, float] = meter.taken() if meter else {}
        if record.error:
            failed[record.source] = f"{record.error['type']}: {record.error['message']}"
        else:
            samples.append(asdict(_sample(record, ms, alone, spent)))
        if _enough(number, time.perf_counter() - begun, job):
            break
    window = {"seconds": time.perf_counter() - begun, "cpu_seconds": _all_cpu() - cpu, "peak_mib": metering.peak_mib()}
    records.close()  # ends the workers
    return {**window, "read": number, "samples": samples, "failed": failed}


def _announced(records: Iterator[Extraction], say: Callable[[dict[str, Any]], None]) -> Generator[Extraction]:
    """The same records; `say` hears when the first is there."""
    for number, record in enumerate(records):
        if number == 0:
            say({"first": True})
        yield record


def _timed(records: Iterator[Extraction]) -> Iterator[tuple[Extraction, float]]:
    """Each record with the milliseconds until it was there and written as JSON."""
    while True:
        begun = time.perf_counter()
        record = next(records)
        json.dumps(record.to_dict())
        yield record, (time.perf_counter() - begun) * 1e3


def _sample(record: Extraction, ms: float, alone: bool, spent: dict[str, float]) -> Sample:
    """Of several workers only the stages are seen from here; what stands in no stage belongs to the decoding."""
    stages = dict(record.timings_ms)
    staged = sum(stages.values())
    if alone and "decode" in stages:
        stages["decode"] += ms - staged
    return Sample(len(record.pages), stages.get("ocr", 0.0) > 0, ms if alone else staged, stages, spent)


def _enough(read: int, seconds: float, job: Job) -> bool:
    """Whole passes until half of the next would be too much; in a trial until the time is up, but at most one pass."""
    passes, rest = divmod(read, len(job.sources))
    if not job.whole:
        return (seconds >= job.seconds and read >= LEAST_TRIED) or passes > 0
    steady = job.setting.workers == 1 or read >= LEAST_A_WORKER * job.setting.workers
    return rest == 0 and steady and seconds * (1 + 0.5 / passes) >= job.seconds


def _all_cpu() -> float:
    return metering.cpu_seconds() + metering.workers_cpu_seconds()


def run_model(
    contestant: Model, shape: tuple[int, int], seconds: float, say: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Milliseconds and CPU seconds of the model alone on `shape` (tokens, batch), after a warm-up."""
    run = contestant.prepared(*shape)
    for _ in range(WARM_RUNS):
        run.call()
        say({"first": True})
    times: list[float] = []
    cpu = metering.cpu_seconds()
    while len(times) < LEAST_RUNS or (sum(times) < seconds * 1e3 and len(times) < MOST_RUNS):
        begun = time.perf_counter()
        run.call()
        times.append((time.perf_counter() - begun) * 1e3)
    spent = (metering.cpu_seconds() - cpu) / len(times)
    return {"tokens": shape[0], "batch": shape[1], "ms": times, "cpu_seconds": spent, "operations": run.operations()}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the one that started this ends it
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)  # whatever a library prints must not stand among the answers

        def say(news: dict[str, Any]) -> None:
            print(json.dumps(news), file=answers, flush=True)

        try:
            given = json.load(sys.stdin)
            if "check" in given:
                say({"result": check(Setting(**given["check"]), given["shapes"])})
            elif "ceiling" in given:
                say({"result": ceiling.measure_ceiling(given["ceiling"])})
            else:
                say({"result": perform(job_from(given), say)})
        except Exception as error:  # a bug too is one line for whoever started this
            say({"error": error_record("", error).error})


def job_from(given: dict[str, Any]) -> Job:
    """A job out of its JSON."""
    shapes = tuple((tokens, batch) for tokens, batch in given["shapes"])
    return Job(
        **{**given, "setting": Setting(**given["setting"]), "sources": tuple(given["sources"]), "shapes": shapes}
    )


if __name__ == "__main__":
    main()
