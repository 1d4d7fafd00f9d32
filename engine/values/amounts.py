"""Amounts, quantities and percentages, into plain decimal strings of the printed precision."""

from __future__ import annotations

import re
import unicodedata

from docengine.engine.values.currencies import strip_currency
from docengine.engine.values.hints import NO_HINTS, Hints
from docengine.engine.values.slips import LETTERS

LONGEST = 32
MOST_DIGITS = 15
MOST_DECIMALS = 3
"""Of a sum that is paid, in Kuwait and Tunisia; prices of one piece may have more."""
NO_DECIMALS = frozenset({"IDR", "JPY", "KRW", "VND", "CLP", "PYG", "ISK", "HUF", "COP", "UGX", "XAF", "XOF", "XPF"})
"""Money without decimals in shops: 34.000 is thirty-four thousand."""

SIGNS = str.maketrans("\u2212\u2013\u2014\u2019\u2018\u00b4`\u00b7", "---''''.")
"""Minus signs and dashes, apostrophes, the middle dot."""
BRACKETS = re.compile(r"\((.+)\)")
CREDIT = re.compile(r"\s*\bCR\.?$", re.IGNORECASE)
DASHED = re.compile(r"(?<=\d)\s?[.,:]\s?(?:-{1,2}|=)$")
"""`34,-`, `34.--`, `34:-`: no cents."""
TAX_CODE = re.compile(r"(?<=[.,]\d\d)\s?(?:[A-Z]|SR|ZR|ZRL|OS|ES|TX)$|(?<=[.,]\d\d)\s?\*$")
GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[ ,.'])\d{3})(?:(?P=mark)\d{3})*|\d{1,3}(?:,\d{2})+,\d{3}")
QUANTITY = re.compile(
    r"(?:[x×]\s?)?(?P<number>[-+]?\d[\d.,' ]*|[-+]?[.,]\d+)\s?"
    r"(?P<unit>[^\W\d_][^\W\d_./ ²³]{0,11}[23²³]?[./]?\S{0,6}|[x×@])?",
    re.IGNORECASE,
)
PRICE = re.compile(
    r"(?:[@x×*]\s?)?(?P<amount>\D{0,4}\d[\d.,' ]*?[.,]\d{2,4}\s??[^\s\d/]{0,4}?)"
    r"(?:\s?(?:/|per\b|pro\b)\s?[^\W\d_]{1,9}[.²³]?|\s(?:ea|each|pc|pcs|stk|st)\.?)?",
    re.IGNORECASE,
)
"""`@ 2.95`, `3,99 €/kg`, `2.10 each`: the price of one."""
CENTS_APART = re.compile(r"(?<=[., '’]\d{3}) (?=\d\d$)")
"""`9.916 26`: the decimal mark was lost."""
PERCENT = re.compile(r"([-+]?\d{1,3}(?:\s?[.,]\s?\d{1,4})?)\s?(?:%|pct\b|percent\b|v\.?H\.?)", re.IGNORECASE)


def parse_amount(text: str, hints: Hints = NO_HINTS) -> str | None:
    """A sum of money with or without its currency; `None` where digits and marks form no number."""
    text = _plain(text)
    if not text or len(text) > LONGEST:
        return None
    if price := PRICE.fullmatch(text):
        text = price["amount"]
    text, negative = _sign(text)
    text = strip_currency(text)
    text, inner = _sign(text)
    text = TAX_CODE.sub("", strip_currency(text))
    number = _number(_mended(text.strip(" :=*")), hints)
    return _signed(number, negative != inner)


def paid(amount: str | None) -> str | None:
    """`amount`, as parsed, if it can be paid: `9.91626` is 9,916.26 without its comma, `9.9162` is no sum."""
    if amount is None or "." not in amount:
        return amount
    whole, fraction = amount.split(".")
    if len(fraction.rstrip("0")) <= MOST_DECIMALS and len(fraction) != MOST_DECIMALS + 2:
        return amount
    lost = len(fraction) == MOST_DECIMALS + 2 and 1 <= len(whole.lstrip("-")) <= 3 and whole.lstrip("-") != "0"
    return f"{whole}{fraction[:3]}.{fraction[3:]}" if lost else None


def parse_quantity(text: str, hints: Hints = NO_HINTS) -> str | None:
    """A count or measure, with or without its unit: `2x`, `3 pcs`, `1,5 Std.`."""
    text = _plain(text).strip(":;*()")
    if text in ("l", "I", "|"):
        return "1"
    text = _mended(text) if re.fullmatch(r"[\dOoIl|., ]+", text) else text
    match = QUANTITY.fullmatch(text)
    if match is None:
        return None
    digits = match["number"]
    return _signed(_number(digits.lstrip("+-").strip(), hints), digits.startswith("-"))


def parse_percent(text: str, hints: Hints = NO_HINTS) -> str | None:
    """A rate of 0 to 100 with or without its sign and a label: `VAT 20%`, `7,7`."""
    text = _plain(text)
    marked = PERCENT.findall(text)
    if not marked:
        words = [word for word in text.split() if any(char.isdigit() for char in word)]
        others = [word for word in text.split() if not any(char.isdigit() for char in word)]
        if len(words) != 1 or len(others) > 2:
            return None
        marked = [re.sub(r"^[^\d.,-]{1,6}(?=\d)", "", words[0]).strip("()*:;")]
    if len(marked) != 1:
        return None
    digits = re.sub(r"\s", "", _mended(marked[0]))
    match = re.fullmatch(r"[-+]?(\d{1,3})(?:[.,](\d{0,4}))?", digits)
    if match is None or int(match[1]) > 100:
        return None
    whole = str(int(match[1]))
    return _signed(f"{whole}.{match[2]}" if match[2] else whole, digits.startswith("-"))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(SIGNS).split())


