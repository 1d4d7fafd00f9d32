"""`docengine export`: a student as ONNX graphs, each compared with the model it came from."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docengine import DocengineError
from docengine.cli.terminal import note, printable
from docengine.errors import CheckpointError, UsageError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from docengine.distill.student import Student

NEEDED = ("torch", "onnx", "safetensors")
PRECISIONS = ("fp32", "int8", "qdq", "bf16", "fp16", "fp8")
USUAL = PRECISIONS[:3]


@click.command("export")
@click.argument("source", metavar="SOURCE")
@click.option(
    "--out",
    metavar="DIR",
    help="Folder that the graphs are written into.  [default for a bundle: where docengine compile looks]",
)
@click.option(
    "--precision",
    "precisions",
    type=click.Choice(PRECISIONS),
    multiple=True,
    default=USUAL,
    help="fp32: encoder.fp32.onnx; int8: encoder.onnx, dynamic, for ONNX Runtime's CPU; qdq: encoder.trt.onnx, "
    "explicit and symmetric, for TensorRT and OpenVINO; bf16, fp16, fp8: encoder.trt.bf16.onnx and so on, for "
    "TensorRT. May be given several times.  [default: fp32, int8, qdq]",
)
def command(source: str, out: str | None, precisions: tuple[str, ...]) -> None:
    """Write a student's graphs, verified.

    SOURCE is the folder of a run, its student.safetensors, or a model bundle: a name (see docengine models) or its
    folder. A graph whose outputs differ from the model's is not written. The paths are printed. Needs the extra
    [train].

    \b
    Examples:
      docengine export default --out graphs --precision qdq
      docengine export runs/default --out graphs
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise DocengineError(f"export needs {', '.join(missing)}: pip install 'docengine[train]'")
    from docengine.distill.export import TOLERANCE, export_graph
    from docengine.engine.preprocess import Preprocessor

    folder = Path(out) if out else _beside(source)
    student, tokenizer = _load(source)
    folder.mkdir(parents=True, exist_ok=True)
    for precision in dict.fromkeys(precisions):
        path, difference = export_graph(student, Preprocessor(tokenizer), precision, folder)
        size = path.stat().st_size / 2**20
        note(f"{precision}: {size:.1f} MiB, differs by {difference:.2g} (at most {TOLERANCE[precision]:g})")
        click.echo(printable(str(path)))


def _beside(source: str) -> Path:
    """Where the graphs of a bundle are looked for; UsageError where SOURCE is a run, which has no such place."""
    from docengine.engine.backends.graphs import exported
    from docengine.engine.bundle import find_bundle

    if Path(source).suffix == ".safetensors" or (Path(source) / "student.safetensors").is_file():
        raise UsageError(f"{source} is a run: say with --out where its graphs go")
    return exported(find_bundle(source))


def _load(source: str) -> tuple[Student, Tokenizer]:
    """The student and its tokenizer; CheckpointError or BundleError where SOURCE has none."""
    from tokenizers import Tokenizer

    from docengine.distill.dequantise import student_of
    from docengine.distill.training import load_student
    from docengine.engine.bundle import find_bundle

    path = Path(source)
    checkpoint = path if path.suffix == ".safetensors" else path / "student.safetensors"
    if not checkpoint.is_file():
        bundle = find_bundle(source)
        return student_of(bundle), Tokenizer.from_file(str(bundle.file("tokenizer.json")))
    vocabulary = checkpoint.with_name("tokenizer.json")
    if not vocabulary.is_file():
        raise CheckpointError(f"{checkpoint} has no tokenizer.json beside it; name the folder of a whole run")
    return load_student(checkpoint), Tokenizer.from_file(str(vocabulary))
