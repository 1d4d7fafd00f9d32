"""`docengine bench`: how fast documents are read on this machine, and beside it how well."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docengine import DocengineError
from docengine.cli.options import BACKEND, BUNDLE, DEVICE, OCR_ENGINE, gathered
from docengine.cli.terminal import note, progress, to_json

if TYPE_CHECKING:
    from docengine.engine.measuring.contestants import Setting


@dataclass(frozen=True)
class Contest:
    """Who is measured: every combination of what can be given several times."""

    model: str | None = None
    backend: str = "onnxruntime"
    device: str = "cpu"
    ocr_engine: str = "rapidocr"
    precision: tuple[str, ...] = ()
    threads: tuple[int, ...] = ()
    workers: tuple[int, ...] = ()
    peers: bool = False
    peer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """How much is measured."""

    duration: float
    warmup: int
    tokens: tuple[int, ...]
    batch: tuple[int, ...]

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Of the model alone."""
        return tuple((tokens, batch) for tokens in dict.fromkeys(self.tokens) for batch in dict.fromkeys(self.batch))


@dataclass(frozen=True)
class Accuracy:
    """On what it is scored."""

    accuracy: str | None = None
    split: str | None = None


@dataclass(frozen=True)
class Shown:
    """What becomes of the figures."""

    as_json: bool = False
    plot: str | None = None
    compare: str | None = None


CONTEST = (
    BUNDLE,
    BACKEND,
    DEVICE,
    OCR_ENGINE,
    click.option("--precision", metavar="NAME", multiple=True, help="Of the model: int8, fp32, ... Repeatable."),
    click.option(
        "--threads",
        type=click.IntRange(min=1),
        multiple=True,
        help="Threads of a process. Repeatable.  [default: its share of cores]",
    ),
    click.option("--workers", type=click.IntRange(min=1), multiple=True, help="Processes. Repeatable.  [default: 1]"),
    click.option("--peers", is_flag=True, help="Others' pipelines too: all that can run here."),
    click.option("--peer", metavar="NAME", multiple=True, help="This one too: rapidocr, tesseract. Repeatable."),
)
WINDOW = (
    click.option(
        "--duration",
        type=click.FloatRange(min=0, min_open=True),
        default=30.0,
        show_default=True,
        help="Seconds that each contestant reads for, over all rounds; each round ends with the last document.",
    ),
    click.option(
        "--warmup",
        type=click.IntRange(min=0),
        default=2,
        show_default=True,
        help="Documents that each process reads before it is measured.",
    ),
    click.option(
        "--tokens",
        type=click.IntRange(1, 4096),
        multiple=True,
        default=(512,),
        show_default=True,
        help="Words that the model alone is run with. Repeatable.",
    ),
    click.option(
        "--batch",
        type=click.IntRange(1, 256),
        multiple=True,
        default=(1,),
        show_default=True,
        help="Pages that the model alone is run with at once. Repeatable.",
    ),
)
ACCURACY = (
    click.option(
        "--accuracy",
        metavar="DATASET",
        type=click.Path(exists=True, file_okay=False),
        help="Score each contestant on this labelled data set, by its pictures where it has them.",
    ),
    click.option("--split", metavar="NAME", help="Only rows of DATASET with this split."),
)
SHOWN = (
    click.option("--json", "as_json", is_flag=True, help="One JSON object with everything on stdout."),
    click.option("--plot", metavar="FILE", help="Draw what was measured: .png, .svg or .pdf; needs the extra bench."),
    click.option("--compare", metavar="OLD.json", help="Mark what got slower since that run, beyond noise."),
)


