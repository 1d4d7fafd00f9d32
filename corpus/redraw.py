"""A labelled page keeps its layout while its values are drawn anew."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from docengine import Box, Word
from docengine.corpus.blocks import Tagged, rebuilt
from docengine.corpus.labelled import Label, LabelledPage

NAMED = ("seller_name", "buyer_name", "seller_address", "buyer_address")
DATES = ("invoice_date", "due_date", "period_start", "period_end")
STAYS = frozenset(
    "gmbh ag kg ohg ug co & inc llc ltd corp plc sdn bhd sa sarl sas srl spa bv nv ab as oy".split()  # noqa: SIM905
)
"""Legal forms: a name keeps its own."""
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnprstvwz"
NUMERIC_DATE = re.compile(r"(\d{4}|\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
DIGIT = re.compile(r"\d")
SKIPPED = re.compile(r"@|://|www\.|\d:\d")
SWAPPED_CURRENCIES = (("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("CHF", "CHF"), ("MYR", "RM"))


def redraw(page: LabelledPage, rng: random.Random, pool: Mapping[str, Sequence[str]] | None = None) -> LabelledPage:
    """`page` with other values: numbers, dates, names and, at times, currency, each the same wherever it stands.

    Numbers keep their length and format, dates stay dates and keep their order, names come from `pool` (field name to
    values) in the case of the old one, or are respelled. `fields` and `line_items` follow.
    """
    values = Values(page, rng)
    words = [values.word(word, label) for word, label in zip(page.page.words or [], page.labels, strict=True)]
    tagged = list(zip(words, page.labels, strict=True))
    fields = {name: values.value(name, value) for name, value in page.fields.items()}
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
        self.days = rng.randint(-2000, 1500)
        self.month_first = _month_first(page)
        self.numbers: dict[str, str] = {}
        self.names: dict[str, str] = {}
        old, new = rng.sample(SWAPPED_CURRENCIES, 2) if rng.random() < 0.5 else (("", ""), ("", ""))
        self.currency = dict(zip(old, new, strict=True)) if old[0] else {}
        self.tokens: dict[str, str] = {}
        self.spelled_out = _spelled_out(page)

    def word(self, word: Word, label: Label | None) -> Word:
        if label and label.field in NAMED:
            text = self._name(word.text)
        elif label and label.field == "tax_percent":
            return word  # rates are few, and known
        elif label and label.field in self.spelled_out:
            text = self._year(word.text)
        else:
            text = self._token(word.text)
        return word if text == word.text else Word(text, word.box)

    def value(self, name: str, value: str) -> str:
        """A field's true value after the redraw."""
        if name == "tax_percent":
            return value
        if name in self.spelled_out:
            return "-".join(map(self._year, value.split("-")))
        change = self._name if name in NAMED else self._token
        return " ".join(change(token) for token in value.split())

    def _token(self, text: str) -> str:
        if text not in self.tokens:
            self.tokens[text] = self._redrawn(text)
        return self.tokens[text]

    def _redrawn(self, text: str) -> str:
        if text in self.currency:
            return self.currency[text]
        if not DIGIT.search(text) or SKIPPED.search(text):
            return text
        if NUMERIC_DATE.search(text):
            return NUMERIC_DATE.sub(self._date, text)
        decimals = re.search(r"[.,]\d{1,2}(?=\D*$)|[.,]0{3,}(?=\D*$)", text)
        cut = decimals.start() if decimals and re.search(r"\d", text[: decimals.start()]) else len(text)
        whole, rest = text[:cut], text[cut:]
        digits = "".join(char for char in whole if char.isdigit())
        fresh = iter(self._number(digits))
        whole = "".join(next(fresh) if char.isdigit() else char for char in whole)
        cents = "".join(char for char in rest if char.isdigit())
        if cents.strip("0") and len(cents) == 2:
            drawn = iter(self._number(f"{digits}.{cents}")[-2:])
            rest = "".join(next(drawn) if char.isdigit() else char for char in rest)
        return whole + rest

    def _number(self, digits: str) -> str:
        """Other digits, as many; a leading zero, a year's century and single digits stay."""
        if digits not in self.numbers:
            if len(digits) == 1 or not digits.strip("0."):
                fresh = digits
            elif len(digits) == 4 and digits[:2] in ("19", "20"):
                fresh = str(int(digits) + self.days // 365)
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

    def _year(self, text: str) -> str:
        return self._number(text) if re.fullmatch(r"(19|20)\d\d", text) else text

    def _date(self, match: re.Match[str]) -> str:
        a, mark, b, c = match.groups()
        if len(a) == 4:
            year, month, day = a, b, c
        else:
            day, month, year = (b, a, c) if self.month_first else (a, b, c)
        try:
            full = int(year) + (2000 if len(year) == 2 else 0)
            moved = dt.date(full, int(month), int(day)) + dt.timedelta(self.days)
        except (ValueError, OverflowError):
            return match[0]
        fresh_year = f"{moved.year:04d}"[-len(year) :]
        first, second = f"{moved.month:0{len(month)}d}", f"{moved.day:0{len(day)}d}"
        if len(a) == 4:
            return mark.join((fresh_year, first, second))
        return mark.join((first, second, fresh_year) if self.month_first else (second, first, fresh_year))

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
            self.names[key] = key if kept else "".join(self._letter(char) for char in key)
        fresh = self.names[key]
        return "".join(new.upper() if old.isupper() else new for old, new in zip(text, fresh, strict=True))

    def _letter(self, char: str) -> str:
        if char in VOWELS:
            return self.rng.choice(VOWELS)
        if char in CONSONANTS and self.rng.random() < 0.7:
            return self.rng.choice(CONSONANTS)
        return char


def _spelled_out(page: LabelledPage) -> set[str]:
    """Date fields that some word shows in part (`5 March 2020`, `05 . 03 . 2020`): only their year is moved."""
    pairs = zip(page.page.words or [], page.labels, strict=True)
    return {la.field for word, la in pairs if la and la.field in DATES and not NUMERIC_DATE.search(word.text)}


def _month_first(page: LabelledPage) -> bool:
    """Whether the page writes 12/31/20: by a date that can be read one way only, else by its true values."""
    for word in page.page.words or []:
        match = NUMERIC_DATE.search(word.text)
        if match and len(match[1]) < 3 and max(int(match[1]), int(match[3])) > 12:
            return int(match[3]) > 12
    true = {value[5:7] for name, value in page.fields.items() if name in DATES and value[4:5] == "-"}
    shown = {
        match[1].zfill(2)
        for word, label in zip(page.page.words or [], page.labels, strict=True)
        if label and label.field in DATES and (match := NUMERIC_DATE.search(word.text))
    }
    return bool(true & shown)


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
