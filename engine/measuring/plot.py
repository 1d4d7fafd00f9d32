"""The figures of a run as pictures: latency against accuracy, scaling over workers, the stages of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docengine.engine.measuring.report import ALL, MODEL_ALONE, STAGES
from docengine.engine.measuring.statistics import END_TO_END
from docengine.errors import DocengineError, UsageError

SUFFIXES = (".png", ".svg", ".pdf")


def check_plot(path: str) -> None:
    """Raises what will keep the plot from being written: no matplotlib, another kind of file, no such folder."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise DocengineError("--plot needs matplotlib: pip install 'docengine[bench]'") from error
    if Path(path).suffix.lower() not in SUFFIXES:
        raise UsageError(f"plots are not written as {path!r}; use {', '.join(SUFFIXES)}")
    if not Path(path).parent.is_dir():
        raise UsageError(f"there is no folder {str(Path(path).parent)!r} to write the plot to")


def draw(report: Mapping[str, Any], path: str) -> None:
    """Write whatever panels the run has figures for. Raises DocengineError where the file cannot be written."""
    from matplotlib.figure import Figure

    panels = [panel for wanted, panel in PANELS if wanted(report["measurements"])]
    figure = Figure(figsize=(6.4 * len(panels), 4.8), layout="constrained")
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        panel(axes, report["measurements"])
    machine = report["machine"]
    figure.suptitle(f"docengine bench: {machine['processor']}, {machine['cores']} cores", fontsize=9)
    try:
        figure.savefig(path)
    except OSError as error:
        raise DocengineError(f"cannot write {path}: {error.strerror or error}") from error


Rows = list[dict[str, Any]]


def _whole(rows: Rows) -> Rows:
    return [row for row in rows if (row["stage"], row["pages"]) == (END_TO_END, ALL)]


def _accuracy(axes: Any, rows: Rows) -> None:
    for row in _whole(rows):
        if row.get("f1") is not None:
            axes.plot(row["p50_ms"], 100 * row["f1"], "o", label=row["contestant"])
    axes.margins(0.3)
    axes.legend(fontsize=7)
    axes.set(xscale="log", xlabel="median ms a page, end to end", ylabel="micro F1", title="latency against accuracy")


def _scaling(axes: Any, rows: Rows) -> None:
    """Of each number of workers the best number of threads, since more workers leave fewer cores for each."""
    lines: dict[str, dict[int, float]] = {}
    for row in _whole(rows):
        name = f"{row['contestant'].split()[0]} {row['backend']} {row['precision']}"
        line = lines.setdefault(name, {})
        line[row["workers"]] = max(row["pages_per_second"], line.get(row["workers"], 0.0))
    for name, line in lines.items():
        if len(line) > 1:
            counts, rates = zip(*sorted(line.items()), strict=True)
            axes.plot(counts, rates, "o-", label=name)
    axes.set(xlabel="workers", ylabel="pages a second", title="scaling over workers")
    axes.set_ylim(bottom=0)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=7)


def _stages(axes: Any, rows: Rows) -> None:
    """A bar a contestant and kind of page: what share of it each stage takes, since the kinds differ a hundredfold."""
    bars = [row for row in rows if row["stage"] == END_TO_END and row["pages"] != ALL]
    names = [f"{row['contestant']}\n{row['pages']}, {row['p50_ms']:.1f} ms" for row in bars]
    medians = {stage: [_median(rows, bar, stage) for bar in bars] for stage in STAGES}
    sums = [sum(times) or 1.0 for times in zip(*medians.values(), strict=True)]
    left = [0.0] * len(bars)
    for stage, times in medians.items():
        if any(times):
            shares = [100 * time / whole for time, whole in zip(times, sums, strict=True)]
            axes.barh(names, shares, left=left, label=stage)
            left = [start + share for start, share in zip(left, shares, strict=True)]
    axes.tick_params(axis="y", labelsize=7)
    axes.set(xlabel="share of the medians of all stages, %", title="stages of a page", xlim=(0, 100))
    axes.legend(fontsize=7, ncols=len(STAGES), loc="upper center", bbox_to_anchor=(0.5, -0.15))


def _median(rows: Rows, bar: dict[str, Any], stage: str) -> float:
    wanted = (bar["contestant"], bar["pages"], stage)
    return next((row["p50_ms"] for row in rows if (row["contestant"], row["pages"], row["stage"]) == wanted), 0.0)


PANELS: tuple[tuple[Callable[[Rows], bool], Callable[[Any, Rows], None]], ...] = (
    (lambda rows: any(row.get("f1") is not None for row in rows), _accuracy),
    (lambda rows: len({row["workers"] for row in rows if row["stage"] != MODEL_ALONE}) > 1, _scaling),
    (lambda rows: True, _stages),
)
