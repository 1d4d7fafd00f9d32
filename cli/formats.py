"""The four forms of output. All are written record by record; the three for machines hold one record a line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docengine import Extraction, Schema
from docengine.cli.terminal import printable, to_json

Read = tuple[str, bool]
"""Of a record that was written before: its key, and whether it holds an error."""

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also full-width, as spreadsheets take them


@dataclass(frozen=True)
class Format:
    """How records become text: `head`, then each record's text with `between` before all but the first, then `tail`."""

    render: Callable[[Extraction], str]
    read: Callable[[str], Read] | None = None
    """A line back into what was written; ValueError where it is torn or foreign. None: not for machines."""
    key: Callable[[str], str] = str
    """What `read` gives for a source of this name."""
    head: str = ""
    between: str = ""
    end: str = "\n"
    """After each record."""
    tail: str = ""


def json_lines() -> Format:
    return Format(_json, _read_json)


def json_array() -> Format:
    """One array, one record a line."""
    return Format(_json, _read_json, head="[\n", between=",\n", end="", tail="\n]\n")


def csv_table(schema: Schema) -> Format:
    """One row a document: header fields, their confidences, the line items as JSON in one cell."""
    names = [spec.name for spec in schema.header]
    columns = ["source", "document_type", "language", *names, *(f"{name}_confidence" for name in names)]
    columns += ["line_items", "failed_checks", "warnings", "error_type", "error"]

    def render(record: Extraction) -> str:
        fields = [record.fields.get(name) for name in names]
        items = [{name: field.value for name, field in item.items()} for item in record.line_items]
        error = record.error or {}
        return _csv_row(
            [
                record.source,
                record.document_type or "",
                record.language or "",
                *(field.value if field else "" for field in fields),
                *(f"{field.confidence:.4f}" if field else "" for field in fields),
                to_json(items) if items else "",
                "; ".join(check.name for check in record.checks if not check.ok),
                "; ".join(record.warnings),
                error.get("type", ""),
                error.get("message", ""),
            ]
        )

    def read(line: str) -> Read:
        try:
            cells = next(csv.reader([line], strict=True), [])
        except csv.Error as error:
            raise ValueError("no row") from error
        if len(cells) != len(columns) or not line.endswith("\n"):  # the last cell may be cut
            raise ValueError(f"{len(cells)} cells, not {len(columns)}")
        return cells[0], cells[-2] != ""

    return Format(render, read, key=cell, head=_csv_row(columns) + "\n")


def cell(text: str) -> str:
    """A CSV cell that a spreadsheet takes for text or a number, never for a formula.

    What begins like a formula gets an apostrophe before it (OWASP, CSV injection), save numbers: -12.50 stays one.
    """
    text = printable(text)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def _csv_row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([cell(text) for text in cells])
    return line.getvalue()


def _json(record: Extraction) -> str:
    return to_json(record.to_dict())


def _read_json(line: str) -> Read:
    data: Any = json.loads(line.rstrip("\r\n").removesuffix(","))
    if not isinstance(data, dict) or not isinstance(data.get("source"), str):
        raise ValueError("no extraction record")
    return data["source"], data.get("error") is not None
