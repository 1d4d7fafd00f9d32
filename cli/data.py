"""`docengine data`: documents to learn from, drawn or re-dressed, and a look at a data set."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docengine.cli import shards
from docengine.cli.options import gathered
from docengine.cli.rows import each, write_rows
from docengine.cli.terminal import note, printable
from docengine.errors import DatasetError, UsageError

if TYPE_CHECKING:
    from docengine.corpus.labelled import LabelledPage


@click.group("data")
def command() -> None:
    """Make, change and look at documents to learn from.

    \b
    Examples:
      docengine data generate --help
      docengine data redress --help
      docengine data look --help
      docengine data pages --help
      docengine data tables --help
      docengine data questions --help
    """


command.add_command(shards.command)


@dataclass(frozen=True)
class Drawing:
    """What `generate` draws."""

    count: int
    seed: int
    kind: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    noise: float = 0.0


@dataclass(frozen=True)
class Written:
    """What is written, and where."""

    out: str
    images: bool = True
    pdf: bool = False
    degrade: float = 0.0
    force: bool = False


Names = dict[str, list[str]]
"""What re-dressed parties may be called, by field."""
NAMES = 300
"""Generated documents that they are taken from."""
COUNT = click.option("--count", type=click.IntRange(min=1), default=100, show_default=True, help="How many.")
SEED = click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same result.")
OUT = click.option("--out", metavar="DIR", required=True, help="The data set's folder; it must be empty.")
FORCE = click.option("--force", is_flag=True, help="Write over the data set that is in the folder.")
DRAWING = (
    COUNT,
    SEED,
    click.option("--kind", metavar="KIND", multiple=True, help="Only documents of this kind; several take turns."),
    click.option("--lang", metavar="CODE", multiple=True, help="Only this language; several take turns."),
    click.option(
        "--noise",
        type=click.FloatRange(0, 1),
        default=0.0,
        help="OCR noise on words and boxes, up to this strength; needs --no-images.",
    ),
)
WRITTEN = (
    OUT,
    click.option("--images/--no-images", default=True, show_default=True, help="Draw a picture of each page."),
    click.option("--pdf", is_flag=True, help="Write each document as a PDF with a text layer too."),
    click.option(
        "--degrade",
        type=click.FloatRange(0, 1),
        default=0.0,
        help="Make pictures look scanned, faxed or photographed, up to this strength.",
    ),
    FORCE,
)


@command.command("generate")
@gathered(Drawing, "drawing", DRAWING)
@gathered(Written, "written", WRITTEN)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
def generate(drawing: Drawing, written: Written, workers: int) -> None:
    """Draw business documents with known words, boxes and fields.

    DIR becomes a data set: annotations.jsonl, one document a line, and images/. A document is the same for the same
    seed on any machine. Exit code 2 says which kinds and languages are known, when one is not.

    \b
    Examples:
      docengine data generate --count 200 --out drawn
      docengine data generate --kind invoice --kind receipt --lang de --pdf --out drawn
      docengine data generate --count 50 --degrade 0.6 --workers 2 --out scanned
    """
    from docengine.corpus.saving import Copies, Wanted, open_folder

    copies = Copies(written.images, written.pdf, written.degrade)
    wanted = Wanted(drawing.kind, drawing.lang, drawing.seed, drawing.noise, copies)
    folder = Path(written.out)
    open_folder(folder, written.force)
    with each(workers, partial(wanted.save, folder=folder), range(drawing.count)) as rows:
        write_rows(folder, rows, drawing.count, "documents")


@command.command("redress")
@click.argument("dataset", metavar="DATASET", type=click.Path(exists=True, file_okay=False))
@COUNT
@SEED
@click.option("--split", metavar="NAME", help="Only rows with this split.")
@click.option("--images/--no-images", default=False, show_default=True, help="Draw a picture of each new page.")
@OUT
@FORCE
def redress(dataset: str, count: int, seed: int, split: str | None, images: bool, out: str, force: bool) -> None:
    """Make new pages of a labelled data set's: other values, wordings, rows and places, with labels that stay right.

    DATASET is a folder with annotations.jsonl. Each new page is a row of DIR/annotations.jsonl and keeps its page's
    split, template and licence.

    \b
    Examples:
      docengine data redress data/sroie --count 1000 --out more
      docengine data redress data/zugferd_facturx --split train --images --out more
    """
    from docengine.corpus.saving import Copies, open_folder, save_document
    from docengine.corpus.streams import name_pool

    folder = Path(out)
    if folder.resolve() == Path(dataset).resolve():
        raise UsageError(f"--out {printable(out)} is the data set itself; give another folder")
    pages = _labelled_pages(dataset, split)
    open_folder(folder, force)
    names = name_pool(NAMES, seed)
    rows = (
        save_document([_redressed(pages, names, seed, number)], folder, Copies(images), seed) for number in range(count)
    )
    write_rows(folder, rows, count, "pages")


@command.command("look")
@click.argument("dataset", metavar="DATASET", type=click.Path(exists=True, file_okay=False))
@click.option("--out", metavar="FILE", default="sheet.png", show_default=True, help="The picture to write.")
@click.option("--count", type=click.IntRange(min=1, max=400), default=12, show_default=True, help="Pages to show.")
@SEED
@click.option("--split", metavar="NAME", help="Only rows with this split.")
@click.option("--columns", type=click.IntRange(min=1), default=4, show_default=True, help="Pages side by side.")
@click.option("--width", type=click.IntRange(80, 2000), default=420, show_default=True, help="Of a page, in pixels.")
@click.option("--labels/--no-labels", default=True, show_default=True, help="Tint labelled words.")
def look(
    dataset: str, out: str, count: int, seed: int, split: str | None, columns: int, width: int, labels: bool
) -> None:
    """Draw a contact sheet of a data set: pages drawn by lot, the words of each field in its colour, a legend.

    DATASET is a folder with annotations.jsonl. A page without a picture is drawn from its words. The picture's path is
    printed on stdout.

    \b
    Examples:
      docengine data look drawn
      docengine data look data/sroie --count 24 --seed 3 --out sroie.png
    """
    from docengine.cli.writing import unwritable
    from docengine.corpus.contact import contact_sheet, pages_of

    sheet = contact_sheet(pages_of(dataset, count, seed, split), columns, width, tinted=labels)
    try:
        sheet.save(out, quality=80)
    except ValueError as error:
        raise UsageError(f"pictures are not written as {printable(out)!r}; use .png, .jpg or .webp") from error
    except OSError as error:
        raise unwritable(out, error) from error
    click.echo(printable(out))


@command.command("tables")
@click.argument("tables", metavar="TABLES.jsonl", type=click.Path(exists=True, dir_okay=False))
@SEED
@click.option("--images/--no-images", default=True, show_default=True, help="Draw a picture of each page.")
@OUT
@FORCE
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
def lay_out_tables(tables: str, seed: int, images: bool, out: str, force: bool, workers: int) -> None:
    """Lay tables out as pages, in many looks: a data set in DIR, a row of annotations.jsonl for each table.

    TABLES.jsonl has a table a line: {"id": ..., "header": [cell, ...], "rows": [[cell, ...], ...]}. The row has the
    same id, and whatever else the line holds; a `caption` stands above the table. Rows may differ in length. A long
    table goes on in `extra_pages`. A line that is no table is passed over and named on stderr.

    Exit code: 0 every line was a table, 1 some were not, 2 wrong usage, 3 the run itself failed.

    \b
    Examples:
      docengine data tables tables.jsonl --out pages
      docengine data tables tables.jsonl --no-images --seed 7 --out pages
    """
    from docengine.corpus.saving import open_folder
    from docengine.corpus.table_layout import save_table
    from docengine.corpus.tables import read_tables

    found = list(enumerate(read_tables(tables), 1))
    good = [(number, table) for number, table in found if not isinstance(table, DatasetError)]
    if not good:
        first = next((str(error) for _, error in found), f"{printable(tables)} is empty")
        raise DatasetError(f"no table to lay out: {first}")
    folder = Path(out)
    open_folder(folder, force)
    for _, error in found:
        if isinstance(error, DatasetError):
            note(str(error))
    with each(workers, partial(save_table, folder=folder, images=images, seed=seed), good) as rows:
        write_rows(folder, rows, len(good), "tables")
    if len(good) < len(found):
        note(f"{len(found) - len(good)} of {len(found)} lines are no tables")
        sys.exit(1)


@command.command("questions")
@COUNT
@SEED
@click.option("--part", type=click.Choice(["train", "val"]), default="train", show_default=True, help="What for.")
@click.option("--images/--no-images", default=True, show_default=True, help="Draw a picture of each page.")
@OUT
@FORCE
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
def ask(count: int, seed: int, part: str, images: bool, out: str, force: bool, workers: int) -> None:
    """Draw pages with questions and their answers: documents in many languages, tables, and pictures of signs.

    Each row of DIR/annotations.jsonl has `questions`: question, answers (none: not on the page), words, kind, lang. The
    part `val` has pages, subjects and wordings that `train` never has.

    \b
    Examples:
      docengine data questions --count 500 --out asked
      docengine data questions --count 200 --part val --no-images --out validation
    """
    from docengine.corpus.questions.saving import save_drawn
    from docengine.corpus.saving import open_folder

    folder = Path(out)
    open_folder(folder, force)
    make = partial(save_drawn, folder=folder, images=images, seed=seed, part="val" if part == "val" else "train")
    with each(workers, make, range(count)) as rows:
        write_rows(folder, rows, count, "pages")


def _labelled_pages(dataset: str, split: str | None) -> list[LabelledPage]:
    from docengine.corpus.contact import aligned
    from docengine.corpus.dataset import open_dataset

    pages = []
    for row in open_dataset(dataset, split):
        for page in aligned(row):
            page.meta.update(split=row.split, licence=row.licence)
            pages.append(page)
    if not any(label for page in pages for label in page.labels):
        raise DatasetError(f"{printable(dataset)}: no row has values that are found among its words")
    return pages


def _redressed(pages: list[LabelledPage], names: Names, seed: int, number: int) -> LabelledPage:
    """New page `number`, made of the pages in turn."""
    from docengine.corpus.redress import redress as dress

    old = pages[number % len(pages)]
    page = dress(old, random.Random(f"{seed}/{number}"), names)
    page.meta["id"] = f"{old.meta['id']}_p{old.meta['page'] + 1}-{number}"
    return page
