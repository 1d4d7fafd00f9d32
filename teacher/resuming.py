"""A run's state on disk: weights, optimizers, progress, data positions and random generators in one file."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from docengine.errors import CheckpointError
from docengine.teacher.stages import StageRecipe


@dataclass(slots=True)
class Progress:
    """How far a stage has come; kept in the checkpoint's metadata."""

    step: int = 0
    seconds: float = 0.0
    """Spent in steps and in waiting for data, not in evaluation."""
    words: int = 0
    positions: list[list[int]] = field(default_factory=list)
    """Pool, and batches of it that are done, of each process."""
    history: list[dict[str, float]] = field(default_factory=list)
    """Metrics with validation."""
    best: float | None = None
    """Highest `val_f1` or negated `val_loss`, where early stopping asks for it."""
    stale: int = 0
    """Evaluations since then."""

    def spent(self, plan: StageRecipe) -> float:
        """Share of the budget, by steps or by time, whichever is further; 1 after early stopping."""
        if plan.patience and self.stale >= plan.patience:
            return 1.0
        return min(1.0, max(self.step / plan.steps, self.seconds / 60 / plan.minutes))

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> Progress:
        """From metadata; the first format had no place within a pool: its runs go on with the next pool."""
        made = dict(made)
        if "pool" in made:
            made["positions"] = [[made.pop("pool"), 0]]
        return cls(**made)


def save_checkpoint(
    path: Path,
    model: nn.Module,
    architecture: Mapping[str, Any],
    optimizers: Sequence[torch.optim.Optimizer],
    progress: Progress,
    generators: Sequence[Mapping[str, Any]],
) -> None:
    """Write beside the old checkpoint, then put in its place. CheckpointError where that fails: the old one stands."""
    tensors = {f"model.{name}": tensor.contiguous() for name, tensor in _untied(model).items()}
    for o, optimizer in enumerate(optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer{o}.{index}.{key}": torch.as_tensor(value) for key, value in state.items()}
    metadata = {
        "config": json.dumps(architecture),
        "progress": json.dumps(asdict(progress)),
        "generators": json.dumps(list(generators)),
    }
    part = path.with_suffix(".part")
    try:
        save_file(tensors, part, metadata)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except Exception as error:  # safetensors raises its own kinds; whatever it was, the old checkpoint stands
        part.unlink(missing_ok=True)
        kept = "the checkpoint before it is kept" if path.exists() else "nothing was saved before"
        raise CheckpointError(f"cannot write {path}: {_one_line(error)}; {kept}: free space and run again") from error


def load_checkpoint(
    path: Path, model: nn.Module, architecture: Mapping[str, Any], optimizers: Sequence[torch.optim.Optimizer] = ()
) -> tuple[Progress, list[dict[str, Any]]]:
    """Fill `model` and `optimizers` from `path`; its progress and its random generators, one set a process.

    CheckpointError where it cannot be read or is of another architecture.
    """
    metadata, tensors = _read(path)
    made = json.loads(metadata.get("config", "{}"))
    wanted = json.loads(json.dumps(architecture))  # tuples become lists, as in the file
    other = {key: (made.get(key), wanted.get(key)) for key in {**wanted, **made} if made.get(key) != wanted.get(key)}
    if other:
        raise CheckpointError(
            f"{path} is of another architecture, (there, asked for): {other}; rename the recipe or delete it"
        )
    _fill(model, {key[6:]: tensor for key, tensor in tensors.items() if key.startswith("model.")}, path)
    for o, optimizer in enumerate(optimizers):
        state: dict[int, dict[str, Tensor]] = {}
        for key, tensor in tensors.items():
            if key.startswith(f"optimizer{o}."):
                _, index, name = key.split(".", 2)
                state.setdefault(int(index), {})[name] = tensor
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return Progress.of(json.loads(metadata["progress"])), json.loads(metadata.get("generators", "[]"))


def read_architecture(path: Path) -> dict[str, Any]:
    """The sizes that a checkpoint was saved with."""
    try:
        with safe_open(path, "pt") as file:
            config: dict[str, Any] = json.loads((file.metadata() or {})["config"])
    except Exception as error:
        raise CheckpointError(f"cannot read checkpoint {path}: {_one_line(error)}; train it again") from error
    return config


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except Exception as error:
        raise CheckpointError(f"cannot read checkpoint {path}: {_one_line(error)}; delete it to start anew") from error


def _untied(model: nn.Module) -> dict[str, Tensor]:
    """The state without second names of one tensor: safetensors takes each once."""
    kept: dict[int, str] = {}
    state = model.state_dict()
    return {name: tensor for name, tensor in state.items() if kept.setdefault(tensor.data_ptr(), name) == name}


def _fill(model: nn.Module, found: dict[str, Tensor], path: Path) -> None:
    if found.keys() != _untied(model).keys():
        odd = sorted(found.keys() ^ _untied(model).keys())
        raise CheckpointError(f"{path} has other tensors than the model, first {odd[0]}; delete it to start anew")
    model.load_state_dict(found, strict=False)  # what is tied comes with its first name


def random_state() -> dict[str, Any]:
    """Where the global generators of torch, Python and numpy stand, as JSON."""
    kind, keys, place, *rest = np.random.get_state(legacy=True)
    cuda = [state.tolist() for state in torch.cuda.get_rng_state_all()] if torch.cuda.is_available() else []
    return {
        "torch": torch.get_rng_state().tolist(),
        "cuda": cuda,
        "python": random.getstate(),
        "numpy": [kind, np.asarray(keys).tolist(), place, *rest],
    }


def set_random_state(state: Mapping[str, Any]) -> None:
    """Put the generators where `random_state` found them; those of GPUs only on a machine with as many."""
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    np.random.set_state(tuple(state["numpy"]))
    torch.set_rng_state(torch.tensor(state["torch"], dtype=torch.uint8))
    if len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all([torch.tensor(values, dtype=torch.uint8) for values in state["cuda"]])


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
