"""Names, addresses and other free text: collapsed spaces, no label's punctuation around it."""

from __future__ import annotations

import re
import unicodedata

LEADING = " \t:;,.-–—•*#|=>_/)]}'\""
TRAILING = " \t:;,-–—•*#|=<_/([{"
LONGEST = 500


def tidy(text: str) -> str:
    """Compatibility forms resolved (ﬁ, full-width digits), runs of spaces made one."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).split())


def free_text(text: str) -> str | None:
    """None when nothing but punctuation is left."""
    value = tidy(text).lstrip(LEADING).rstrip(TRAILING)
    return value if len(value) <= LONGEST and any(char.isalnum() for char in value) else None


def name(text: str) -> str | None:
    """As `free_text`; a name has a letter."""
    value = free_text(text)
    return value if value and any(char.isalpha() for char in value) else None


def address(text: str) -> str | None:
    """As `name`, with commas for the marks between its parts (`Main St 1 • 1000 Bern`), and no space before a comma."""
    value = name(text)
    return re.sub(r" +,", ",", re.sub(r",? [|•·]+(?= )", ",", value)) if value else None


def alphanumerics(text: str) -> str:
    """Letters and digits alone, compatibility forms and case folded: for comparison."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
