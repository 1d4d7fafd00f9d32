"""Numbers that carry check digits, by python-stdnum's rules, and numbers that only look alike."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable

from stdnum import luhn
from stdnum.at import uid as at_uid
from stdnum.au import abn as au_abn
from stdnum.ch import uid as ch_uid
from stdnum.ie import vat as ie_vat
from stdnum.iso7064 import mod_11_10

from docengine.corpus.generator import taxnumbers
from docengine.corpus.generator.ibans import iban
from docengine.corpus.generator.numbering import LETTERS, digits, filled, weighted

__all__ = ["LETTERS", "digits", "document_number", "filled", "iban", "phone", "tax_id"]


def phone(rng: random.Random, pattern: str) -> str:
    """A phone number; no digit is zero, so that none starts a group as only dialled ones do."""
    number = filled(rng, pattern)
    return "".join(["7" if mark == "#" and char == "0" else char for char, mark in zip(number, pattern, strict=True)])


def _de_vat(rng: random.Random) -> str:
    body = digits(rng, 8)
    return "DE" + body + mod_11_10.calc_check_digit(body)


def _de_stnr(rng: random.Random) -> str:
    return filled(rng, rng.choice(("##/###/#####", "###/###/#####", "###/####/####", "## ### #####")))


def _at_vat(rng: random.Random) -> str:
    body = digits(rng, 7)
    return "ATU" + body + at_uid.calc_check_digit("U" + body)


def _ch_vat(suffix: str) -> Callable[[random.Random], str]:
    def make(rng: random.Random) -> str:
        while True:
            body = digits(rng, 8)
            check = ch_uid.calc_check_digit(body)
            if check != "10" and len(check) == 1:
                return f"CHE-{body[:3]}.{body[3:6]}.{body[6:]}{check} {suffix}"

    return make


def _siren(rng: random.Random) -> str:
    body = digits(rng, 8)
    return body + luhn.calc_check_digit(body)


def _fr_vat(rng: random.Random) -> str:
    siren = _siren(rng)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _fr_siret(rng: random.Random) -> str:
    body = _siren(rng) + "0" + filled(rng, "###")
    number = body + luhn.calc_check_digit(body)
    return f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"


def _gb(rng: random.Random) -> str:
    body = digits(rng, 7)
    check = 97 - weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 97
    number = f"{body}{check:02d}"
    return rng.choice(("GB", "GB ", "")) + rng.choice((number, f"{number[:3]} {number[3:7]} {number[7:]}"))


def _ie(rng: random.Random) -> str:
    body = digits(rng, 7)
    return "IE" + body + ie_vat.calc_check_digit(body)


def _be_vat(rng: random.Random) -> str:
    body = "0" + digits(rng, 7)
    number = f"{body}{97 - int(body) % 97:02d}"
    return rng.choice((f"BE{number}", f"BE {number[:4]}.{number[4:7]}.{number[7:]}",
        f"BE{number[:4]}.{number[4:7]}.{number[7:]}"))  # fmt: skip


def _lu_vat(rng: random.Random) -> str:
    body = digits(rng, 6)
    return f"LU{body}{int(body) % 89:02d}"


def _ein(rng: random.Random) -> str:
    prefix = rng.choice(
        ("10", "12", "20", "26", "27", "30", "33", "36", "41", "45", "46", "52", "58", "61", "75", "81", "94")
    )
    return f"{prefix}-{filled(rng, '#######')}"


def _ca_bn(rng: random.Random) -> str:
    body = digits(rng, 8)
    return body + luhn.calc_check_digit(body) + rng.choice((" RT0001", "RT0001", " RT 0001"))


def _abn(rng: random.Random) -> str:
    body = digits(rng, 9)
    number = au_abn.calc_check_digits(body) + body
    return rng.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"))


def _my_gst(rng: random.Random) -> str:
    return rng.choice((filled(rng, "000########"), filled(rng, "000#########"), filled(rng, "001#########"),
                       filled(rng, "@##-####-########")))  # fmt: skip


def _gstin(rng: random.Random) -> str:
    body = f"{rng.randrange(1, 36):02d}" + filled(rng, "@@@") + rng.choice("CPHFAT") + filled(rng, "@####@") + "1Z"
    return body + luhn.calc_check_digit(body, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _es_nif(rng: random.Random) -> str:
    if rng.random() < 0.25:
        number = digits(rng, 8)
        return number + rng.choice(("", "-")) + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]
    body = digits(rng, 7)
    return (
        rng.choice(("ES", "", "", ""))
        + rng.choice("AB")
        + rng.choice(("", "", "-"))
        + body
        + luhn.calc_check_digit(body)
    )


def _it_iva(rng: random.Random) -> str:
    body = "0" + digits(rng, 6) + f"{rng.randrange(1, 100):03d}"
    return rng.choice(("IT", "", "", "IT ")) + body + luhn.calc_check_digit(body)


def _nl_btw(rng: random.Random) -> str:
    while True:
        body = digits(rng, 8)
        check = weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
        if check < 10:
            return f"NL{body}{check}B{rng.randrange(1, 4):02d}"


def _pt_nif(rng: random.Random) -> str:
    body = rng.choice("12568") + filled(rng, "#######")
    check = (11 - weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10
    return rng.choice(("", "", "PT", "PT ")) + f"{body}{check}"


def _br_cnpj(rng: random.Random) -> str:
    body = digits(rng, 8) + "0001"
    first = -weighted(body, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % -11 + 11
    body += str(0 if first >= 10 else first)
    second = -weighted(body, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % -11 + 11
    body += str(0 if second >= 10 else second)
    return f"{body[:2]}.{body[2:5]}.{body[5:8]}/{body[8:12]}-{body[12:]}"


def _pl_nip(rng: random.Random) -> str:
    while True:
        body = digits(rng, 9)
        check = weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check < 10:
            number = f"{body}{check}"
            return rng.choice((number, f"PL{number}", f"{number[:3]}-{number[3:6]}-{number[6:8]}-{number[8:]}"))


def _se_moms(rng: random.Random) -> str:
    body = "55" + digits(rng, 1) + filled(rng, "######")
    return f"SE{body}{luhn.calc_check_digit(body)}01"


def _dk_cvr(rng: random.Random) -> str:
    while True:
        body = digits(rng, 7)
        check = -weighted(body, (2, 7, 6, 5, 4, 3, 2)) % 11
        if check < 10:
            number = f"{body}{check}"
            return rng.choice((number, f"DK{number}", f"{number[:2]} {number[2:4]} {number[4:6]} {number[6:]}"))


def _cz_dic(rng: random.Random) -> str:
    while True:
        body = digits(rng, 7)
        check = (11 - weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 11) % 10
        if (11 - weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 11) < 10 and body[0] != "9":
            return f"CZ{body}{check}"


_TAX_IDS: dict[str, Callable[[random.Random], str]] = {
    "de_vat": _de_vat, "de_stnr": _de_stnr, "at_vat": _at_vat, "ch_vat": _ch_vat("MWST"), "ch_vat_fr": _ch_vat("TVA"),
    "ch_vat_it": _ch_vat("IVA"),
    "fr_vat": _fr_vat, "fr_siret": _fr_siret, "gb": _gb, "ie": _ie, "be_vat": _be_vat, "lu_vat": _lu_vat, "ein": _ein,
    "ca_bn": _ca_bn, "abn": _abn, "my_gst": _my_gst, "gstin": _gstin,
    "es_nif": _es_nif, "it_iva": _it_iva, "nl_btw": _nl_btw, "pt_nif": _pt_nif, "br_cnpj": _br_cnpj,
    "pl_nip": _pl_nip,
    "se_moms": _se_moms, "dk_cvr": _dk_cvr, "cz_dic": _cz_dic,
    **taxnumbers.MAKERS,
}  # fmt: skip


def tax_id(rng: random.Random, kind: str) -> str:
    """A tax number as printed. Raises KeyError for a kind without a rule here."""
    return _TAX_IDS[kind](rng)


_NUMBERS = (
    "######", "#####", "####", "#######", "########", "##########", "{y}-####", "{y}/####", "{y}####", "{y}-###",
    "{yy}-####",
    "@@-#####", "@@@-####", "@@######", "@@@@####", "@#######", "INV-####", "INV#####", "INV-{y}-####",
    "INV{yy}{mm}-###",
    "RE-{y}-####", "RE#####", "R-#####", "FA{y}-####", "F{yy}####", "FAC-#####", "{y}{mm}-###", "{y}{mm}{dd}-##",
    "{y}{mm}###",
    "####-##", "###-####", "#-######", "@@/{y}/###", "{yy}/#####", "@##-#####", "##-####-##", "IV-#####", "SI-######",
    "S####",
    "{yy}{mm}####", "###/{yy}", "##/{y}", "#####/@", "@@@{yy}-######", "CS########", "00####", "000#####", "####@",
    "V#####",
    "@@-{y}{mm}-####", "##.###", "{y}.####", "###", "@@@@-########", "#####-##", "{mm}{yy}-###", "RE-{y}{mm}{dd}/###",
    "### ### ####", "## ### ### ###", "# ### ####", "@@ {y}@/####", "@@ {yy}-####/#", "@@@ ####", "@@ {y}/#####",
    "@@@-@@-#########-{y}-####", "###-#######-#######", "#@##@#@#-00##", "###/@", "{y}/#####", "@-###/{mm}/{y}",
)  # fmt: skip


def document_number(rng: random.Random, date: datetime.date, pattern: str | None = None) -> str:
    """A number of an invoice, an order, a customer: digits, letters, the year, in one of many makes."""
    pattern = pattern or rng.choice(_NUMBERS)
    if "{" in pattern:
        pattern = pattern.replace("{yy}", f"{date.year % 100:02d}").replace("{y}", str(date.year))
        pattern = pattern.replace("{mm}", f"{date.month:02d}").replace("{dd}", f"{date.day:02d}")
    return filled(rng, pattern)
