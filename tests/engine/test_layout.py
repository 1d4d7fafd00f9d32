import random

import pytest

from docengine import Box, Word
from docengine.engine.layout import joined_pieces, reading_order, split_text, split_words


def word(text, x, y, width=40, height=10):
    return Word(text, Box(x, y, x + width, y + height))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Total:9.00", ["Total:", "9.00"]),
        ("RM9.00", ["RM", "9.00"]),
        ("$1,234.56", ["$", "1,234.56"]),
        ("9,00€", ["9,00", "€"]),
        ("Gross:EUR100.00", ["Gross:", "EUR", "100.00"]),
        ("TOTAL(RM)9.00", ["TOTAL(RM)", "9.00"]),
        ("25/12/201808:13:39", ["25/12/2018", "08:13:39"]),
        ("25/12/1808:13:39", ["25/12/18", "08:13:39"]),
        ("25/12/201808.13", ["25/12/2018", "08.13"]),
        ("2020-12-2508:13:39", ["2020-12-25", "08:13:39"]),
        ("25/12/2018:13", ["25/12/20", "18:13"]),
        ("25/12/2018:13:39", ["25/12/2018:13:39"]),
        ("12.07.20-14:53/3.0.21/T7MB-179", ["12.07.20", "-", "14:53/3.0.21/T7MB-179"]),
        ("2019-07-12/14:53", ["2019-07-12", "/", "14:53"]),
        ("12.01.19-10.22", ["12.01.19", "-", "10.22"]),
        ("12/1/2019,9:05", ["12/1/2019", ",", "9:05"]),
        ("01.12.19-07.12.19", ["01.12.19", "-", "07.12.19"]),
        ("Date25/12/2018", ["Date", "25/12/2018"]),
        ("05/28/20-06/03/20", ["05/28/20", "-", "06/03/20"]),
        ("01.02.2024-28.02.2024", ["01.02.2024", "-", "28.02.2024"]),
        (":29/03/2018", [":", "29/03/2018"]),
        ("Date:29/03/2018", ["Date:", "29/03/2018"]),
        (":-9.00", [":", "-9.00"]),
        (":CS1802/27714", [":", "CS1802/27714"]),
        (":30", [":30"]),
        (":30:15", [":30:15"]),
        (":)", [":)"]),
        ("1:2", ["1:2"]),
        ("12:30", ["12:30"]),
        ("http://a.example/b", ["http://a.example/b"]),
        ("DE123456789", ["DE123456789"]),
        ("ROM12", ["ROM12"]),
        ("2x3,50", ["2", "x", "3,50"]),
        ("@$1.99", ["@", "$", "1.99"]),
        ("0,612x3,99€/kg", ["0,612", "x", "3,99€/kg"]),
        ("*12.50", ["*", "12.50"]),
        ("6x1,5L", ["6x1,5L"]),
        ("a@1.99", ["a@1.99"]),
        ("  two   words ", ["two", "words"]),
        ("", []),
    ],
)
def test_values_are_parted_from_what_is_glued_to_them(text, pieces):
    assert [piece for piece, _, _ in split_text(text)] == pieces


def test_splitting_is_idempotent_and_keeps_every_character():
    rng = random.Random(0)
    for _ in range(2000):
        text = "".join(rng.choice("aB1.,:/ €$RM()#-") for _ in range(rng.randint(1, 14)))
        once = split_words([Word(text, Box(0, 0, 100, 10))])
        assert "".join(w.text for w in once) == "".join(text.split())
        assert split_words(once) == once


def test_boxes_of_the_pieces_share_the_line_from_left_to_right():
    line = Word("Invoice No. 4711", Box(10, 0, 110, 12))
    first, second, third = split_words([line])
    assert first.box.x0 == 10
    assert third.box.x1 == pytest.approx(110)
    assert first.box.x1 < second.box.x0 < second.box.x1 < third.box.x0
    assert {w.box.y0 for w in (first, second, third)} == {0}


def in_a_row(pieces, space=0.0):
    """Words of a row, 10 high and 6 a character wide, `space` apart."""
    words, x = [], 0.0
    for text in pieces:
        words.append(Word(text, Box(x, 0, x + 6 * len(text), 10)))
        x += 6 * len(text) + space
    return words


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["25", "/", "12", "/", "2018"], ["25/12/2018"]),
        (["25/", "12/", "2018"], ["25/12/2018"]),
        (["25", "/12", "/2018"], ["25/12/2018"]),
        (["22", "-", "JUL", "-", "2017"], ["22-JUL-2017"]),
        (["08", ":", "13", ":", "39"], ["08:13:39"]),
        (["1", ".", "234", ",", "50"], ["1.234,50"]),
        (["12", ",500"], ["12,500"]),
        (["TGL", ":", "31", "/", "01", "/", "27", ","], ["TGL", ":", "31/01/27", ","]),
        (["192", ".", "168", ".", "10", ".", "22"], ["192", ".", "168", ".", "10", ".", "22"]),
        (["INV", "-", "001"], ["INV", "-", "001"]),
        (["05/28/20", "-", "06/03/20"], ["05/28/20", "-", "06/03/20"]),
        (["RM", "9.00"], ["RM", "9.00"]),
        (["2", "3"], ["2", "3"]),
    ],
)
def test_pieces_of_a_number_that_touch_are_joined(pieces, whole):
    words = in_a_row(pieces)
    joined, rows = joined_pieces(words, [7] * len(words))
    assert [w.text for w in joined] == whole
    assert rows == [7] * len(whole)
    assert Box.around(w.box for w in joined) == Box.around(w.box for w in words)


def test_pieces_of_a_number_apart_or_on_two_rows_stay_two():
    apart = in_a_row(["3", ",50"], space=2)
    assert joined_pieces(apart, [0, 0])[0] == apart
    assert joined_pieces(in_a_row(["3", ",50"]), [0, 1]) == (in_a_row(["3", ",50"]), [0, 1])


def test_rows_are_read_top_to_bottom_and_left_to_right_whatever_the_order_given():
    page = [word(f"{row},{column}", column * 60, row * 20) for row in range(6) for column in range(4)]
    shuffled = random.Random(1).sample(page, len(page))
    order, rows = reading_order(shuffled)
    assert [shuffled[i] for i in order] == page
    assert rows == [row for row in range(6) for _ in range(4)]


def test_rows_follow_a_skewed_page():
    page = [word(f"{row},{column}", column * 60, row * 20 + column * 4) for row in range(5) for column in range(8)]
    order, rows = reading_order(page)
    assert [page[i].text for i in order] == [w.text for w in page]
    assert max(rows) == 4


def test_a_tall_logo_does_not_join_the_lines_beside_it():
    page = [word("LOGO", 0, 0, 100, 40), word("first", 200, 2), word("second", 200, 26)]
    _, rows = reading_order(page)
    assert len(set(rows)) == 3


def test_an_empty_page_has_no_rows():
    assert reading_order([]) == ([], [])
