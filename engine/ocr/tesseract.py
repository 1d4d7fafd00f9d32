"""Tesseract 5, run as a program: faster and less exact than the default."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess

import numpy as np
from PIL import Image

from docengine import Box, Word
from docengine.errors import OcrFailed, OcrUnavailable

TIMEOUT_S = 300


class Tesseract:
    """Words of a page, one process a page."""

    name = "tesseract"

    def __init__(self, threads: int | None = None) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise OcrUnavailable(
                "the program tesseract is not installed: apt install tesseract-ocr, or use the engine rapidocr"
            )
        self.program = program
        self.environment = {**os.environ, **({"OMP_THREAD_LIMIT": str(threads)} if threads else {})}

    def read(self, image: np.ndarray) -> list[Word]:
        picture = io.BytesIO()
        Image.fromarray(image).save(picture, "PPM")
        try:
            run = subprocess.run(
                [self.program, "stdin", "stdout", "--psm", "3", "tsv"],
                input=picture.getvalue(),
                capture_output=True,
                timeout=TIMEOUT_S,
                env=self.environment,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            raise OcrFailed(f"tesseract failed: {said[-1] if said else error.returncode}") from error
        except subprocess.TimeoutExpired as error:
            raise OcrFailed(f"tesseract took more than {TIMEOUT_S} s for a page") from error
        return words_of_tsv(run.stdout.decode("utf-8", "replace"))


def words_of_tsv(table: str) -> list[Word]:
    """The words in Tesseract's TSV output (its rows of level 5), boxes in pixels."""
    words = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] == "5" and text and float(row["conf"]) >= 0:
            x, y, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
            words.append(Word(text, Box(x, y, x + width, y + height)))
    return words
