"""Numbers of documents, bank accounts and tax payers, and their check digits."""

from __future__ import annotations

import signal

import pytest

from docengine.engine.values import parse, proof
from docengine.engine.values.identifiers import TAX_LABEL
from docengine.schema import FieldType


@pytest.mark.parametrize(
    ("text", "value", "proved"),
    [
        ("IBAN: DE89 3704 0044 0532 0130 00", "DE89370400440532013000", True),
        ("DE89 37O4 0044 0532 0I30 00", "DE89370400440532013000", True),
        ("GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432", True),
        ("DE88 3704 0044 0532 0130 00", "DE88370400440532013000", False),
    ],
)
def test_ibans(text: str, value: str, proved: bool):
    assert parse(text, FieldType.IBAN) == value
    assert proof(value, FieldType.IBAN) is proved


@pytest.mark.parametrize("text", ["hello", "DE89 3704 0044", "12345678901234567890", "AB12 3456 7890 1234"])
def test_what_is_no_iban(text: str):
    assert parse(text, FieldType.IBAN) is None


@pytest.mark.parametrize(
    ("text", "value", "proved"),
    [
        ("DE 136 695 976", "DE136695976", True),
        ("USt-IdNr.: DE136695976", "DE136695976", True),
        ("DEl36695976", "DE136695976", True),
        ("DE136695978", "DE136695978", False),
        ("FR40303265045", "FR40303265045", True),
        ("ATU13585627", "ATU13585627", True),
        ("NL4495445B01", "NL4495445B01", True),
        ("CHE-107.787.577 MWST", "CHE107787577MWST", True),
        ("GB 980 7806 84", "GB980780684", True),
        ("NO 995 525 828 MVA", "NO995525828MVA", True),
        ("ABN 83 914 571 673", "83914571673", True),
        ("27AAPFU0939F1ZV", "27AAPFU0939F1ZV", True),
        ("P.IVA 00743110157", "00743110157", True),
        ("RSSMRA85T10A562S", "RSSMRA85T10A562S", True),
        ("54362315K", "54362315K", True),
        ("16.727.230/0001-97", "16727230000197", True),
        ("732 829 320 00074", "73282932000074", True),
        ("12-3456789", "123456789", None),
        ("GST ID No: 000394528768", "000394528768", None),
        ("Steuernummer 133/8150/8159", "13381508159", None),
    ],
)
def test_tax_ids(text: str, value: str, proved: bool | None):
    assert parse(text, FieldType.TAX_ID) == value
    assert proof(value, FieldType.TAX_ID) is proved


@pytest.mark.parametrize("text", ["hello", "12345", "", "VAT"])
def test_what_is_no_tax_id(text: str):
    assert parse(text, FieldType.TAX_ID) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("No. 123", "123"), ("#123", "123"), (": RE-2017/1", "RE-2017/1"), ("N° FA09/2020/044976", "FA09/2020/044976"),
     ("INV  001.", "INV 001"), ("abc", None), ("1" * 41, None)],
)  # fmt: skip
def test_numbers_of_documents(text: str, value: str | None):
    assert parse(text, FieldType.NUMBER) == value


HOSTILE = [
    "a. ",
    "A.B. ",
    "1,",
    "1. ",
    " ",
    "-",
    ".",
    "A1",
    "a-",
    "a'",
    ": ",
    "( ",
    "12.12.",
    "€ ",
    "0",
    "no. ",
    "x 1 ",
]


@pytest.mark.parametrize("kind", FieldType)
def test_no_text_is_read_forever(kind):
    """A pattern that goes back over its own choices takes years for thirty words: an alarm ends it instead."""

    def ended(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ended)
    try:
        for text in HOSTILE:
            signal.alarm(20)
            parse(text * 100 + "!", kind)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("USt-IdNr. DE136695976", "DE136695976"),
        ("NO.50 , JALAN 14", "50 , JALAN 14"),
        ("RM1.25 S", "25 S"),
        ("P. IVA: IT00743110157", "IT00743110157"),
    ],
)
def test_what_stands_before_a_tax_number_is_taken_off(text: str, rest: str):
    assert TAX_LABEL.sub("", text) == rest
