"""Characters that OCR takes for digits: O3/l2/2O24."""

from __future__ import annotations

import re

ROUND_AND_BAR = str.maketrans("OoQDIl|!i", "000011111")
LETTERS = str.maketrans("OoQDIl|!iSsBZz", "00001111155822")
LOOKS = "OoQDIl|!iSsBZz"

MIXED = re.compile(rf"(?<![^\W\d_])(?=[{LOOKS}]*\d)[\d{LOOKS}]+(?![^\W\d_])")
ALONE = re.compile(r"(?<![\w|])[OolI|]{1,2}(?=\s?[./-]\s?\d)|(?<=\d[./-])[OolI|]{1,2}(?![\w|])")


def digits_mended(text: str) -> str:
    """`text` with look-alikes made digits, where they stand together with digits and with no other letter."""
    mended = MIXED.sub(lambda run: run[0].translate(LETTERS), text)
    return ALONE.sub(lambda run: run[0].translate(ROUND_AND_BAR), mended)
