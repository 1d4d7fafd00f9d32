"""Labelled pages a second that one core draws: words alone, with OCR noise, re-dressed, with a picture, and as a scan.

    python benchmarks/generator.py --output benchmarks/results/generator.json

Time is CPU time of this process, one thread, so that what else runs on the machine counts little; how busy it was is
said beside (`load`: processes that wanted a core, over the cores). Documents are of the mix that training draws.
"""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import click
import cv2
import numpy as np
import PIL

from docengine.corpus.degrade import degrade
from docengine.corpus.generator import KINDS, generate, render
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.noise import disturb
from docengine.corpus.redress import redress

WARM_UP = 200
"""Documents drawn before the clock starts: words and lexicon are read once a process."""
DEGRADED = 0.6
"""Strength of the pictures' flaws."""


def documents(first: int, count: int) -> Iterator[list[LabelledPage]]:
    return (generate(seed) for seed in range(first, first + count))


def timed(change: Callable[[LabelledPage, int], object], pages: list[LabelledPage]) -> dict[str, float]:
    """CPU milliseconds a page of `change`, a page's number being its seed."""
    spent = []
    for number, page in enumerate(pages):
        begun = time.process_time()
        change(page, number)
        spent.append((time.process_time() - begun) * 1e3)
    return _figures(spent)


def drawn(count: int, rounds: int = 3) -> tuple[dict[str, float], list[LabelledPage]]:
    """The same for drawing itself; a document of several pages shares its time among them. The best round counts."""
    best: list[float] = []
    for _ in range(rounds):
        spent: list[float] = []
        kept: list[LabelledPage] = []
        for seed in range(count):
            begun = time.process_time()
            pages = generate(seed)
            spent += [(time.process_time() - begun) * 1e3 / len(pages)] * len(pages)
            kept += pages
        best = min(best or spent, spent, key=sum)
    return _figures(best), kept


def _figures(spent: list[float]) -> dict[str, float]:
    return {
        "pages": len(spent),
        "pages_a_second": round(1e3 * len(spent) / sum(spent), 1),
        "p50_ms": round(float(np.percentile(spent, 50)), 3),
        "p95_ms": round(float(np.percentile(spent, 95)), 3),
    }


def _scan(page: LabelledPage, seed: int) -> object:
    return degrade(render(page, seed), random.Random(seed), DEGRADED)


def _plus(base: dict[str, float], extra: dict[str, float]) -> float:
    """Pages a second where each page is drawn first."""
    return round(1 / (1 / base["pages_a_second"] + 1 / extra["pages_a_second"]), 1)


@click.command()
@click.option("--count", default=3000, show_default=True, help="Documents without pictures.")
@click.option("--pictures", default=120, show_default=True, help="Pages with pictures.")
@click.option("--output", type=click.Path(path_type=Path), default=None)
def main(count: int, pictures: int, output: Path | None) -> None:
    cv2.setNumThreads(1)
    for _ in documents(1 << 30, WARM_UP):
        pass
    words_alone, pages = drawn(count)
    some = pages[:: max(1, len(pages) // pictures)][:pictures]
    steps = {
        "noise": timed(lambda page, seed: disturb(page, random.Random(seed), random.Random(seed).random()), pages),
        "redressed": timed(lambda page, seed: redress(page, random.Random(seed)), pages),
        "picture": timed(render, some),
        "scan": timed(_scan, some),
    }
    whole = {
        name: {**figures, "with_drawing_pages_a_second": _plus(words_alone, figures)} for name, figures in steps.items()
    }
    by_kind = {kind: _figures(_kind_times(kind)) for kind in KINDS}
    report = {
        "drawn": words_alone,
        **whole,
        "by_kind": by_kind,
        "p50_words": median(len(page.page.words or []) for page in pages),
        "load": round(os.getloadavg()[0] / (os.cpu_count() or 1), 2),
        "machine": platform.processor() or platform.machine(),
        "versions": {"python": platform.python_version(), "pillow": PIL.__version__, "opencv": cv2.__version__},
        "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
        .stdout.strip(),
    }  # fmt: skip
    text = json.dumps(report, indent=1)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    print(text)


def _kind_times(kind: str, count: int = 120) -> list[float]:
    spent = []
    for seed in range(count):
        begun = time.process_time()
        pages = generate(seed, kind=kind)
        spent += [(time.process_time() - begun) * 1e3 / len(pages)] * len(pages)
    return spent


if __name__ == "__main__":
    main()
