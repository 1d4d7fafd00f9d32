"""The command line as its users run it: a process of its own, the bundled model, real files."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from docengine import errors

HERE = Path(__file__).parent

NO_NETWORK = """
import sys

def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise RuntimeError(f"reached for the network: {event} {args}")

sys.addaudithook(refuse)
"""
LINES = ("ACME Ltd", "INVOICE", "Invoice number: A-1001", "Invoice date: 2024-03-05", "Total USD: 12.50")


@pytest.fixture
def docengine(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line, in `tmp_path`, where any reach for the network by it or its workers fails."""
    (tmp_path / "offline").mkdir()
    (tmp_path / "offline" / "sitecustomize.py").write_text(NO_NETWORK)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "offline"), "PYTHONWARNINGS": "error"}

    def run(*args: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "docengine.cli", *(str(arg) for arg in args)]
        settings = {"capture_output": True, "text": True, "cwd": tmp_path, "env": environment, "timeout": 120} | options
        return subprocess.run(command, check=False, **settings)  # type: ignore[call-overload]

    return run


def page_image(lines: tuple[str, ...] = LINES) -> Image.Image:
    image = Image.new("L", (800, 60 * (len(lines) + 2)), 255)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((60, 60 * (number + 1)), line, 0, ImageFont.load_default(28))
    return image


def text_pdf(lines: tuple[str, ...] = LINES, pages: int = 1) -> bytes:
    """A PDF with a text layer."""
    shown = "\n".join(f"1 0 0 1 60 {700 - 30 * n} Tm ({line}) Tj" for n, line in enumerate(lines))
    stream = f"BT /F1 16 Tf\n{shown}\nET".encode()
    kids = " ".join(f"{5 + n} 0 R" for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        *[page] * pages,
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return body + end % (size, table, size, len(body))


def huge_png() -> bytes:
    """Says that it has 40,000 x 40,000 pixels; nobody should come to look for them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(5001))) + chunk(b"IEND", b"")


@pytest.fixture
def bad_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bad"
    folder.mkdir()
    page_image().save(folder / "good.png")
    jpeg = folder / "truncated.jpg"
    page_image().save(jpeg)
    jpeg.write_bytes(jpeg.read_bytes()[: jpeg.stat().st_size // 3])
    Image.new("L", (600, 800), 255).save(folder / "blank.png")
    shutil.copy(HERE.parent / "engine" / "encrypted.pdf", folder / "encrypted.pdf")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "no_pages.pdf").write_bytes(text_pdf(pages=0))
    (folder / "text.pdf").write_text("Dear Sir or Madam,\n")
    (folder / "huge.png").write_bytes(huge_png())
    (folder / "dangling.pdf").symlink_to("nowhere.pdf")
    return folder


EXPECTED = {
    "good.png": None,
    "blank.png": None,
    "truncated.jpg": "CorruptFile",
    "encrypted.pdf": "EncryptedFile",
    "empty.pdf": "EmptyFile",
    "no_pages.pdf": "NoPages",
    "text.pdf": "UnsupportedFormat",
    "huge.png": "PageTooLarge",
    "dangling.pdf": "SourceNotFound",
}


@pytest.mark.parametrize("workers", [1, 2])
def test_each_bad_input_gives_a_typed_error_and_the_run_goes_on(docengine, bad_folder, workers):
    result = docengine("extract", "bad", "--workers", workers)
    records = {Path(record["source"]).name: record for record in map(json.loads, result.stdout.splitlines())}
    assert {name: (record["error"] or {}).get("type") for name, record in records.items()} == EXPECTED
    for record in records.values():
        assert record["error"] is None or issubclass(getattr(errors, record["error"]["type"]), errors.InputError)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert records["blank.png"]["fields"] == {} and records["blank.png"]["line_items"] == []
    assert records["good.png"]["fields"]["invoice_date"]["value"] == "2024-03-05"


def test_a_blank_page_is_no_failure_and_stdout_holds_nothing_but_records(docengine, tmp_path):
    Image.new("L", (600, 800), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.pdf").write_bytes(text_pdf())
    result = docengine("extract", "blank.png", "text.pdf")
    blank, text = map(json.loads, result.stdout.splitlines())
    assert (result.returncode, result.stderr) == (0, "")
    assert blank["schema"] == "docengine.extraction/1" and text["fields"]["invoice_date"]["value"] == "2024-03-05"


def test_a_document_of_several_pages_is_one_record(docengine, tmp_path):
    (tmp_path / "three.pdf").write_bytes(text_pdf(pages=3))
    [record] = map(json.loads, docengine("extract", "three.pdf").stdout.splitlines())
    assert len(record["pages"]) == 3
    [record] = map(json.loads, docengine("extract", "three.pdf", "--pages", "2-").stdout.splitlines())
    assert len(record["pages"]) == 2


def test_a_page_is_shown(docengine, tmp_path):
    (tmp_path / "text.pdf").write_bytes(text_pdf())
    result = docengine("show", "text.pdf", "--output", "drawn.png")
    assert (result.returncode, result.stdout) == (0, "drawn.png\n")
    drawn = Image.open(tmp_path / "drawn.png").convert("RGB")
    coloured = sum(max(pixel) - min(pixel) > 60 for _, pixel in drawn.getcolors(1 << 24) or [])
    assert drawn.width > 1600 and coloured > 3


@pytest.mark.parametrize("change", ["content", "gone"])
def test_a_bundle_that_does_not_match_its_hashes_ends_the_run(docengine, tmp_path, change):
    from docengine.engine.bundle import find_bundle

    bundle = tmp_path / "bundle"
    shutil.copytree(find_bundle().path, bundle)
    graph = bundle / "encoder.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"?") if change == "content" else graph.unlink()
    (tmp_path / "text.pdf").write_bytes(text_pdf())
    result = docengine("extract", "text.pdf", "--model", bundle)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.count("\n") == 1 and "encoder.onnx" in result.stderr


def test_the_doctor_and_the_list_of_models_agree(docengine):
    doctor = docengine("doctor")
    assert doctor.returncode == 0, doctor.stdout
    chosen = [model for model in map(json.loads, docengine("models", "--json").stdout.splitlines()) if model["default"]]
    assert len(chosen) == 1 and chosen[0]["identity"] in doctor.stdout


def test_other_backends_and_devices_are_refused_and_never_replaced(docengine, tmp_path):
    (tmp_path / "text.pdf").write_bytes(text_pdf())
    for option in (["--backend", "abacus"], ["--device", "cuda"], ["--model", "none"]):
        result = docengine("extract", "text.pdf", *option)
        assert (result.returncode, result.stdout) == (3, "") and result.stderr.startswith("error: "), option