def _sign(text: str) -> tuple[str, bool]:
    """`text` without its minus, brackets or credit mark, and whether it had one."""
    bare = CREDIT.sub("", text)
    negative = bare != text
    bracketed = BRACKETS.fullmatch(bare.strip())
    if bracketed and any(char.isdigit() for char in bracketed[1]):
        bare, negative = bracketed[1], True
    bare = DASHED.sub("", bare.strip())
    if bare.startswith(("-", "+")):
        bare, negative = bare[1:], bare[0] == "-"
    elif bare.endswith("-"):
        bare, negative = bare[:-1], True
    return bare.strip(), negative


def _mended(text: str) -> str:
    """Look-alikes made digits: `9.OO`, `l2.50`. S, B and Z only after a digit; unchanged beside another letter."""
    if text.isascii() and not any(char.isalpha() or char in "|!" for char in text):
        return text
    if not any(char.isdigit() for char in text) or re.search(r"[^\d.,' OoQDIl|!iSsBZz]", text):
        return text
    if re.match(r"[SsBZz]|.*[^\d.,' OoQDIl|!i][SsBZz]", text):
        return text
    return text.translate(LETTERS)


def _number(text: str, hints: Hints) -> str | None:
    """Unsigned digits with marks, as `1234.56`; None where they are no number."""
    text = CENTS_APART.sub("," if "." in text else ".", re.sub(r"\s*([.,])\s*", r"\1", text))
    match = re.fullmatch(r"[\d.,' ]+", text)
    if match is None or not any(char.isdigit() for char in text):
        return None
    whole, fraction = _split(text.rstrip(".,") if re.search(r"\d[.,]$", text) else text, hints)
    if whole is None or len(whole) + len(fraction) > MOST_DIGITS:
        return None
    if len(whole) > 1 and whole[0] == "0" and (not fraction or len(whole) > 2):
        return None  # 00123 is somebody's number
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _split(text: str, hints: Hints) -> tuple[str | None, str]:
    """Digits before and after the decimal mark; None where the groups are no groups."""
    stops = [i for i, char in enumerate(text) if char in ".,"]
    if stops and _is_decimal(text, stops, hints):
        whole, fraction = text[: stops[-1]], text[stops[-1] + 1 :]
    else:
        whole, fraction = text, ""
    if not fraction.isdecimal() and fraction:
        return None, ""
    if whole.isdecimal() or not whole:
        return whole or "0", fraction
    return (re.sub(r"\D", "", whole), fraction) if GROUPED.fullmatch(whole) else (None, "")


def _is_decimal(text: str, stops: list[int], hints: Hints) -> bool:
    """Whether the last mark parts whole and fraction."""
    last, after = text[stops[-1]], len(text) - 1 - stops[-1]
    if after != 3:
        return True
    marks = {text[i] for i in stops}
    if len(marks) == 2:
        return True  # 1,234.567
    if len(stops) > 1:
        return False
    before = text[: stops[0]]
    if before in ("", "0", "00") or not GROUPED.fullmatch(text):
        return True
    if "'" in before or " " in before:
        return True
    return hints.currency not in NO_DECIMALS and hints.usual_mark == last


def _signed(number: str | None, negative: bool) -> str | None:
    if number is None:
        return None
    return f"-{number}" if negative and number.strip("0.") else number
