"""`docengine compile`: a bundle's graph as a TensorRT plan of this machine's GPU."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docengine.cli.options import gathered
from docengine.cli.terminal import note, printable
from docengine.errors import BackendFailed, BackendUnavailable, UsageError

if TYPE_CHECKING:
    from docengine.engine.backends.tensorrt.compiling import Outcome
    from docengine.engine.bundle import Bundle
    from docengine.engine.preprocess import Arrays

NEEDED = ("torch", "onnx", "safetensors")
"""What makes a graph out of a bundle."""
PAGES = 16
"""Generated pages that a plan is compared with ONNX Runtime on."""
CHECKED = ("1x128", "4x512")
"""Profiles of --check: one small, one large."""


@dataclass(frozen=True)
class Wanted:
    """The plan that is asked for."""

    precision: str = "bf16"
    profiles: tuple[str, ...] = ()
    level: int = 3
    timing_cache: str | None = None
    backend: str = "tensorrt"
    device: str = "cuda:0"
    adapter: str = "cuda-bindings"


OPTIONS = (
    click.option(
        "--precision",
        type=click.Choice(["bf16", "fp16", "int8", "fp8"]),
        default="bf16",
        show_default=True,
        help="bf16: from Ampere on; int8, fp8 (from Ada on): products with weights in 8 bits, the rest exact.",
    ),
    click.option(
        "--profile",
        "profiles",
        metavar="PAGESxWORDS",
        multiple=True,
        help="A size to build for, such as 16x512; inputs are padded to the next. May be given several times.  "
        "[default: 1, 4 and 16 pages of 128, 256 and 512 words]",
    ),
    click.option(
        "--level",
        type=click.IntRange(0, 5),
        default=3,
        show_default=True,
        help="How long TensorRT searches for fast kernels; 5 for what is deployed.",
    ),
    click.option("--timing-cache", metavar="FILE", help="Timings of kernels to begin from, kept there for next time."),
    click.option(
        "--backend",
        type=click.Choice(["tensorrt", "tensorrt-rtx"]),
        default="tensorrt",
        show_default=True,
        help="tensorrt-rtx: for GeForce and RTX.",
    ),
    click.option("--device", default="cuda:0", show_default=True, help="Which GPU."),
    click.option(
        "--adapter",
        type=click.Choice(["cuda-bindings", "pycuda"]),
        default="cuda-bindings",
        show_default=True,
        help="What reaches the GPU's memory.",
    ),
)


@click.command("compile")
@click.argument("bundle", metavar="BUNDLE")
@gathered(Wanted, "wanted", OPTIONS)
@click.option("--force", is_flag=True, help="Build it anew where a sound plan lies there already.")
@click.option("--check", is_flag=True, help="Only try whether TensorRT takes the graphs; needs no GPU.")
def command(bundle: str, wanted: Wanted, force: bool, check: bool) -> None:
    """Compile a model bundle with TensorRT for the GPU of this machine.

    BUNDLE is a name (see docengine models) or a folder. The plan is compared with ONNX Runtime on generated pages, and
    kept in $DOCENGINE_HOME/plans where it does the same; then `--backend tensorrt --device cuda:0` runs it. Built again
    when the bundle, the GPU, its driver, TensorRT or these options change.

    --check parses and builds every TensorRT graph of BUNDLE, or of a folder, or one ONNX file, with TensorRT-RTX's
    builder, and names the node that is refused. It needs the extra [trt-check].

    \b
    Examples:
      docengine compile default
      docengine compile default --precision int8 --profile 1x512 --profile 16x512 --level 5
      docengine compile default --check
    """
    if check:
        _check(bundle)
        return
    outcome = _compile(bundle, wanted, force)
    for line in table(outcome):
        click.echo(printable(line))


def _compile(name: str, wanted: Wanted, force: bool) -> Outcome:
    from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
    from docengine.engine.backends.tensorrt import driver
    from docengine.engine.backends.tensorrt.compiling import Bench, compile_graph
    from docengine.engine.backends.tensorrt.library import open_library
    from docengine.engine.backends.tensorrt.memory import open_cuda
    from docengine.engine.backends.tensorrt.network import Order
    from docengine.engine.backends.tensorrt.profiles import DEFAULT, Bucket
    from docengine.engine.bundle import find_bundle

    bundle = find_bundle(name)
    gpu = driver.gpu(wanted.device, wanted.backend)
    library = open_library(wanted.backend)
    order = Order(
        graph=graph_for(bundle, wanted.precision),
        precision=wanted.precision,
        buckets=tuple(sorted({Bucket.parse(text) for text in wanted.profiles})) or DEFAULT,
        level=wanted.level,
        timing_cache=Path(wanted.timing_cache) if wanted.timing_cache else None,
    )
    bench = Bench(
        library=library,
        gpu=gpu,
        open_cuda=lambda: open_cuda(wanted.adapter, gpu.index),
        reference=OnnxRuntimeBackend(bundle.file("encoder.onnx"), "cpu", None),
        pages=pages(bundle, max(bucket.tokens for bucket in order.buckets)),
    )
    note(f"{order.graph.name} for {gpu.name} with {wanted.backend} {library.version}, {len(order.buckets)} profiles")
    with shown_progress() as progress:
        return compile_graph(order, bench, force=force, progress=progress)


def graph_for(bundle: Bundle, precision: str) -> Path:
    """The graph of a precision; where it is missing, made from the bundle's weights if the extra [train] is here."""
    from docengine.engine.backends.graphs import EXPORTS, exported, graph_of

    try:
        return graph_of(bundle, precision)
    except BackendUnavailable:
        if any(find_spec(needed) is None for needed in NEEDED):
            raise
    from docengine.distill.dequantise import student_of
    from docengine.distill.export import export_graph
    from docengine.engine.preprocess import Preprocessor

    note(f"making the {precision} graph of {bundle.name}, once")
    folder = exported(bundle)
    folder.mkdir(parents=True, exist_ok=True)
    preprocessor = Preprocessor.from_file(bundle.file("tokenizer.json"))
    return export_graph(student_of(bundle), preprocessor, EXPORTS.get(precision, precision), folder)[0]


