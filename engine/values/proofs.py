"""Check digits, by python-stdnum."""

from __future__ import annotations

import re
from functools import lru_cache
from types import ModuleType

from docengine.schema import FieldType

PREFIXED = {"CHE": "ch.uid", "NO": "no.mva", "GB": "gb.vat", "IN": "in_.gstin"}
"""Tax numbers that begin with their country, outside the European Union."""

BARE: dict[str, tuple[str, ...]] = {
    r"\d{14}": ("br.cnpj", "fr.siret"),
    r"\d{2}[A-Z]{5}\d{4}[A-Z]\w{3}": ("in_.gstin",),
    r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]": ("it.codicefiscale",),
    r"[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z]": ("es.nif",),
    r"\d{11}": ("au.abn", "it.iva", "de.idnr"),
    r"\d{10}": ("pl.nip",),
    r"[A-Z]{3,4}\d{6}\w{3}": ("mx.rfc",),
    r"\d{9}[A-Z]{3}": ("no.mva",),
}
"""Form of a number without a country, and the checks it may pass; failing proves nothing: it may be another kind."""

UNIQUE = frozenset({"in_.gstin", "it.codicefiscale", "es.nif"})
"""Forms that nothing else has: a wrong check digit is wrong."""


@lru_cache(maxsize=20_000)
def proof(text: str, kind: FieldType) -> bool | None:
    """True where check digits are right, False where they are wrong, None where no check exists for the value."""
    if kind is FieldType.IBAN:
        return bool(_module("iban").is_valid(text))
    if kind is FieldType.TAX_ID:
        return _tax_proof(re.sub(r"[\s./,:–_-]", "", text).upper())
    return None


def _tax_proof(value: str) -> bool | None:
    prefix = next((prefix for prefix in PREFIXED if value.startswith(prefix)), None)
    if prefix:
        if prefix == "CHE":
            value = re.sub(r"(?:MWST|TVA|IVA|TPV|VAT|HR)$", "", value)
        module = _module(PREFIXED[prefix])
        return bool(module.is_valid(value) or module.is_valid(value.removeprefix(prefix)))
    if value[:2] in _european() and re.search(r"\d{6}|\d{2}", value[2:]):
        return bool(_module("eu.vat").is_valid(value))
    for form, names in BARE.items():
        if re.fullmatch(form, value):
            if any(_module(name).is_valid(value) for name in names):
                return True
            return False if set(names) <= UNIQUE else None
    return None


def _european() -> frozenset[str]:
    return frozenset(code.upper() for code in _module("eu.vat").MEMBER_STATES) | {"EL", "XI"}


@lru_cache(maxsize=64)
def _module(name: str) -> ModuleType:
    from importlib import import_module

    return import_module(f"stdnum.{name}")
