"""Which pages our own OCR reads for training, and where what it read is kept."""

import json
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from PIL import Image

from docengine import Box, Word
from docengine.distill import sources
from docengine.distill.recipe import DataRecipe, Recipe
from docengine.distill.sources import LabelledData


class Reader:
    name = "reader"

    def __init__(self, name, threads):
        self.threads = threads

    def read(self, image):
        return [Word("Total", Box(0, 0, 40, 10)), Word("7.50", Box(50, 0, 90, 10))]


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """Its sroie holds a page that trains, one that tunes and one that measures."""
    monkeypatch.setattr(sources, "open_ocr", Reader)
    splits = tomllib.loads(files("docengine.corpus").joinpath("splits.toml").read_text(encoding="utf-8"))
    (tmp_path / "sroie" / "images").mkdir(parents=True)
    Image.new("RGB", (100, 50), "white").save(tmp_path / "sroie" / "images" / "any.png")
    parts = (("learn", "train", "a stranger"), ("tune", "train", splits["sroie"]["tune"][0]), ("measure", "val", "b"))
    with (tmp_path / "sroie" / "annotations.jsonl").open("w", encoding="utf-8") as lines:
        for name, split, group in parts:
            row = {"id": name, "image": "images/any.png", "split": split, "merchant_group": group, "words": []}
            lines.write(json.dumps({**row, "fields": {"total": "7.50"}}) + "\n")
    return Recipe("mine", data=DataRecipe(root=str(tmp_path), sets={"sroie": 1.0}, own_ocr=("sroie",)))


def test_only_what_trains_is_read(recipe, tmp_path):
    given, read = LabelledData(recipe, tmp_path / "mine").real["sroie"]
    assert given.meta["id"] == read.meta["id"] == "learn"
    assert (given.fields, read.fields) == ({}, {"grand_total": "7.50"})
    (line,) = (tmp_path / "mine" / "rescans" / "sroie.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["image"] == "any.png"


def test_without_the_key_nothing_is_read(recipe, tmp_path):
    recipe = replace(recipe, data=replace(recipe.data, own_ocr=()))
    assert len(LabelledData(recipe, tmp_path / "mine").real["sroie"]) == 1
    assert not (tmp_path / "mine").exists()
