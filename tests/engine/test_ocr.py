"""OCR on pages drawn here."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from docengine import Page, errors
from docengine.engine.ocr import OcrEngine, StraighteningOcr, open_ocr
from docengine.engine.ocr.geometry import ordered
from docengine.engine.ocr.pose import Pose, runs_sideways, skew_of
from docengine.engine.ocr.recognise import HEIGHT, Recogniser, blanks_between, parted
from docengine.engine.ocr.tesseract import words_of_tsv
from docengine.engine.opening import open_document

FONT = ImageFont.load_default(size=28)
LINES = [
    (40, 30, "ACME Trading Limited"),
    (40, 80, "12 Market Street, Leeds"),
    (40, 130, "Invoice No: A-20417"),
    (40, 180, "Date: 24/12/2024"),
    (40, 230, "Total"),
    (480, 230, "1,234.50"),
]


def drawn(lines: list[tuple[int, int, str]] = LINES, size: tuple[int, int] = (660, 300)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(picture)
    for x, y, text in lines:
        drawing.text((x, y), text, font=FONT, fill="black")
    return picture


@pytest.fixture(scope="module")
def reader() -> OcrEngine:
    return open_ocr("rapidocr", threads=1)


def turned(picture: Image.Image, degrees: float) -> np.ndarray:
    return np.array(picture.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC))


def test_words_and_their_boxes(reader: OcrEngine) -> None:
    picture = drawn()
    words = {word.text: word.box for word in reader.read(np.array(picture))}
    assert set(words) == {word for _, _, line in LINES for word in line.split()}
    drawing = ImageDraw.Draw(picture)
    for text, x, y in (("ACME", 40, 30), ("Total", 40, 230), ("1,234.50", 480, 230)):
        assert words[text] == pytest.approx(drawing.textbbox((x, y), text, font=FONT), abs=5)
    assert words["Trading"].x0 == pytest.approx(40 + FONT.getlength("ACME "), abs=5)


def test_distant_words_of_one_row_stay_apart(reader: OcrEngine) -> None:
    rows = [(40, 40, "Total"), (190, 40, "9.00"), (300, 40, "2"), (380, 40, "18.00"), (40, 90, "Cash      20.00")]
    texts = {word.text for word in reader.read(np.array(drawn(rows, (500, 150))))}
    assert texts == {"Total", "9.00", "2", "18.00", "Cash", "20.00"}


@pytest.mark.parametrize("shape", [(300, 200), (1, 1), (4, 900), (2000, 30)])
def test_blank_pages_have_no_words(reader: OcrEngine, shape: tuple[int, int]) -> None:
    assert reader.read(np.full((*shape, 3), 255, np.uint8)) == []


def test_tall_receipt_stays_legible(reader: OcrEngine) -> None:
    rows = [(20, 40 + 350 * number, f"Coffee beans {number}1.50") for number in range(1, 10)]
    words = {word.text for word in reader.read(np.array(drawn(rows, (420, 3500))))}
    assert words == {word for _, _, text in rows for word in text.split()}


@pytest.mark.parametrize("degrees", [90, 180, 270, 6, -4])
def test_turned_page_comes_out_upright(reader: OcrEngine, degrees: float) -> None:
    assert isinstance(reader, StraighteningOcr)
    image, words = reader.read_straight(turned(drawn(), degrees))
    found = {word.text: word.box for word in words}
    assert {"ACME", "Leeds", "A-20417", "24/12/2024", "Total", "1,234.50"} <= set(found)
    assert found["Total"].y1 == pytest.approx(found["1,234.50"].y1, abs=6)  # the comma hangs lower
    assert found["ACME"].y1 < found["Date:"].y0 and found["Total"].x1 < found["1,234.50"].x0
    height, width = image.shape[:2]
    assert width > height
    x0, y0, x1, y1 = (round(edge) for edge in found["Total"])
    assert (image[y0:y1, x0:x1] < 128).mean() > 0.15, "the picture is turned with its boxes"
    assert (image[y0 - 8 : y0 - 2, x0:x1] > 128).all()


def test_upright_page_is_left_as_it_is(reader: OcrEngine) -> None:
    assert isinstance(reader, StraighteningOcr)
    given = np.array(drawn())
    image, words = reader.read_straight(given)
    assert image is given and words == reader.read(given)


def test_opened_page_is_the_upright_one(reader: OcrEngine) -> None:
    (page,) = open_document(turned(drawn(), 90), reader=reader)
    assert isinstance(page, Page) and page.words_from == "ocr" and page.timings_ms["ocr"] > 0
    assert (page.height, page.width) == page.image.shape[:2] == (300, 660)
    assert page.words is not None and "ACME" in {word.text for word in page.words}


# --- where a line's words part


def words_in(text: str, spaces: dict[int, float], blanks: dict[int, int], usual: int = 2) -> list[str]:
    """`text` parted, where by the model's `spaces` and the `blanks` after some of its characters, `usual` elsewhere."""
    pairs = range(len(text) - 1)
    found = parted(text, np.array([spaces.get(i, 0.0) for i in pairs]), [blanks.get(i, usual) for i in pairs])
    return "".join(char + " " * parts for char, parts in zip(text, [*found, False], strict=True)).split()


