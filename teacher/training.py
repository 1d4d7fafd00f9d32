"""The training loop of any stage: batches in, a trained model out; killed at any time, it goes on where it was.

On a CPU, on one GPU, or on several with torchrun: accelerate finds out which.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import math
import sys
import time
from collections.abc import Iterator
from typing import Any

import torch
import torch.distributed.nn  # before a group is made: the defaults of its functions would hold the group for ever
from accelerate import Accelerator, DistributedDataParallelKwargs, PartialState
from accelerate.utils import broadcast_object_list, gather_object
from torch import Tensor, nn

from docengine.errors import DocengineError
from docengine.teacher.feed import Feed, Position, Tally
from docengine.teacher.metrics import Watch, draw_curves
from docengine.teacher.resuming import Progress, load_checkpoint, random_state, save_checkpoint, set_random_state
from docengine.teacher.stages import Batch, Place, Pools, StageRecipe, Task
from docengine.teacher.throughput import Pace, matrix_rate

REPORT_EVERY = 50
"""Steps between lines of metrics."""


def processes() -> PartialState:
    """Those that train together: one, or as many as torchrun started."""
    return PartialState(cpu=not torch.cuda.is_available())


def learning_rate(plan: StageRecipe, progress: Progress) -> float:
    """Warm-up, constant, then linear to zero over the last `decay` of the budget."""
    warm = min(1.0, (progress.step + 1) / max(plan.warmup, 1))
    cool = min(1.0, (1 - progress.spent(plan)) / plan.decay) if plan.decay else 1.0
    return plan.learning_rate * warm * cool


def train(
    task: Task, pools: Pools, plan: StageRecipe, place: Place, workers: int = 1, tally: Tally | None = None
) -> Progress:
    """Train until the budget is spent, from the checkpoint in `place` where there is one; the model ends in eval mode.

    `tally` is the one that the sources of `pools` share (`feed.Checked`). Raises DocengineError when the loss is no
    longer a number (the last good checkpoint stays), CheckpointError where one cannot be read, written or is of
    another architecture, DatasetError where too many pages break.
    """
    torch.set_num_threads(plan.threads)
    place.folder.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision="no",  # autocast is the loop's own: stages of one process differ in precision
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )
    if accelerator.num_processes > 1:
        atexit.register(_part)
    feed = Feed(pools, tally or Tally(), workers, accelerator.process_index, accelerator.num_processes)
    loop = _Loop(accelerator, task, feed, plan, place)
    if loop.progress.spent(plan) < 1:
        loop.run()
    if plan.patience and place.best.exists():
        load_checkpoint(place.best, task.model, task.architecture())
    task.model.eval()
    return loop.progress


def _part() -> None:
    """Leave the other processes while Python still stands: threads of theirs that outlive it abort the process."""
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
        gc.collect()


class _Objective(nn.Module):
    """The task as a module, so that DistributedDataParallel sees one forward pass whatever the task calls."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.model = task.model
        self.losses = task.losses

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        return self.losses(batch)


