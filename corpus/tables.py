"""Tables as they come: a line of JSON each, `{id, header, rows}`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docengine.errors import DatasetError

FORM = '{"id": ..., "header": [cell, ...], "rows": [[cell, ...], ...]}'


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was given; rows may be shorter or longer than the header."""

    id: Any
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """Whatever else its line holds: questions, statements, where it comes from."""

    @property
    def columns(self) -> int:
        return max(len(self.header), *map(len, self.rows), 1)


def read_tables(path: Path | str) -> Iterator[Table | DatasetError]:
    """A table for each line of JSON that is not empty, or what is wrong with the line.

    Raises DatasetError where there is no such file.
    """
    try:
        with Path(path).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _read(line, f"{path}, line {number}")
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}") from error


def _read(line: bytes, where: str) -> Table | DatasetError:
    try:
        data = json.loads(line)
    except ValueError as error:
        return DatasetError(f"{where}: not JSON ({error}); a table is one line {FORM}")
    try:
        return table_from(data)
    except (ValueError, TypeError) as error:
        return DatasetError(f"{where}: {error}; a table is {FORM}")


def table_from(data: Any) -> Table:
    """ValueError or TypeError where `data` does not have the form."""
    if not isinstance(data, Mapping):
        raise TypeError(f"a {type(data).__name__} is no table")
    for key in ("id", "header", "rows"):
        if key not in data:
            raise ValueError(f"the key {key!r} is missing")
    if not isinstance(data["id"], str | int):
        raise TypeError("`id` is neither a text nor a whole number")
    rows = data["rows"]
    if not isinstance(rows, list):
        raise TypeError("`rows` is no list")
    header = _cells(data["header"], "`header`")
    cells = tuple(_cells(row, f"row {number}") for number, row in enumerate(rows, 1))
    if not any(cell for row in (header, *cells) for cell in row):
        raise ValueError("no cell has text")
    extra = {key: value for key, value in data.items() if key not in ("id", "header", "rows")}
    caption = extra.get("caption")
    return Table(data["id"], header, cells, caption if isinstance(caption, str) else "", extra)


def _cells(row: Any, what: str) -> tuple[str, ...]:
    if not isinstance(row, list):
        raise TypeError(f"{what} is no list of cells")
    if any(isinstance(cell, list | dict) for cell in row):
        raise TypeError(f"{what} has a cell that is neither text nor number")
    return tuple("" if cell is None else " ".join(str(cell).split()) for cell in row)
