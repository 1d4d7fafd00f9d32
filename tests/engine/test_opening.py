"""Pictures, arrays and pages in, pages out; and what cannot be read. All files are made here."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from makers import FakeOcr, full_page, make_pdf, only
from PIL import Image

from docengine import Box, Page, Word, errors
from docengine.engine.opening import open_document, parse_page_range


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def noise(width: int = 90, height: int = 60) -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8))


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


# --- pages wanted


def test_page_range() -> None:
    chosen = parse_page_range("1-3, 5,9-")
    assert list(chosen.indices(10)) == [0, 1, 2, 4, 8, 9]
    assert str(chosen) == "1-3,5,9-"


@pytest.mark.parametrize("text", ["", "0", "3-1", "a", "1-3,", "1--2", "-2", "²", "1.5"])
def test_page_range_refuses(text: str) -> None:
    with pytest.raises(errors.UsageError, match="page range"):
        parse_page_range(text)


# --- pictures


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "L", {}),
        ("PNG", "1", {}),
        ("PNG", "P", {}),
        ("BMP", "RGB", {}),
        ("GIF", "P", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("TIFF", "CMYK", {}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "F", {}),
        ("TIFF", "I;16", {}),
        ("PNG", "I;16", {}),
    ],
)
def test_pictures_of_every_mode(kind: str, mode: str, options: dict[str, Any]) -> None:
    """Dark on the left, bright on the right, whatever the mode."""
    grey = np.zeros((40, 64), np.uint8)
    grey[:, 32:] = 255
    if mode == "I;16":
        picture = Image.fromarray(grey.astype(np.uint16) * 16)  # a scanner that fills 12 of 16 bits
    else:
        picture = (
            Image.fromarray(grey).convert("RGB").convert(mode) if mode != "F" else Image.fromarray(grey).convert("F")
        )
    image = only(saved(picture, kind, **options)).image
    assert image.shape == (40, 64, 3) and image.dtype == np.uint8
    assert image[:, :28].max() < 30 and image[:, 36:].min() > 225


def test_transparent_becomes_white() -> None:
    picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 10, 20))
    image = only(saved(picture, "PNG")).image
    assert image[5, 5].tolist() == [255, 0, 0] and image[5, 15].tolist() == [255, 255, 255]


def test_exif_rotation() -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    page = only(saved(noise(90, 60), "JPEG", exif=exif))
    assert (page.width, page.height) == (60, 90)


def test_tiff_pages_in_order() -> None:
    first, *others = [Image.new("L", (20 + number, 30), 255) for number in range(4)]
    source = saved(first, "TIFF", save_all=True, append_images=others)
    assert [page.width for page in open_document(source, ocr="off")] == [20, 21, 22, 23]
    assert [page.index for page in open_document(source, ocr="off", pages=parse_page_range("2,4"))] == [1, 3]


def test_animations_give_their_first_frame() -> None:
    source = saved(noise(), "GIF", save_all=True, append_images=[noise(90, 60).rotate(180)])
    assert len(list(open_document(source, ocr="off"))) == 1


# --- arrays and pages


@pytest.mark.parametrize("shape", [(30, 50), (30, 50, 1), (30, 50, 3), (30, 50, 4)])
def test_arrays(shape: tuple[int, ...]) -> None:
    page = only(np.full(shape, 255, np.uint8))
    assert page.image.shape == (30, 50, 3) and (page.image == 255).all()


@pytest.mark.parametrize("array", [np.zeros((3, 30, 50), np.uint8), np.zeros((5, 5)), np.zeros((0, 5), np.uint8)])
def test_arrays_that_are_no_picture(array: np.ndarray) -> None:
    with pytest.raises(errors.InvalidPage):
        open_document(array)


def test_given_words_are_kept_and_given_pages_unchanged() -> None:
    image, reader = np.zeros((10, 10, 3), np.uint8), FakeOcr()
    given = [Page([Word("mine", Box(0, 0, 5, 5))], image), Page(image=image)]
    opened = list(open_document(given, reader=reader))
    assert [page.words[0].text for page in opened] == ["mine", "read"]
    assert [page.index for page in opened] == [0, 1] and [page.index for page in given] == [0, 0]
    assert given[1].words is None and len(reader.seen) == 1
    assert only(given[0], ocr="force", reader=reader).words[0].text == "read"


def test_an_engine_that_breaks_is_a_typed_error() -> None:
    class Broken:
        name = "broken"

        def read(self, image: np.ndarray) -> list[Word]:
            raise RuntimeError("out of ink")

    with pytest.raises(errors.OcrFailed, match="page 1: broken failed: out of ink"):
        only(noise_array(), ocr="auto", reader=Broken())


def noise_array() -> np.ndarray:
    return np.array(noise())


# --- bad input

BAD = {
    "empty": (b"", errors.EmptyFile, "0 bytes"),
    "truncated jpeg": (saved(noise(), "JPEG")[:900], errors.CorruptFile, "cut short"),
    "cut png": (saved(noise(), "PNG")[:500], errors.CorruptFile, "cut short"),
    "png header alone": (b"\x89PNG\r\n\x1a\n", errors.CorruptFile, "cut short"),
    "text called pdf": (b"hello, I am text\n", errors.UnsupportedFormat, "docengine reads PDF"),
    "office": (b"PK\x03\x04rest", errors.UnsupportedFormat, "Office"),
    "cut pdf": (make_pdf(full_page())[:60], errors.CorruptFile, "damaged"),
    "pdf without pages": (make_pdf(), errors.NoPages, "without pages"),
    "huge": (png_header(40_000, 40_000), errors.PageTooLarge, "scale"),
    "large": (png_header(12_000, 10_000), errors.PageTooLarge, "12000 x 10000"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_content(case: str, tmp_path: Path) -> None:
    content, kind, says = BAD[case]
    path = tmp_path / f"{case}.pdf"
    path.write_bytes(content)
    for source in (content, path, io.BytesIO(content)):
        with pytest.raises(kind, match=says) as caught:
            list(open_document(source, ocr="off"))
        assert "\n" not in str(caught.value)
    assert case in str(caught.value) or isinstance(source, io.BytesIO)


def test_bad_paths(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for missing in ("none.pdf", "dangling", "loop", "a\0b", "x" * 5000):
        with pytest.raises(errors.SourceNotFound):
            open_document(tmp_path / missing)
    os.mkfifo(tmp_path / "pipe")
    for unreadable in ("", "pipe"):
        with pytest.raises(errors.SourceUnreadable):
            open_document(tmp_path / unreadable)


def test_denied_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-")
    monkeypatch.setattr(Path, "open", deny)  # chmod does not stop the superuser, as whom tests may run
    with pytest.raises(errors.SourceUnreadable, match="Permission denied"):
        open_document(path)


def test_control_characters_stay_out_of_messages(tmp_path: Path) -> None:
    with pytest.raises(errors.SourceNotFound) as caught:
        open_document(tmp_path / "a\x1b[31m\nb.pdf")
    assert "\x1b" not in str(caught.value) and "\\x1b[31m\\nb.pdf" in str(caught.value)


def test_text_stream_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.SourceUnreadable, match="binary"):
        open_document(io.StringIO("x"))


def test_broken_later_frame_names_its_page() -> None:
    frames = [noise(), noise(200, 150)]
    source = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    pages = iter(open_document(source[:-20000], ocr="off"))
    with pytest.raises(errors.CorruptFile):
        list(pages)
