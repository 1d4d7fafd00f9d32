"""`docengine data questions`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from docengine.corpus.dataset import read_dataset
from docengine.corpus.questions import questions_in
from docengine.corpus.questions.opening import open_questions


def test_what_is_asked_is_a_data_set_with_questions(cli, tmp_path: Path):
    folder = tmp_path / "asked"
    result = cli("data", "questions", "--count", 12, "--no-images", "--seed", 3, "--part", "val", "--out", folder)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(folder)
    rows = list(read_dataset(folder, strict=True))
    assert len(rows) == 12 and {row.split for row in rows} == {"val"}
    assert all(questions_in(row) for row in rows)
    pages = list(open_questions(folder, strict=True))
    assert sum(len(page.questions) for page in pages) == sum(len(questions_in(row)) for row in rows)
    scores = json.loads(cli("evaluate", folder, "--json").stdout)  # extraction scores such a set as any other
    assert scores["documents"] == 12


def test_signs_keep_their_colours(cli, tmp_path: Path):
    folder = tmp_path / "asked"
    assert cli("data", "questions", "--count", 14, "--seed", 8, "--out", folder).exit_code == 0
    signs = [row for row in read_dataset(folder, strict=True) if row.doc_type == "sign"]
    assert signs
    for row in signs:
        pixels = np.asarray(Image.open(row.image).convert("RGB")).astype(int)
        assert np.abs(pixels[..., 0] - pixels[..., 2]).max() > 60
        assert pixels.shape[:2] == (row.pages[0].height, row.pages[0].width)
    assert all(row.image and row.image.is_file() for row in read_dataset(folder))
    again = cli("data", "questions", "--count", 1, "--out", folder)
    assert again.exit_code == 2 and "--force" in again.stderr
