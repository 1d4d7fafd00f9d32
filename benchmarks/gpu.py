"""The student on an NVIDIA GPU: TensorRT beside torch, and LayoutLMv3-base in torch, in one run of under ten minutes.

    python benchmarks/gpu.py --output benchmarks/results/gpu.json
    python benchmarks/gpu.py --device cpu --size 1x16 --runs 2      # tries the script without a GPU

Needs torch alone: what else is missing makes rows that say so. Nothing has to be installed of docengine itself. Every
contestant is a process of its own and prints a row as soon as it has measured it, so that one that is ended by its time
or dies keeps its rows. Ceilings (copying memory, a large bf16 product) are measured in the same run; `roofline` is the
least time that they allow over the time taken.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[1]


def use_this_tree() -> None:
    """Make `docengine` importable from the repository's folders, where it is not installed."""
    if importlib.util.find_spec("docengine") is None:
        places = [str(ROOT / "core"), str(ROOT)]
        spec = importlib.util.spec_from_file_location("docengine", ROOT / "core" / "__init__.py")
        assert spec and spec.loader
        spec.submodule_search_locations = places
        module = importlib.util.module_from_spec(spec)
        sys.modules["docengine"] = module
        spec.loader.exec_module(module)


SIZES = ("1x512", "32x512", "1x128", "128x512", "8x512", "128x128", "32x128", "8x128")
"""Pages by words, what matters most first: each contestant takes as many as its time allows."""
GRACE = 10.0
"""Seconds for the size that a contestant is at when its time is over."""
PACKAGES = ("torch", "tensorrt", "cuda-bindings", "transformers", "numpy")
SHARES = {
    "ceilings": 1.0,
    "student torch eager": 1.0,
    "student torch graphs": 1.0,
    "student torch compiled": 3.0,
    "student tensorrt bf16": 3.0,
    "student tensorrt fp16": 3.0,
    "student tensorrt int8": 3.0,
    "student tensorrt fp8": 3.0,
    "layoutlmv3 torch eager": 1.0,
    "layoutlmv3 torch graphs": 1.0,
    "layoutlmv3 torch compiled": 3.0,
}
"""Contestants, and each one's share of the time; compiling takes it."""


def run(name: str, seconds: float, device: str, sizes: tuple[str, ...], runs: int) -> Iterator[dict[str, Any]]:
    """Rows of one contestant in a process of its own; the last one says why, where it did not finish."""
    command = [sys.executable, __file__, "--contestant", name, "--device", device, "--runs", str(runs)]
    command += ["--seconds", f"{seconds:.0f}", *(part for size in sizes for part in ("--size", size))]
    begun = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + GRACE, check=False)
        out, said, ended = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as error:
        out, said, ended = text_of(error.stdout), "", "ended by its time"
    yield from rows_in(out, name)
    if ended:
        last = said.strip().splitlines()[-1] if said.strip() else ""
        yield {"contestant": name, "missing": f"{ended}: {last}".strip(": ")}
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


def text_of(output: str | bytes | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def rows_in(output: str, name: str) -> Iterator[dict[str, Any]]:
    """The rows among what a contestant printed; a torn last line is left out."""
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                yield {"contestant": name, **json.loads(line)}
            except ValueError:
                continue


def report(rows: list[dict[str, Any]], device: str) -> dict[str, Any]:
    """Rows with their share of the roofline, the machine, and the comparisons that the issue asks for."""
    ceilings = next((row for row in rows if row["contestant"] == "ceilings" and "copy_gb_s" in row), {})
    for row in rows:
        if ceilings and "flops" in row:
            least = max(row["flops"] / (ceilings["bf16_tflops"] * 1e12), row["bytes"] / (ceilings["copy_gb_s"] * 1e9))
            row["roofline"] = round(least / (row["p50_ms"] / 1e3), 4)
    return {
        "device": ceilings.get("name", device),
        "versions": {
            name: version_of(name) for name in ("torch", "tensorrt", "transformers", "numpy", "cuda-bindings")
        },
        "python": platform.python_version(),
        "commit": commit(),
        "ceilings": {key: value for key, value in ceilings.items() if key != "contestant"},
        "measurements": [row for row in rows if row["contestant"] != "ceilings"],
        "not_measured": "16 decoded tokens: the student has no decoder",
        "times_faster_1x512": times_faster(rows),
    }


def times_faster(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How many times longer each contestant takes than the fastest TensorRT, one page of 512 words."""
    times = {row["contestant"]: row["p50_ms"] for row in rows if row.get("size") == "1x512"}
    ours = min((ms for name, ms in times.items() if "tensorrt" in name), default=None)
    return {name: round(ms / ours, 2) for name, ms in times.items()} if ours else {}


def version_of(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


@click.command()
@click.option("--device", default="cuda:0", show_default=True)
@click.option("--size", "sizes", multiple=True, metavar="PAGESxWORDS", help="May be given several times.")
@click.option("--seconds", default=560.0, show_default=True, help="For everything; with --contestant, for that one.")
@click.option("--runs", default=200, show_default=True, help="Timed runs of each size at most.")
@click.option("--only", multiple=True, help="Only contestants with this in their name.")
@click.option("--output", type=click.Path(path_type=Path), default=None)
@click.option("--contestant", type=click.Choice(list(SHARES)), default=None, hidden=True)
def main(
    device: str,
    sizes: tuple[str, ...],
    seconds: float,
    runs: int,
    only: tuple[str, ...],
    output: Path | None,
    contestant: str | None,
) -> None:
    use_this_tree()
    sizes = sizes or SIZES
    if contestant:
        from gpu_contestants import measure

        for row in measure(contestant, device, sizes, seconds, runs):
            print(json.dumps(row), flush=True)
        return
    chosen = [name for name in SHARES if not only or any(part in name for part in only)]
    until = time.monotonic() + seconds
    rows: list[dict[str, Any]] = []
    for i, name in enumerate(chosen):
        left = until - time.monotonic() - GRACE  # what one does not need goes to those after it
        share = SHARES[name] / sum(SHARES[other] for other in chosen[i:])
        rows += run(name, max(left, 0.0) * share, device, sizes, runs)
    text = json.dumps(report(rows, device), indent=1)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
