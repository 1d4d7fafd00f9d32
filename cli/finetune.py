"""`docengine finetune`: a model taught on by one's own corrected documents."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from docengine import DocengineError
from docengine.cli.terminal import note, printable, to_json
from docengine.cli.train import NEEDED


class Typed(click.ParamType):
    """NAME=TYPE."""

    name = "name=type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        field, equals, kind = str(value).partition("=")
        if not (field and equals and kind):
            self.fail(f"{value!r} is not NAME=TYPE, as in incoterm=text", param, ctx)
        return field, kind


@click.command("finetune")
@click.argument("dataset", metavar="DATASET", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--bundle", metavar="BUNDLE", help="Bundle to start from: a name or a folder.  [default: the default one]"
)
@click.option(
    "--output", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Folder of the new bundle."
)
@click.option(
    "--field", "fields", type=Typed(), multiple=True, help="Type of a field that the bundle does not know; repeatable."
)
@click.option(
    "--words",
    type=click.Choice(["dataset", "ocr"]),
    default="dataset",
    show_default=True,
    help="dataset: the words of the annotations, OCR where a row has none; ocr: read all images.",
)
@click.option("--minutes", type=float, default=10.0, show_default=True, help="Time to train, at most.")
@click.option("--steps", type=click.IntRange(min=1), default=400, show_default=True, help="Steps, at most.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the documents held back, and of all draws.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with both reports on stdout.")
def command(
    dataset: Path, bundle: str | None, output: Path, fields: tuple[Any, ...], as_json: bool, **budget: Any
) -> None:
    """Teach a model your own documents.

    DATASET is a folder with annotations.jsonl and images/, 20 to 200 corrected documents. One in ten is held back, or
    those whose "split" is not "train"; the F1 of each field on them is printed, before and after. Fields that the model
    does not know are learned as well. Run again after a break, it goes on. Needs the extra [train].

    \b
    Examples:
      docengine finetune invoices/ --output my-model
      docengine finetune invoices/ --output my-model --field incoterm=text --minutes 5
      docengine extract scans/ --model my-model
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise DocengineError(f"training needs {', '.join(missing)}: pip install 'docengine[train]'")
    from docengine.distill.finetune import Finetuning, finetune

    outcome = finetune(Finetuning(dataset, output, bundle, dict(fields), **budget))
    scores = outcome.to_dict()
    click.echo(to_json(scores)) if as_json else _print(scores)
    if scores["after"]["micro_f1"] < scores["before"]["micro_f1"]:
        note("the new bundle reads the documents held back less well than the old one: label more, or keep the old one")


def _print(scores: dict[str, Any]) -> None:
    """Before and after for people, on stdout."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("field", "F1 before", "F1 after", "in the truth", box=None, padding=(0, 2, 0, 0))
    before, after = (_named(scores[key]) for key in ("before", "after"))
    for name, counts in after.items():
        cells = (_percent(before.get(name)), _percent(counts), str(counts["support"]))
        table.add_row(escape(printable(name)), *cells)
    console = Console()
    console.print(table)
    console.print(
        f"\nof {scores['held_back']} documents held back; {scores['learned']} were learned from, "
        f"{scores['steps']} steps, {scores['minutes']} minutes",
        markup=False,
    )
    console.print(f"docengine extract ... --model {printable(scores['bundle'])}", markup=False, soft_wrap=True)


def _named(report: dict[str, Any]) -> dict[str, Any]:
    columns = {f"items: {name}": counts for name, counts in report["line_items"]["columns"].items()}
    all_fields = {"f1": report["micro_f1"], "support": sum(c["support"] for c in report["fields"].values())}
    return {**report["fields"], **columns, "all fields": all_fields}


def _percent(counts: dict[str, Any] | None) -> str:
    return "-" if counts is None else f"{100 * counts['f1']:.1f}"
