"""The loop on a toy task: a linear layer with dropout that learns sums."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import nn

from docengine.errors import CheckpointError, DatasetError, DocengineError, InvalidRecipe
from docengine.teacher import resuming
from docengine.teacher.feed import Checked, Feed, Position, Tally
from docengine.teacher.resuming import Progress
from docengine.teacher.stages import Place, StageRecipe
from docengine.teacher.throughput import matrix_rate
from docengine.teacher.training import train

PLAN = StageRecipe(steps=30, warmup=3, threads=1, evaluate_every=10, learning_rate=1e-2)


class Sums:
    """Rows of four numbers and their sum; two tied layers, so that a checkpoint must cope with second names."""

    def __init__(self, width=8):
        torch.manual_seed(1)
        self.width = width
        self.model = nn.ModuleDict({"first": nn.Linear(4, width), "last": nn.Linear(width, 1), "drop": nn.Dropout(0.3)})
        self.model["again"] = self.model["first"]
        self.seen = []

    def losses(self, batch):
        self.seen.append(batch["x"][0, 0].item())
        noise = random.random() * 0.01 + np.random.rand() * 0.01  # a task may use any of the global generators
        hidden = self.model["drop"](self.model["again"](batch["x"]).relu())
        loss = (self.model["last"](hidden)[:, 0] - batch["x"].sum(1)).square().mean() * (1 + noise)
        return {"loss": loss, "half_loss": loss / 2}

    def flops(self, batch):
        return 1e8  # far more than it is, for figures with digits

    def words(self, batch):
        return len(batch["x"])

    def optimizers(self, plan):
        return [torch.optim.AdamW(self.model.parameters(), lr=plan.learning_rate)]

    def evaluate(self):
        x = torch.ones(1, 4)
        return {"val_loss": (self.model["last"](self.model["first"](x).relu()) - 4).square().item()}

    def architecture(self):
        return {"width": self.width}


class Numbers:
    """Pools of two to four batches."""

    def pool(self, number):
        own = torch.Generator().manual_seed(number)
        return [{"x": torch.rand(16, 4, generator=own)} for _ in range(2 + number % 3)]


class Stopped(BaseException):
    """As abrupt as a kill, but in one process."""


def stop_at(task, step, per_step=1):
    """The task, ending the run while it computes `step`."""
    losses = task.losses

    def ending(batch):
        if len(task.seen) == step * per_step:
            raise Stopped
        return losses(batch)

    task.losses = ending
    return task


def place(folder, stage="pretrain"):
    return Place(stage, folder)


def weights(task):
    return {name: tensor.clone() for name, tensor in task.model.state_dict().items()}


def seed():
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("accumulate", [1, 3])
def test_a_killed_run_ends_with_the_same_bits(tmp_path, capsys, workers, accumulate):
    plan = replace(PLAN, accumulate=accumulate, checkpoint_minutes=0.0)
    whole, killed, resumed = Sums(), stop_at(Sums(), 17, accumulate), Sums()
    seed()
    train(whole, Numbers(), plan, place(tmp_path / "whole"), workers)
    seed()
    with pytest.raises(Stopped):
        train(killed, Numbers(), plan, place(tmp_path / "killed"), workers)
    capsys.readouterr()
    seed()
    train(resumed, Numbers(), plan, place(tmp_path / "killed"), 1 - min(workers, 1))  # any number of workers
    assert "resumed pretrain at step 17" in capsys.readouterr().err
    assert killed.seen + resumed.seen == whole.seen  # no batch twice, none left out
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(resumed)[name]), name


def test_metrics_say_losses_speed_and_shares_once_a_step(tmp_path, capsys):
    plan = replace(PLAN, checkpoint_minutes=1e9)
    with pytest.raises(Stopped):
        train(stop_at(Sums(), 25), Numbers(), plan, place(tmp_path), 0)  # two lines, and no checkpoint
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2')  # torn by the kill
    train(Sums(), Numbers(), plan, place(tmp_path), 0)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30]
    for line in lines:
        assert line["loss"] == pytest.approx(2 * line["half_loss"], abs=2e-4)
        assert line["mfu"] == pytest.approx(line["gflops"] * 1e9 / matrix_rate("cpu", "fp32", 1), rel=0.05)
        assert line["mfu"] > 0 and 0 <= line["waiting"] <= 1
        assert line["words_per_second"] > 0 and "val_loss" in line
    printed = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert printed[-1] == lines[-1]


def test_bf16_trains_too_with_weights_in_fp32(tmp_path, capsys):
    task = Sums()
    kinds = set()
    task.model["last"].register_forward_hook(lambda module, inputs, output: kinds.add(output.dtype))
    train(task, Numbers(), replace(PLAN, precision="bf16", steps=5), place(tmp_path), 0)
    assert torch.bfloat16 in kinds
    assert {parameter.dtype for parameter in task.model.parameters()} == {torch.float32}


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_checkpoint(tmp_path, capsys):
    train(Sums(), Numbers(), replace(PLAN, steps=10), place(tmp_path), 0)
    before = (tmp_path / "teacher.safetensors").read_bytes()
    task = Sums()
    task.losses = lambda batch: {"loss": task.model["last"].weight.sum() * float("nan")}
    with pytest.raises(DocengineError, match=r"no number at step 10; .* lower pretrain\.learning_rate") as caught:
        train(task, Numbers(), PLAN, place(tmp_path), 0)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "teacher.safetensors").read_bytes() == before


def test_a_group_takes_its_share_of_the_rate(tmp_path, capsys):
    task = Sums()
    before, steps = weights(task), {"first": 2.0, "last": 1.0}
    task.optimizers = lambda plan: [
        torch.optim.AdamW(
            [{"params": task.model[name].parameters(), "share": share} for name, share in steps.items()],
            lr=plan.learning_rate,
            weight_decay=0.0,
        )
    ]
    train(task, Numbers(), replace(PLAN, steps=1, warmup=0, decay=0.0), place(tmp_path), 0)
    for name, share in steps.items():  # AdamW's first step is the rate itself, for each weight with a gradient
        moved = (task.model[name].weight - before[f"{name}.weight"]).abs().max()
        assert moved.item() == pytest.approx(share * PLAN.learning_rate, rel=1e-3)


def test_weights_that_are_no_numbers_are_never_saved(tmp_path, capsys):
    task = Sums()
    task.optimizers = lambda plan: [torch.optim.SGD(task.model.parameters(), lr=plan.learning_rate)]
    plan = replace(PLAN, steps=1, warmup=0, decay=0.0, learning_rate=3e38, clip=1e9)
    with pytest.raises(DocengineError, match="a weight is no number at step 1"):
        train(task, Numbers(), plan, place(tmp_path), 0)
    assert not (tmp_path / "teacher.safetensors").exists()


def test_a_full_disk_keeps_the_old_checkpoint_and_ends_with_one_line(tmp_path, capsys, monkeypatch):
    train(Sums(), Numbers(), replace(PLAN, steps=10), place(tmp_path), 0)
    before = (tmp_path / "teacher.safetensors").read_bytes()

    def full(tensors, path, metadata):
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(resuming, "save_file", full)
    with pytest.raises(CheckpointError, match=r"No space left.*kept: free space and run again") as caught:
        train(Sums(), Numbers(), PLAN, place(tmp_path), 0)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "teacher.safetensors").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))
    monkeypatch.undo()
    assert train(Sums(), Numbers(), PLAN, place(tmp_path), 0).step == 30


def test_a_checkpoint_of_another_architecture_is_refused(tmp_path, capsys):
    train(Sums(), Numbers(), PLAN, place(tmp_path), 0)
    with pytest.raises(CheckpointError, match=r"another architecture.*'width': \(8, 9\)"):
        train(Sums(9), Numbers(), PLAN, place(tmp_path), 0)


@pytest.mark.parametrize(
    ("name", "scores"), [("val_loss", [5.0, 3.0, 4.0, 6.0, 1.0]), ("val_f1", [0.1, 0.3, 0.2, 0.1, 0.9])]
)
def test_early_stopping_ends_with_the_best_weights(tmp_path, capsys, name, scores):
    task, best = Sums(), {}
    given = iter(scores)

    def evaluate():
        score = next(given)
        if score == scores[1]:
            best.update(weights(task))
        return {name: score}

    task.evaluate = evaluate
    plan = replace(PLAN, evaluate_every=2, patience=2)
    progress = train(task, Numbers(), plan, place(tmp_path), 0)
    assert (progress.step, abs(progress.best)) == (8, scores[1])
    again = Sums()
    train(again, Numbers(), plan, place(tmp_path), 0)  # it had ended: the same weights once more
    for found in (task, again):
        assert all(torch.equal(tensor, best[name]) for name, tensor in weights(found).items())


def test_the_first_format_goes_on_with_the_next_pool():
    progress = Progress.of({"step": 3, "pool": 7, "seconds": 1.0, "words": 9, "history": []})
    assert (progress.step, progress.positions) == (3, [[7, 0]])


def test_a_tied_tensor_is_saved_once(tmp_path, capsys):
    train(Sums(), Numbers(), PLAN, place(tmp_path), 0)
    with safe_open(tmp_path / "teacher.safetensors", "pt") as file:
        names = {name for name in file.keys() if name.startswith("model.")}  # noqa: SIM118
    assert len(names) == 4


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_batches_come_in_one_order_whatever_the_workers(workers):
    expected = [batch["x"] for number in range(4) for batch in Numbers().pool(number)]
    batches = Feed(Numbers(), Tally(), workers).batches(Position(), torch.device("cpu"))
    found = [next(batches) for _ in expected]
    batches.close()
    assert all(torch.equal(batch["x"], wanted) for (_, batch), wanted in zip(found, expected, strict=True))
    assert [position for position, _ in found[:3]] == [Position(0, 1), Position(1, 0), Position(1, 1)]


def test_several_processes_share_the_pools_without_overlap():
    feeds = [Feed(Numbers(), Tally(), 0, process, 2) for process in range(2)]
    begun = [feed.batches(feed.start(), torch.device("cpu")) for feed in feeds]
    found = [next(batches)[1]["x"] for batches in begun for _ in range(5)]
    wanted = [batch["x"] for number in (0, 2, 1, 3) for batch in Numbers().pool(number)]
    assert torch.equal(found[0], wanted[0]) and torch.equal(found[5], wanted[6])
    assert len({tensor.sum().item() for tensor in found}) == 10


class Pages:
    """Pools of one batch of ten draws from a source."""

    def __init__(self, source):
        self.source = source

    def pool(self, number):
        rng = random.Random(number)
        return [{"x": torch.tensor([[self.source(rng)] * 4 for _ in range(10)])}]


def broken_in(share):
    def draw(rng):
        value = rng.random()
        if value < share:
            raise DatasetError("row 7 has\nno words")
        return value

    return draw


@pytest.mark.parametrize("workers", [0, 1])
def test_broken_pages_are_skipped_and_counted(tmp_path, capsys, workers):
    tally = Tally()
    pools = Pages(Checked("scans", broken_in(0.05), tally))
    train(Sums(), pools, replace(PLAN, steps=40), place(tmp_path), workers, tally)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert 5 <= lines[-1]["broken_pages"] <= 40
    assert "a broken page is drawn again, the first of scans: row 7 has no words" in capsys.readouterr().err


@pytest.mark.parametrize("workers", [0, 1])
def test_too_many_broken_pages_stop_a_run(tmp_path, capsys, workers):
    tally = Tally()
    pools = Pages(Checked("scans", broken_in(0.2), tally))
    with pytest.raises(DatasetError, match=r"of \d+ pages are broken, the first: scans: row 7 has no words") as caught:
        train(Sums(), pools, replace(PLAN, steps=40), place(tmp_path), workers, tally)
    assert "\n" not in str(caught.value)


def test_a_source_without_a_whole_page_is_named(tmp_path, capsys):
    tally = Tally()
    with pytest.raises(DatasetError, match=r"20 broken pages in a row.*mend the data of scans"):
        train(Sums(), Pages(Checked("scans", broken_in(1.0), tally)), PLAN, place(tmp_path), 1, tally)


def test_the_rate_of_a_machine_is_measured_once():
    torch.set_num_threads(1)
    rate = matrix_rate("cpu", "fp32", 1)
    assert 1e9 < rate < 1e13
    assert matrix_rate("cpu", "fp32", 1) == rate


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"precision": "fp8"}, "train.precision 'fp8' is unknown; known: fp32, bf16"),
        ({"accumulate": 0}, "train.accumulate must be more than 0"),
        ({"decay": 2.0}, "train.decay is a share"),
    ],
)
def test_contradictory_budgets_are_named(changes, message):
    with pytest.raises(InvalidRecipe, match=message):
        replace(PLAN, **changes)
