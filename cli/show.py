"""`docengine show`: a page with the values that were read from it drawn on it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docengine import Document, Extraction, Page
from docengine.cli.options import PASSWORD, EngineOptions, engine_options
from docengine.cli.terminal import note, printable
from docengine.errors import NoPages, UsageError

if TYPE_CHECKING:
    from docengine.engine import Engine


@click.command("show")
@click.argument("path", metavar="PATH")
@click.option("--output", "-o", metavar="FILE", help="A picture; - is PNG on stdout.  [default: NAME.fields.png]")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Which page to draw.")
@PASSWORD
@engine_options
def command(path: str, output: str | None, page: int, password: str | None, engine: EngineOptions) -> None:
    """Draw the fields of a document on its page.

    A legend beside the page gives values and confidences. The whole document is read, as by extract, and one page
    is drawn. PATH is a file, or - for stdin. The picture's path is printed on stdout.

    \b
    Examples:
      docengine show examples/invoice.pdf
      docengine show scan.tiff --page 2 --output page2.png
      docengine show receipt.jpg --output - > receipt.png
    """
    target = output or f"{'stdin' if path == '-' else Path(path).stem}.fields.png"
    if target != "-" and path != "-" and _same(path, target):
        raise UsageError(f"--output {printable(target)} is the document itself; give another file")
    drawn = _drawn(engine.load(), sys.stdin.buffer.read() if path == "-" else path, page, password)
    picture = io.BytesIO()
    drawn.save(picture, _format(target))
    if target == "-":
        sys.stdout.buffer.write(picture.getvalue())
        return
    _write(target, picture.getvalue())
    click.echo(printable(target))


def _drawn(engine: Engine, source: str | bytes, page: int, password: str | None) -> Any:
    from PIL import Image

    from docengine.engine.drawing import draw
    from docengine.engine.opening import open_document

    opened = open_document(source, password=password, ocr=engine.ocr, reader=engine.reader, images=True)
    kept: list[Page] = []
    record = engine.extract(Document(opened.source, _keeping(opened, page - 1, kept)))
    if not kept:
        raise NoPages(f"{printable(opened.source)} has {len(record.pages)} pages, so none of number {page}")
    _report(record)
    return draw(Image.fromarray(kept[0].image), record, page - 1)


def _keeping(document: Document, index: int, kept: list[Page]) -> Iterator[Page]:
    """The same pages; that of `index` is kept."""
    for page in document:
        if page.index == index:
            kept.append(page)
        yield page


def _report(record: Extraction) -> None:
    found = len(record.fields), len(record.line_items)
    note("nothing was found on this document" if found == (0, 0) else f"{found[0]} fields, {found[1]} line items")


def _format(target: str) -> str:
    """Pillow's name of the format; UsageError for a suffix that it cannot write."""
    from PIL import Image

    suffix = ".png" if target == "-" else Path(target).suffix.lower()
    known = Image.registered_extensions()
    if known.get(suffix) not in Image.SAVE:
        raise UsageError(f"pictures are not written as {suffix or 'a file without suffix'!r}; use .png, .jpg or .webp")
    return known[suffix]


def _same(path: str, target: str) -> bool:
    try:
        return Path(path).samefile(target)
    except (OSError, ValueError):
        return False


def _write(target: str, content: bytes) -> None:
    from docengine.cli.writing import unwritable

    try:
        Path(target).write_bytes(content)
    except OSError as error:
        raise unwritable(target, error) from error
