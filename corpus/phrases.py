"""What the labels on a page say: the generator's wordings, looked up from the words to what they mean and back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from docengine.corpus.generator.vocabulary import Language, language, language_codes
from docengine.engine.preprocess import fold

LONGEST = 6
"""Words of a wording."""
VALUES = frozenset({"billing_values", "demo_values", "offices", "notices", "titles", "invoice_titles"})
"""Lists of `[broadcast]` that are no labels."""
AS_INVOICES_SAY = {
    "gross": "grand_total", "advertiser": "bill_to", "contract": "contract_number", "flight": "period",
    "flight_start": "period_start", "flight_end": "period_end", "invoice": "invoice_number",
    "invoice_date": "invoice_date", "invoice_period": "period", "print_date": "print_date",
    "col_description": "col_description", "col_count": "col_quantity", "col_rate": "col_unit_price",
    "col_amount": "col_line_total",
}  # fmt: skip
"""How languages without wordings of their own for advertising orders say these."""
SAYS = {
    "invoice_number": "invoice_number", "receipt_number": "invoice_number", "ad_invoice": "invoice_number",
    "invoice_date": "invoice_date", "receipt_date": "invoice_date", "ad_invoice_date": "invoice_date",
    "due_date": "due_date", "order_number": "order_number", "order_number_own": "order_number",
    "contract_number": "contract_number", "ad_contract": "contract_number",
    "period": "period_start", "period_start": "period_start", "period_end": "period_end",
    "ad_flight": "period_start", "ad_flight_start": "period_start", "ad_flight_end": "period_end",
    "net_total": "net_total", "receipt_net": "net_total", "tax_total": "tax_total",
    "grand_total": "grand_total", "receipt_total": "grand_total", "receipt_gross": "grand_total",
    "receipt_rounded": "grand_total", "ad_gross": "grand_total", "balance": "grand_total",
    "iban": "iban", "tax_id": "seller_tax_id", "currency": "currency", "bill_to": "buyer_name",
    "ad_advertiser": "buyer_name", "seller": "seller_name",
    "col_description": "description", "ad_col_description": "description", "col_quantity": "quantity",
    "ad_col_count": "quantity", "col_unit_price": "unit_price", "ad_col_rate": "unit_price",
    "col_tax_percent": "tax_percent", "col_line_total": "line_total", "ad_col_amount": "line_total",
}  # fmt: skip
"""The field whose value stands beside what a key's wordings are printed for."""


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A word as it is looked up: folded, without the marks around it."""
    return fold(text).strip(":;.,*_") or fold(text)


@lru_cache(maxsize=20_000)
def phrase_of(wording: str) -> str:
    return " ".join(plain(token) for token in wording.split())


@lru_cache(maxsize=32)
def phrases(code: str) -> dict[str, tuple[str, ...]]:
    """Every wording of a language, as `phrase_of` gives it, with the keys that say so."""
    found: dict[str, list[str]] = {}
    for key in keys(code):
        for wording in wordings(code, key):
            known = found.setdefault(phrase_of(wording), [])
            if key not in known:
                known.append(key)
    return {phrase: tuple(said) for phrase, said in found.items() if phrase and phrase.count(" ") < LONGEST}


@lru_cache(maxsize=32)
def openings(code: str) -> dict[str, int]:
    """The first words of a language's wordings, with how many words the longest of these has."""
    longest: dict[str, int] = {}
    for phrase in phrases(code):
        first, *rest = phrase.split(" ")
        longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return longest


@lru_cache(maxsize=32)
def keys(code: str) -> tuple[str, ...]:
    words = language(code)
    broadcast = words.broadcast if _own_broadcast(code) else {}
    return (
        *(key for key in words.labels if key != "page"),
        *(f"title_{kind}" for kind in words.titles),
        *(f"number_{kind}" for kind in words.numbers),
        *(f"ad_{key}" for key in broadcast if key not in VALUES),
        "tax_id",
    )


@lru_cache(maxsize=8192)
def wordings(code: str, key: str) -> tuple[str, ...]:
    """A language's wordings of a key, those with a tax filled in; none where it has no such key."""
    words = language(code)
    tax = list(dict.fromkeys(name for country in words.countries.values() for name in country.tax_names))
    tax = [name for name in tax if not any(char.isdigit() for char in name)][:12]
    out: dict[str, None] = {}
    for text in _texts(words, key):
        filled = [text.replace("{tax}", name) for name in tax] if "{tax}" in text else [text]
        out.update((one.strip(" :"), None) for one in filled if "{" not in one and one.strip(" :"))
    return tuple(out)


@lru_cache(maxsize=8192)
def shared(code: str, said: tuple[str, ...]) -> tuple[str, ...]:
    """Wordings of a language for what is said by `said`: any key's where all name one field, else what all keys have in
    common, so that what is ambiguous stays so."""
    lists = [wordings(code, key) for key in said]
    if len({SAYS.get(key, key) for key in said}) == 1:
        return tuple(dict.fromkeys(text for texts in lists for text in texts))
    return tuple(text for text in lists[0] if all(text in other for other in lists[1:])) if lists else ()


def months(old: str, new: str) -> dict[str, str]:
    """Names of months in lower case, full and abbreviated, from one language to the other."""
    a, b = language(old), language(new)
    pairs = [*zip(a.months_abbr, b.months_abbr, strict=True), *zip(a.months, b.months, strict=True)]
    return {name.lower().rstrip("."): other.rstrip(".") for name, other in pairs}


def spoken(texts: list[str]) -> str | None:
    """The language that most of the neighbouring words of `texts` are wordings of; None where hardly any are."""
    runs = {" ".join(texts[i : i + size]) for size in (1, 2, 3) for i in range(len(texts) - size + 1)}
    scores = {code: sum(run in phrases(code) for run in runs) for code in language_codes()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > 2 else None


def _own_broadcast(code: str) -> bool:
    return code == "en" or language(code).broadcast is not language("en").broadcast


def _texts(words: Language, key: str) -> Iterator[str]:
    group, _, name = key.partition("_")
    if key == "tax_id":
        for country in words.countries.values():
            yield from country.tax_id_labels
    elif group == "title":
        yield from words.titles.get(name, ())
    elif group == "number":
        yield from words.numbers.get(name, ())
    elif group == "ad":
        own = _own_broadcast(words.code)
        yield from words.broadcast.get(name, ()) if own else words.labels.get(AS_INVOICES_SAY.get(name, ""), ())
    else:
        yield from words.labels.get(key, ())
