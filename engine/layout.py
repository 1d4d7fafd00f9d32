"""Words into reading order: line-level text is split into words, and words are gathered into physical text rows.

Row-major order (top to bottom, left to right, across columns) is the same for every source of words: a PDF's drawing
order and an OCR engine's line order leave no trace. Boxes are page pixels, origin top left, x0, y0, x1, y1.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median

from docengine import Box, Word

CODES = "RM|EUR|USD|GBP|CHF|MYR|SGD|AUD|CAD|PLN|CZK|SEK|DKK|NOK|IDR|INR|BRL|TRY|HUF|RON|Rp|Rs|Fr|kr|Kc|zł"
SIGNS = r"US\$|S\$|A\$|C\$|R\$|[$€£¥₹]"
AMOUNT = r"[-(]?[.,]?\d"
YEAR = r"[/.-]\d{4}"
SHORT_DATE = r"\d[/.-]\d\d[/.-]\d\d"
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)"

# A word is cut before each match. Each cut parts a label or a currency from the value that is glued to it.
CUTS = re.compile(
    "|".join(
        (
            r"(?<=[^\W\d][:=])(?=[^\s/:=])",  # Total:9.00, but not 12:30 and not http://
            r"(?<=[).#][:=])(?=[^\s/:=])",
            r"(?<=\A[:=])(?=[^\W_]|[-(]?[$€£¥₹\d])(?!\d\d(?::\d\d)?\Z)",  # :29/03/2018, but not the end of 12:30
            r"(?<=[^\W\d]#)(?=\w)",  # Inv#123
            r"(?<=[^\W\d]\))(?=[-$€£]?\d)",  # TOTAL(RM)9.00
            r"(?<=\d)(?=\([^\W\d]{2})",  # 03/12/2018(Mon)
            rf"(?<=\$)(?={AMOUNT})|(?<=[€£¥₹])(?={AMOUNT})",
            rf"(?<=\d)(?=(?:{SIGNS})$)",  # 9,00€
            rf"(?<=\d)(?=(?:{CODES})$)",
            r"(?<=[^\W\d])(?=\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d))",  # Date25/12/2018
            r"(?<=[/.-]\d{4})(?=\d\d:\d\d)",  # 25/12/201808:13:39
            r"(?<=\d[/.-]\d\d[/.-]\d\d)(?<!20(?=\d\d:\d\d:))(?=\d\d:\d\d)",  # 25/12/1808:13:39
            r"(?<=\d{4}[/.-]\d\d[/.-]\d\d)(?=\d\d:\d\d)",  # 2020-12-2508:13
            r"(?<=[/.-](?:19|20)\d\d)(?=[0-2]\d\.[0-5]\d(?!\d))",  # 25/12/201808.13
            rf"(?:(?<={YEAR})|(?<={SHORT_DATE}))(?=[-–/,;_|@]{CLOCK})",  # 25.12.18-08:13/1.2.3
            rf"(?:(?<={YEAR}[-–/,;_|@])|(?<={SHORT_DATE}[-–/,;_|@]))(?={CLOCK})",
            r"(?:(?<=\d\.\d\d\.\d\d)|(?<=\.\d{4}))(?=[-–][0-2]\d\.[0-5]\d(?![\d.]))",  # 25.12.18-08.13
            r"(?<=[^\W\d]{3})(?=\d+[.,]\d\d$)",  # Total9.00
            r"(?:(?<=[/.]\d\d)|(?<=[/.]\d{4}))(?=[-–]\d{1,2}[/.]\d)",  # 05/28/20-06/03/20
            r"(?:(?<=[/.]\d\d[-–])|(?<=[/.]\d{4}[-–]))(?=\d{1,2}[/.]\d)",
        )
    )
)
PRODUCT = re.compile(
    rf"^(?:\d{{1,3}}(?:[.,]\d{{1,3}})?)?([x×X*@])(?:{SIGNS})?\d+[.,]\d\d(?:(?:{SIGNS})?/[^\W\d]{{1,4}})?$"
)
"""`2x3.50`, `@1.99`, `0,612x3,99€/kg`: a quantity, a sign, a price."""
CODE_FIRST = re.compile(rf"^(?:{CODES})\.?(?={AMOUNT})")

PIECE = re.compile(r"\d+[.,/:-]?|[.,/:-]\d*|[.,/:-]?[^\W\d_]{3,9}[./-]?")
WHOLE = re.compile(
    r"\d{1,4}([/.-])\d{1,2}\1\d{2,4}|\d{1,2}([/.-])[^\W\d_]{3,9}\2\d{2,4}"  # 25/12/2018, 25-Dec-2018
    r"|\d{1,2}(?::\d\d){1,2}|\d{1,3}(?:([.,])\d{3}(?:\3\d{3})*)?(?:[.,]\d\d)?|\d+[.,]\d\d"  # 12:30:15, 1.234,50
)
TOUCHING = 0.08
"""Pieces of one number stand no further apart than this, in heights of the lower one; no space is as narrow."""

NARROW, WIDE = frozenset(" .,:;'`|!iIljtfr1()[]/-"), frozenset("mwMW@%&—")


def _advance(char: str) -> float:
    """Rough width of a character, in widths of a lower-case letter."""
    return 0.55 if char in NARROW else 1.5 if char in WIDE else 1.25 if char.isupper() else 1.0


@lru_cache(maxsize=50_000)
def split_text(text: str) -> tuple[tuple[str, float, float], ...]:
    """`text` cut at spaces and where a value is glued to its label: (piece, start, end), as shares of the width."""
    stops = [0.0]
    for char in text:
        stops.append(stops[-1] + _advance(char))
    total = stops[-1] or 1.0
    pieces = []
    for chunk in re.finditer(r"\S+", text):
        for start, end in _cut(chunk.group()):
            begin, finish = chunk.start() + start, chunk.start() + end
            pieces.append((text[begin:finish], stops[begin] / total, stops[finish] / total))
    return tuple(pieces)


def _cut(token: str) -> list[tuple[int, int]]:
    """(start, end) of each piece of a token without spaces; cutting a piece again changes nothing."""
    cuts = {match.start() for match in CUTS.finditer(token)}
    if code := CODE_FIRST.match(token):
        cuts.add(code.end())
    if product := PRODUCT.match(token):
        cuts |= {product.start(1), product.end(1)}
    edges = [0, *sorted(cuts - {0}), len(token)]
    if len(edges) == 2:
        return [(0, len(token))]
    return [(a + start, a + end) for a, b in pairwise(edges) for start, end in _cut(token[a:b])]


def split_word(word: Word) -> list[Word]:
    """A word or a whole line as single words; their boxes share the line's box in proportion to the characters."""
    pieces = split_text(word.text)
    if len(pieces) == 1 and pieces[0][0] == word.text:
        return [word]
    x0, y0, x1, y1 = word.box
    width = x1 - x0
    return [Word(text, Box(x0 + start * width, y0, x0 + end * width, y1)) for text, start, end in pieces]


