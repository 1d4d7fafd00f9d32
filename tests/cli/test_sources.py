from __future__ import annotations

import os
from pathlib import Path

import pytest

from docengine.cli.sources import find_sources
from docengine.errors import SourceUnreadable


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("s/b.PDF", "s/a.jpeg", "s/z/c.tif", "s/notes.txt", "s/.hidden/d.pdf", "s/.e.pdf", "s/[1].png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("")
    return tmp_path


def names(*paths: str) -> list[str]:
    return [source.name for source in find_sources(paths)]


def test_a_folder_gives_its_documents_sorted_without_what_is_hidden():
    assert names("s") == ["s/[1].png", "s/a.jpeg", "s/b.PDF", "s/z/c.tif"]
    assert names(".") == [f"./{name}" for name in names("s")]
    assert names("s/") == names("s")


def test_a_file_that_is_named_is_read_whatever_it_is_called():
    assert names("s/notes.txt", "s/.e.pdf") == ["s/notes.txt", "s/.e.pdf"]


def test_globs_and_names_that_look_like_one():
    assert names("s/*.[pj]*") == ["s/[1].png", "s/a.jpeg"]
    assert names("s/**/*.tif") == ["s/z/c.tif"]
    assert names("s/[1].png") == ["s/[1].png"]
    assert names("s/z*") == ["s/z/c.tif"]
    [nothing] = find_sources(["s/*.gif"])
    assert nothing.name == "s/*.gif" and nothing.error is not None


def test_a_document_is_read_once():
    assert names("s", "s/a.jpeg", "s/*.jpeg").count("s/a.jpeg") == 1


def test_links_to_folders_are_followed_once():
    Path("s/z/up").symlink_to("..")
    Path("s/again").symlink_to("z")
    found = names("s")
    assert len(found) == 4 and {Path(name).name for name in found} == {"[1].png", "a.jpeg", "b.PDF", "c.tif"}
    Path("s/dangling.pdf").symlink_to("nowhere")
    assert "s/dangling.pdf" in names("s")


def test_a_folder_that_cannot_be_listed_is_said_and_the_others_are_read(monkeypatch):
    real = os.scandir

    def scandir(path):
        if str(path).endswith("z"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_sources(["s"])
    assert [source.name for source in found] == ["s/[1].png", "s/a.jpeg", "s/b.PDF", "s/z"]
    assert isinstance(found[-1].error, SourceUnreadable) and "Permission denied" in str(found[-1].error)
