"""Words out of a PDF page's text layer, and whether that layer can be trusted.

A page's characters come as arrays: codes (N,) of Unicode points and boxes (N, 4) in page pixels.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from docengine import Box, Word

HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}
"""What PDFium gives for a hyphen at a line's end, and the soft hyphen."""
LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
SPLIT_GAP = 0.9
"""A gap wider than this many character heights parts words even where no space is drawn."""
MIN_LETTERS = 60
MIN_VOWELS = 0.2
"""Languages in Latin script have 30 to 50% vowels; where a font's codes are shifted by a constant, few letters are."""
VOWELS = frozenset("aeiouyAEIOUY")
MAX_UNREADABLE = 0.1
MIN_ALPHANUMERIC = 0.4
RULES = frozenset("-=*_")
RULE_GAP = 2.0
"""Characters of one rule are no further apart than this, in their own widths."""
LEADERS = frozenset("._-–—…·•*=")
"""Printed by the line in tables of contents and forms: they say nothing either way."""


def group_words(codes: np.ndarray, boxes: np.ndarray) -> list[Word]:
    """Runs of characters between spaces, line ends and wide gaps, in the order of the file."""
    characters = {code: _character(code) for code in np.unique(codes).tolist()}
    inked = np.isin(codes, [code for code, text in characters.items() if text.strip()])
    if not inked.any():
        return []
    spaced = np.isin(codes, [code for code, text in characters.items() if text.isspace()])
    after_space = np.cumsum(spaced)[inked]
    codes, boxes = codes[inked], boxes[inked]
    begins = np.diff(after_space, prepend=-1) != 0
    begins[1:] |= _gaps(boxes)
    starts = np.flatnonzero(begins)
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    text = [characters[code] for code in codes.tolist()]
    ends = [*starts[1:].tolist(), len(text)]
    words = [
        Word("".join(text[start:end]), Box(*box))
        for start, end, box in zip(starts.tolist(), ends, np.hstack([low, high]).tolist(), strict=True)
    ]
    return _whole_rules(words)


def _whole_rules(words: Sequence[Word]) -> list[Word]:
    """`words` with a rule of single characters, `- - - -`, as one word: each by itself would take a word's place."""
    whole: list[Word] = []
    for word in words:
        last = whole[-1] if whole else None
        if last is not None and len(word.text) == 1 and word.text in RULES and _rule_goes_on(last, word):
            whole[-1] = Word(last.text + word.text, Box.around((last.box, word.box)))
        else:
            whole.append(word)
    return whole


def _rule_goes_on(rule: Word, word: Word) -> bool:
    apart, wide = word.box.x0 - rule.box.x1, word.box.x1 - word.box.x0
    level = abs(word.box.y0 - rule.box.y0) <= wide
    return set(rule.text) == {word.text} and level and 0 <= apart <= RULE_GAP * wide


def _gaps(boxes: np.ndarray) -> np.ndarray:
    """(N - 1,) bool: the next character does not go on where this one ended, along the line or across it."""
    heights = boxes[:, 3] - boxes[:, 1]
    heights = np.maximum(heights, np.median(heights) / 2)  # a dot or a dash is low
    before, after = boxes[:-1], boxes[1:]
    size = np.maximum(heights[:-1], heights[1:])
    apart_x = np.maximum(after[:, 0] - before[:, 2], before[:, 0] - after[:, 2])
    apart_y = np.maximum(after[:, 1] - before[:, 3], before[:, 1] - after[:, 3])
    gaps: np.ndarray = (apart_x > SPLIT_GAP * size) | (apart_y > SPLIT_GAP * size)
    return gaps


def _character(code: int) -> str:
    """What stands for a code in a word; a space parts words, and nothing is left of what has no width."""
    if code in HYPHENS:
        return HYPHENS[code]
    if code in LIGATURES:
        return LIGATURES[code]
    if code == 0 or chr(min(code, 0x10FFFF)).isspace():
        return " "
    if code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    return "" if code in (0x200B, 0x200C, 0x200D, 0xFEFF) else chr(code)


def is_readable(words: Sequence[Word]) -> bool:
    """False for garbage: codes without meaning, hardly a letter or digit, or letters of a shifted font."""
    text = "".join(word.text for word in words)
    if not text or "(cid:" in text:
        return False
    kinds: Counter[str] = Counter()
    for char, times in Counter(text).items():
        if char in LEADERS:
            continue
        kinds[unicodedata.category(char)[0] if char != "\ufffd" else "C"] += times
    if kinds["C"] > MAX_UNREADABLE * kinds.total():
        return False
    if kinds["L"] + kinds["N"] + kinds["M"] < MIN_ALPHANUMERIC * kinds.total() and kinds.total() > 20:
        return False
    return not _is_shifted(text)


def _is_shifted(text: str) -> bool:
    """Latin letters, many of them, and almost no vowel."""
    letters = [char for char in text if char.isascii() and char.isalpha()]
    foreign = sum(char.isalpha() and not char.isascii() for char in text)
    if len(letters) < max(MIN_LETTERS, foreign):
        return False
    return sum(char in VOWELS for char in letters) < MIN_VOWELS * len(letters)


def covers_page(words: Sequence[Word], height: float) -> bool:
    """Whether there is about as much text as a page has, not only a stamp or a running head.

    `height`: of the page in pixels. A scan with a stamped line has few words, in one band.
    """
    if len(words) < 30:
        return False
    bands = {int(20 * (word.box.y0 + word.box.y1) / 2 / height) for word in words}
    return len(bands) >= 4
