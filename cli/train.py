"""`docengine train`: a recipe's stages, resumable."""

from __future__ import annotations

import os
from importlib.util import find_spec

import click

from docengine import DocengineError

NEEDED = ("torch", "transformers", "accelerate", "onnx", "safetensors")


@click.command("train")
@click.argument("recipe", metavar="RECIPE", type=click.Path(exists=True, dir_okay=False))
def command(recipe: str) -> None:
    """Train a teacher, a student, or both, as a recipe says.

    RECIPE is a TOML file. Its stages run in order: pretrain, adapt and finetune make the teacher, distil and train the
    student; those it has no table for are left out. Everything goes to runs/<name of the recipe>/ below the working
    directory,
    the path of the bundle (of the teacher where there is no student) is printed. Run again after a break, it goes on
    from the last checkpoint, exactly. For several GPUs: torchrun --nproc-per-node 4 -m docengine.cli train RECIPE.
    Needs the extra [train].

    \b
    Examples:
      docengine train recipes/tiny.toml
      docengine train recipes/teacher-tiny.toml
      docengine extract examples/ --model runs/tiny/bundle
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise DocengineError(f"training needs {', '.join(missing)}: pip install 'docengine[train]'")
    from docengine.distill.train import run

    written = run(recipe)
    if os.environ.get("RANK", "0") == "0":  # torchrun starts several
        click.echo(written)