def pages(bundle: Bundle, longest: int) -> list[Arrays]:
    """Inputs of generated pages, other ones than ranges were measured on."""
    from docengine.corpus.generator import generate
    from docengine.engine.preprocess import Preprocessor

    preprocessor = Preprocessor.from_file(bundle.file("tokenizer.json"))
    drawn = [generate(seed)[0].page for seed in range(1 << 51, (1 << 51) + PAGES)]
    return [preprocessor.encode(page).inputs(0, longest) for page in drawn if page.words]


def table(outcome: Outcome) -> Iterator[str]:
    """What is known of the plan, a line each."""
    record = outcome.record
    verified = record["verified"]
    built = f"built in {record['built_seconds']} s ({outcome.reason})" if outcome.rebuilt else "was there, sound"
    layers = ", ".join(f"{count} {kind}" for kind, count in record["layers"].items()) or "not told by TensorRT"
    yield f"plan       {outcome.path}"
    yield f"           {record['size'] / 2**20:.1f} MiB, {built}"
    yield f"precision  {record['key']['precision']}; layers by what they write: {layers}"
    same, words = verified["same_tags"], verified["words"]
    yield f"verified   cosine {verified['cosine']:.5f}, same tags on {same:.2%} of {words} words"
    yield f"launched   {'as CUDA graphs' if record['cuda_graphs'] else 'kernel by kernel: no CUDA graphs'}"
    for profile, milliseconds in record["p50_ms"].items():
        yield f"p50        {profile:<8} {milliseconds:.3f} ms"


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """TensorRT's phases as a line on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("building") as status:
        yield lambda phase, done, total: status.update(f"{phase} {done}/{total}")


def _check(source: str) -> None:
    """One line a graph; BackendFailed where any is refused."""
    from docengine.engine.backends.tensorrt.library import open_library
    from docengine.engine.backends.tensorrt.network import Order, build
    from docengine.engine.backends.tensorrt.profiles import Bucket

    try:
        library = open_library("tensorrt-rtx")
    except BackendUnavailable as error:
        raise BackendUnavailable("--check needs TensorRT-RTX's builder: pip install 'docengine[trt-check]'") from error
    refused = 0
    for graph in graphs_in(source):
        try:
            built = build(library, Order(graph, "int8", tuple(Bucket.parse(text) for text in CHECKED)))
            click.echo(printable(f"ok       {graph}  {built.seconds:.1f} s, {len(built.plan) / 2**20:.1f} MiB"))
        except BackendFailed as error:
            refused += 1
            click.echo(printable(f"refused  {error}"))
    if refused:
        raise BackendFailed(f"TensorRT-RTX {library.version} refuses {refused} of the graphs")


def graphs_in(source: str) -> list[Path]:
    """The graphs for TensorRT of a file or of a folder of graphs; all that can be made for a bundle."""
    path = Path(source)
    if path.suffix == ".onnx" and path.is_file():
        return [path]
    if path.is_dir() and not (path / "manifest.json").is_file():
        found = sorted(path.glob("*.trt*.onnx"))
        if not found:
            raise UsageError(
                f"{path} has no graph for TensorRT (*.trt.onnx): docengine export {source} --precision bf16"
            )
        return found
    from docengine.engine.backends.tensorrt.network import PRECISIONS
    from docengine.engine.bundle import find_bundle

    bundle = find_bundle(source)
    return [graph_for(bundle, precision) for precision in PRECISIONS]
