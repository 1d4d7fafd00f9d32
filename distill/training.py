"""The training loop of one stage: batches in, a trained student out; killed at any time, it goes on where it was."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from docengine.distill.data import Batch, Mix, Stream
from docengine.distill.losses import objective
from docengine.distill.recipe import TrainRecipe
from docengine.distill.student import INPUTS, Student, StudentConfig, flops_per_page
from docengine.errors import CheckpointError, DocengineError

Evaluate = Callable[[Student], dict[str, float]]


@dataclass(slots=True)
class Progress:
    """How far a stage has come; kept in the checkpoint's metadata."""

    step: int = 0
    pool: int = 0
    """Pools of the data stream that were begun."""
    seconds: float = 0.0
    words: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    def spent(self, recipe: TrainRecipe) -> float:
        """Share of the budget, by steps or by time, whichever is further."""
        return min(1.0, max(self.step / recipe.steps, self.seconds / 60 / recipe.minutes))


def learning_rate(recipe: TrainRecipe, progress: Progress) -> float:
    """Warm-up, constant, then linear to zero over the last `decay` of the budget."""
    warm = min(1.0, (progress.step + 1) / max(recipe.warmup, 1))
    cool = min(1.0, (1 - progress.spent(recipe)) / recipe.decay) if recipe.decay else 1.0
    return recipe.learning_rate * warm * cool


def optimisers(student: Student, recipe: TrainRecipe) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the layers' matrices, AdamW for all else; both take AdamW's rates."""
    matrices = [p for name, p in student.named_parameters() if name.startswith("layers.") and p.dim() == 2]
    held = {id(p) for p in matrices}
    others = [p for p in student.parameters() if id(p) not in held]
    rate, decay = recipe.learning_rate, recipe.weight_decay
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]


def train(
    student: Student, mix: Mix, recipe: TrainRecipe, folder: Path, evaluate: Evaluate, workers: int = 1
) -> Progress:
    """Train until the budget is spent. Writes `student.safetensors` and `metrics.jsonl` into `folder`.

    Raises DocengineError when the loss is no longer a number; the last good checkpoint stays.
    """
    torch.set_num_threads(recipe.threads)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "student.safetensors"
    optimizers = optimisers(student, recipe)
    progress = load_checkpoint(path, student, optimizers) if path.exists() else Progress()
    if progress.step:
        print(f"resumed train at step {progress.step}", file=sys.stderr)
    loop = _Loop(student, optimizers, recipe, folder, progress, evaluate)
    if progress.spent(recipe) < 1:
        loop.run(_loader(mix, progress.pool, workers))
    student.eval()
    return progress


def _loader(mix: Mix, first: int, workers: int) -> Iterable[tuple[int, Batch]]:
    return torch.utils.data.DataLoader(Stream(mix, first), batch_size=None, num_workers=workers, prefetch_factor=24)


class _Loop:
    """The loop's own state: timings since the last report, and when it last saved."""

    def __init__(
        self,
        student: Student,
        optimizers: list[torch.optim.Optimizer],
        recipe: TrainRecipe,
        folder: Path,
        progress: Progress,
        evaluate: Evaluate,
    ) -> None:
        self.student, self.optimizers, self.recipe = student, optimizers, recipe
        self.folder, self.progress, self.evaluate = folder, progress, evaluate
        self.parts: dict[str, float] = {}
        self.since = {"steps": 0, "seconds": 0.0, "waiting": 0.0, "words": 0, "flops": 0.0}
        self.saved = time.monotonic()

    def run(self, batches: Iterable[tuple[int, Batch]]) -> None:
        clock = time.monotonic()
        for pool, batch in batches:
            waited = time.monotonic() - clock
            self.step(batch)
            now = time.monotonic()
            self.account(batch, now - clock, waited)
            clock = now
            self.progress.pool = pool + 1
            done = self.progress.spent(self.recipe) >= 1
            if done or self.progress.step % self.recipe.evaluate_every == 0:
                self.report(full=True)
            elif self.progress.step % 50 == 0:
                self.report(full=False)
            if done or now - self.saved > self.recipe.checkpoint_minutes * 60:
                self.save()
            if done:
                return
            clock = time.monotonic()

    def step(self, batch: Batch) -> None:
        self.student.train()
        rate = learning_rate(self.recipe, self.progress)
        outputs = self.student(**{name: batch[name] for name in INPUTS})
        losses = objective(outputs, batch, self.recipe.line_weight)
        losses["loss"].backward()
        norm = nn.utils.clip_grad_norm_(self.student.parameters(), self.recipe.clip)
        if not math.isfinite(norm):
            raise DocengineError(
                f"loss or gradient is no number at step {self.progress.step}; the checkpoint before it is kept in "
                f"{self.folder}: lower train.learning_rate in the recipe and run again"
            )
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.progress.step += 1
        for name, value in {**losses, "grad_norm": norm}.items():
            self.parts[name] = self.parts.get(name, 0.0) + float(value.detach())

    def account(self, batch: Batch, seconds: float, waited: float) -> None:
        pages, length = batch["rows"].shape
        words = int(batch["attention_mask"].sum())
        self.progress.seconds += seconds
        self.progress.words += words
        spent = {"steps": 1, "seconds": seconds, "waiting": waited, "words": words}
        spent["flops"] = 3 * pages * flops_per_page(self.student.config, length)
        for name, value in spent.items():
            self.since[name] += value

    def report(self, full: bool) -> None:
        """One line of metrics.jsonl: mean losses since the last line, speed, and validation losses where `full`."""
        since, progress = self.since, self.progress
        line: dict[str, Any] = {"step": progress.step, "minutes": round(progress.seconds / 60, 2)}
        line |= {name: round(value / since["steps"], 4) for name, value in self.parts.items()}
        line |= {
            "learning_rate": round(learning_rate(self.recipe, progress), 6),
            "words_per_second": round(since["words"] / since["seconds"]),
            "gflops": round(since["flops"] / since["seconds"] / 1e9, 1),
            "waiting": round(since["waiting"] / since["seconds"], 3),
        }
        if full:
            self.student.eval()
            line |= {name: round(value, 4) for name, value in self.evaluate(self.student).items()}
            progress.history.append(line)
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), file=sys.stderr, flush=True)
        self.parts, self.since = {}, dict.fromkeys(since, 0)

    def save(self) -> None:
        save_checkpoint(self.folder / "student.safetensors", self.student, self.optimizers, self.progress)
        self.saved = time.monotonic()


