"""Tables and plots of what `pretraining.py` measured."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ablation import cell, markdown

TITLES = {
    "none": "from scratch", "denoising": "denoising", "places": "token-to-line, token-to-grid",
    "line": "denoising, token-to-line", "grid": "denoising, token-to-grid", "all": "all three",
}  # fmt: skip
COLUMNS = {
    "sroie": "sroie val",
    "fcc_adbuy": "fcc_adbuy, left-out layouts",
    "zugferd_facturx, items": "line items, zugferd left out",
    "zugferd_facturx": "zugferd left out",
    "de": "drawn, German",
    "de, items": "line items, drawn, German",
    "funsd": "FUNSD, words",
}
"""What every arm is measured on."""
GOALS = {"fcc_adbuy": 3.0, "sroie": 2.0}
"""Points that pretraining is to gain."""
NOISY = ("sroie", "fcc_adbuy", "zugferd_facturx, items")
SHARES = (0, 10, 20)
LANGUAGES = {"nl": "Dutch", "de": "German"}
Results = Sequence[dict[str, Any]]


def write_report(results: Results, folder: Path) -> str:
    """pretraining.json, pretraining.md and pretraining.png in `folder`; the text of the second."""
    text = "\n".join((_objectives(results), _gains(results), _noise(results), _languages(results), _about(results)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pretraining.json").write_text(json.dumps(list(results), indent=1) + "\n", encoding="utf-8")
    (folder / "pretraining.md").write_text(text, encoding="utf-8")
    _plot(results, folder / "pretraining.png")
    return text


def values(results: Results, arm: str, name: str) -> list[float]:
    """A score of an arm, one a seed; none where it was not measured."""
    return [result[name] for result in results if result["arm"] == arm and name in result]


def mean(results: Results, arm: str, name: str) -> float | None:
    found = values(results, arm, name)
    return statistics.mean(found) if found else None


def noisy_name(name: str, share: int) -> str:
    """`zugferd_facturx, items` with noise is called `zugferd_facturx, 10% noise, items`."""
    base, *rest = name.split(", ")
    return ", ".join([base, *([f"{share}% noise"] if share else []), *rest])


def _objectives(results: Results) -> str:
    arms = [arm for arm in TITLES if values(results, arm, "sroie")]
    rows = [[TITLES[arm], *(cell(values(results, arm, name)) for name in COLUMNS)] for arm in arms]
    return "F1 in percent, the mean of the seeds and each:\n\n" + markdown(["pretrained with", *COLUMNS.values()], rows)


def _gains(results: Results) -> str:
    lines = []
    for name, goal in GOALS.items():
        without, with_all = mean(results, "none", name), mean(results, "all", name)
        if without is not None and with_all is not None:
            gain = with_all - without
            reached = "reached" if gain >= goal else "not reached"
            lines.append(
                f"- {COLUMNS[name]}: pretraining gains {gain:+.1f} points; the goal of {goal:.0f} is {reached}."
            )
    return "\n".join(lines) + "\n"


def _noise(results: Results) -> str:
    rows = []
    for name in NOISY:
        for arm in ("none", "all"):
            scores = [mean(results, arm, noisy_name(name, share)) for share in SHARES]
            clean, *worse = scores
            if clean is not None:
                lost = [f"{score:.1f} ({score - clean:+.1f})" for score in worse if score is not None]
                rows.append([COLUMNS[name], TITLES[arm], f"{clean:.1f}", *lost])
    head = ["measured on", "pretrained with", *(f"{share}% of words misread" for share in SHARES)]
    return "Points lost to OCR noise; a value that is itself misread is lost to any reader:\n\n" + markdown(head, rows)


def _languages(results: Results) -> str:
    rows = []
    for code, title in LANGUAGES.items():
        for arm in ("none", "all"):
            own, without = values(results, arm, code), values(results, arm, f"{code}, without its labels")
            if own and without:
                rows.append([title, TITLES[arm], cell(own), cell(without)])
    head = ["language", "pretrained with", "with its labelled pages", "without them (zero-shot)"]
    return "Generated documents of unseen seeds, in a language that is in all pretraining:\n\n" + markdown(head, rows)


def _about(results: Results) -> str:
    first, seeds = results[0], sorted({result["seed"] for result in results})
    budgets = [
        f"{stage}: {first[f'{stage} steps']:,} steps of {first[f'{stage} tokens a step']:,} tokens, padding included"
        for stage in ("pretrain", "finetune")
    ]
    return f"Seeds {', '.join(map(str, seeds))}. {'; '.join(budgets)}.\n"


def _plot(results: Results, path: Path) -> None:
    """The arms on every set, a dot a seed; below it the curves under noise."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(2, 1, figsize=(13, 8))
    for at, arm in enumerate(TITLES):
        for place, name in enumerate(COLUMNS):
            found, x = values(results, arm, name), place + 0.14 * (at - 2.5)
            if found:
                above.bar(x, statistics.mean(found), 0.13, color=f"C{at}", label=None if place else TITLES[arm])
                above.plot([x] * len(found), found, "k.", markersize=4)
    above.set_xticks(range(len(COLUMNS)), list(COLUMNS.values()), fontsize=8)
    above.set_ylabel("F1")
    above.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.2))
    for colour, name in enumerate(NOISY):
        for arm, style in (("none", "--"), ("all", "-")):
            curve = [(share, mean(results, arm, noisy_name(name, share))) for share in SHARES]
            points = [(share, score) for share, score in curve if score is not None]
            if points:
                below.plot(*zip(*points, strict=True), style, color=f"C{colour}", marker="o",
                           label=f"{COLUMNS[name]}: {TITLES[arm]}")  # fmt: skip
    below.set_xticks(SHARES)
    below.set_xlabel("words misread, %")
    below.set_ylabel("F1")
    below.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
