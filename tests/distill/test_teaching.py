"""A teacher's stages, from a recipe's TOML to weights on disk: very small, but every step is the real one."""

import json
import random
import shutil

import pytest
import torch

from docengine.distill.train import run
from docengine.errors import CheckpointError, DatasetError, InvalidRecipe
from docengine.teacher.model import DocFormerV2

STAGE = "warmup = 1\nwords = 800\nthreads = 1\nevaluate_every = 9\nimages = 0.02"
RECIPE = f"""
name = "taught"
[data]
generated = 0.0
workers = 0
[teacher]
width = 32
layers = 1
heads = 2
feed_forward = 32
vocab = 1216
tokenizer_pages = 20
longest = 48
[pretrain]
steps = 3
{STAGE}
[adapt]
steps = 2
{STAGE}
[adapt.mix]
generated = 1.0
[finetune]
steps = 3
{STAGE.replace("images = 0.02", "precision = 'bf16'")}
own = {{ "OWN" = 1.0 }}
[finetune.fields]
berth = "text"
"""


def annotated(folder, rows=12):
    """Slips of a harbour: a field that no default schema has."""
    folder.mkdir(parents=True)
    rng = random.Random(1)
    lines = []
    for number in range(rows):
        berth = rng.choice(("north quay", "south pier", "basin 4"))
        texts = ["Berth", *berth.split(), "Total", f"{rng.randrange(99)}.50"]
        words = [{"text": text, "box": [10 + 60 * i, 20, 60 + 60 * i, 34]} for i, text in enumerate(texts)]
        fields = {"berth": berth, "grand_total": texts[-1]}
        lines.append(json.dumps({"id": str(number), "width": 400, "height": 200, "words": words, "fields": fields}))
    (folder / "annotations.jsonl").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("teaching")
    annotated(root / "slips")
    (root / "taught.toml").write_text(RECIPE.replace("OWN", str(root / "slips")))
    assert run(root / "taught.toml", root / "runs") == root / "runs" / "taught" / "teacher"
    return root


def test_every_stage_leaves_its_checkpoint_and_its_curve(home):
    for stage, steps in (("pretrain", 3), ("adapt", 2), ("finetune", 3)):
        folder = home / "runs" / "taught" / stage
        lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        assert (folder / "teacher.safetensors").exists()
        assert lines[-1]["step"] == steps and lines[-1]["val_loss"] > 0 and "mfu" in lines[-1]


def test_the_teacher_knows_ones_own_fields_and_reports_each(home):
    model = DocFormerV2.from_pretrained(home / "runs" / "taught" / "teacher")
    assert "B-berth" in model.config.id2label.values() and "B-grand_total" in model.config.id2label.values()
    assert (home / "runs" / "taught" / "teacher" / "tokenizer.json").exists()
    before = DocFormerV2.from_pretrained(home / "runs" / "taught" / "teacher-pretrained")
    assert "B-berth" not in before.config.id2label.values()
    report = json.loads((home / "runs" / "taught" / "finetune" / "report.json").read_text())
    assert set(report["slips"]["fields"]) >= {"berth", "grand_total"}


def test_run_again_only_the_last_stage_is_looked_at(home, capsys):
    run(home / "taught.toml", home / "runs")
    said = [line for line in capsys.readouterr().err.splitlines() if "resumed" in line]
    assert said == ["resumed finetune at step 3"]


def test_killed_between_stages_it_ends_with_the_same_bits(home, capsys):
    folder = home / "runs" / "taught"
    whole = DocFormerV2.from_pretrained(folder / "teacher").state_dict()
    shutil.rmtree(folder / "teacher")
    shutil.rmtree(folder / "finetune")
    run(home / "taught.toml", home / "runs")
    said = [line for line in capsys.readouterr().err.splitlines() if "resumed" in line]
    assert said == ["resumed adapt at step 2"]
    again = DocFormerV2.from_pretrained(folder / "teacher").state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in whole.items())


def test_a_recipe_with_other_sizes_is_refused_by_the_checkpoint(home, tmp_path):
    shutil.copytree(home / "runs" / "taught", tmp_path / "taught")
    text = (home / "taught.toml").read_text().replace("feed_forward = 32", "feed_forward = 48")
    (tmp_path / "other.toml").write_text(text)
    with pytest.raises(CheckpointError, match=r"another architecture.*'d_ff': \(32, 48\)") as caught:
        run(tmp_path / "other.toml", tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('berth = "text"', 'berth = "place"', InvalidRecipe, "fields.berth: unknown type 'place'; known: number, date"),
        ('berth = "text"', 'iban = "text"', InvalidRecipe, "finetune.fields.iban is a default field already"),
        ('"OWN"', '"nowhere"', InvalidRecipe, "finetune.own: no annotations.jsonl in nowhere"),
        ("generated = 1.0", "unlabelled = 1.0", DatasetError, "adapt.mix.unlabelled: no unlabelled/pages.jsonl.gz in"),
    ],
)
def test_what_is_not_there_is_named_before_any_work(home, tmp_path, old, new, error, message):
    text = RECIPE.replace('"berth"', "x").replace(old, new).replace("OWN", str(home / "slips"))
    (tmp_path / "taught.toml").write_text(text.replace("[data]", f"[data]\nroot = '{tmp_path}'"))
    with pytest.raises(error, match=message):
        run(tmp_path / "taught.toml", tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_broken_row_of_ones_own_is_named(home, tmp_path):
    shutil.copytree(home / "slips", tmp_path / "slips")
    with (tmp_path / "slips" / "annotations.jsonl").open("a") as file:
        file.write('{"id": 1, "words": [{"text": "a"}]}\n')
    (tmp_path / "taught.toml").write_text(RECIPE.replace("OWN", str(tmp_path / "slips")))
    shutil.copytree(home / "runs" / "taught", tmp_path / "runs" / "taught")
    with pytest.raises(DatasetError, match=r"annotations\.jsonl, line 13"):
        run(tmp_path / "taught.toml", tmp_path / "runs")
