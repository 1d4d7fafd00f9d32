"""Tax numbers of countries outside the older list in `identifiers`, each with the check digit of python-stdnum."""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum import luhn
from stdnum.ar import cuit as ar_cuit
from stdnum.cl import rut as cl_rut
from stdnum.co import nit as co_nit
from stdnum.mx import rfc as mx_rfc
from stdnum.nz import ird as nz_ird
from stdnum.ro import cui as ro_cui
from stdnum.sg import uen as sg_uen
from stdnum.tr import vkn as tr_vkn

from docengine.corpus.generator.numbering import digits, filled, weighted


def grouped(number: str, *sizes: int, mark: str = " ") -> str:
    """`123456789`, 3, 3, 3 -> `123 456 789`."""
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return mark.join(parts)


def _no_mva(rng: random.Random) -> str:
    while True:
        body = rng.choice("89") + filled(rng, "#######")
        check = -weighted(body, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if check < 10:
            number = f"{body}{check}"
            return rng.choice((f"NO {grouped(number, 3, 3, 3)} MVA", f"NO{number}MVA", f"{number} MVA",
                               f"{grouped(number, 3, 3, 3)} MVA", f"NO {number} MVA"))  # fmt: skip


def _fi_alv(rng: random.Random) -> str:
    while True:
        body = digits(rng, 7)
        check = -weighted(body, (7, 9, 10, 5, 8, 4, 2)) % 11
        if check < 10:
            return rng.choice((f"FI{body}{check}", f"{body}-{check}", f"{body}-{check}"))


def _ro_cui(rng: random.Random) -> str:
    body = digits(rng, rng.randrange(6, 9))
    number = body + ro_cui.calc_check_digit(body)
    return rng.choice((f"RO{number}", f"RO {number}", f"RO{number}", number))


def _tr_vkn(rng: random.Random) -> str:
    body = digits(rng, 9)
    number = body + tr_vkn.calc_check_digit(body)
    return rng.choice((number, number, grouped(number, 3, 3, 4)))


def _id_npwp(rng: random.Random) -> str:
    body = rng.choice(("01", "02", "03", "21", "31", "71", "81")) + filled(rng, "######")
    number = body + luhn.calc_check_digit(body)
    office = rng.choice(("000", "000", "000", "001"))
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}.{number[8]}-{filled(rng, '###')}.{office}"


def _ar_cuit(rng: random.Random) -> str:
    while True:
        body = rng.choice(("30", "30", "33", "20", "27")) + filled(rng, "########")
        check = ar_cuit.calc_check_digit(body)
        if check.isdigit() and ar_cuit.is_valid(body + check):
            number = f"{body}{check}"
            return rng.choice((f"{number[:2]}-{number[2:10]}-{number[10]}", number))


def _cl_rut(rng: random.Random) -> str:
    body = rng.choice(("76", "77", "78", "96", "99")) + filled(rng, "######")
    check = cl_rut.calc_check_digit(body)
    return rng.choice((f"{body[:2]}.{body[2:5]}.{body[5:]}-{check}", f"{body}-{check}"))


def _co_nit(rng: random.Random) -> str:
    body = rng.choice("89") + filled(rng, "########")
    check = co_nit.calc_check_digit(body)
    return rng.choice((f"{body[:3]}.{body[3:6]}.{body[6:]}-{check}", f"{body}-{check}"))


def _nz_ird(rng: random.Random) -> str:
    while True:
        body = f"{rng.randrange(10_000_000, 13_500_000)}"
        number = body + nz_ird.calc_check_digit(body)
        if nz_ird.is_valid(number):
            return rng.choice((grouped(number, 3, 3, 3, mark="-"), grouped(number, 3, 3, 3), number))


def _za_vat(rng: random.Random) -> str:
    return "4" + filled(rng, "#########")


def _mx_rfc(rng: random.Random) -> str:
    """Of a company: three letters, the date of its founding, two characters and a check character."""
    born = f"{rng.randrange(60, 100):02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    body = filled(rng, "@@@") + born + filled(rng, rng.choice(("@#", "##", "#@")))
    return body + mx_rfc.calc_check_digit(body)


def _sg_uen(rng: random.Random) -> str:
    body = f"{rng.randrange(1975, 2023)}{filled(rng, '#####')}"
    return rng.choice((filled(rng, "M#-#######-#"), body + sg_uen.calc_local_company_check_digit(body)))


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "no_mva": _no_mva, "fi_alv": _fi_alv, "ro_cui": _ro_cui, "tr_vkn": _tr_vkn, "id_npwp": _id_npwp,
    "ar_cuit": _ar_cuit, "cl_rut": _cl_rut, "co_nit": _co_nit, "nz_ird": _nz_ird, "za_vat": _za_vat,
    "mx_rfc": _mx_rfc, "sg_gst": _sg_uen,
}  # fmt: skip