def test_a_space_that_the_model_only_suspects_needs_a_blank() -> None:
    assert words_in("SANYUSHOP", {4: 0.25}, {4: 9}) == ["SANYU", "SHOP"]
    assert words_in("SANYUSHOP", {4: 0.25}, {}) == ["SANYUSHOP"]
    assert words_in("SANYUSHOP", {}, {4: 9}) == ["SANYUSHOP"]
    assert words_in("SANYUSHOP", {}, {4: 9}, usual=9) == ["SANYUSHOP"], "wide type parts nothing"


def test_a_wide_blank_parts_words_alone() -> None:
    assert words_in("Cash20.00", {}, {3: 40}) == ["Cash", "20.00"]
    assert words_in("12", {}, {0: 50}) == ["1", "2"], "a single blank is not its line's usual one"


@pytest.mark.parametrize("amount", ["484,06", "1.15", "12,345"])
def test_amounts_hold_together_at_the_decimal_mark(amount: str) -> None:
    mark = len(amount.rstrip("0123456789")) - 1
    assert words_in(amount + "€", {mark: 0.95}, {mark: 14}, usual=5) == [amount + "€"]
    assert words_in("May6,2024", {4: 0.95}, {4: 14}, usual=5) == ["May6,", "2024"]


def test_dates_and_words_hold_together() -> None:
    assert words_in("05-02-18", {1: 0.5}, {1: 7}) == ["05-02-18"]
    assert words_in("A5-BCD", {2: 0.5}, {2: 7}) == ["A5-", "BCD"]
    assert words_in("Relief", {2: 0.4}, {2: 6}) == ["Relief"]
    assert words_in("ReLIEF", {2: 0.4}, {2: 6}) == ["ReL", "IEF"]


def test_each_blank_belongs_to_one_pair_of_characters() -> None:
    ink = np.zeros((HEIGHT, 60), bool)
    for start, end in ((0, 10), (12, 15), (40, 50)):  # a letter, a colon, a letter
        ink[10:30, start:end] = True
    for colon in (11.0, 13.5, 19.0):  # the model's columns are coarse: its middle may lie beside its ink
        assert blanks_between(ink, [5.0, colon, 45.0]) == ([2, 25], [11.0, 27.5])


def test_no_ink_has_no_blanks() -> None:
    assert blanks_between(np.zeros((HEIGHT, 60), bool), [5.0, 25.0]) == ([0], [15.0])


class Session:
    """Knows `冰A0é` and reads, in 8 columns, what it is given: (class, probability) by column."""

    seen: ClassVar[dict[int, list[tuple[int, float]]]] = {}

    def __init__(self, *_: object, **__: object) -> None: ...

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="x")]

    def get_modelmeta(self) -> SimpleNamespace:
        return SimpleNamespace(custom_metadata_map={"character": "冰\nA\n0\né"})

    def run(self, _: object, __: object) -> tuple[np.ndarray]:
        found = np.zeros((1, 8, 6), np.float32)
        found[0, :, 0] = 0.01
        for column, classes in self.seen.items():
            for code, probability in classes:
                found[0, column, code] = probability
        return (found,)


def test_characters_of_other_scripts_are_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.InferenceSession", Session)
    recogniser = Recogniser(Path("model.onnx"), 1)
    strip = np.full((HEIGHT, 64, 3), 255, np.uint8)
    monkeypatch.setattr(Session, "seen", {1: [(2, 0.9)], 3: [(1, 0.6), (3, 0.3)], 5: [(4, 0.9)]})
    line = recogniser.read(strip)
    assert "".join(piece.text for piece in line.pieces) == "A0é"
    assert line.score == pytest.approx((0.9 + 0.3 + 0.9) / 3)
    monkeypatch.setattr(Session, "seen", {1: [(1, 0.9), (3, 0.05)], 3: [(1, 0.9)]})
    assert recogniser.read(strip).score < 0.5, "a line of another script is not to be trusted"
    monkeypatch.setattr(Session, "seen", {2: [(5, 0.9)]})
    assert recogniser.read(strip).pieces == [], "a space alone is no word"