def save_checkpoint(path: Path, student: Student, optimizers: list[torch.optim.Optimizer], progress: Progress) -> None:
    """Weights, optimizer states and progress in one file, written beside the old one and then put in its place."""
    tensors = {f"model.{name}": tensor.contiguous() for name, tensor in student.state_dict().items()}
    for o, optimizer in enumerate(optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer{o}.{index}.{key}": torch.as_tensor(value) for key, value in state.items()}
    metadata = {"config": json.dumps(student.config.to_dict()), "progress": json.dumps(_as_dict(progress))}
    part = path.with_suffix(".part")
    try:
        save_file(tensors, part, metadata)
        part.replace(path)
    except Exception as error:  # safetensors raises its own kinds; whatever it was, the old checkpoint stands
        part.unlink(missing_ok=True)
        raise CheckpointError(f"cannot write {path}: {error}; the checkpoint before it is kept") from error


def _as_dict(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in Progress.__slots__}


def load_checkpoint(path: Path, student: Student, optimizers: list[torch.optim.Optimizer]) -> Progress:
    """Fill `student` and `optimizers` from `path`. CheckpointError where it cannot be read or is of another shape."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors: dict[str, Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except Exception as error:
        raise CheckpointError(f"cannot read checkpoint {path}: {error}; delete it to start anew") from error
    made = json.loads(metadata.get("config", "{}"))
    if made != student.config.to_dict():
        wanted = student.config.to_dict()
        other = {key: (made.get(key), wanted[key]) for key in wanted if made.get(key) != wanted[key]}
        raise CheckpointError(
            f"{path} is of another architecture, (there, asked for): {other}; rename the recipe or delete it"
        )
    student.load_state_dict({key[6:]: tensor for key, tensor in tensors.items() if key.startswith("model.")})
    for o, optimizer in enumerate(optimizers):
        state: dict[int, dict[str, Tensor]] = {}
        for key, tensor in tensors.items():
            if key.startswith(f"optimizer{o}."):
                _, index, name = key.split(".", 2)
                state.setdefault(int(index), {})[name] = tensor
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return Progress(**json.loads(metadata["progress"]))


def load_student(path: Path) -> Student:
    """The student of a checkpoint, in eval mode, without its optimizers."""
    with safe_open(path, "pt") as file:
        config = StudentConfig(**json.loads((file.metadata() or {})["config"]))
    student = Student(config)
    load_checkpoint(path, student, [])
    return student.eval()
