from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from docengine import Box, Word
from docengine.corpus import documents
from docengine.corpus.dataset import read_dataset
from docengine.corpus.shards import PageShards

TABLE = '{"id": "%s", "header": ["Year", "Team"], "rows": [["2001", "Red Sox"], ["2002"]]}\n'


class ScanReader:
    """Says one word a picture, other for other pictures; breaks on black ones."""

    name = "scan reader"

    def read(self, image: np.ndarray) -> list[Word]:
        if image.mean() < 5:
            raise RuntimeError("too dark")
        return [Word(f"grey{int(image.mean())}", Box(10, 10, 90, 30))]


def write_letter(path: Path) -> None:
    """Two pages with a text layer."""
    canvas = Canvas(str(path), invariant=1)
    for page in range(2):
        for line in range(25):
            canvas.drawString(
                60, 760 - 25 * line, f"Line {line} of page {page} says the number {line * 37 + page * 1000}"
            )
        canvas.showPage()
    canvas.save()


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PDF, its copy, one cut short, and a scan."""
    monkeypatch.setattr(documents, "open_ocr", lambda threads: ScanReader())
    folder = tmp_path / "in"
    folder.mkdir()
    write_letter(folder / "a.pdf")
    shutil.copy(folder / "a.pdf", folder / "copy.pdf")
    (folder / "cut.pdf").write_bytes((folder / "a.pdf").read_bytes()[:500])
    Image.new("L", (600, 800), 180).save(folder / "scan.png")
    return folder


def words_of(out: Path) -> list[set[str]]:
    return [{word.text for word in page.words} for page in PageShards(out)]


def test_documents_become_shards_and_bad_ones_are_named(cli, scans: Path, tmp_path: Path):
    out = tmp_path / "shards"
    result = cli("data", "pages", scans, "--out", out)
    assert result.exit_code == 1 and result.stdout.strip() == str(out)
    bad, summary = result.stderr.strip().splitlines()
    assert bad.startswith(f"{scans}/cut.pdf: CorruptFile: ")
    assert summary.startswith(f"3 pages added to {out}, which has 3;")
    assert "1 documents were there already" in summary and "1 of 4 could not be read" in summary
    pages = PageShards(out)
    assert max(len(page.words) for page in pages) == 25 * 9 and {"grey180"} in words_of(out)
    assert all(page.image.shape == (page.height, page.width, 3) for page in pages)


def test_a_second_run_reads_only_what_is_new(cli, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "shards"
    (scans / "cut.pdf").unlink()
    assert cli("data", "pages", scans, "--out", out).exit_code == 0
    monkeypatch.setattr(ScanReader, "read", lambda self, image: [Word("again", Box(0, 0, 50, 20))])
    Image.new("L", (600, 800), 90).save(scans / "new.png")
    result = cli("data", "pages", scans, "--out", out)
    assert result.exit_code == 0 and "1 pages added" in result.stderr and "3 documents were there" in result.stderr
    assert words_of(out)[3] == {"again"} and len(words_of(out)) == 4


def test_what_failed_is_tried_again(cli, scans: Path, tmp_path: Path):
    out = tmp_path / "shards"
    cli("data", "pages", scans / "cut.pdf", "--out", out)
    Image.new("L", (300, 300), 0).save(scans / "dark.png")
    failed = cli("data", "pages", scans / "dark.png", "--out", out)
    assert failed.exit_code == 1 and "OcrFailed" in failed.stderr
    shutil.copy(scans / "a.pdf", scans / "cut.pdf")
    assert "2 pages added" in cli("data", "pages", scans / "cut.pdf", "--out", out).stderr


def test_scans_without_ocr_have_no_words_and_are_read_when_ocr_is_on(cli, scans: Path, tmp_path: Path):
    out = tmp_path / "shards"
    result = cli("data", "pages", scans / "scan.png", "--ocr", "off", "--out", out)
    assert result.exit_code == 0 and "0 pages added" in result.stderr and "1 without words" in result.stderr
    assert "1 pages added" in cli("data", "pages", scans / "scan.png", "--out", out).stderr


def test_near_duplicates_of_other_documents_are_left_out(cli, scans: Path, tmp_path: Path):
    Image.new("L", (600, 800), 180).save(scans / "scan2.webp")
    result = cli("data", "pages", scans / "scan.png", scans / "scan2.webp", "--out", tmp_path / "shards")
    assert result.exit_code == 0 and "1 pages added" in result.stderr and "1 near duplicates" in result.stderr


def test_missing_files_and_foreign_folders(cli, scans: Path, tmp_path: Path):
    missing = cli("data", "pages", tmp_path / "none.pdf", "--out", tmp_path / "shards")
    assert missing.exit_code == 1 and "none.pdf" in missing.stderr
    foreign = cli("data", "pages", scans / "a.pdf", "--out", scans)
    assert foreign.exit_code == 2 and "something else" in foreign.stderr


def test_several_processes_give_the_same_shards(process, scans: Path, tmp_path: Path):
    (scans / "scan.png").unlink()
    run = process("data", "pages", scans, "--ocr", "off", "--workers", "2", "--out", "shards")
    assert run.returncode == 1 and run.stdout == b"shards\n" and b"CorruptFile" in run.stderr
    assert len(PageShards(tmp_path / "shards")) == 2


def test_tables_become_a_data_set(cli, tmp_path: Path):
    (tmp_path / "t.jsonl").write_text(TABLE % "one" + TABLE % "two")
    result = cli("data", "tables", tmp_path / "t.jsonl", "--out", tmp_path / "pages")
    assert result.exit_code == 0 and result.stdout.strip() == str(tmp_path / "pages")
    rows = list(read_dataset(tmp_path / "pages", strict=True))
    assert [row.id for row in rows] == ["one", "two"] and all(row.image.is_file() for row in rows)
    assert [word.text for word in rows[0].words] == ["Year", "Team", "2001", "Red", "Sox", "2002"]


def test_a_line_that_is_no_table_is_named_and_counted(cli, tmp_path: Path):
    (tmp_path / "t.jsonl").write_text(TABLE % "one" + '{"id": 2, "header": []}\n' + TABLE % "three")
    result = cli("data", "tables", tmp_path / "t.jsonl", "--no-images", "--out", tmp_path / "pages")
    assert result.exit_code == 1 and "t.jsonl, line 2: the key 'rows' is missing" in result.stderr
    assert "1 of 3 lines are no tables" in result.stderr
    assert [row.id for row in read_dataset(tmp_path / "pages")] == ["one", "three"]


def test_a_file_without_tables_is_an_error(cli, tmp_path: Path):
    (tmp_path / "t.jsonl").write_text("\n")
    result = cli("data", "tables", tmp_path / "t.jsonl", "--out", tmp_path / "pages")
    assert result.exit_code == 3 and "is empty" in result.stderr and not (tmp_path / "pages").exists()
    assert cli("data", "tables", tmp_path / "none.jsonl", "--out", tmp_path / "pages").exit_code == 2
