"""The ablation of distillation, `benchmarks/distillation.py`: that its arms and sizes are recipes, and its tables."""

import sys
from pathlib import Path

import pytest

from docengine.distill.recipe import load_recipe
from docengine.errors import InvalidRecipe

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def ablation(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import distillation

    yield distillation
    for name in ("ablation", "distillation", "distillation_report"):
        sys.modules.pop(name, None)


def test_every_arm_of_every_size_is_a_recipe_of_as_many_steps(ablation, tmp_path):
    for name in ("teacher", "teacher-pretrained"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    recipe = load_recipe(ablation.RECIPE)
    for size in ablation.SIZES:
        sized = ablation.sized(recipe, ablation.SIZES[size], "elsewhere")
        steps = set()
        for name, losses in ablation.ARMS.items():
            own = ablation.arm(name, sized, tmp_path)
            assert own.teacher is None and own.data.root == "elsewhere" and bool(own.distil) == bool(losses)
            assert bool(own.train.targets) == bool(losses)
            assert not own.distil or own.distil.targets.losses == losses
            budget = ablation.budgets(own)
            steps.add(budget["distil steps"] + budget["train steps"])
        assert len(steps) == 1
    with pytest.raises(InvalidRecipe, match="is neither pretrained nor finetuned nor a folder with a teacher in it"):
        ablation.arm("soft", recipe, tmp_path / "nowhere")


def test_the_report_says_what_a_teacher_gains_and_what_a_student_keeps(ablation, tmp_path):
    budget = {"distil steps": 1200, "train steps": 1300, "words a step": 2400}
    sets = ("sroie", "fcc_adbuy", "zugferd_facturx")

    def result(arm, seed, *scores, **more):
        return {"arm": arm, "seed": seed, **dict(zip(sets, scores, strict=True)), **more}

    text = ablation.write_report(
        [
            result("hidden", 1, 64.0, 61.0, 52.0, **budget),  # mean 59
            result("none", 1, 60.0, 51.0, 45.0, **budget),  # mean 52, with the next one 55
            result("none", 2, 60.0, 60.0, 54.0, **budget),
            result("teacher", 1, 80.0, 60.0, 55.0),  # mean 65
        ],
        tmp_path,
    )
    assert "| student, labels alone | 60.0 (60.0, 60.0) | 55.5 (51.0, 60.0) |" in text
    line = "- soft targets, hidden states: +4.0 points over labels alone; the goal of 2 is reached."
    assert f"{line} 91% of the teacher's score (97 wanted)." in text
    assert "distil 1,200 steps, train 1,300, of 2,400 words" in text
    assert text.index("the teacher") < text.index("labels alone |") < text.index("hidden states |")
    assert {path.name for path in tmp_path.iterdir()} == {
        "distillation.json", "distillation.md", "distillation.png"
    }  # fmt: skip
