from pathlib import Path

import pytest

from docengine.distill.recipe import load_recipe
from docengine.errors import InvalidRecipe

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
    ],
)
def test_mistakes_are_named(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Exception, match=message.replace("(", r"\(")) as caught:
        load_recipe(path)
    assert "\n" not in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(InvalidRecipe, match=r"cannot read recipe .*none.toml"):
        load_recipe(tmp_path / "none.toml")
