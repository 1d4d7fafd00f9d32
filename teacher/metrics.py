"""What a run says of itself: JSON Lines, a progress bar for who watches, TensorBoard and curves where installed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from docengine.errors import CheckpointError
from docengine.teacher.stages import Place


class Watch:
    """Writes `metrics.jsonl`; on a terminal a progress bar stands on stderr, elsewhere each line is repeated there."""

    def __init__(self, place: Place, step: int) -> None:
        self.place = place
        _forget_after(place.metrics, step)
        self.bar = _bar(place.stage) if sys.stderr.isatty() else None
        self.board = _board(place.folder, step)

    def __enter__(self) -> Watch:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()
        if self.board:
            self.board.close()

    def moved(self, spent: float, step: int) -> None:
        """`spent` is the share of the budget."""
        if self.bar:
            self.bar.update(self.bar.task_ids[0], completed=spent, step=step)

    def line(self, values: Mapping[str, Any]) -> None:
        """One line of metrics. CheckpointError where it cannot be written."""
        text = json.dumps(values)
        try:
            with self.place.metrics.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError as error:
            raise CheckpointError(
                f"cannot write {self.place.metrics}: {error.strerror}; the last checkpoint is kept: "
                "free space and run again"
            ) from error
        if self.bar:
            self.bar.update(self.bar.task_ids[0], loss=f"loss {values['loss']:.3f}")
        if self.board:
            for name, value in values.items():
                self.board.add_scalar(name, value, values["step"])
        if not self.bar:
            print(text, file=sys.stderr, flush=True)
        elif any(name.startswith("val") for name in values):
            self.bar.console.print(text, highlight=False, soft_wrap=True)


def _bar(stage: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = ("{task.description}", "step {task.fields[step]}", "{task.fields[loss]}")
    texts = [TextColumn(column) for column in columns]
    bar = Progress(*texts, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    bar.add_task(stage, total=1.0, step=0, loss="")
    return bar


def _board(folder: Path, step: int) -> Any:
    """A TensorBoard writer, where tensorboard is installed."""
    if find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=step)


def _forget_after(path: Path, step: int) -> None:
    """Cut the lines of steps that a killed run did after its last checkpoint: they are done again."""
    if not path.exists():
        return
    kept = "".join(json.dumps(line) + "\n" for line in read_metrics(path) if line["step"] <= step)
    if kept != path.read_text(encoding="utf-8"):
        path.write_text(kept, encoding="utf-8")


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """All whole lines; a kill may have torn the last one."""
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            continue
    return lines


def draw_curves(place: Place) -> None:
    """`curves.png` beside the metrics: losses and F1 over steps; where matplotlib is installed."""
    lines = read_metrics(place.metrics) if place.metrics.exists() else []
    if not lines or find_spec("matplotlib") is None:
        return
    from matplotlib.figure import Figure  # not pyplot: no global state, no display

    names = [name for name in {key: None for line in lines for key in line} if "loss" in name or name.startswith("val")]
    scores = [name for name in names if name.endswith("f1")]
    figure = Figure(figsize=(8, 8 if scores else 5), layout="constrained")
    figure.suptitle(place.stage)
    _plot(figure.add_subplot(2 if scores else 1, 1, 1), lines, [name for name in names if name not in scores], "loss")
    if scores:
        _plot(figure.add_subplot(2, 1, 2), lines, scores, "F1")
    figure.savefig(place.folder / "curves.png", dpi=120)


def _plot(axes: Any, lines: list[dict[str, Any]], names: list[str], what: str) -> None:
    for name in names:
        points = [(line["step"], line[name]) for line in lines if name in line]
        style = ".--" if name.startswith("val") else "-"
        axes.plot(*zip(*points, strict=True), style, label=name, linewidth=1)
    if what == "loss" and all(line[name] > 0 for line in lines for name in names if name in line):
        axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel(what)
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))
