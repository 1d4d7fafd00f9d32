"""What reaches people: text that cannot steer their terminal, one-line messages, a progress bar."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


def printable(text: str) -> str:
    """`text` with control characters, text-direction marks and undecodable bytes escaped: \\x1b, \\u202e, \\udcff."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def to_json(value: Any) -> str:
    """One line of JSON that is valid UTF-8 and safe to print; letters of all scripts stay readable."""
    line = json.dumps(value, ensure_ascii=False)
    return line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def complain(message: str) -> None:
    """One line on stderr for what ends the command."""
    note(f"error: {message}")


def note(message: str) -> None:
    """One line on stderr."""
    click.echo(printable(" ".join(message.split())), err=True)


@contextmanager
def progress(total: int | None, what: str) -> Iterator[Callable[[], None]]:
    """A bar on stderr, moved on by calling what is yielded; `total` None: not known.

    Only where stderr is a terminal and stdout is none: results that scroll by show the progress themselves.
    """
    if total in (0, 1) or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
