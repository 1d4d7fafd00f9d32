"""Invoices as strangers write them: pages in HTML, written by hand without the generator, that only measure.

    python benchmarks/strangers.py                            # pages/*.html -> annotations.jsonl and images/
    docengine evaluate benchmarks/strangers                   # the set's words
    docengine evaluate benchmarks/strangers --words ocr       # the pictures

Names, numbers and addresses are invented. In the HTML an element's attribute `f` names its field, `v` its normalised
value where that is not what it shows, and `i` marks an item. A header field that a page does not show is marked absent.
Needs Chromium; the data that it makes is committed, so that measuring needs neither.

Strangers are not looked at: not their pages, not what the model reads of them, only its scores. Acquaintances are
pages of the same form that may be looked at, to find out how the model fails and what the generator does not draw.
They guide and hence do not measure: no score on them is reported.

    python benchmarks/strangers.py benchmarks/acquaintances/office
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
from pypdfium2 import PdfDocument

from docengine import Page
from docengine.engine.opening import open_document
from docengine.schema import DEFAULT_SCHEMA

STRANGERS = Path(__file__).parent / "strangers"
WIDTH = 1240
"""Pixels of a page's picture; a receipt's follows its paper."""
VOID = frozenset(("br", "hr", "img", "meta", "style"))


class Truths(HTMLParser):
    """Collects what the attributes of a page say. Cells and rows need no end tag, as browsers allow."""

    def __init__(self) -> None:
        super().__init__()
        self.page: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.items: list[dict[str, str]] = []
        self.stack: list[tuple[str, str | None, str | None, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.page = {name: value or "" for name, value in attrs}
        for texts in (texts for _, _, _, texts in self.stack if tag in VOID):
            texts.append(" ")
        if tag in ("td", "th", "tr"):
            self._close(("td", "th") if tag != "tr" else ("td", "th", "tr"))
        if "i" in given:
            self.items.append({})
        if tag not in VOID:
            self.stack.append((tag, given.get("f"), given.get("v"), []))

    def handle_data(self, data: str) -> None:
        for _, _, _, texts in self.stack:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tr", "table"):
            self._close(("td", "th", "tr") if tag == "table" else ("td", "th"))
        if self.stack and self.stack[-1][0] == tag:
            self._pop()

    def _close(self, tags: tuple[str, ...]) -> None:
        while self.stack and self.stack[-1][0] in tags:
            self._pop()

    def _pop(self) -> None:
        _, field, value, texts = self.stack.pop()
        if field:
            shown = value or " ".join("".join(texts).split()).lstrip("#$€£₹ ").rstrip("$€£% ")
            if field in DEFAULT_SCHEMA and DEFAULT_SCHEMA[field].line_item:
                self.items[-1][field] = shown
            else:
                self.fields.setdefault(field, shown)


def drawn(path: Path, scratch: Path, paper: str) -> Page:
    """The page as Chromium prints it, with the words of its text layer; the PDF stays in `scratch`."""
    text = path.read_text(encoding="utf-8")
    source, pdf = scratch / "page.html", scratch / "page.pdf"
    style = f"<meta charset=utf-8><style>@page{{size:{paper};margin:0}}</style>"
    source.write_text(re.sub(r"(<html[^>]*>)", rf"\1{style}", text), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += ["--disable-background-networking", f"--user-data-dir={scratch}", f"--print-to-pdf={pdf}", str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = list(open_document(pdf, ocr="off"))
    if len(pages) != 1:
        raise SystemExit(f"{path.name} fills {len(pages)} pages; make it fit one")
    return pages[0]


def row(path: Path, scratch: Path) -> dict[str, Any]:
    """The annotation of a data set's page; its picture is written into the set's `images`."""
    truths = Truths()
    truths.feed(path.read_text(encoding="utf-8"))
    width = truths.page.get("width")
    page = drawn(path, scratch, f"{width}px 640px" if width else "A4")
    pixels = 2 * int(width) if width else WIDTH
    scale = pixels / page.width
    sheet = PdfDocument(scratch / "page.pdf")[0]
    image = sheet.render(scale=pixels / sheet.get_width(), grayscale=True).to_pil()
    name = f"images/{path.stem}.png"
    image.quantize(16).save(path.parents[1] / name, optimize=True)
    words = [{"text": w.text, "box": [round(v * scale, 1) for v in w.box]} for w in page.words or []]
    fields = {spec.name: truths.fields.get(spec.name) for spec in DEFAULT_SCHEMA.header}
    if not fields["currency"]:
        del fields["currency"]  # a sign that stands with an amount may say it
    size = {"width": image.width, "height": image.height}
    kind, language = truths.page["kind"], truths.page["lang"]
    return {"id": path.stem, "image": name, **size, "doc_type": kind, "lang": language, "words": words,
            "fields": fields, "line_items": truths.items, "licence": "Apache-2.0"}  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=STRANGERS)
def main(folder: Path) -> None:
    """Makes FOLDER's annotations.jsonl and images/ from its pages/*.html; the strangers where none is named."""
    (folder / "images").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, (folder / "annotations.jsonl").open("w", encoding="utf-8") as lines:
        for path in sorted((folder / "pages").glob("*.html")):
            lines.write(json.dumps(row(path, Path(scratch)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
