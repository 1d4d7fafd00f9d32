"""PDFs in, pages out. All but the encrypted file are made here."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from makers import GREY_PIXEL, LETTER, SCAN, FakeOcr, full_page, make_pdf, only, text_at

from docengine import Box, Word, errors
from docengine.engine.opening import open_document, parse_page_range
from docengine.engine.opening.text_layer import covers_page, group_words, is_readable

PROSE = "The total amount is payable within thirty days of the date of this invoice to the account that is named below."


def test_pdf_words_stand_where_they_are_drawn() -> None:
    reader = FakeOcr()
    page = only(make_pdf(text_at("Total 9.00", size=20)), ocr="auto", reader=reader, images=True)
    assert [word.text for word in page.words] == ["Total", "9.00"]
    assert (page.width, page.height) == (page.image.shape[1], page.image.shape[0]) == (1653, 2339)
    assert page.words_from == "text" and not reader.seen
    for word in page.words:
        x0, y0, x1, y1 = (round(edge) for edge in word.box)
        dark = page.image[..., 0] < 128
        assert dark[y0:y1, x0:x1].any()
        dark[y0 - 2 : y1 + 2, x0 - 2 : x1 + 2] = False
        page.image[..., 0][~dark] = 255
    assert not dark.any(), "ink outside every word's box"


UPRIGHT, READS_UP, ON_ITS_HEAD, READS_DOWN = (
    "1 0 0 1 100 700",
    "0 1 -1 0 100 200",
    "-1 0 0 -1 500 700",
    "0 -1 1 0 100 700",
)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", [UPRIGHT, READS_UP, ON_ITS_HEAD, READS_DOWN])
def test_pdf_text_comes_out_upright(rotate: int, matrix: str) -> None:
    page = only(make_pdf(text_at("First second", matrix, 20), rotate=rotate), images=True)
    first, second = page.words
    assert first.box.x1 < second.box.x0 and abs(first.box.y1 - second.box.y1) < 12
    assert page.image.shape[:2] == (page.height, page.width)
    x0, y0, x1, y1 = (round(edge) for edge in first.box)
    assert (page.image[y0:y1, x0:x1] < 128).mean() > 0.1


def test_pdf_mixed_pages_are_decided_one_by_one() -> None:
    reader = FakeOcr()
    source = make_pdf(
        full_page(), SCAN, SCAN + text_at("Stamped 2024-01-01"), SCAN + full_page(), objects=(GREY_PIXEL,)
    )
    pages = list(open_document(source, reader=reader))
    assert [page.words_from for page in pages] == ["text", "ocr", "ocr", "text"]
    assert [page.index for page in pages] == [0, 1, 2, 3]
    assert pages[0].image is None and reader.seen == [pages[1].image.shape] * 2
    assert pages[1].timings_ms["ocr"] >= 0 and "ocr" not in pages[0].timings_ms


def test_pdf_ocr_modes() -> None:
    source, reader = make_pdf(SCAN, full_page(), objects=(GREY_PIXEL,)), FakeOcr()
    assert [page.words_from for page in open_document(source, ocr="force", reader=reader)] == ["ocr", "ocr"]
    scan, text = open_document(source, ocr="off")
    assert scan.words == [] and len(text.words) > 100
    with pytest.raises(errors.OcrUnavailable, match="page 1"):
        list(open_document(source))
    with pytest.raises(errors.UsageError, match="ocr"):
        open_document(source, ocr="maybe")


def test_pdf_blank_page_needs_no_ocr() -> None:
    reader = FakeOcr()
    assert only(make_pdf(b""), ocr="auto", reader=reader).words == []
    assert not reader.seen


def test_pdf_wanted_pages_only() -> None:
    source = make_pdf(*(text_at(f"page{number}") for number in range(1, 7)))
    pages = list(open_document(source, pages=parse_page_range("2,5-")))
    assert [(page.index, page.words[0].text) for page in pages] == [(1, "page2"), (4, "page5"), (5, "page6")]
    with pytest.raises(errors.NoPages, match="no page 9"):
        list(open_document(source, pages=parse_page_range("9")))


def test_pdf_of_huge_pages_gets_a_lower_scale() -> None:
    page = only(make_pdf(text_at("Plan"), box="0 0 14400 14400"), images=True)
    assert page.image.shape[0] * page.image.shape[1] < 5_000_000
    receipt = only(make_pdf(text_at("Long"), box="0 0 200 3000"))
    assert receipt.width > 400, "a long receipt must stay legible"


def test_pdf_encrypted() -> None:
    source = (Path(__file__).parent / "encrypted.pdf").read_bytes()
    with pytest.raises(errors.EncryptedFile, match="give its password"):
        open_document(source)
    with pytest.raises(errors.EncryptedFile, match="does not open it"):
        open_document(source, password="wrong")
    assert [word.text for word in only(source, password="secret").words] == ["Secret", "total", "9.00"]


def test_pdf_errors_do_not_leak_into_the_next_document() -> None:
    """PDFium keeps the error of the document before."""
    encrypted = (Path(__file__).parent / "encrypted.pdf").read_bytes()
    for other, kind in ((encrypted, errors.EncryptedFile), (make_pdf(full_page())[:60], errors.CorruptFile)):
        with pytest.raises(kind):
            open_document(other)
        with pytest.raises(errors.NoPages):
            open_document(make_pdf())


def test_pdf_opens_from_path_stream_and_bytes_and_twice(tmp_path: Path) -> None:
    path = tmp_path / "a file.bin"  # the suffix says nothing
    path.write_bytes(make_pdf(text_at("Hello")))
    with path.open("rb") as stream:
        documents = [
            open_document(path),
            open_document(str(path)),
            open_document(stream),
            open_document(path.read_bytes()),
        ]
    for document in documents:
        assert [[word.text for word in page.words] for page in document] == [["Hello"]]
        assert len(list(document)) == 1
    assert documents[1].source == str(path) and documents[3].source == "<bytes>"
    assert open_document(path, name="mine.pdf").source == "mine.pdf"


def test_pdf_filled_form_field_is_read() -> None:
    appearance = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F 3 0 R>>>>/Length 38>>"
        b"stream\nBT /F 12 Tf 2 5 Td (Filled in) Tj ET   \nendstream"
    )
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[72 600 272 620]/AP<</N 4 0 R>>>>"
    source = make_pdf(text_at("Name"), objects=(appearance, widget)).replace(b"/Rotate 0", b"/Annots[5 0 R]")
    assert {"Name", "Filled", "in"} == {word.text for word in only(source).words}


def test_pdf_is_safe_to_read_from_threads() -> None:
    source = make_pdf(full_page(), full_page())
    counts: list[int] = []

    def read() -> None:
        counts.extend(len(page.words) for page in open_document(source))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 8 and len(set(counts)) == 1


def test_pdf_text_layer_is_fast() -> None:
    source = make_pdf(*[full_page()] * 20)
    begun = time.process_time()
    assert sum(len(page.words) for page in open_document(source)) > 5000
    assert time.process_time() - begun < 2.0, "20 pages of 1,600 characters; 0.3 s on an idle machine"


def test_damaged_pdfs_raise_only_typed_errors() -> None:
    source = bytearray(make_pdf(full_page(), full_page()))
    rng = np.random.default_rng(3)
    for _ in range(12):
        broken = bytearray(source)
        for place in rng.integers(9, len(source), 30):
            broken[place] = rng.integers(256)
        with contextlib.suppress(errors.InputError):
            list(open_document(bytes(broken), ocr="off"))


# --- the text layer's soundness


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (LETTER, True),
        ("Rechnung Nr. 4711 vom 24.12.2024 über 1.234,56 €", True),
        ("Счёт на оплату № 5 от 12 марта", True),
        ("12", True),
        ("Index . . . . . . . . . . . . . . . . . . . . . . 9 Name ______________________", True),
        ("", False),
        ("(cid:12)(cid:7)(cid:44)", False),
        ("\ue001\ue002\ue003 Total \ue004\ue005", False),
        ("\ufffd\ufffd\ufffd\ufffd ab", False),
        ("# $ % & ' ( ) + , : ; < > ! { } ~ # $ % & ' ( ) + , : ; <", False),
        (PROSE, True),
        ("".join(chr(ord(c) - 29) if c.isalpha() else c for c in PROSE), False),  # a font without its Unicode map
    ],
)
def test_text_layer_soundness(text: str, sound: bool) -> None:
    assert is_readable([Word(word, Box(0, 0, 1, 1)) for word in text.split()]) is sound


def test_text_of_a_stamp_does_not_cover_a_page() -> None:
    def stamp(rows: int) -> list[Word]:
        return [Word("w", Box(x, y * 40, x + 5, y * 40 + 10)) for y in range(rows) for x in range(0, 400, 10)]

    assert covers_page(stamp(20), 1000) and not covers_page(stamp(1), 1000) and not covers_page([], 1000)


def test_characters_become_words() -> None:
    text = "ab c\u00add\x02\ufb01 x"
    boxes = np.array([[10 * i, 0, 10 * i + 8, 10] for i in range(len(text))], float)
    boxes[-1] += [100, 0, 100, 0]
    words = group_words(np.array([ord(char) for char in text]), boxes)
    assert [word.text for word in words] == ["ab", "c-d-fi", "x"]
    assert words[0].box == Box(0, 0, 18, 10)


@pytest.mark.parametrize(("step", "found"), [(12, ["------", "9"]), (60, [*"------", "9"])])
def test_a_rule_of_single_dashes_is_one_word(step: int, found: list[str]):
    text = "- - - - - - 9"
    left = np.array([step * (i // 2) + 6 * (i % 2) for i in range(len(text))], float)
    boxes = np.stack([left, np.full(len(text), 10.0), left + 6, np.full(len(text), 12.0)], axis=1)
    words = group_words(np.array([ord(char) for char in text]), boxes)
    assert [word.text for word in words] == found
