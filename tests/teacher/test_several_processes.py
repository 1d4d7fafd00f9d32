"""Two processes on one machine, as torchrun starts them."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn

from docengine.teacher.stages import Place, StageRecipe
from docengine.teacher.training import train

PLAN = StageRecipe(steps=6, warmup=1, threads=1, evaluate_every=3, decay=0.0, learning_rate=1e-2, clip=1e9)


class Sums:
    """A layer that learns sums, and one that no loss uses."""

    def __init__(self):
        torch.manual_seed(1)
        self.model = nn.ModuleDict({"used": nn.Linear(4, 1), "idle": nn.Linear(4, 4)})

    def losses(self, batch):
        return {"loss": (self.model["used"](batch["x"])[:, 0] - batch["x"].sum(1)).square().mean()}

    def flops(self, batch):
        return 1.0

    def words(self, batch):
        return len(batch["x"])

    def optimizers(self, plan):
        return [torch.optim.AdamW(self.model.parameters(), lr=plan.learning_rate)]

    def evaluate(self):
        return {"val_loss": 0.0}

    def architecture(self):
        return {}


class Numbers:
    """Pools of one batch, so that two processes take turns with every batch."""

    def pool(self, number):
        return [{"x": torch.rand(16, 4, generator=torch.Generator().manual_seed(number))}]


def trained(folder, **changes):
    task = Sums()
    return train(task, Numbers(), replace(PLAN, **changes), Place("pretrain", Path(folder)), 0), task


def say_threads():
    """On stderr, in Python's last moments, the threads that may outlive it."""
    tasks = Path("/proc/self/task")
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()] if tasks.exists() else []
    print("threads at the end:", names, file=sys.stderr)


def in_two_processes(folder):
    """Three steps, and three more from the checkpoint; what each process says on stderr, the threads left included."""
    run = "trained({!r}, steps={})"
    code = "; ".join(
        [
            "import atexit",
            "from test_several_processes import say_threads, trained",
            "atexit.register(say_threads)",
            *(run.format(str(folder), n) for n in (3, 6)),
        ]
    )
    port = str(29500 + os.getpid() % 1000)
    shared = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank), "PYTHONPATH": path},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    return said


def test_two_processes_learn_what_one_learns_from_all_their_batches(tmp_path, capsys):
    said = in_two_processes(tmp_path / "two")
    assert "resumed pretrain at step 3" in said[0] and "resumed" not in said[1]
    assert all("threads at the end" in text and "gloo" not in text.split("threads at the end")[1] for text in said)
    _, alone = trained(tmp_path / "one", steps=3, accumulate=2)
    progress, alone = trained(tmp_path / "one", steps=6, accumulate=2)
    with safe_open(tmp_path / "two" / "teacher.safetensors", "pt") as file:
        found = {name: file.get_tensor(f"model.{name}") for name in alone.model.state_dict()}
    for name, tensor in alone.model.state_dict().items():
        torch.testing.assert_close(found[name], tensor)
    assert progress.words == 6 * 32
