"""`docengine train`: a recipe's stages, resumable."""

from __future__ import annotations

from importlib.util import find_spec

import click

from docengine import DocengineError

NEEDED = ("torch", "transformers", "accelerate", "onnx", "safetensors")


@click.command("train")
@click.argument("recipe", metavar="RECIPE", type=click.Path(exists=True, dir_okay=False))
def command(recipe: str) -> None:
    """Train a model as a recipe says, and write its bundle.

    RECIPE is a TOML file. Everything goes to runs/<name of the recipe>/ below the working directory; the bundle lies
    there in the end, and its path is printed. Run again after a break, it goes on from the last checkpoint. Needs the
    extra [train].

    \b
    Examples:
      docengine train recipes/tiny.toml
      docengine extract examples/ --model runs/tiny/bundle
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise DocengineError(f"training needs {', '.join(missing)}: pip install 'docengine[train]'")
    from docengine.distill.train import run

    click.echo(run(recipe))
