"""What the tests of opening are fed with: small PDFs, and an OCR engine that says one word."""

from __future__ import annotations

from typing import Any

import numpy as np

from docengine import Box, Page, Word
from docengine.engine.opening import open_document

LETTER = "The quick brown fox jumps over the lazy dog and pays 1,234.50 EUR on 24.12.2024"


class FakeOcr:
    """Says one word, and remembers the shapes of the pictures that it was given."""

    name = "fake"

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def read(self, image: np.ndarray) -> list[Word]:
        self.seen.append(image.shape)
        return [Word("read", Box(1, 2, 3, 4))]


def make_pdf(*pages: bytes, rotate: int = 0, box: str = "0 0 595 842", objects: tuple[bytes, ...] = ()) -> bytes:
    """A PDF with one content stream a page. Font /F is Helvetica; `objects` become 4, 5, ..., and 4 is image /I."""
    image = b"/XObject<</I 4 0 R>>" if objects else b""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", *objects]
    kids = []
    for content in pages:
        parts.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        head = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Rotate %d" % (box.encode(), rotate)
        parts.append(head + b"/Resources<</Font<</F 3 0 R>>%s>>/Contents %d 0 R>>" % (image, len(parts)))
        kids.append(b"%d 0 R" % len(parts))
    parts[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    out, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(parts) + 1, table, end)


def text_at(text: str, matrix: str = "1 0 0 1 72 700", size: int = 12) -> bytes:
    return f"BT /F {size} Tf {matrix} Tm ({text}) Tj ET\n".encode()


def full_page(text: str = LETTER) -> bytes:
    return b"".join(text_at(text, f"1 0 0 1 50 {780 - 30 * line}") for line in range(20))


GREY_PIXEL = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    b"stream\nz\nendstream"
)
SCAN = b"q 595 0 0 842 0 0 cm /I Do Q\n"


def only(source: Any, **options: Any) -> Page:
    (page,) = open_document(source, **{"ocr": "off", **options})
    return page
