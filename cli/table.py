"""Records for people to read: a block a document."""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from docengine import Extraction, Schema
from docengine.cli.formats import Format
from docengine.cli.terminal import printable


def people_table(schema: Schema, plain: bool = False) -> Format:
    """Fields, line items, failed checks and warnings of each document, as wide as the terminal. `plain`: no colours."""
    console = Console(file=io.StringIO() if plain else None)
    columns = [spec.name for spec in schema.line]

    def render(record: Extraction) -> str:
        parts: list[RenderableType] = [_title(record)]
        if record.fields:
            parts.append(Padding(_fields(record), (0, 0, 0, 2)))
        if record.line_items:
            parts.append(Padding(_items(record, columns), (0, 0, 0, 2)))
        parts += [_text(f"  check failed: {check.name} {check.detail}") for check in record.checks if not check.ok]
        parts += [_text(f"  {warning}") for warning in record.warnings]
        with console.capture() as captured:
            console.print(Group(*parts))
        return captured.get()

    return Format(render)


def _title(record: Extraction) -> Text:
    title = _text(record.source, "bold")
    if record.error:
        return title.append_text(_text(f": {record.error['type']}: {record.error['message']}", "red"))
    about = [record.document_type, record.language, f"{len(record.pages)} page{'s' * (len(record.pages) != 1)}"]
    return title.append_text(_text(": " + ", ".join(part for part in about if part)))


def _fields(record: Extraction) -> Table:
    table = Table("field", "value", "as printed", "confidence", "page", box=None, padding=(0, 2, 0, 0))
    for name, field in record.fields.items():
        shade = "" if field.confidence >= 0.9 else "yellow" if field.confidence >= 0.5 else "red"
        sure = _text(f"{field.confidence:.2f}", shade)
        table.add_row(name, _text(field.value), _text(field.text), sure, str(field.page + 1))
    return table


def _items(record: Extraction, columns: list[str]) -> Table:
    used = [name for name in columns if any(name in item for item in record.line_items)]
    table = Table(*used, box=None, padding=(0, 2, 0, 0))
    for item in record.line_items:
        table.add_row(*(_text(item[name].value) if name in item else "" for name in used))
    return table


def _text(text: str, style: str = "") -> Text:
    """Never markup: a document's text may hold brackets."""
    return Text(printable(text), style=style)
