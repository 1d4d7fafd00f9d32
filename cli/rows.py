"""Rows of a data set, made by one process or several and written as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from docengine.cli.terminal import note, printable, progress, to_json

T = TypeVar("T")


@contextmanager
def each(workers: int, make: Callable[[T], dict[str, Any]], items: Sequence[T]) -> Iterator[Iterable[dict[str, Any]]]:
    """What `make` gives for each item, in order."""
    if workers == 1:
        yield map(make, items)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield pool.map(make, items, chunksize=4)


def write_rows(folder: Path, rows: Iterable[dict[str, Any]], count: int, what: str) -> None:
    """Row by row, flushed: a run that is stopped leaves a data set of what it had made."""
    from docengine.corpus.saving import ANNOTATIONS

    with (folder / ANNOTATIONS).open("w", encoding="utf-8") as lines, progress(count, what) as advance:
        for row in rows:
            lines.write(to_json(row) + "\n")
            lines.flush()
            advance()
    note(f"{count} {what} in {folder}")
    click.echo(printable(str(folder)))
