"""Numbers of documents, bank accounts and tax payers."""

from __future__ import annotations

import re
from itertools import product

from docengine.engine.values.freetext import tidy
from docengine.engine.values.proofs import proof
from docengine.schema import FieldType

LABEL = re.compile(r"^(?:(?:no|nr|nro|núm|num|n[°º˚])(?:[.:]+|(?<=[°º˚])|(?=\s))|[#:.,;=*-]|№)\s*", re.IGNORECASE)
LONGEST_NUMBER, MOST_WORDS = 40, 6

TAX_LABEL = re.compile(
    r"""^(?:[^\W\d_][\w/'&-]*(?:\.+(?=[\d_/'&])[\w/'&-]+)*[\s:.]++  # a word, with dots in it where no letter follows
        |[(\[\#:;.-]++\s*+)+
        (?=[A-Z]{0,4}[\s.-]?\w*\d)
    |^[^\d:]{2,30}:\s*""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words and marks before a number. No text can be parted into them in two ways: else long ones are tried for ever."""
COUNTRY = re.compile(r"^(?:ATU|CHE|ESX?|[A-Z]{2})[\s.-]?(?=\w*\d)")
FEWEST_TAX_DIGITS, LONGEST_TAX_ID = 6, 22

IBAN_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
TWINS = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
MOST_DOUBTS = 8
"""Look-alikes that are tried both ways: 2 ** 8 readings."""


def number(text: str) -> str | None:
    """A document's number, as printed, without the label's punctuation: at least one digit, at most 40 characters."""
    value = tidy(text).strip(" ()[]'\"")
    while (bare := LABEL.sub("", value)) != value:
        value = bare
    value = value.rstrip(" .,:;|*-")
    if not any(char.isdigit() for char in value) or len(value) > LONGEST_NUMBER or value.count(" ") >= MOST_WORDS:
        return None
    return value


def iban(text: str) -> str | None:
    """Compact; O/0, I/1, S/5, B/8 are mended only where the check digits then prove one reading right."""
    value = re.sub(r"^\W*(?:iban|bank account|konto)\b[\s:.]*", "", tidy(text), flags=re.IGNORECASE)
    value = re.sub(r"[^A-Za-z0-9|]", "", value).replace("|", "1").upper()
    if not 14 <= len(value) <= 36:
        return None
    if IBAN_FORM.fullmatch(value) and proof(value, FieldType.IBAN):
        return value
    mended = _mended(value, FieldType.IBAN, start=2)
    return mended or (value if IBAN_FORM.fullmatch(value) and _has_length(value) else None)


def _has_length(value: str) -> bool:
    """Whether a country's IBANs have this form, whatever the check digits."""
    from stdnum import iban as registry

    info = registry._ibandb.info(value)
    form = info[0][1].get("bban") if info and info[0][1] else None
    lengths = [int(length) for length in re.findall(r"(\d+)!", form or "")]
    return sum(lengths) == len(value) - 4


def tax_id(text: str) -> str | None:
    """Compact: without label, spaces, dots, dashes. At least six digits; whether it is proved, `proof` says."""
    value = tidy(text).strip(" ()[]:;,.*|#")
    value = _compact(value) if COUNTRY.match(value) else _compact(TAX_LABEL.sub("", value))
    if len(value) > LONGEST_TAX_ID or not value.isalnum() or not value.isascii():
        return None
    if proof(value, FieldType.TAX_ID):
        return value
    mended = _mended(value, FieldType.TAX_ID, start=2 if value[:2].isalpha() else 0)
    if mended:
        return mended
    enough = sum(char.isdigit() for char in value) >= FEWEST_TAX_DIGITS
    return value if enough and sum(char.isalpha() for char in value) <= 8 else None


def _compact(value: str) -> str:
    return re.sub(r"[\s./,:–_-]", "", value).upper()


def _mended(value: str, kind: FieldType, start: int) -> str | None:
    """The only reading of look-alikes after `start` that the check digits prove, else None."""
    doubts = [i for i in range(start, len(value)) if value[i] in TWINS]
    if not doubts or len(doubts) > MOST_DOUBTS:
        return None
    proved = set()
    for choice in product((False, True), repeat=len(doubts)):
        chars = list(value)
        for i, change in zip(doubts, choice, strict=True):
            chars[i] = TWINS[chars[i]] if change else chars[i]
        reading = "".join(chars)
        if any(choice) and proof(reading, kind):
            proved.add(reading)
    return proved.pop() if len(proved) == 1 else None
