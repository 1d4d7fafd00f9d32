from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.tiff"
    pages = [Image.new("RGB", (300, 200), shade) for shade in ("white", "grey")]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def test_the_page_that_was_asked_for_is_drawn(cli, scan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = cli("show", scan, "--page", 2, "--ocr", "off")
    assert (result.exit_code, result.stdout) == (0, "scan.fields.png\n")
    drawn = Image.open(tmp_path / "scan.fields.png")
    assert drawn.width > 300 and drawn.height >= 200
    assert tuple(np.asarray(drawn)[150, 250]) == (128, 128, 128)


def test_a_picture_on_stdout_from_stdin(cli, scan):
    result = cli("show", "-", "--output", "-", "--ocr", "off", input=scan.read_bytes())
    assert Image.open(io.BytesIO(result.stdout_bytes)).format == "PNG"


def test_what_cannot_be_drawn_is_one_line(cli, scan, tmp_path):
    for args, code in [
        (["--page", "3"], 1),
        (["--output", tmp_path / "a.txt"], 2),
        (["--output", scan], 2),
        (["--output", tmp_path / "gone" / "a.png"], 3),
    ]:
        result = cli("show", scan, "--ocr", "off", *args)
        assert result.exit_code == code and result.stdout == "", result.stderr
        assert result.stderr.splitlines()[-1].startswith("error: ")
    gone = cli("show", tmp_path / "gone.pdf")
    assert gone.exit_code == 1 and gone.stderr.startswith("error: ")
