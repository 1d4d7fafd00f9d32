"""Precisions of one student: size, score on each set that measures, latency.

    docengine export default --out graphs
    python benchmarks/quantisation.py scores graphs
    python benchmarks/quantisation.py latency graphs

Each writes its part of `benchmarks/results/quantisation.json` and both tables of `quantisation.md` beside it. Scores:
the sets' words, confidences and thresholds fitted anew for each precision, as the bundle writer does it. OpenVINO takes
part where it is installed. Latency wants a machine that does nothing else; every contestant is a process of its own.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import numpy as np
from accuracy import generated
from encoder_latency import matmul_gflops

from docengine import Extraction
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.scoring import score
from docengine.corpus.splits import partition
from docengine.distill import calibrate
from docengine.distill.export import GRAPHS, example_inputs
from docengine.engine import Engine
from docengine.engine.backends import Backend
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.bundle import find_bundle
from docengine.engine.decode import Calibration
from docengine.engine.preprocess import Arrays

RESULTS = Path(__file__).parent / "results" / "quantisation.json"
TRAINING_SETS = ("sroie", "zugferd_facturx", "fcc_adbuy")
WORDS = (128, 320, 512)
THREADS = (1, 2)


class OpenVinoBackend:
    """A graph on OpenVINO's CPU."""

    device = "cpu"

    def __init__(self, graph: Path, device: str, threads: int | None) -> None:
        import openvino

        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads or 0}
        self.model = openvino.Core().compile_model(graph, device.upper(), settings)

    def run(self, inputs: Arrays) -> Arrays:
        found = self.model(inputs)
        return {output.any_name: found[output] for output in self.model.outputs}


RUNTIMES: dict[str, Callable[[Path, str, int | None], Backend]] = {"onnxruntime": OnnxRuntimeBackend}
if find_spec("openvino"):
    RUNTIMES["openvino"] = OpenVinoBackend


def contestants(graphs: Path) -> Iterator[tuple[str, Path, str]]:
    """Name, graph and runtime. The dynamic form is ONNX Runtime's own."""
    for runtime in RUNTIMES:
        for precision, file in GRAPHS.items():
            if runtime == "onnxruntime" or precision != "int8":
                yield f"{precision} on {runtime}", graphs / file, runtime


def measured_rows(data: Path, scratch: Path) -> dict[str, list[Row]]:
    """Documents that measure, by set: left-out layouts, and generated documents with noise."""
    sets = {n: [row for row in read_dataset(data / n) if partition(row, n) == "val"] for n in TRAINING_SETS}
    generated(scratch / "generated")
    return {**sets, "generated": list(read_dataset(scratch / "generated"))}


def scored(engine: Engine, cases: list[tuple[str, calibrate.Case]], rows: dict[str, list[Row]]) -> dict[str, Any]:
    """By set its scores, and what the fields were read as."""
    engine.calibration = Calibration.from_dict(calibrate.fit(engine, cases))
    report: dict[str, Any] = {}
    for name, group in rows.items():
        records = [engine.extract(list(row.pages)) for row in group]
        full = score(zip(group, records, strict=True)).to_dict()
        kept = {key: full[key] for key in ("documents", "micro_f1", "ece", "share_at_99", "invented_rate")}
        report[name] = {**kept, "line_items_f1": full["line_items"]["f1"], "values": [values(r) for r in records]}
    return report


def values(record: Extraction) -> dict[str, Any]:
    return {name: field.value for name, field in record.fields.items()}


def unlike(exact: list[dict[str, Any]], other: list[dict[str, Any]]) -> float:
    """Share of the fields found by either that the other one lacks or reads otherwise."""
    pairs = [(one.get(n), two.get(n)) for one, two in zip(exact, other, strict=True) for n in one.keys() | two.keys()]
    return round(sum(one != two for one, two in pairs) / max(len(pairs), 1), 5)


def measure(graph: Path, runtime: str, words: int, threads: int, runs: int) -> list[float]:
    """Milliseconds of each run, after a warm-up, in this process."""
    backend, inputs = RUNTIMES[runtime](graph, "cpu", threads), example_inputs(words)
    for _ in range(5):
        backend.run(inputs)
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        backend.run(inputs)
        times.append((time.perf_counter() - begun) * 1e3)
    return times