class _Loop:
    """One process's part of a run."""

    def __init__(self, accelerator: Accelerator, task: Task, feed: Feed, plan: StageRecipe, place: Place) -> None:
        self.accelerator, self.task, self.feed, self.plan, self.place = accelerator, task, feed, plan, place
        self.device: torch.device = accelerator.device
        self.objective = accelerator.prepare_model(_Objective(task))
        self.optimizers = task.optimizers(plan)
        self.progress = Progress()
        self.generators: list[dict[str, Any]] = []
        if place.checkpoint.exists():
            found = load_checkpoint(place.checkpoint, task.model, task.architecture(), self.optimizers)
            self.progress, self.generators = found
        if self.progress.step and accelerator.is_main_process:
            print(f"resumed {place.stage} at step {self.progress.step}", file=sys.stderr)
        self.position = self._position()
        self.saved = self.progress.seconds

    def _position(self) -> Position:
        """This process's; where their number has changed, all go on with pools that none has begun."""
        positions, feed = self.progress.positions, self.feed
        if len(positions) == feed.processes:
            return Position(*positions[feed.process])
        return Position(max((pool + 1 for pool, _ in positions), default=0) + feed.process)

    def run(self) -> None:
        rate = matrix_rate(self.device.type, self.plan.precision, self.plan.threads) * self.feed.processes
        self.pace = Pace(rate)
        batches = self.feed.batches(self.position, self.device)
        self._seed()
        watch = Watch(self.place, self.progress.step) if self.accelerator.is_main_process else None
        with watch or contextlib.nullcontext(), contextlib.closing(batches):
            while self.progress.spent(self.plan) < 1:
                self.step(batches)
                full = self.progress.step % self.plan.evaluate_every == 0 or self.progress.spent(self.plan) >= 1
                if full or self.progress.step % REPORT_EVERY == 0:
                    self.report(full, watch)
                done = self.progress.spent(self.plan) >= 1
                if done or self.progress.seconds - self.saved > self.plan.checkpoint_minutes * 60:
                    self.save()
                if watch:
                    watch.moved(self.progress.spent(self.plan), self.progress.step)
        if watch:
            draw_curves(self.place)

    def _seed(self) -> None:
        """Dropout goes on where it was; in a new run with several processes each draws its own."""
        if len(self.generators) == self.feed.processes:
            set_random_state(self.generators[self.feed.process])
        elif self.feed.processes > 1:
            torch.manual_seed(torch.initial_seed() + self.feed.process)

    def step(self, batches: Iterator[tuple[Position, Batch]]) -> None:
        self.task.model.train()
        rate = learning_rate(self.plan, self.progress)
        began, waited, words, flops = time.perf_counter(), 0.0, 0, 0.0
        for left in reversed(range(self.plan.accumulate)):
            clock = time.perf_counter()
            self.position, batch = next(batches)
            waited += time.perf_counter() - clock
            self.backward(batch, last=left == 0)
            words, flops = words + self.task.words(batch), flops + self.task.flops(batch)
        norm = nn.utils.clip_grad_norm_(self.task.model.parameters(), self.plan.clip)
        if not math.isfinite(norm):
            raise self.broken("loss or gradient is no number")
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * group.get("share", 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.pace.add_losses({"grad_norm": norm})
        self.account(time.perf_counter() - began, waited, words, flops)

    def backward(self, batch: Batch, last: bool) -> None:
        try:
            with contextlib.nullcontext() if last else self.accelerator.no_sync(self.objective):
                with self.autocast():
                    losses = self.objective(batch)
                (losses["loss"] / self.plan.accumulate).backward()
        except torch.OutOfMemoryError as error:
            raise DocengineError(
                f"the GPU's memory is too small for a batch of {self.plan.words} words: halve {self.place.stage}.words "
                f"and double {self.place.stage}.accumulate in the recipe"
            ) from error
        self.pace.add_losses({name: value / self.plan.accumulate for name, value in losses.items()})

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.plan.precision == "bf16")

    def broken(self, what: str) -> DocengineError:
        stage, kept = self.place.stage, f"the checkpoint before it is kept in {self.place.folder}"
        return DocengineError(
            f"{what} at step {self.progress.step}; {kept}: lower {stage}.learning_rate in the recipe and run again"
        )

    def account(self, seconds: float, waited: float, words: float, flops: float) -> None:
        """Add to the pace; several processes agree on the time, since the schedule and the end follow it."""
        if self.feed.processes > 1:
            spent = torch.tensor([seconds, waited, words, flops], dtype=torch.float64, device=self.device)
            seconds, waited, words, flops = self.accelerator.reduce(spent, "sum").tolist()
            seconds, waited = seconds / self.feed.processes, waited / self.feed.processes
        pace, progress = self.pace, self.progress
        progress.step, pace.steps = progress.step + 1, pace.steps + 1
        progress.seconds, pace.seconds = progress.seconds + seconds, pace.seconds + seconds
        progress.words, pace.words = progress.words + int(words), pace.words + words
        pace.waiting, pace.flops = pace.waiting + waited, pace.flops + flops

    def report(self, full: bool, watch: Watch | None) -> None:
        """One line of metrics: mean losses since the last line, speed, and validation where `full`."""
        progress = self.progress
        line: dict[str, Any] = {"step": progress.step, "minutes": round(progress.seconds / 60, 2)}
        line |= self.pace.line() | {"learning_rate": round(learning_rate(self.plan, progress), 6)}
        if self.feed.seen.broken:
            line["broken_pages"] = self.feed.seen.broken
        if full:
            scores = self.evaluate()
            line |= {name: round(value, 4) for name, value in scores.items()}
            progress.history.append(line)
            self.note_best(scores)
        if watch:
            watch.line(line)

    def evaluate(self) -> dict[str, float]:
        """The main process's scores, known to all."""
        self.task.model.eval()
        scores: list[Any] = [None]
        if self.accelerator.is_main_process:
            with torch.no_grad(), self.autocast():
                scores = [self.task.evaluate()]
        if self.feed.processes > 1:
            broadcast_object_list(scores)
        return dict(scores[0])

    def note_best(self, scores: dict[str, float]) -> None:
        """Keep the best weights, where early stopping asks for them."""
        if not self.plan.patience:
            return
        score = scores["val_f1"] if "val_f1" in scores else -scores["val_loss"]
        if self.progress.best is not None and score <= self.progress.best:
            self.progress.stale += 1
            return
        self.progress.best, self.progress.stale = score, 0
        if self.accelerator.is_main_process:
            save_checkpoint(self.place.best, self.task.model, self.task.architecture(), [], self.progress, [])

    def save(self) -> None:
        self.progress.positions = gather_object([[self.position.pool, self.position.index]])
        generators = gather_object([random_state()])
        if not all(bool(parameter.isfinite().all()) for parameter in self.task.model.parameters()):
            raise self.broken("a weight is no number")
        if self.accelerator.is_main_process:
            model, architecture = self.task.model, self.task.architecture()
            save_checkpoint(self.place.checkpoint, model, architecture, self.optimizers, self.progress, generators)
        self.saved = self.progress.seconds
