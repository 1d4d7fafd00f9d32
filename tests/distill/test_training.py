import dataclasses
import random

import pytest
import torch

from docengine import Box, Page, Word
from docengine.corpus.labelled import Label, LabelledPage
from docengine.distill.data import Mix
from docengine.distill.recipe import TrainRecipe
from docengine.distill.student import Student, StudentConfig
from docengine.distill.tokenizer import train_tokenizer
from docengine.distill.training import load_student, train
from docengine.engine.preprocess import Preprocessor
from docengine.errors import CheckpointError, DocengineError
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher.resuming import Progress
from docengine.teacher.training import learning_rate

CONFIG = StudentConfig(vocab=300, width=32, layers=1, heads=2, feed_forward=48, piece_width=8, line_width=8)
RECIPE = TrainRecipe(steps=40, warmup=5, words=300, evaluate_every=20, threads=1, learning_rate=5e-3)


def receipt(rng: random.Random) -> LabelledPage:
    """Eight lines of distractors and one total: learnable in seconds."""
    at = rng.randrange(8)
    words, labels = [], []
    for row in range(8):
        name = "total" if row == at else rng.choice(("change", "cash", "item"))
        words += [Word(name, Box(0, row * 20, 40, row * 20 + 10)), Word("9.00", Box(90, row * 20, 130, row * 20 + 10))]
        labels += [None, Label("grand_total") if row == at else None]
    return LabelledPage(Page(words=words, width=200, height=200), labels, frozenset({"grand_total"}))


@pytest.fixture(scope="module")
def mix():
    tokenizer = train_tokenizer(iter(["total change cash item"] * 20), 300)
    return Mix(((1.0, receipt),), Preprocessor(tokenizer), DEFAULT_SCHEMA, 64, RECIPE.words, 0)


def nothing(student):
    return {}


def test_a_student_learns_and_can_be_loaded(mix, tmp_path, capsys):
    torch.manual_seed(0)
    student = Student(CONFIG)
    progress = train(student, mix, dataclasses.replace(RECIPE, steps=160), tmp_path, nothing)
    assert progress.step == 160
    assert progress.history[-1]["tag_loss"] < 0.05  # never tagging anything scores 0.2
    again = load_student(tmp_path / "student.safetensors")
    for name, tensor in student.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], tensor)


def test_a_killed_run_goes_on_where_it_was(mix, tmp_path, capsys):
    class Killed(BaseException):
        pass

    def kill(student):
        raise Killed

    recipe = dataclasses.replace(RECIPE, checkpoint_minutes=0.0)  # saves after every step
    with pytest.raises(Killed):
        train(Student(CONFIG), mix, recipe, tmp_path, kill)
    assert (tmp_path / "student.safetensors").exists()
    progress = train(Student(CONFIG), mix, recipe, tmp_path, nothing)
    assert "resumed train at step 19" in capsys.readouterr().err
    assert progress.step == 40


def test_a_loss_that_is_no_number_stops_and_keeps_the_checkpoint(mix, tmp_path, capsys):
    train(Student(CONFIG), mix, dataclasses.replace(RECIPE, steps=10), tmp_path, nothing)
    before = (tmp_path / "student.safetensors").read_bytes()
    wild = dataclasses.replace(RECIPE, learning_rate=1e30, warmup=0, clip=1e30, decay=0.0)
    with pytest.raises(DocengineError, match=r"is no number at step .* lower train\.learning_rate"):
        train(Student(CONFIG), mix, wild, tmp_path, nothing)
    assert (tmp_path / "student.safetensors").read_bytes() == before


def test_a_checkpoint_of_another_architecture_is_refused(mix, tmp_path, capsys):
    train(Student(CONFIG), mix, dataclasses.replace(RECIPE, steps=10), tmp_path, nothing)
    with pytest.raises(CheckpointError, match=r"another architecture.*'layers': \(1, 2\)"):
        train(Student(dataclasses.replace(CONFIG, layers=2)), mix, RECIPE, tmp_path, nothing)


def test_a_broken_checkpoint_is_named(tmp_path):
    (tmp_path / "student.safetensors").write_bytes(b"torn")
    with pytest.raises(CheckpointError, match="cannot read checkpoint"):
        train(Student(CONFIG), None, RECIPE, tmp_path, nothing)


def test_the_learning_rate_warms_up_holds_and_falls_to_zero():
    recipe = TrainRecipe(steps=100, warmup=10, learning_rate=1.0, decay=0.5)
    rates = [learning_rate(recipe, Progress(step=step)) for step in (0, 4, 9, 40, 75, 100)]
    assert rates == pytest.approx([0.1, 0.5, 1.0, 1.0, 0.5, 0.0])
    timed = dataclasses.replace(recipe, minutes=10)
    assert learning_rate(timed, Progress(step=20, seconds=450)) == pytest.approx(0.5)
