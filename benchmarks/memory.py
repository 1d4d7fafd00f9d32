"""Peak memory of the whole command line on a scanned 50-page PDF, every page read by OCR.

    python benchmarks/memory.py --output benchmarks/results/memory.json

The PDF is drawn here: 50 generated pages, as pictures.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from docengine.corpus.generator import generate, render

PAGES = 50


def scanned_pdf(path: Path) -> None:
    """50 pages as pictures of 150 dpi or so."""
    from PIL import Image

    pictures = []
    seed = 0
    while len(pictures) < PAGES:
        pictures += [Image.fromarray(render(page, seed)).convert("L") for page in generate(seed, kind="invoice")]
        seed += 1
    first, *rest = pictures[:PAGES]
    first.save(path, "PDF", save_all=True, append_images=rest)


def measure(path: Path) -> dict[str, float]:
    """Wall and CPU seconds, and peak resident memory in MiB, of `docengine extract` in a process of its own."""
    code = (
        "import resource, sys, runpy; sys.argv = ['docengine', 'extract', sys.argv[1]];\n"
        "from docengine.cli.main import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    begun, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    record = json.loads(done.stdout)
    return {
        "pages": len(record["pages"]),
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu_seconds": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - cpu, 1),
        "peak_mib": round(int(done.stderr.split()[-1]) / 1024, 1),
    }


@click.command()
@click.option("--output", type=click.Path(path_type=Path), default=None)
def main(output: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scanned.pdf")
        scanned_pdf(path)
        report = {"scanned, 50 pages": measure(path)}
    text = json.dumps(report, indent=1)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
