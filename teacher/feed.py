"""Batches on their way to the model: drawn by worker processes, in one order, from an exact position on.

The order is that of the pools, however many workers draw them: a run goes on with the very batch it stopped before.
"""

from __future__ import annotations

import queue
import random
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from docengine.errors import DatasetError, DocengineError
from docengine.teacher.stages import Batch, Pools

Drawn = TypeVar("Drawn")
BREAKABLE = 0.1
"""Share of draws that may break before a run stops."""
ENOUGH = 200
"""Draws after which that share means something."""
TRIES = 20
AHEAD = 4
"""Batches that wait on the device."""


@dataclass(slots=True)
class Tally:
    """How many draws broke, and how the first one did."""

    drawn: int = 0
    broken: int = 0
    first: str = ""

    def add(self, other: Tally) -> None:
        self.drawn, self.broken = self.drawn + other.drawn, self.broken + other.broken
        self.first = self.first or other.first

    def check(self) -> None:
        """DatasetError once too many pages broke."""
        if self.drawn >= ENOUGH and self.broken > BREAKABLE * self.drawn:
            raise DatasetError(
                f"{self.broken} of {self.drawn} pages are broken, the first: {self.first}; mend the data or take its "
                "weight out of the recipe"
            )


@dataclass(frozen=True, slots=True)
class Checked(Generic[Drawn]):
    """A page source whose broken pages are counted, and drawn again."""

    name: str
    source: Callable[[random.Random], Drawn]
    tally: Tally
    """Shared by all the sources of a stage."""

    def __call__(self, rng: random.Random) -> Drawn:
        for _ in range(TRIES):
            self.tally.drawn += 1
            try:
                return self.source(rng)
            except (DocengineError, ValueError, LookupError) as error:
                self.tally.broken += 1
                self.tally.first = self.tally.first or f"{self.name}: {' '.join(str(error).split())}"
        raise DatasetError(
            f"{TRIES} broken pages in a row, the first: {self.tally.first}; mend the data of {self.name}"
        )


@dataclass(frozen=True, slots=True)
class Position:
    """Where one process stands: `index` batches of pool `pool` are done."""

    pool: int = 0
    index: int = 0


@dataclass(slots=True)
class _Drawn:
    """A pool as it travels between processes: plain arrays, which need no shared memory and no open files."""

    batches: list[dict[str, np.ndarray]]
    tally: Tally
    error: DocengineError | None = None


class _PoolData(Dataset[_Drawn]):
    """Pools `first`, `first + stride`, ... without end."""

    def __init__(self, pools: Pools, tally: Tally, first: int, stride: int) -> None:
        self.pools, self.tally, self.first, self.stride = pools, tally, first, stride

    def __len__(self) -> int:
        return 1 << 40

    def __getitem__(self, index: int) -> _Drawn:
        tally = self.tally
        tally.drawn, tally.broken = 0, 0
        try:
            batches = self.pools.pool(self.first + index * self.stride)
        except DocengineError as error:  # across processes only its text would come, with a traceback around it
            return _Drawn([], Tally(tally.drawn, tally.broken, tally.first), error)
        arrays = [{name: tensor.numpy() for name, tensor in batch.items()} for batch in batches]
        return _Drawn(arrays, Tally(tally.drawn, tally.broken, tally.first))


@dataclass(frozen=True, slots=True)
class Feed:
    """Batches for one of `processes` that train together; each takes every n-th pool."""

    pools: Pools
    tally: Tally
    """The one that the sources share; what it holds between pools is of no account."""
    workers: int = 1
    process: int = 0
    processes: int = 1
    seen: Tally = field(default_factory=Tally)
    """All draws of this process so far."""

    def start(self) -> Position:
        return Position(self.process)

    def batches(self, position: Position, device: torch.device) -> Generator[tuple[Position, Batch], None, None]:
        """From `position` on, without end, each with the position after it. DatasetError when too many pages break."""
        data = _PoolData(self.pools, self.tally, position.pool, self.processes)
        extra: dict[str, Any] = {"prefetch_factor": 2} if self.workers else {}
        own = torch.Generator()  # the loader draws a seed: not from the generator that dropout draws from
        loader = DataLoader(data, batch_size=None, num_workers=self.workers, generator=own, **extra)
        found = self._unpacked(iter(loader), position, device)
        return _ahead(found) if self.workers else found

    def _note(self, tally: Tally) -> None:
        if tally.broken and not self.seen.broken:
            print(f"a broken page is drawn again, the first of {tally.first}", file=sys.stderr)
        self.seen.add(tally)
        self.seen.check()

    def _unpacked(
        self, pools: Iterator[_Drawn], position: Position, device: torch.device
    ) -> Generator[tuple[Position, Batch], None, None]:
        number, done = position.pool, position.index
        for drawn in pools:
            if drawn.error:
                raise drawn.error
            self._note(drawn.tally)
            for index, arrays in enumerate(drawn.batches[done:], done + 1):
                last = index == len(drawn.batches)
                after = Position(number + self.processes) if last else Position(number, index)
                yield after, {name: _on(device, array) for name, array in arrays.items()}
            number, done = number + self.processes, 0


def _on(device: torch.device, array: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


def _ahead(items: Iterator[Any]) -> Generator[Any, None, None]:
    """The same items, fetched by a thread while the caller computes."""
    waiting: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def put(item: Any, error: BaseException | None = None) -> None:
        while not stopped.is_set():
            try:
                return waiting.put((item, error), timeout=0.2)
            except queue.Full:
                continue

    def fetch() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
        except BaseException as error:
            put(None, error)

    thread = threading.Thread(target=fetch, name="feed", daemon=True)
    thread.start()
    try:
        while True:
            item, error = waiting.get()
            if error is not None:
                raise error
            yield item
    finally:
        stopped.set()
        thread.join(timeout=10)