def timed(graphs: Path, words: int, threads: int, runs: int) -> dict[str, dict[str, float]]:
    """Percentiles by contestant; three rounds, so that a disturbance does not hit one of them alone."""
    times: dict[str, list[float]] = {}
    for _ in range(3):
        for name, graph, runtime in contestants(graphs):
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                times.setdefault(name, []).extend(pool.submit(measure, graph, runtime, words, threads, runs).result())
    return {name: {f"p{q}_ms": round(float(np.percentile(t, q)), 2) for q in (50, 95)} for name, t in times.items()}


def write(part: str, found: Any, graphs: Path) -> None:
    """Put `found` into the results, and the tables of all that they hold beside them."""
    report = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    report[part] = found
    report["sizes"] = {name: (graphs / file).stat().st_size for name, file in GRAPHS.items()}
    report["machine"] = platform.processor() or platform.machine()
    report["versions"] = {name: version(name) for name in RUNTIMES}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    RESULTS.with_suffix(".md").write_text(tables(report), encoding="utf-8")


def tables(report: dict[str, Any]) -> str:
    sizes = {name: f"{size / 2**20:.1f}" for name, size in report["sizes"].items()}
    lines = ["# One student, several precisions", ""]
    if scores := report.get("scores"):
        sets = list(next(iter(scores.values())))
        lines += [
            f"| micro F1 | MiB | {' | '.join(sets)} | mean | fields unlike fp32's |",
            "|---" * (len(sets) + 4) + "|",
        ]
        for name, row in scores.items():
            f1 = [100 * row[one]["micro_f1"] for one in sets]
            differ = np.mean([100 * row[one]["unlike"] for one in sets])
            cells = [name, sizes[name.split()[0]], *(f"{x:.1f}" for x in (*f1, np.mean(f1))), f"{differ:.1f}%"]
            lines.append(f"| {' | '.join(cells)} |")
    if latency := report.get("latency"):
        lines += ["", f"| p50 / p95, ms | {' | '.join(latency)} |", "|---" * (len(latency) + 1) + "|"]
        for name in next(iter(latency.values())):
            cells = [f"{row[name]['p50_ms']:.1f} / {row[name]['p95_ms']:.1f}" for row in latency.values()]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


@click.group()
def main() -> None:
    pass


@main.command("scores")
@click.argument("graphs", type=click.Path(path_type=Path, exists=True))
@click.option("--data", type=click.Path(path_type=Path, exists=True), default=Path("../shared/data"), show_default=True)
@click.option("--model", default=None, help="The bundle that the graphs are of; default: the installed one.")
@click.option("--threads", default=None, type=int)
def scores(graphs: Path, data: Path, model: str | None, threads: int | None) -> None:
    bundle = find_bundle(model)
    cases = list(calibrate.tuning_cases(data, TRAINING_SETS, 400, seed=1))
    found: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        rows = measured_rows(data, Path(scratch))
        for name, graph, runtime in contestants(graphs):
            report = scored(Engine(bundle, RUNTIMES[runtime](graph, "cpu", threads), ocr="off"), cases, rows)
            read = {one: row.pop("values") for one, row in report.items()}
            exact = exact or read  # the first contestant is fp32 on ONNX Runtime
            found[name] = {one: {**row, "unlike": unlike(exact[one], read[one])} for one, row in report.items()}
            print(name, {one: row["micro_f1"] for one, row in report.items()}, file=sys.stderr)
            write("scores", found, graphs)


@main.command("latency")
@click.argument("graphs", type=click.Path(path_type=Path, exists=True))
@click.option("--runs", default=15, show_default=True, help="Runs of each contestant in each of three rounds.")
def latency(graphs: Path, runs: int) -> None:
    print(f"fp32 products: {matmul_gflops():.0f} GFLOP/s", file=sys.stderr)
    found = {}
    for threads in THREADS:
        for words in WORDS:
            found[f"{words} words, {threads} threads"] = timed(graphs, words, threads, runs)
    write("latency", found, graphs)


if __name__ == "__main__":
    main()