# --- how a page lies


def lines_at(degrees: float, count: int = 12) -> np.ndarray:
    """Quads (count, 4, 2) of lines 200 x 20, `degrees` counter-clockwise off level as they are seen."""
    corners = np.array([[0, 0], [200, 0], [200, 20], [0, 20]], float)
    turn = np.radians(-degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return ordered(np.array([(corners + np.array([10, 40 * number])) @ matrix.T for number in range(count)]))


@pytest.mark.parametrize("degrees", [0, 3, -9, 20])
def test_skew_is_told_from_lines(degrees: float) -> None:
    quads = lines_at(degrees)
    assert not runs_sideways(quads)
    assert skew_of(quads) == pytest.approx(-degrees, abs=0.01)


@pytest.mark.parametrize("degrees", [90, 270, 85, -95])
def test_sideways_is_told_from_lines(degrees: float) -> None:
    assert runs_sideways(lines_at(degrees))
    assert not runs_sideways(lines_at(degrees, count=2)), "two lines may be a logo"


@pytest.mark.parametrize("pose", [Pose(), Pose(1), Pose(2), Pose(3), Pose(0, 7.0), Pose(1, -5.0)])
def test_points_go_with_the_picture(pose: Pose) -> None:
    image = np.full((120, 200, 3), 255, np.uint8)
    image[30:34, 150:154] = 0
    upright = pose.upright(image)
    ys, xs = np.nonzero(upright[..., 0] < 128)
    assert pose.carry(np.array([152.0, 32.0]), image.shape) == pytest.approx(
        [xs.mean() + 0.5, ys.mean() + 0.5], abs=0.6
    )


# --- engines


def test_unknown_engine_names_the_known() -> None:
    with pytest.raises(errors.OcrUnavailable, match="rapidocr, tesseract"):
        open_ocr("abbyy")


def test_missing_rapidocr_names_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docengine.engine.ocr.rapid.find_spec", lambda _: None)
    with pytest.raises(errors.OcrUnavailable, match="pip install"):
        open_ocr("rapidocr")


def test_missing_model_is_not_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docengine.engine.ocr.rapid.DETECTION", "another.onnx")
    with pytest.raises(errors.OcrUnavailable, match=r"another\.onnx"):
        open_ocr("rapidocr")


QUIET = """
import socket, sys
def blocked(*_, **__):
    raise OSError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = blocked
import docengine.engine.ocr, docengine.engine.opening
assert not {"cv2", "rapidocr", "onnxruntime", "torch"} & set(sys.modules), "importing must stay light"
reader = docengine.engine.ocr.open_ocr(threads=1)
assert "rapidocr" not in sys.modules, "models are loaded with the first page"
import numpy
assert reader.read(numpy.full((90, 90, 3), 255, numpy.uint8)) == []
"""


def test_ocr_is_silent_offline_and_leaves_nothing_behind(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", QUIET], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


# --- Tesseract

TSV = "\n".join(
    (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        "4\t1\t1\t1\t1\t0\t10\t20\t100\t12\t-1\t",
        '5\t1\t1\t1\t1\t1\t10\t20\t50\t12\t96.5\t"Total',
        "5\t1\t1\t1\t1\t2\t70\t20\t40\t12\t91\t9.00",
        "5\t1\t1\t1\t1\t3\t70\t20\t40\t12\t95\t ",
    )
)


def program(folder: Path, script: str) -> None:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_tesseract_table() -> None:
    assert [(word.text, tuple(word.box)) for word in words_of_tsv(TSV)] == [
        ('"Total', (10, 20, 60, 32)),
        ("9.00", (70, 20, 110, 32)),
    ]


def test_tesseract_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.tsv").write_text(TSV)
    program(tmp_path, f"cat > {tmp_path}/seen; cat {tmp_path}/out.tsv")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert len(open_ocr("tesseract", threads=1).read(np.zeros((5, 7, 3), np.uint8))) == 2
    assert (tmp_path / "seen").read_bytes().startswith(b"P6\n7 5\n255\n")


def test_tesseract_that_fails_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "cat > /dev/null; echo 'Error opening data file eng.traineddata' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(errors.OcrFailed, match=r"eng\.traineddata"):
        open_ocr("tesseract").read(np.zeros((5, 7, 3), np.uint8))


def test_missing_tesseract_names_the_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.OcrUnavailable, match="apt install tesseract-ocr"):
        open_ocr("tesseract")
