"""`docengine doctor`: what can run on this machine, and if not, why and what mends it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from docengine import DocengineError
from docengine.cli.terminal import printable, to_json

Look = Callable[[], str]
"""Says what there is; raises where it is missing or broken, naming the mend."""


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    detail: str
    """What there is, or why it is missing and what mends it."""
    needed: bool
    """The main job cannot run without it."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every finding.")
@click.option("--model", metavar="BUNDLE", help="Look at this model bundle: a name or a folder.")
def command(as_json: bool, model: str | None) -> None:
    """Say what can run on this machine.

    Each line is one part, with what mends it where it cannot run. Exit code: 0 documents can be read, 3 they cannot.

    \b
    Examples:
      docengine doctor
      docengine doctor --json
      docengine doctor --model runs/tiny/bundle
    """
    looks: dict[str, Look] = {**LOOKS, "bundle": partial(_bundle, model), "reading": partial(_reading, model)}
    findings = [_look(name, look) for name, look in looks.items()]
    able = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        click.echo(to_json({"ok": able, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL" if finding.needed else "-   "
            click.echo(printable(f"{mark} {finding.name:<16} {finding.detail}"))
    if not able:
        sys.exit(3)


def _look(name: str, look: Look) -> Finding:
    """What `look` finds. However a part is broken, the others are looked at too."""
    try:
        return Finding(name, True, look(), name not in OPTIONAL)
    except DocengineError as error:
        return Finding(name, False, str(error), name not in OPTIONAL)
    except Exception as error:  # an installation can be broken in any way
        detail = f"{type(error).__name__}: {error}; install docengine again in a fresh environment"
        return Finding(name, False, detail, name not in OPTIONAL)


def _python() -> str:
    return f"{platform.python_version()}, {platform.system()} {platform.machine()}, docengine {version('docengine')}"


def _onnxruntime() -> str:
    import onnxruntime

    return f"{onnxruntime.__version__}, on the CPU"


def _onnxruntime_cuda() -> str:
    from docengine.engine.backends.onnxruntime import providers_of
    from docengine.engine.backends.tensorrt.driver import gpu

    _all_of(lambda: gpu("cuda:0", "onnxruntime"), lambda: providers_of("cuda:0"))
    return "for --backend onnxruntime --device cuda:0"


def _tensorrt(name: str) -> str:
    """Nothing of TensorRT is constructed: where its driver is broken that would end the process."""
    from docengine.engine.backends.tensorrt.driver import gpu
    from docengine.engine.backends.tensorrt.library import open_library
    from docengine.engine.backends.tensorrt.memory import installed

    found, library, adapters = _all_of(lambda: gpu("cuda:0", name), lambda: open_library(name), installed)
    means = f"{library.version}, {' and '.join(adapters)}, on {found.name} ({found.capability})"
    return f"{means}: for --backend {name} after docengine compile"


def _all_of(*needed: Callable[[], Any]) -> list[Any]:
    """What all of them give, or everything that is missing in one error."""
    given, missing = [], []
    for need in needed:
        try:
            given.append(need())
        except DocengineError as error:
            missing.append(str(error))
    if missing:
        raise DocengineError("; ".join(missing))
    return given


def _pdf() -> str:
    import pypdfium2

    return f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}, PDFium {pypdfium2.PDFIUM_INFO}"


def _bundle(model: str | None = None) -> str:
    from docengine.engine.bundle import find_bundle

    bundle = find_bundle(model)
    size = f"{bundle.size / 2**20:.1f} MiB"
    return f"{bundle.identity}, {size}, every hash matches, {bundle.path}"


def _reading(model: str | None = None) -> str:
    """A page with words through the whole engine."""
    from docengine import Box, Engine, Page, Word

    page = Page([Word("Total 12.50", Box(10, 10, 90, 20))], width=100, height=100)
    spent = Engine.load(model, ocr="off").extract(page).timings_ms
    return f"a page with words is read in {sum(spent.values()):.0f} ms"


def _rapidocr() -> str:
    from docengine.engine.ocr import open_ocr

    open_ocr("rapidocr")
    return f"{version('rapidocr')}, with its models: pictures and scans are read"


def _tesseract() -> str:
    from docengine.engine.ocr import open_ocr

    open_ocr("tesseract")
    return "for --ocr-engine tesseract"


def _training() -> str:
    try:
        found = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "onnx"))
    except PackageNotFoundError as error:
        raise DocengineError(f"{error.name} is not installed: pip install 'docengine[train]'") from error
    return found


LOOKS: dict[str, Look] = {
    "python": _python,
    "onnxruntime": _onnxruntime,
    "onnxruntime-cuda": _onnxruntime_cuda,
    "tensorrt": partial(_tensorrt, "tensorrt"),
    "tensorrt-rtx": partial(_tensorrt, "tensorrt-rtx"),
    "pdf": _pdf,
    "bundle": _bundle,
    "reading": _reading,
    "rapidocr": _rapidocr,
    "tesseract": _tesseract,
    "training": _training,
}
OPTIONAL = ("onnxruntime-cuda", "tensorrt", "tensorrt-rtx", "tesseract", "training")
"""What the main job does not need."""
