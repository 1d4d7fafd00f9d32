"""A labelled page keeps its layout while its values are drawn anew."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from docengine import Box, Word
from docengine.corpus.blocks import Tagged, rebuilt
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.moved_dates import DATES, NUMERIC, MovedDates
from docengine.corpus.sums import like, number, reprinted
from docengine.schema import DEFAULT_SCHEMA, FieldType

NAMED = ("seller_name", "buyer_name", "seller_address", "buyer_address")
AMOUNTS = frozenset({FieldType.AMOUNT, FieldType.QUANTITY})
NUMBERS = frozenset(
    spec.name for spec in DEFAULT_SCHEMA if spec.type in AMOUNTS | {FieldType.NUMBER, FieldType.IBAN, FieldType.TAX_ID}
)
STAYS = frozenset(
    "gmbh ag kg ohg ug co & inc llc ltd corp plc sdn bhd sa sarl sas srl spa bv nv ab as oy".split()  # noqa: SIM905
)
"""Legal forms: a name keeps its own."""
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvwz"
DIGIT = re.compile(r"\d")
SKIPPED = re.compile(r"@|://|www\.|\d:\d")
SWAPPED_CURRENCIES = (("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("CHF", "CHF"), ("MYR", "RM"))


def redraw(page: LabelledPage, rng: random.Random, pool: Mapping[str, Sequence[str]] | None = None) -> LabelledPage:
    """`page` with other values: numbers, dates, names and, at times, currency, each the same wherever it stands.

    Numbers keep their length and format, dates stay dates and keep their order, names come from `pool` (field name to
    values) in the case of the old one, or are respelled. `fields` and `line_items` follow.
    """
    values = Values(page, rng)
    tagged = values.words(page)
    fields = {name: values.value(name, value) for name, value in page.fields.items()}
    fields |= _as_printed(tagged, page)
    for name in NAMED:
        if pool and pool.get(name) and rng.random() < 0.8:
            fresh = rng.choice(pool[name])
            tagged = _renamed(tagged, name, fresh)
            if name in fields:
                fields[name] = fresh
    items = [{name: values.value(name, value) for name, value in item.items()} for item in page.line_items]
    drawn = rebuilt(page, tagged, page.page.width, page.page.height)
    return replace(drawn, fields={name: fields[name] for name in drawn.fields}, line_items=items)


class Values:
    """What each number, date and name of one page becomes; the same old text always becomes the same new one."""

    def __init__(self, page: LabelledPage, rng: random.Random) -> None:
        self.rng = rng
        self.dates = MovedDates(page, rng)
        self.numbers: dict[str, str] = {}
        self.names: dict[str, str] = {}
        old, new = rng.sample(SWAPPED_CURRENCIES, 2)
        swapped = rng.random() < 0.5 and _is_written(page, old)
        self.currency = dict(zip(old, new, strict=True)) if swapped else {}
        self.tokens: dict[str, str] = {}

    def words(self, page: LabelledPage) -> list[Tagged]:
        """The page's words, redrawn; a number that is parted (`DE12 3456`, `1, 18`) as the whole that it is."""
        words = page.page.words or []
        texts = [self._text(word.text, label) for word, label in zip(words, page.labels, strict=True)]
        for label, places in _numbers(page).items():
            shown = "".join(words[i].text for i in places)
            fresh = iter(self._reprinted(shown, label, page) or self._token(shown))
            for i in places:
                texts[i] = "".join(islice(fresh, len(words[i].text)))
        return [
            (word if text == word.text else Word(text, word.box), label)
            for word, text, label in zip(words, texts, page.labels, strict=True)
        ]

    def _text(self, text: str, label: Label | None) -> str:
        if label is None:
            return self._token(text)
        if label.field in NAMED:
            return self._name(text)
        if label.field == "tax_percent":
            return text  # rates are few, and known
        return self.dates.text(text) if label.field in DATES else self._token(text)

    def _reprinted(self, shown: str, label: Label, page: LabelledPage) -> str | None:
        """A labelled amount showing what its true value becomes, whatever zeros it is printed with."""
        rows = dict(enumerate(page.line_items)) if DEFAULT_SCHEMA[label.field].line_item else {}
        value = rows.get(label.instance, page.fields).get(label.field, "")
        old, new = number(value), number(self.value(label.field, value))
        text = None if old is None or new is None else reprinted(shown, old, new)
        return text if text is not None and len(text) == len(shown) else None

    def value(self, name: str, value: str) -> str:
        """A field's true value after the redraw."""
        if name == "tax_percent":
            return value
        if name in DATES:
            return self.dates.text(value)
        if name in NAMED:
            return " ".join(self._name(token) for token in value.split())
        amount = number(value) if name in DEFAULT_SCHEMA and DEFAULT_SCHEMA[name].type in AMOUNTS else None
        if amount is not None:
            short = re.sub(r"\.\d$", r"\g<0>0", f"{amount.normalize():f}")  # as amounts are printed
            return like(value, Decimal(self._token(short)))
        if name in NUMBERS and " " in value:
            fresh = iter(self._token(value.replace(" ", "")))
            return "".join(char if char == " " else next(fresh) for char in value)
        return " ".join(self._token(token) for token in value.split())

    def _token(self, text: str) -> str:
        if text not in self.tokens:
            self.tokens[text] = self._redrawn(text)
        return self.tokens[text]

    def _redrawn(self, text: str) -> str:
        core = text.strip("():.,;")
        if core in self.currency:
            return text.replace(core, self.currency[core])
        if not DIGIT.search(text) or SKIPPED.search(text):
            return text
        if NUMERIC.search(text):
            return self.dates.text(text)
        decimals = re.search(r"[.,]\d{1,2}(?=\D*$)|[.,]0{3,}(?=\D*$)", text)
        cut = decimals.start() if decimals and re.search(r"\d", text[: decimals.start()]) else len(text)
        whole, rest = text[:cut], text[cut:]
        digits = "".join(char for char in whole if char.isdigit())
        fresh = iter(self._number(digits))
        whole = "".join(next(fresh) if char.isdigit() else char for char in whole)
        cents = "".join(char for char in rest if char.isdigit())
        if len(cents) == 2 and cents[1] != "0":  # what may be printed with one decimal stays
            drawn = iter(self._number(f"{digits}.{cents}")[-2:])
            rest = "".join(next(drawn) if char.isdigit() else char for char in rest)
        return whole + rest

    def _number(self, digits: str) -> str:
        """Other digits, as many; a leading zero, a year's century and single digits stay."""
        if digits not in self.numbers:
            if len(digits) == 1 or not digits.strip("0."):
                fresh = digits
            elif len(digits) == 4 and digits[:2] in ("19", "20"):
                fresh = str(int(digits) + self.dates.years)
            else:
                draw = self.rng.random
                fresh = "".join(
                    char
                    if char in "." or (char == "0" and i == 0)
                    else str(int(draw() * 10) if i else 1 + int(draw() * 9))
                    for i, char in enumerate(digits)
                )
            self.numbers[digits] = fresh
        return self.numbers[digits]

    def _name(self, text: str) -> str:
        if DIGIT.search(text):
            return self._token(text)
        if len(text) < 4 or text.lower().strip(".,()") in STAYS:
            return text
        key = text.lower()
        if len(key) != len(text) or len(text.upper()) != len(text):  # ß and its like
            return text
        if key not in self.names:
            kept = self.rng.random() < 0.4  # what kinds of words names are made of still shows
            self.names[key] = key if kept else "".join(other_letter(char, self.rng) for char in key)
        fresh = self.names[key]
        return "".join(new.upper() if old.isupper() else new for old, new in zip(text, fresh, strict=True))


