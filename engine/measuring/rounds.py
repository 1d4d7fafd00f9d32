"""Contestants in rounds: each in a fresh process, in turn, so that what changes on the machine meets them all."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from docengine import errors
from docengine.engine.measuring.contestants import Setting
from docengine.engine.measuring.machine import load
from docengine.engine.measuring.process import Job
from docengine.engine.measuring.statistics import Sample
from docengine.errors import BackendFailed, NoPages

ROUNDS = 3


@dataclass(frozen=True)
class Plan:
    """What a run measures."""

    settings: tuple[Setting, ...]
    sources: tuple[str, ...]
    duration: float = 30.0
    """Seconds that each contestant reads for, over all rounds; at least one pass over the documents in each."""
    warmup: int = 2
    shapes: tuple[tuple[int, int], ...] = ((512, 1),)
    """Tokens and batch of each input that the model alone is run with."""

    @property
    def steps(self) -> int:
        """Processes that it takes."""
        return 1 + ROUNDS * (len(self.settings) + len(self.threads))

    @property
    def threads(self) -> tuple[int, ...]:
        """Of which the machine's rates are measured."""
        return tuple(dict.fromkeys(setting.threads for setting in self.settings))


@dataclass(frozen=True)
class Round:
    """What one process measured."""

    cold_start_s: float
    """From starting the process to its first record, or the first run of its model."""
    result: dict[str, Any]

    @property
    def samples(self) -> list[Sample]:
        """None of a contestant that reads no documents."""
        return [Sample(**sample) for sample in self.result.get("samples", ())]


@dataclass
class Measured:
    """All that was measured: rounds by setting, rates by number of threads."""

    rounds: dict[Setting, list[Round]] = field(default_factory=dict)
    ceilings: dict[int, dict[str, float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Why a document is not among those measured."""
    sources: tuple[str, ...] = ()
    """Those that were measured, the same for every contestant."""
    load_before: float | None = None
    """Of the machine, before the first process: its own load, which lengthens every time."""

    def add(self, setting: Setting, found: Round) -> None:
        """Take note of a round. Raises NoPages where the contestant could read none of what others can."""
        failed = found.result.get("failed", {})
        if failed and not found.samples:
            raise NoPages(f"{setting.name} reads none of the documents: {next(iter(failed.values()))}")
        self.failed |= {f"{source} by {setting.name}": why for source, why in failed.items()}
        self.rounds.setdefault(setting, []).append(found)


def measure(plan: Plan, advance: Callable[[], None] = lambda: None) -> Measured:
    """Run the plan; `advance` hears of each process that ended.

    Raises NoPages where no document can be read, and whatever kept a contestant from running.
    """
    measured = Measured(load_before=load())
    measured.sources, measured.failed = choose(plan)
    advance()
    for number in range(ROUNDS):
        for threads in plan.threads:
            _keep_best(measured.ceilings.setdefault(threads, {}), _ask({"ceiling": threads})[1])
            advance()
        for setting in plan.settings if number % 2 == 0 else reversed(plan.settings):
            shapes = plan.shapes if setting.workers == 1 else ()
            job = Job(setting, measured.sources, plan.duration / ROUNDS, plan.warmup, True, shapes)
            measured.add(setting, Round(*_ask(asdict(job))))
            advance()
    return measured


def checked(setting: Setting, shapes: Sequence[tuple[int, int]] = ()) -> Setting:
    """The setting with its precision said, where it can run here, the model alone on all `shapes`.

    Raises what keeps it from that, before anything is measured.
    """
    return replace(setting, precision=_ask({"check": asdict(setting), "shapes": shapes})[1]["precision"])


def choose(plan: Plan) -> tuple[tuple[str, ...], dict[str, str]]:
    """The documents that can be read, as many as a round has time for, and why others cannot: a trial, not counted.

    It reads the first document before, with which OCR and all else is loaded, and comes back to it last.
    """
    trial = Job(replace(plan.settings[0], workers=1), plan.sources, plan.duration / ROUNDS, 1, whole=False)
    _, result = _ask(asdict(trial))
    tried = {*(*plan.sources[1:], plan.sources[0])[: result["read"]]} - {*result["failed"]}
    good = tuple(source for source in plan.sources if source in tried)
    if not good:
        why = next(iter(result["failed"].items()), ("", "there is none"))
        raise NoPages(f"no page to measure with: {': '.join(filter(None, why))}")
    return good, result["failed"]


def _keep_best(best: dict[str, float], found: dict[str, float]) -> None:
    for name, rate in found.items():
        best[name] = max(rate, best.get(name, 0.0))


def _ask(job: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Seconds to the first record, and the result, of a process of its own. Raises what ended it."""
    begun, first = time.perf_counter(), 0.0
    command = [sys.executable, "-P", "-m", "docengine.engine.measuring.process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            with suppress(BrokenPipeError):  # it ended before it read its job: said below
                child.stdin.write(json.dumps(job))
                child.stdin.close()
            for line in child.stdout:
                news = json.loads(line)
                if "first" in news:
                    first = first or time.perf_counter() - begun
                elif "error" in news:
                    raise getattr(errors, news["error"]["type"])(news["error"]["message"])
                else:
                    return first, news["result"]
            code = child.wait()
            raise BackendFailed(
                f"the process that was measured ended with code {code}; if memory ran out, use fewer workers"
            )
        finally:
            child.kill()
