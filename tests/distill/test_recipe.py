import re
from dataclasses import replace
from pathlib import Path

import pytest

from docengine.distill.recipe import TrainRecipe, load_recipe
from docengine.distill.sources import require_data
from docengine.errors import DatasetError, InvalidRecipe
from docengine.teacher.recipes import TeacherRecipe

TEACHER = '[teacher]\nsize = "small"\n'
RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_of_the_repository_loads(path):
    recipe = load_recipe(path)
    assert recipe.name == path.stem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "unknown key 'colour'; known: name, seed"),
        ("[train]\nstep = 1", "unknown key 'step'; known: steps"),
        ("[train]\nsteps = 'many'", "train: steps must be a int, got 'many'"),
        ("train = 3", "train must be a table"),
        ("[train]\nsteps = 10\nwarmup = 20", "warmup 20 is not below train.steps 10"),
        ("[student]\nwidth = 100\nheads = 3", "100 is not divisible by its 3 heads"),
        ("[data]\nsets = { a = 1 }\nown_ocr = ['b']", "data.own_ocr names 'b', which is not in data.sets: a"),
        ("name = '../x'", "plain folder name"),
        ("= 1", "not valid TOML"),
        ("[pretrain]\nsteps = 500", r"[pretrain] needs a teacher: add [teacher]"),
        ('[teacher]\nsize = "small"', "[teacher] has no stage: add [pretrain]"),
        ('[teacher]\nsize = "huge"\n[pretrain]', "teacher.size 'huge' is unknown; known: small, base, large"),
        ('[teacher]\nsize = "small"\nwidth = 64\n[pretrain]', "teacher.size 'small' and teacher.width 64 contradict"),
        ('[teacher]\nt5 = "t5"\ndecoder_layers = 1\n[pretrain]', "teacher.decoder_layers 1: a T5 brings its own"),
        ("[teacher]\nwidth = 64\n[pretrain]", "teacher needs size, t5 or all of width, layers, heads, feed_forward"),
        ('[teacher]\nt5 = "nowhere"\n[pretrain]', "no config.json in nowhere; name the folder of a local T5"),
        (TEACHER + "[pretrain.mix]\npaper = 1", "pretrain.mix: unknown name 'paper'; known: generated, unlabelled"),
        (TEACHER + "[adapt.mix]\ngenerated = -1", "adapt.mix.generated must be at least 0"),
        (TEACHER + "[adapt.mix]\ngenerated = 0", "adapt.mix has no weight above 0"),
        (TEACHER + "[adapt.mix]\ngenerated = 'x'", "mix.generated must be a float, got 'x'"),
        (TEACHER + "[adapt]\nobjectives = { lines = 1 }", "adapt.objectives: unknown name 'lines'; known: line, grid"),
        (
            TEACHER + "[adapt]\ncorruption = { rte = 0.2 }",
            "adapt.corruption: unknown name 'rte'; known: rate, mean_span",
        ),
        (TEACHER + "[adapt]\nviews = 0", "adapt.views must be at least 1, got 0"),
        (TEACHER + "[adapt.mix]\nshards = 1", "adapt.shards and adapt.mix.shards go together"),
        (TEACHER + "[adapt]\nshards = ['no']\n[adapt.mix]\nshards = 1", "adapt.shards: no folder no; make it with"),
        (TEACHER + "[adapt]\nshards = [1]", "shards must be a str, got 1"),
        (TEACHER + "[finetune]\nprecision = 'fp8'", "finetune.precision 'fp8' is unknown; known: fp32, bf16"),
        (TEACHER + "[data]\ngenerated = 0\n[finetune]", "[finetune] has no labelled pages"),
        (TEACHER + "[pretrain]\nwarmup = 99999", "pretrain.warmup 99999 is not below pretrain.steps"),
    ],
)
def test_mistakes_are_named(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Exception, match=re.escape(message)) as caught:
        load_recipe(path)
    assert "\n" not in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(InvalidRecipe, match=r"cannot read recipe .*none.toml"):
        load_recipe(tmp_path / "none.toml")


def test_stages_without_a_table_are_left_out(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEACHER + "[pretrain]\n[pretrain.mix]\ntexts = 1\ngenerated = 2\n[finetune]\nminutes = 3")
    recipe = load_recipe(path)
    assert (recipe.adapt, recipe.train) == (None, None)
    assert recipe.pretrain.mix == {"texts": 1.0, "generated": 2.0} and recipe.finetune.minutes == 3
    path.write_text("")
    alone = load_recipe(path)
    assert alone.train == TrainRecipe() and alone.teacher is None


def test_a_set_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f"[data]\nroot = '{tmp_path}'\nsets = {{ sroie = 1.0 }}")
    with pytest.raises(DatasetError, match=r"data\.sets: sroie is not in .*: set data\.root in the recipe"):
        require_data(load_recipe(path))


def test_a_teacher_may_have_fewer_decoder_layers():
    teacher = TeacherRecipe(width=32, layers=3, heads=2, feed_forward=64)
    assert (teacher.config(320).num_layers, teacher.config(320).num_decoder_layers) == (3, 3)
    config = replace(teacher, decoder_layers=1).config(320)
    assert (config.num_layers, config.num_decoder_layers) == (3, 1)