def split_words(words: Sequence[Word]) -> list[Word]:
    """All `words` as single words, in the order given. Idempotent; words of spaces only vanish."""
    return [piece for word in words for piece in split_word(word)]


def joined_pieces(words: Sequence[Word], rows: Sequence[int]) -> tuple[list[Word], list[int]]:
    """Dates, times and numbers that an OCR engine cut at their marks (`25` `/` `12` `/` `2018`) as one word again.

    `words` in reading order with their `rows`, and so is what comes back.
    """
    whole: list[Word] = []
    numbers: list[int] = []
    at = 0
    while at < len(words):
        end = _last_piece(words, rows, at) + 1 if words[at].text[0].isdigit() else at + 1
        pieces = words[at:end]
        if len(pieces) > 1 and WHOLE.fullmatch("".join(word.text for word in pieces)):
            pieces = [Word("".join(word.text for word in pieces), Box.around(word.box for word in pieces))]
        whole += pieces
        numbers += [rows[at]] * len(pieces)
        at = end
    return whole, numbers


def _last_piece(words: Sequence[Word], rows: Sequence[int], first: int) -> int:
    """Index of the last piece, one that ends in a digit, of the number that begins with the word at `first`."""
    last = at = first
    while at + 1 < len(words) and rows[at + 1] == rows[first] and _touch(words[at], words[at + 1]):
        at += 1
        last = at if words[at].text[-1].isdigit() else last
    return last


def _touch(left: Word, right: Word) -> bool:
    """Whether they are pieces of one number, by their text and by the space between them."""
    if left.text[-1].isalnum() == right.text[0].isalnum():
        return False
    space, lower = right.box.x0 - left.box.x1, min(left.box.height, right.box.height)
    near = -lower / 2 < space <= TOUCHING * lower
    return near and PIECE.fullmatch(left.text) is not None and PIECE.fullmatch(right.text) is not None


def reading_order(words: Sequence[Word]) -> tuple[list[int], list[int]]:
    """Order and rows of single `words`: `order[i]` is the index of the i-th word read, `rows[i]` its row from 0.

    Words are taken from left to right, each joining the row whose last word stands level with it, so that rows follow a
    page's skew. Both lists have the length of `words`; rows never decrease.
    """
    if not words:
        return [], []
    typical = median(word.box.y1 - word.box.y0 for word in words) or 1.0
    rows = _gather(words, typical)
    rows.sort(key=lambda row: sum(words[i].box.y0 + words[i].box.y1 for i in row) / len(row))
    order = [i for row in rows for i in row]
    return order, [number for number, row in enumerate(rows) for _ in row]


def _gather(words: Sequence[Word], typical: float) -> list[list[int]]:
    """Indices of `words` by row, each from left to right. `typical` is the height of a usual word, in pixels."""
    rows: list[list[int]] = []
    bands: dict[int, list[int]] = defaultdict(list)  # band of y (one typical height) -> rows whose last word is there
    for i in sorted(range(len(words)), key=lambda i: (words[i].box.x0, words[i].box.y0)):
        x0, y0, x1, y1 = words[i].box
        middle, height = (y0 + y1) / 2, max(y1 - y0, typical / 2)
        band, best, best_gap = int(middle / typical), -1, 1.0
        for number in (*bands[band - 1], *bands[band], *bands[band + 1]):
            last = words[rows[number][-1]].box
            lower = min(height, max(last.y1 - last.y0, typical / 2))
            gap = abs((last.y0 + last.y1) / 2 - middle) / (lower / 2)
            if gap < best_gap and x0 >= last.x1 - 0.5 * min(x1 - x0, last.x1 - last.x0):
                best, best_gap = number, gap
        if best < 0:
            best = len(rows)
            rows.append([])
        else:
            last = words[rows[best][-1]].box
            bands[int((last.y0 + last.y1) / 2 / typical)].remove(best)
        rows[best].append(i)
        bands[band].append(best)
    return rows
