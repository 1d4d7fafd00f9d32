"""Amounts in words, as they stand below totals: `twelve hundred and five euros and 40 cents`."""

from __future__ import annotations

from collections.abc import Callable

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
          " seventeen eighteen nineteen",
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
          " siebzehn achtzehn neunzehn",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
          " dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
          " diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis"
          " veintisiete veintiocho veintinueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
          " diciassette diciotto diciannove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien"
          " achttien negentien",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete"
          " dezoito dezanove",
}  # fmt: skip
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
}
_HUNDREDS = {
    "es": "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    "pt": "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
}
ONES = {code: tuple(words.split()) for code, words in _ONES.items()}
TENS = {code: ("", "", *words.split()) for code, words in _TENS.items()}
HUNDREDS = {code: ("", *words.split()) for code, words in _HUNDREDS.items()}


def _germanic(code: str, ten: int, one: int) -> str:
    ones, tens = ONES[code], TENS[code]
    if code == "de":
        return f"{ones[one]}und{tens[ten]}"
    return f"{ones[one]}{'ën' if ones[one].endswith('e') else 'en'}{tens[ten]}"


def _french(code: str, ten: int, one: int) -> str:
    tens = TENS[code][ten]
    if ten in (7, 9):
        return f"{tens} et onze" if (ten, one) == (7, 1) else f"{tens}-{ONES[code][10 + one]}"
    return f"{tens} et un" if one == 1 and ten < 8 else f"{tens}-{ONES[code][one]}"


def _italian(code: str, ten: int, one: int) -> str:
    tens = TENS[code][ten]
    return (tens[:-1] if one in (1, 8) else tens) + ONES[code][one]


_PAIRS: dict[str, Callable[[str, int, int], str]] = {
    "en": lambda code, ten, one: f"{TENS[code][ten]}-{ONES[code][one]}", "de": _germanic, "nl": _germanic,
    "fr": _french, "it": _italian, "es": lambda code, ten, one: f"{TENS[code][ten]} y {ONES[code][one]}",
    "pt": lambda code, ten, one: f"{TENS[code][ten]} e {ONES[code][one]}",
}  # fmt: skip


def _below_100(code: str, number: int) -> str:
    ones = ONES[code]
    if number < len(ones):
        return ones[number]
    ten, one = divmod(number, 10)
    if one or (code == "fr" and ten in (7, 9)):
        return _PAIRS[code](code, ten, one)
    return TENS[code][ten] + ("s" if code == "fr" and ten == 8 else "")


def _below_1000(code: str, number: int) -> str:
    hundred, rest = divmod(number, 100)
    if not hundred:
        return _below_100(code, rest)
    tail = _below_100(code, rest) if rest else ""
    if code in HUNDREDS:
        exact = {"es": "cien", "pt": "cem"}[code]
        head = exact if number == 100 else HUNDREDS[code][hundred]
        return f"{head}{' e ' if code == 'pt' and tail else ' '}{tail}".strip()
    if code == "en":
        return f"{ONES[code][hundred]} hundred{' and ' if tail else ''}{tail}"
    if code == "fr":
        head = "cent" if hundred == 1 else f"{ONES[code][hundred]} cent{'' if tail else 's'}"
        return f"{head} {tail}".strip()
    head = "" if hundred == 1 and code != "de" else ONES[code][hundred]
    return head + {"de": "hundert", "nl": "honderd", "it": "cento"}[code] + tail


_THOUSAND = {"en": " thousand ", "de": "tausend", "fr": " mille ", "es": " mil ", "it": "mila", "nl": "duizend ",
    "pt": " mil "}  # fmt: skip


def spelled(code: str, number: int) -> str:
    """`number` in words of a language in `ONES`; 0 to 999,999."""
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return "eins" if code == "de" and number == 1 else _below_1000(code, rest)
    word = _THOUSAND[code]
    tail = _below_1000(code, rest) if rest else ""
    if code == "pt" and rest and (rest < 100 or rest % 100 == 0):
        tail = f"e {tail}"
    if code == "it" and thousands == 1:
        return f"mille{tail}"
    if thousands == 1 and code not in ("en", "de"):
        return f"{word.strip()} {tail}".strip()
    head = _below_1000(code, thousands)
    if code == "es" and head.endswith("uno"):
        head = f"{head[:-1].removesuffix('un')}ún" if head.endswith("veintiuno") else head[:-1]
    if code == "fr" and head.endswith(("cents", "vingts")):
        head = head[:-1]
    return f"{head}{word}{tail}".strip()


CURRENCIES = {"EUR": ("euros", {"de": "Euro", "it": "euro", "nl": "euro"}), "USD": ("dollars", {"de": "US-Dollar"}),
    "GBP": ("pounds", {}), "CHF": ("francs", {"de": "Franken", "it": "franchi"}), "CAD": ("dollars", {}),
    "INR": ("Rupees", {}), "MYR": ("Ringgit Malaysia", {}), "BRL": ("reais", {}), "MXN": ("pesos", {})}  # fmt: skip
"""Currency -> its plural, and other languages' forms."""


def amount_in_words(code: str, form: str, cents: int, currency: str) -> str:
    """`form` of a language's `in_words`, filled; empty where the amount or the language has no words here."""
    if code not in ONES or not 0 < cents < 100_000_000:
        return ""
    name, others = CURRENCIES.get(currency, (currency, {}))
    whole, part = divmod(cents, 100)
    return form.format(words=spelled(code, whole), name=others.get(code, name), cents=f"{part:02d}",
                       small=spelled(code, part))  # fmt: skip
