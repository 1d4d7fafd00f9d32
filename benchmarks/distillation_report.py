"""Table and plot of what `distillation.py` measured."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ablation import cell, markdown

TITLES = {
    "teacher": "the teacher",
    "none": "student, labels alone",
    "soft": "+ soft targets",
    "hidden": "+ soft targets, hidden states",
    "amad": "+ soft targets, AMAD",
    "amad_tempered": "+ soft targets, AMAD with a temperature",
    "value_relations": "+ soft targets, value relations",
    "all": "+ all of them",
}
COLUMNS = {
    "sroie": "sroie val",
    "fcc_adbuy": "fcc_adbuy, left-out layouts",
    "zugferd_facturx": "zugferd left out",
    "zugferd_facturx, items": "line items, zugferd left out",
}
GOAL = 2.0
"""Points that a teacher is to gain on the mean of the sets."""
KEPT = 97.0
"""Percent of the teacher's score that a student is to keep."""
Results = Sequence[dict[str, Any]]


def write_report(results: Results, folder: Path) -> str:
    """distillation.json, distillation.md and distillation.png in `folder`; the text of the second."""
    results = sorted(results, key=lambda result: (list(TITLES).index(result["arm"]), result["seed"]))
    text = "\n".join((_table(results), _gains(results), _about(results)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "distillation.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "distillation.md").write_text(text, encoding="utf-8")
    _plot(results, folder / "distillation.png")
    return text


def values(results: Results, arm: str, name: str) -> list[float]:
    """A score of an arm, one a seed; none where it was not measured. `mean`: of the sets' header fields."""
    found = [result for result in results if result["arm"] == arm]
    if name == "mean":
        return [statistics.mean(r[each] for each in COLUMNS if "items" not in each and each in r) for r in found]
    return [result[name] for result in found if name in result]


def _table(results: Results) -> str:
    names = [*COLUMNS, "mean"]
    rows = [
        [title, *(cell(values(results, arm, name)) for name in names)]
        for arm, title in TITLES.items()
        if values(results, arm, "mean")
    ]
    body = markdown(["learns from", *COLUMNS.values(), "mean of the sets"], rows)
    return f"F1 in percent, the mean of the seeds and each; students in INT8, the teacher in fp32:\n\n{body}"


def _gains(results: Results) -> str:
    """Each arm against labels alone, and against its teacher."""
    without, teacher = values(results, "none", "mean"), values(results, "teacher", "mean")
    lines = []
    for arm, title in list(TITLES.items())[2:]:
        found = values(results, arm, "mean")
        if found and without:
            gain = statistics.mean(found) - statistics.mean(without)
            reached = "reached" if gain >= GOAL else "not reached"
            line = f"- {title[2:]}: {gain:+.1f} points over labels alone; the goal of {GOAL:.0f} is {reached}."
            if teacher and teacher[0]:
                line += f" {100 * statistics.mean(found) / teacher[0]:.0f}% of the teacher's score ({KEPT:.0f} wanted)."
            lines.append(line)
    return "\n".join(lines) + "\n"


def _about(results: Results) -> str:
    students = [result for result in results if "train steps" in result]
    if not students:
        return ""
    last, seeds = students[-1], sorted({result["seed"] for result in students})
    return (
        f"Seeds {', '.join(map(str, seeds))}. distil {last['distil steps']:,} steps, train {last['train steps']:,}, of "
        f"{last['words a step']:,} words, padding included; labels alone have as many steps in all.\n"
    )


def _plot(results: Results, path: Path) -> None:
    """A group of bars a set, a bar an arm, a dot a seed; the teacher as a line."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(11, 4.5))
    names, students = [*COLUMNS, "mean"], list(TITLES)[1:]
    for place, name in enumerate(names):
        for at, arm in enumerate(students):
            found, x = values(results, arm, name), place + 0.12 * (at - 3)
            if found:
                axes.bar(x, statistics.mean(found), 0.11, color=f"C{at}", label=None if place else TITLES[arm])
                axes.plot([x] * len(found), found, "k.", markersize=4)
        for score in values(results, "teacher", name):
            axes.hlines(score, place - 0.45, place + 0.45, colors="k", linestyles="--", linewidth=1)
    axes.set_xticks(range(len(names)), [*COLUMNS.values(), "mean of the sets"], fontsize=8)
    axes.set_ylabel("F1 (dashed: the teacher)")
    axes.legend(fontsize=7, ncols=4, loc="upper center", bbox_to_anchor=(0.5, 1.2))
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