def other_letter(char: str, rng: random.Random) -> str:
    """A small letter of the same sort, most often another one; what is no plain letter stays."""
    if char in VOWELS:
        return rng.choice(VOWELS)
    if char in CONSONANTS and rng.random() < 0.7:
        return rng.choice(CONSONANTS)
    return char


def _is_written(page: LabelledPage, currency: tuple[str, str]) -> bool:
    """Whether the page's currency is another one, or always written as its code or sign, and not as `Euro`."""
    if page.fields.get("currency") not in currency:
        return True
    words = zip(page.page.words or [], page.labels, strict=True)
    return all(word.text.strip("():.,;") in currency for word, label in words if label and label.field == "currency")


def _numbers(page: LabelledPage) -> dict[Label, list[int]]:
    """Places of the words of each labelled number; of those that are no amounts, where it is printed in several."""
    spans: dict[Label, list[int]] = defaultdict(list)
    for i, label in enumerate(page.labels):
        if label is not None and label.field in NUMBERS:
            spans[label].append(i)
    return {
        label: places
        for label, places in spans.items()
        if len(places) > 1 or DEFAULT_SCHEMA[label.field].type in AMOUNTS
    }


def _as_printed(words: list[Tagged], page: LabelledPage) -> dict[str, str]:
    """Names and addresses whose true value is cut into words in another way than the page's: as the page has them."""
    spans: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, (_, label) in enumerate(words):
        if label is not None and label.certain and label.field in NAMED:
            spans[label.field][label.instance].append(i)
    out = {}
    for name, instances in spans.items():
        old = [" ".join((page.page.words or [])[i].text for i in places) for places in instances.values()]
        if name in page.fields and page.fields[name] not in old:
            out[name] = " ".join(words[i][0].text for i in max(instances.values(), key=len))
    return out


