"""IBANs whose own and national check digits are right."""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum import luhn

from docengine.corpus.generator.numbering import LETTERS, filled, weighted

_BBAN = {
    "DE": "##################", "AT": "################", "CH": "#################", "LU": "################",
    "GB": "@@@@##############", "IE": "@@@@##############", "NL": "@@@@##########", "PT": "###################",
    "PL": "########################", "SE": "####################", "DK": "##############",
    "CZ": "####################",
    "NO": "##########", "FI": "#############", "RO": "@@@@################", "TR": "#####0################",
    "BE": "##########", "ES": "########", "FR": "#####################", "IT": "#####",
}  # fmt: skip


def _mod97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97


def iban(rng: random.Random, country: str, bank: str = "") -> str:
    """An IBAN without spaces whose own and national check digits are right; countries without one get a German one."""
    country = country if country in _BBAN else "DE"
    bban = filled(rng, _BBAN[country])
    if bank and bban[:4] == bban[:4].upper() and not bban[:4].isdigit():
        bban = bank[:4] + bban[4:]
    bban = _NATIONAL[country](rng, bban) if country in _NATIONAL else bban
    check = 98 - _mod97(bban + country + "00")
    return f"{country}{check:02d}{bban}"


def _be(rng: random.Random, bban: str) -> str:
    bban = rng.choice(("001", "063", "310", "363", "068", "735")) + bban[3:]
    return f"{bban}{int(bban) % 97 or 97:02d}"


def _fr(rng: random.Random, bban: str) -> str:
    return f"{bban}{97 - int(bban + '00') % 97:02d}"


def _pt(rng: random.Random, bban: str) -> str:
    return f"{bban}{98 - int(bban + '00') % 97:02d}"


def _es(rng: random.Random, bban: str) -> str:
    def check(number: str) -> str:
        value = 11 - sum(int(digit) * 2**i % 11 for i, digit in enumerate(number)) % 11
        return str({10: 1, 11: 0}.get(value, value))

    account = filled(rng, "##########")
    return bban + check("00" + bban) + check(account) + account


def _no(rng: random.Random, bban: str) -> str:
    """Eleven digits of which the last is a check by mod 11; some beginnings have none and are changed."""
    check = -weighted(bban, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return f"{bban}{check}" if check < 10 else _no(rng, filled(rng, _BBAN["NO"]))


def _fi(rng: random.Random, bban: str) -> str:
    return bban + luhn.calc_check_digit(bban)


_IT_ODD = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))


def _it(rng: random.Random, bban: str) -> str:
    body = filled(rng, "######################")
    value = sum(_IT_ODD[c] if i % 2 == 0 else int(c) for i, c in enumerate(body))
    return LETTERS[value % 26] + body


_NATIONAL: dict[str, Callable[[random.Random, str], str]] = {"BE": _be, "FR": _fr, "ES": _es, "IT": _it, "PT": _pt,
    "NO": _no, "FI": _fi}  # fmt: skip