@click.command("bench")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@gathered(Contest, "contest", CONTEST)
@gathered(Window, "window", WINDOW)
@gathered(Accuracy, "accuracy", ACCURACY)
@gathered(Shown, "shown", SHOWN)
def command(paths: tuple[str, ...], contest: Contest, window: Window, accuracy: Accuracy, shown: Shown) -> None:
    """Measure how fast documents are read on this machine.

    PATH is a file, a folder or a glob; without one, the bundled examples and generated pages. Each combination of the
    repeatable options is a contestant, measured in processes of its own, in three rounds in turn: milliseconds a page
    of each stage, pages a second, CPU time, memory, cold start, and the model's share of what the machine can compute.
    The figures are explained in docs/bench.md.

    Exit code: 0 all was measured, 1 some documents could not be read, 2 wrong usage, 3 the run itself failed.

    \b
    Examples:
      docengine bench
      docengine bench scans/ --workers 1 --workers 2 --threads 1 --plot scaling.png
      docengine bench --accuracy data/sroie --split val --peers --json > new.json
      docengine bench --compare old.json
    """
    from docengine.cli.bench_table import print_report

    old = _prepared(shown)
    with tempfile.TemporaryDirectory() as scratch:
        report, failed = _measured(paths, contest, window, accuracy, Path(scratch))
    if old is not None:
        report["comparison"] = _comparison(old, report)
    if shown.plot:
        from docengine.engine.measuring.plot import draw

        draw(report, shown.plot)
    click.echo(to_json(report)) if shown.as_json else print_report(report)
    for source, why in failed.items():
        note(f"{source}: {why}")
    if failed:
        sys.exit(1)


def _prepared(shown: Shown) -> dict[str, Any] | None:
    """The old run. What is wrong with FILE or OLD.json is said before anything is measured, not after."""
    from docengine.engine.measuring.comparing import read_report

    if shown.plot:
        from docengine.engine.measuring.plot import check_plot

        check_plot(shown.plot)
    return read_report(shown.compare) if shown.compare else None


def _measured(
    paths: tuple[str, ...], contest: Contest, window: Window, accuracy: Accuracy, scratch: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    """The report, and why documents could not be read."""
    from docengine.cli.bench_accuracy import rows_of, score_all
    from docengine.cli.bench_pages import find_documents
    from docengine.engine.bundle import find_bundle
    from docengine.engine.measuring.report import add_accuracy, report
    from docengine.engine.measuring.rounds import Plan, measure

    schema = find_bundle(contest.model).schema
    settings = tuple(_settings(contest, window.shapes))
    rows = rows_of(accuracy.accuracy, accuracy.split, schema) if accuracy.accuracy else []
    documents, lost = find_documents(paths, scratch)
    plan = Plan(settings, documents, window.duration, window.warmup, window.shapes)
    with progress(plan.steps, "processes") as advance:
        measured = measure(plan, advance)
    measured.failed = {**lost, **measured.failed}
    found = report(plan, measured)
    if rows:
        with progress(None, "labelled documents") as advance:
            add_accuracy(found, str(accuracy.accuracy), score_all(settings, rows, schema, advance))
    return found, measured.failed


def _settings(contest: Contest, shapes: tuple[tuple[int, int], ...]) -> Iterator[Setting]:
    """The contestants. Raises what keeps one of them from running here."""
    from docengine.engine.measuring.contestants import Setting, share_of_cores
    from docengine.engine.measuring.rounds import checked

    given = Setting("docengine", contest.model, contest.backend, contest.device, ocr_engine=contest.ocr_engine)
    for precision in dict.fromkeys(contest.precision or (None,)):
        able = checked(replace(given, precision=precision), shapes)
        for workers in dict.fromkeys(contest.workers or (1,)):
            for threads in dict.fromkeys(contest.threads or (share_of_cores(workers),)):
                yield replace(able, threads=threads, workers=workers)
    for peer in _peers(contest):
        yield replace(peer, threads=contest.threads[0] if contest.threads else share_of_cores(1))


def _peers(contest: Contest) -> Iterator[Setting]:
    """Those that were named, which must run, and with `--peers` all others that can."""
    from docengine.engine.measuring.contestants import PEERS, Setting
    from docengine.engine.measuring.rounds import checked

    for name in dict.fromkeys((*contest.peer, *(PEERS if contest.peers else ()))):
        try:
            yield checked(Setting(name, backend="its own"))
        except DocengineError as error:
            if name in contest.peer:
                raise
            note(f"left out: {error}")


def _comparison(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    from docengine.engine.measuring.comparing import compare, differences

    changes = [{**asdict(change), "verdict": change.verdict} for change in compare(old, new)]
    return {"commit": old.get("commit"), "differences": list(differences(old, new)), "changes": changes}
