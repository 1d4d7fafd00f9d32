"""The stages [distil] and [train] with a teacher, from a recipe's TOML: very small, but every step is the real one."""

import json
import random
import shutil

import pytest
import torch

from docengine import Box, Page, Word
from docengine.corpus.labelled import Label, LabelledPage
from docengine.distill import bundle
from docengine.distill.recipe import load_recipe
from docengine.distill.train import train_student
from docengine.distill.training import load_student
from docengine.errors import InvalidRecipe
from docengine.teacher import DocFormerV2, DocFormerV2Config
from docengine.teacher.tokenizer import train_tokenizer

STAGE = "warmup = 1\nwords = 600\nthreads = 1\nevaluate_every = 9"
RECIPE = f"""
name = "distilled"
[data]
generated = 0.0
workers = 0
longest = 60
[student]
vocab = 300
width = 32
layers = 2
heads = 2
feed_forward = 32
piece_width = 8
line_width = 8
[distil]
steps = 3
images = 0.02
initialise = true
{STAGE}
[distil.targets]
teacher = "TEACHER"
losses = {{ lines = 1, grid = 0.3, hidden = 1, amad = 1, amad_tempered = 1, value_relations = 1 }}
[train]
steps = 3
{STAGE}
[train.targets]
teacher = "TEACHER"
losses = {{ tags = 1, lines = 0.3, amad = 0.5 }}
"""


def receipt(rng):
    words = [Word(rng.choice(("total", "cash", "9.00")), Box(0, row * 20, 40, row * 20 + 10)) for row in range(8)]
    return LabelledPage(Page(words=words, width=200, height=200), [Label("grand_total"), *[None] * 7], frozenset())


class Receipts:
    """A recipe's labelled pages."""

    def __init__(self, rng):
        self.real = {"receipts": [receipt(rng) for _ in range(9)]}

    def sources(self, tally):
        return ((1.0, receipt),)

    def held_back(self):
        return self.real


def stages(home, folder):
    """Both stages in `folder`; what would be bundled."""
    recipe = load_recipe(home / "distilled.toml")
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bundle, "write_bundle", lambda recipe, student, *rest: student)
        return train_student(recipe, recipe.train, Receipts(random.Random(0)), folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("distilling")
    torch.manual_seed(0)
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 3, "num_heads": 4, "num_decoder_layers": 1}
    DocFormerV2(DocFormerV2Config(vocab_size=1216, text_tokens=64, **sizes)).save_pretrained(root / "teacher")
    train_tokenizer(["total cash invoice 0123456789.,-"], 1216).save(str(root / "teacher" / "tokenizer.json"))
    (root / "distilled.toml").write_text(RECIPE.replace("TEACHER", str(root / "teacher")))
    stages(root, root / "run")
    return root


def metrics(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_each_loss_is_named_in_the_curves(home):
    first, then = metrics(home / "run" / "distil")[-1], metrics(home / "run")[-1]
    for name in ("lines", "grid", "hidden", "amad", "amad_tempered", "value_relations"):
        assert first[f"taught_{name}"] > 0 and first[f"val_taught_{name}"] > 0
    assert first["step"] == 3 and first["val_loss"] > 0 and first["mfu"] > 0
    total = then["tag_loss"] + 0.3 * then["line_loss"] + 0.02 * then["page_loss"] + then["taught_loss"]
    assert then["loss"] == pytest.approx(total, abs=1e-3)
    weighted = then["taught_tags"] + 0.3 * then["taught_lines"] + 0.5 * then["taught_amad"]
    assert then["taught_loss"] == pytest.approx(weighted, abs=1e-3)


def test_the_student_is_saved_without_the_heads_of_distilling(home):
    names = {name for name, _ in load_student(home / "run" / "student.safetensors").named_parameters()}
    assert names and not any(name.startswith("heads") for name in names)


def test_killed_between_the_stages_it_ends_with_the_same_bits(home, tmp_path, capsys):
    shutil.copytree(home / "run", tmp_path / "run")
    (tmp_path / "run" / "student.safetensors").unlink()
    again = stages(home, tmp_path / "run").state_dict()
    said = [line for line in capsys.readouterr().err.splitlines() if "resumed" in line]
    assert said == ["resumed distil at step 3"]
    before = load_student(home / "run" / "student.safetensors").state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in before.items())


def test_once_training_has_begun_distilling_is_over(home, capsys):
    stages(home, home / "run")
    assert [line for line in capsys.readouterr().err.splitlines() if "resumed" in line] == ["resumed train at step 3"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "lines = 1, grid",
            "denoising = 1, grid",
            "targets.losses: unknown name 'denoising'; known: tags, lines, grid",
        ),
        (
            'teacher = "HERE"\nlosses = { tags',
            "losses = { tags",
            "targets.teacher '' is neither pretrained nor finetuned",
        ),
        ("tags = 1, lines = 0.3", "hidden = 1", r"train.targets.losses.hidden belongs to \[distil\]"),
        (
            '"HERE"\nlosses = { lines = 1,',
            '"pretrained"\nlosses = { tags = 1,',
            "pretrained teacher has learned no tags",
        ),
        ('"HERE"\nlosses = { lines', '"pretrained"\nlosses = { lines', r"is 'pretrained', which wants \[pretrain\] or"),
        ('"HERE"\nlosses = { tags', '"finetuned"\nlosses = { tags', r"train.targets.* which wants \[finetune\]"),
        ("initialise = true", "mix = { shards = 1.0 }", "distil.shards and distil.mix.shards go together"),
        ("[distil.targets]", "[distil.targets]\ntemperature = 0.0", "targets.temperature must be more than 0, got 0.0"),
    ],
)
def test_what_cannot_be_taught_is_named(home, tmp_path, old, new, message):
    text = RECIPE.replace("TEACHER", "HERE")
    assert old in text
    (tmp_path / "distilled.toml").write_text(text.replace(old, new).replace("HERE", str(home / "teacher")))
    with pytest.raises(InvalidRecipe, match=message):
        load_recipe(tmp_path / "distilled.toml")