def _renamed(words: list[Tagged], name: str, fresh: str) -> list[Tagged]:
    """Each instance of field `name` spells `fresh`, over the same lines, in the old one's case."""
    spans: dict[int, list[int]] = defaultdict(list)
    for i, (_, label) in enumerate(words):
        if label and label.field == name:
            spans[label.instance].append(i)
    replaced: dict[int, list[Tagged]] = {}
    for places in spans.values():
        old = "".join(words[i][0].text for i in places)
        text = fresh.upper() if old.isupper() else fresh.lower() if old.islower() else fresh
        lines = _lines(places, words)
        for line, tokens in zip(lines, _shared_out(text.split(), [len(line) for line in lines]), strict=True):
            replaced[line[0]] = _laid_out(tokens, [words[i] for i in line])
            replaced.update((i, []) for i in line[1:])
    return [tagged for i, pair in enumerate(words) for tagged in replaced.get(i, [pair])]


def _lines(places: list[int], words: list[Tagged]) -> list[list[int]]:
    """The places of one span by line: words that follow each other to the right."""
    lines = [[places[0]]]
    for i in places[1:]:
        if words[i][0].box.x0 < words[lines[-1][-1]][0].box.x0 or i != lines[-1][-1] + 1:
            lines.append([])
        lines[-1].append(i)
    return lines


def _shared_out(tokens: list[str], shares: list[int]) -> list[list[str]]:
    """`tokens` in order over lines, in proportion to the words that these had; a line may stay empty."""
    out, start, total = [], 0, sum(shares)
    for i in range(len(shares)):
        stop = round(len(tokens) * sum(shares[: i + 1]) / total)
        out.append(tokens[start:stop])
        start = stop
    return out


def _laid_out(tokens: list[str], line: list[Tagged]) -> list[Tagged]:
    """`tokens` from the line's left edge on, in its characters' width, no wider than half as much again."""
    if not tokens:
        return []
    x0, y0, x1, y1 = Box.around(word.box for word, _ in line)
    old = sum(len(word.text) for word, _ in line) + len(line) - 1
    new = sum(map(len, tokens)) + len(tokens) - 1
    unit = min((x1 - x0) / max(old, 1), 1.5 * (x1 - x0) / max(new, 1))
    label, at, out = line[0][1], x0, []
    for token in tokens:
        out.append((Word(token, Box(at, y0, at + unit * len(token), y1)), label))
        at += unit * (len(token) + 1)
    return out
