"""The ablation of pretraining, `benchmarks/pretraining.py`: that its arms and sizes are recipes, and its tables."""

import sys
from pathlib import Path

import pytest

from docengine.distill.recipe import load_recipe
from docengine.errors import InvalidRecipe

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def ablation(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import pretraining

    yield pretraining
    for name in ("ablation", "pretraining", "pretraining_report", "pretraining_scores"):
        sys.modules.pop(name, None)


def test_every_size_of_every_arm_is_a_recipe(ablation):
    recipe = load_recipe(ablation.RECIPE)
    for size in ablation.SIZES:
        sized = ablation.sized(recipe, ablation.SIZES[size], "elsewhere")
        assert sized.data.root == "elsewhere" and sized.pretrain.patience == sized.finetune.patience == 0
        for arm, objectives in ablation.ARMS.items():
            if objectives:
                assert ablation.replace(sized.pretrain, objectives=objectives).objectives == objectives, arm
    with pytest.raises(InvalidRecipe, match="unknown name 'lines'"):
        ablation.replace(recipe.pretrain, objectives={"lines": 1.0})


def test_a_language_left_out_is_on_no_drawn_page(ablation):
    def drawn(rng):
        return ablation.LabelledPage(None, [], frozenset(), meta={"language": rng.choice(("nl", "en", "de"))})

    pages = ablation.OtherLanguages(drawn, "nl")
    rng = ablation.random.Random(1)
    assert {pages(rng).meta["language"] for _ in range(40)} == {"en", "de"}


def test_the_report_says_what_pretraining_gains_and_what_noise_takes(ablation, tmp_path):
    budgets = {"pretrain steps": 8, "pretrain tokens a step": 9, "finetune steps": 3, "finetune tokens a step": 4}
    results = [
        {"arm": "none", "seed": 1, "sroie": 60.0, "fcc_adbuy": 40.0, "sroie, 10% noise": 50.0, "nl": 70.0,
         "nl, without its labels": 30.0, **budgets},
        {"arm": "all", "seed": 1, "sroie": 61.0, "fcc_adbuy": 50.0, "sroie, 10% noise": 57.0, **budgets},
    ]  # fmt: skip
    text = ablation.write_report(results, tmp_path)
    assert "left-out layouts: pretraining gains +10.0 points; the goal of 3 is reached." in text
    assert "sroie val: pretraining gains +1.0 points; the goal of 2 is not reached." in text
    assert "| sroie val | from scratch | 60.0 | 50.0 (-10.0) |" in text
    assert "| sroie val | all three | 61.0 | 57.0 (-4.0) |" in text
    assert "| Dutch | from scratch | 70.0 | 30.0 |" in text
    assert {path.name for path in tmp_path.iterdir()} == {"pretraining.json", "pretraining.md", "pretraining.png"}
