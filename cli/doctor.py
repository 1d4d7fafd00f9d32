"""`docengine doctor`: what can run on this machine, and if not, why and what mends it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from docengine import DocengineError
from docengine.cli.terminal import printable, to_json


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    detail: str
    """What there is, or why it is missing and what mends it."""
    needed: bool = True
    """The main job cannot run without it."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every finding.")
def command(as_json: bool) -> None:
    """Say what can run on this machine, one line each, and what mends what cannot.

    Exit code: 0 documents can be read, 3 they cannot.

    \b
    Examples:
      docengine doctor
      docengine doctor --json
    """
    findings = [look() for look in LOOKS]
    able = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        click.echo(to_json({"ok": able, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL" if finding.needed else "-   "
            click.echo(printable(f"{mark} {finding.name:<12} {finding.detail}"))
    if not able:
        sys.exit(3)


def _python() -> Finding:
    detail = f"{platform.python_version()}, {platform.system()} {platform.machine()}, docengine {version('docengine')}"
    return Finding("python", True, detail)


def _onnxruntime() -> Finding:
    try:
        import onnxruntime
    except ImportError as error:
        return Finding("onnxruntime", False, f"cannot be imported ({error}): pip install --force-reinstall onnxruntime")
    return Finding("onnxruntime", True, f"{onnxruntime.__version__}, on the CPU")


def _bundle() -> Finding:
    from docengine.engine.bundle import find_bundle

    try:
        bundle = find_bundle()
    except DocengineError as error:
        return Finding("bundle", False, str(error))
    return Finding(
        "bundle", True, f"{bundle.identity}, {bundle.size / 2**20:.1f} MiB, every hash matches, {bundle.path}"
    )


def _reading() -> Finding:
    """A page with words through the whole engine."""
    try:
        from docengine import Box, Engine, Page, Word

        page = Page([Word("Total 12.50", Box(10, 10, 90, 20))], width=100, height=100)
        spent = Engine.load(ocr="off").extract(page).timings_ms
    except (DocengineError, ImportError) as error:
        return Finding("reading", False, str(error))
    return Finding("reading", True, f"a page with words is read in {sum(spent.values()):.0f} ms")


def _rapidocr() -> Finding:
    from docengine.engine.ocr import open_ocr

    try:
        open_ocr("rapidocr")
    except DocengineError as error:
        return Finding("rapidocr", False, f"pictures and scans cannot be read: {error}")
    return Finding("rapidocr", True, f"{version('rapidocr')}, with its models")


def _tesseract() -> Finding:
    from docengine.engine.ocr import open_ocr

    try:
        open_ocr("tesseract")
    except DocengineError as error:
        return Finding("tesseract", False, f"optional: {error}", needed=False)
    return Finding("tesseract", True, "found", needed=False)


def _pdf() -> Finding:
    try:
        import pypdfium2
    except ImportError as error:
        return Finding("pdf", False, f"cannot be imported ({error}): pip install --force-reinstall pypdfium2")
    return Finding("pdf", True, f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}, PDFium {pypdfium2.PDFIUM_INFO}")


def _training() -> Finding:
    try:
        found = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "onnx"))
    except PackageNotFoundError as error:
        mend = "pip install 'docengine[train]'"
        return Finding("training", False, f"optional: {error.name} is not installed: {mend}", needed=False)
    return Finding("training", True, found, needed=False)


LOOKS: tuple[Callable[[], Finding], ...] = (
    _python, _onnxruntime, _bundle, _reading, _rapidocr, _tesseract, _pdf, _training,
)  # fmt: skip
