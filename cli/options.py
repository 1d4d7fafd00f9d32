"""Options that several commands share. A group of them reaches the command as one frozen dataclass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from docengine.engine import Engine

Decorator = Callable[[Any], Any]


@dataclass(frozen=True)
class EngineOptions:
    """What `Engine.load` is called with."""

    model: str | None = None
    backend: str = "onnxruntime"
    device: str = "cpu"
    threads: int | None = None
    ocr: str = "auto"
    ocr_engine: str = "rapidocr"

    def load(self, **changed: Any) -> Engine:
        from docengine.engine import Engine

        return Engine.load(**{**asdict(self), **changed})


BUNDLE = click.option("--model", metavar="BUNDLE", help="Model bundle: a name (see docengine models) or its folder.")
BACKEND = click.option(
    "--backend",
    default="onnxruntime",
    show_default=True,
    help="What computes the model: onnxruntime, tensorrt or tensorrt-rtx.",
)
DEVICE = click.option("--device", default="cpu", show_default=True, help="What the backend computes on: cpu, cuda:0.")
THREADS = click.option(
    "--threads", type=click.IntRange(min=1), help="Threads of a process.  [default: its share of cores]"
)
OCR_ENGINE = click.option(
    "--ocr-engine",
    type=click.Choice(["rapidocr", "tesseract"]),
    default="rapidocr",
    show_default=True,
    help="What reads pictures.",
)
MODEL = (BUNDLE, BACKEND, DEVICE, THREADS, OCR_ENGINE)
OCR = click.option(
    "--ocr",
    type=click.Choice(["auto", "force", "off"]),
    default="auto",
    show_default=True,
    help="auto: read pages that have no sound text layer; force: all pages; off: none.",
)
PASSWORD = click.option("--password", help="Opens encrypted PDFs.")
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes. Each needs its own memory: about 0.6 GB where it reads pictures.",
)


def gathered(kind: type, name: str, options: Sequence[Decorator]) -> Decorator:
    """Adds `options` to a command and hands their values to it as `name`, an instance of the dataclass `kind`."""

    def decorate(command: Any) -> Any:
        @wraps(command)
        def gathering(**values: Any) -> Any:
            mine = {field.name: values.pop(field.name) for field in fields(kind) if field.name in values}
            return command(**{name: kind(**mine)}, **values)

        decorated: Any = gathering
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


engine_options = gathered(EngineOptions, "engine", [*MODEL, OCR])
model_options = gathered(EngineOptions, "engine", MODEL)
"""The same where the command itself decides on `ocr`."""
