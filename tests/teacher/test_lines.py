"""What a line is, said with hand-made pages: 10-point words, 24 units from one line to the next."""

from __future__ import annotations

import math

import numpy as np
import pytest

from docengine.teacher.lines import ADJACENT, FURTHER, SAME, find_lines

HEIGHT, LEADING = 16, 24


class Sheet:
    """Words put one by one, each with a name."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.boxes: list[tuple[float, float, float, float]] = []

    def put(self, name: str, x: float, y: float, width: float = 50, height: float = HEIGHT) -> None:
        """A word whose lower edge is at `y`."""
        self.names.append(name)
        self.boxes.append((x, y - height, x + width, y))

    def text(self, name: str, x: float, y: float, words: int) -> None:
        """A line of running text: `name`0, `name`1, ..., 6 units apart."""
        for i in range(words):
            self.put(f"{name}{i}", x + 56 * i, y)

    def turned(self, degrees: float) -> Sheet:
        """The page turned about its corner; boxes stay upright, as an OCR engine or a scanner gives them."""
        angle, turned = math.radians(degrees), Sheet()
        for name, (x0, y0, x1, y1) in zip(self.names, self.boxes, strict=True):
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            dx = x * math.cos(angle) - y * math.sin(angle) - x
            dy = x * math.sin(angle) + y * math.cos(angle) - y
            turned.names.append(name)
            turned.boxes.append((x0 + dx, y0 + dy, x1 + dx, y1 + dy))
        return turned

    def classes(self, first: str, *others: str) -> list[int]:
        lines = find_lines(np.array(self.boxes))
        places = [self.names.index(name) for name in others]
        return lines.apart(np.full(len(places), self.names.index(first)), np.array(places)).tolist()

    def lines(self) -> set[frozenset[str]]:
        of = find_lines(np.array(self.boxes)).of
        return {frozenset(n for n, line in zip(self.names, of, strict=True) if line == k) for k in set(of)}


def paragraph() -> Sheet:
    sheet = Sheet()
    for line in range(12):
        sheet.text("abcdefghijkl"[line], 0, LEADING * line, 9)
    return sheet


@pytest.mark.parametrize("degrees", [0, 3, -3])
def test_lines_follow_the_skew_of_the_page(degrees):
    sheet = paragraph().turned(degrees)  # over a line's width 3 degrees are more than its leading
    assert sheet.lines() == {frozenset(f"{line}{i}" for i in range(9)) for line in "abcdefghijkl"}
    assert sheet.classes("d0", "d8", "c8", "e8", "b0", "f8") == [SAME, ADJACENT, ADJACENT, FURTHER, FURTHER]


@pytest.mark.parametrize("degrees", [0, 3, -3])
def test_a_label_and_a_table_row_are_one_line_across_any_space(degrees):
    sheet = Sheet()
    for row in range(8):
        sheet.text(f"item{row}-", 0, LEADING * row, 3)
        sheet.put(f"quantity{row}", 520, LEADING * row, width=20)
        sheet.put(f"amount{row}", 900, LEADING * row)
    sheet = sheet.turned(degrees)
    assert sheet.classes("item3-0", "quantity3", "amount3") == [SAME, SAME]
    assert sheet.classes("item3-0", "amount2", "amount4", "amount5") == [ADJACENT, ADJACENT, FURTHER]


@pytest.mark.parametrize("shift", [0, 3, 12])
def test_columns_of_running_text_do_not_share_lines(shift):
    sheet = Sheet()
    sheet.put("title", 0, -40, width=700)
    for line in range(6):
        sheet.text(f"left{line}-", 0, LEADING * line, 5 if line < 5 else 2)
        sheet.text(f"right{line}-", 300, LEADING * line + shift, 5)
    assert sheet.classes("left2-4", "left2-0", "left3-0", "left4-0") == [SAME, ADJACENT, FURTHER]
    assert sheet.classes("left2-4", "right2-0", "right1-0", "right3-4") == [FURTHER] * 3
    assert sheet.classes("left5-0", "right5-0", "left4-3") == [FURTHER, ADJACENT]  # the paragraph's short last line
    assert sheet.classes("title", "left0-0", "right0-0", "left1-0") == [ADJACENT, ADJACENT, FURTHER]


def test_blocks_side_by_side_keep_their_own_lines():
    sheet = Sheet()
    for line in range(5):
        sheet.put(f"seller{line}", 0, LEADING * line, width=120)
        sheet.put(f"buyer{line}", 400, 12 + LEADING * line, width=120)  # half a line lower
    assert sheet.classes("seller1", "seller0", "seller2", "seller3") == [ADJACENT, ADJACENT, FURTHER]
    assert sheet.classes("seller1", "buyer1", "buyer0", "buyer2") == [ADJACENT, ADJACENT, FURTHER]


def test_a_wrapped_cell_has_a_line_for_each_of_its_lines():
    sheet = Sheet()
    for row in range(3):
        y = 3 * LEADING * row
        sheet.text(f"item{row}-", 0, y, 4)
        sheet.text(f"more{row}-", 0, y + LEADING, 2)
        sheet.put(f"amount{row}", 600, y)
    assert sheet.classes("item1-0", "item1-3", "amount1", "more1-1") == [SAME, SAME, ADJACENT]
    assert sheet.classes("more1-0", "amount1", "item2-0", "amount2", "more0-0") == [ADJACENT] * 3 + [FURTHER]
    middle = Sheet()
    middle.text("upper", 0, 0, 4)
    middle.text("lower", 0, LEADING, 4)
    middle.put("amount", 600, LEADING / 2)  # level with neither: on a line between, which parts no lines of the cell
    assert middle.classes("amount", "upper0", "lower0") == [ADJACENT, ADJACENT]
    assert middle.classes("upper0", "lower3") == [ADJACENT]


@pytest.mark.parametrize("rise", [9, -3])
def test_superscripts_and_subscripts_belong_to_their_word(rise):
    sheet = paragraph()
    sheet.put("note", 56 * 9 - 6, LEADING * 5 - rise, width=6, height=8)
    assert sheet.classes("note", "f8", "f0", "e8", "g8") == [SAME, SAME, ADJACENT, ADJACENT]


def test_large_print_shares_the_line_that_it_is_set_on_and_no_other():
    sheet = Sheet()
    sheet.put("HEADING", 0, LEADING * 2, width=300, height=56)
    for line in range(4):
        sheet.text(f"small{line}-", 340, LEADING * line, 3)
    assert sheet.classes("HEADING", "small2-2") == [SAME]  # a common lower edge
    assert sheet.classes("small2-0", "small1-0", "small3-0") == [ADJACENT, ADJACENT]
    assert sheet.classes("small1-0", "small0-0", "small3-0") == [ADJACENT, FURTHER]


def test_dashes_and_points_stay_on_their_line():
    sheet = paragraph()
    sheet.put("dash", 56 * 9, LEADING * 5 - 6, width=10, height=2)
    sheet.put("point", 56 * 9, LEADING * 7, width=3, height=3)
    assert sheet.classes("f0", "dash", "point") == [SAME, FURTHER]
    assert sheet.classes("h0", "point") == [SAME]


def test_text_up_the_margin_shares_no_line():
    sheet = paragraph()
    sheet.put("margin", -30, LEADING * 6, width=12, height=100)
    for line in "bcdef":
        assert sheet.classes("margin", f"{line}0") != [SAME]
        assert sheet.classes(f"{line}0", f"{line}8") == [SAME]


def test_the_order_and_the_unit_of_words_change_nothing():
    sheet = paragraph().turned(2)
    boxes = np.array(sheet.boxes)
    shuffled = np.random.default_rng(0).permutation(len(boxes))
    first, second = np.divmod(np.arange(len(boxes) ** 2), len(boxes))
    wanted = find_lines(boxes).apart(first, second)
    back = np.argsort(shuffled)
    assert (find_lines(boxes[shuffled] / 7 + 3).apart(back[first], back[second]) == wanted).all()


def test_odd_pages():
    assert find_lines(np.zeros((0, 4))).of.tolist() == []
    assert find_lines(np.zeros((3, 4))).apart(np.array([0]), np.array([0])).tolist() == [SAME]
    assert find_lines(np.array([[5.0, 5, 9, 9]])).classes.tolist() == [[SAME]]
