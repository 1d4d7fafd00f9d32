"""What completes a name or an address that the model ends too early: a legal form, the second half of a postcode."""

from __future__ import annotations

import re

from docengine.engine.decode.reading import SPACE, Geometry
from docengine.schema import FieldType

MOST_WORDS, MOST_BEFORE = 4, 2
"""Words that complete a text, and those before them that a legal form may have begun with."""

FORM = re.compile(
    r"(?:GmbH|mbH|UG|AG|KG|Co\.? KG)(?: & Co\.?(?: KG(?:aA)?| OHG)?)?(?: \(haftungsbeschränkt\))?|& Co\.? KG(?:aA)?"
    r"|KGaA|[oO]HG|GbR|eG(?:en)?|e\. ?[KVU]\.|Ltd\.?(?: (?:Şti|Sti)\.?)?|Limited|L\.?L\.?[CP]\.?|Inc\.?|Incorporated"
    r"|Corp\.?|Corporation|PLC|plc|P(?:ty|te)\.?(?: (?:Ltd\.?|Limited))?|(?:S[dD][nN]\.? )?B[hH][dD]\.?"
    r"|S\.?A\.?S\.?U?|S\.?A\.?R\.?L\.?|EURL|S\.?A\.?|SNC|S\. ?L\. ?(?:U\.)?|SLU?"
    r"|S\.?[rR]\.?[lL]\.?[sS]?\.?|S\.?[pP]\.?A\.?|S\.n\.c\.|S\.a\.s\.|B\.? ?V\.?|N\.? ?V\.?|V\.?O\.?F\.?|Ltda\.?|Lda\.?"
    r"|S/A|AB|ApS|A/S|I/S|ASA?|Oyj?|[Ss]\. ?r\. ?o\.|a\. ?s\.|[Ss]p\. ?z ?o\. ?o\.|[Ss]p\. ?[jk]\.|Kft\.?|Zrt\.?"
    r"|A\.Ş\.|Tbk\.?"
)
"""Of companies, as they end a name."""
POSTCODE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"  # United Kingdom
    r"|[A-Z]\d[A-Z] \d[A-Z]\d"  # Canada
    r"|[A-Z]\d\d \w{4}"  # Ireland
    r"|(?:[A-Z]-?)?\d{4} [A-Z]{2}"  # Netherlands
)
"""Of two words."""


def completed(run: tuple[int, ...], kind: FieldType, geometry: Geometry) -> tuple[int, ...]:
    """`run`, places in reading order, with the words after it that complete a name's legal form or a postcode."""
    form, most, before = {FieldType.NAME: (FORM, MOST_WORDS, MOST_BEFORE), FieldType.ADDRESS: (POSTCODE, 1, 1)}[kind]
    last = max(run)
    following = _following(last, most, geometry)
    for more in range(len(following), 0, -1):
        added = following[:more]
        for kept in range(before + 1) if kind is FieldType.NAME else (1,):
            text = geometry.text((*run[len(run) - kept :], *added))
            if _matches(form, text):
                return (*run, *added)
    return run


def is_whole_of(name: str, shorter: str) -> bool:
    """Whether `name` is `shorter` and what makes it a company's: `Acme Energy Ltd` of `Acme`, as letterheads print."""
    if not name.casefold().startswith(f"{shorter.casefold()} "):
        return False
    rest = name[len(shorter) :].split()
    return len(rest) <= MOST_WORDS and any(_matches(FORM, " ".join(rest[first:])) for first in range(len(rest)))


def _matches(form: re.Pattern[str], text: str) -> bool:
    """Whether the whole text is of that form, whatever mark follows it."""
    text = text.rstrip(",;")
    return bool(form.fullmatch(text) or form.fullmatch(text.rstrip(".")))


def _following(last: int, most: int, geometry: Geometry) -> tuple[int, ...]:
    """Up to `most` words after the one at `last`, on its line with no more than a space between."""
    stop = last + 1
    while stop < len(geometry.words) and stop - last <= most and geometry.gaps[stop] <= SPACE:
        stop += 1
    return tuple(range(last + 1, stop))
