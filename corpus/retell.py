"""Labels on a page told in other words, of the same language or of another one; what they say stays the same."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from docengine import Box, Word
from docengine.corpus.blocks import Tagged, rebuilt
from docengine.corpus.generator.vocabulary import language_codes
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.moved_dates import DATES
from docengine.corpus.ordered import Ordered, ordered
from docengine.corpus.phrases import SAYS, months, openings, phrase_of, phrases, plain, shared, spoken

MARK = re.compile(r"[:.;=\-–*]+|[$€£¥₹]|RM|EUR|USD|GBP|CHF|MYR")
"""What may stand between a label and its value."""
DIGIT = re.compile(r"\d")
SQUEEZED = 0.8
"""A new wording is set no narrower than this, in widths of the old one's characters."""
DATED = re.compile(r"(\d{1,2}[-./ ]?|^)([^\W\d]{3,})([-./ ]?\d{2,4}|\.?,?$)")
DATED_WORD = re.compile(r"\d{1,2}[-./ ]?[^\W\d]{3,}[-./ ]?\d{2,4}$")


class Phrase(NamedTuple):
    """Words of one row, places in the page's reading order, that are a wording of all of `keys`."""

    places: tuple[int, ...]
    said: str
    keys: tuple[str, ...]


def retell(page: LabelledPage, rng: random.Random, *, to: str | None = None, share: float = 0.7) -> LabelledPage:
    """`page` with a share of its labels in other words of its language, or all of them in the language `to`.

    A label that may mean several things (a lone `Total`) is changed only for one that may mean the same things. A new
    wording keeps the old one's edge and height; one that has no room there is passed over. Values stay as they are,
    but for the names of months.
    """
    sheet = ordered(page)
    code = page.meta.get("language")
    if code not in language_codes():
        code = spoken([plain(word.text) for word in sheet.words])
    if code is None or to == code:
        return page
    chosen: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    taken: dict[int, list[Word]] = {}
    for phrase in find_phrases(sheet, page, code):
        if to is None and rng.random() >= share:
            continue
        options = chosen.setdefault((phrase.said, phrase.keys), _options(phrase, to or code, rng))
        words = _fitted(sheet, phrase, options, page.page.width)
        if words:
            taken |= {i: [] for i in phrase.places}
            taken[phrase.places[0]] = words
    if not taken:
        return page
    tagged: list[Tagged] = []
    for i, (word, label) in enumerate(zip(sheet.words, sheet.labels, strict=True)):
        tagged += [(new, None) for new in taken[i]] if i in taken else [(word, label)]
    out = rebuilt(page, tagged, page.page.width, page.page.height)
    return out if to is None else _with_months(out, code, to)


def find_phrases(sheet: Ordered, page: LabelledPage, code: str) -> Iterator[Phrase]:
    """The labels on the page, each the longest that it can be, with what they may mean where they stand."""
    index, longest = phrases(code), openings(code)
    texts = [plain(word.text) if label is None else "" for word, label in zip(sheet.words, sheet.labels, strict=True)]
    labels: list[tuple[tuple[int, ...], str]] = []
    for segment in sheet.segments:
        found = _matches([texts[i] for i in segment], index, longest)
        covered = sum(stop - start for start, stop, _ in found)
        close = len(found) > 2 and covered >= 0.75 * len(segment)  # a table's headings with narrow gaps
        for start, stop, said in found:
            if close or _stands_alone(sheet, segment, start, stop):
                labels.append((tuple(segment[start:stop]), said))
    columns = {said: tuple(key for key in index[said] if "col_" in key) for _, said in labels}
    heads = Counter(sheet.rows[places[0]] for places, said in labels if columns[said])
    for places, said in labels:
        heading = heads[sheet.rows[places[0]]] > 2 and columns[said]
        heading = heading and _usual(heading, page.meta.get("kind"))
        yield Phrase(places, said, heading or _meant(sheet, places, index[said], page))


def _matches(
    texts: list[str], index: dict[str, tuple[str, ...]], longest: dict[str, int]
) -> list[tuple[int, int, str]]:
    """(start, stop, phrase) within a segment's words, from left to right."""
    found, at = [], 0
    while at < len(texts):
        for stop in range(min(at + longest.get(texts[at], 0), len(texts)), at, -1):
            said = " ".join(texts[at:stop])
            if len(said) > 2 and said in index:
                found.append((at, stop, said))
                at = stop - 1
                break
        at += 1
    return found


def _stands_alone(sheet: Ordered, segment: list[int], start: int, stop: int) -> bool:
    """Whether a label may begin at `start` and end before `stop`: no other words run into it, but values may."""
    ended = sheet.words[segment[stop - 1]].text.endswith(":")
    ahead = sheet.words[segment[stop]].text if stop < len(segment) else ""
    if start and not _is_value(sheet, segment[start - 1]):
        told = ended or ahead.startswith(":")  # `Name: Cash` holds no label `Cash`
        return told and sheet.words[segment[start - 1]].text.endswith(":")
    return ended or not ahead or _is_value(sheet, segment[stop]) or bool(MARK.fullmatch(ahead))


def _is_value(sheet: Ordered, place: int) -> bool:
    return sheet.labels[place] is not None or bool(DIGIT.search(sheet.words[place].text))


def _meant(sheet: Ordered, places: tuple[int, ...], keys: tuple[str, ...], page: LabelledPage) -> tuple[str, ...]:
    """Of `keys`, those that fit what stands beside or below; a field that is labelled elsewhere is not meant."""
    kind = page.meta.get("kind")
    said = {SAYS.get(key) for key in keys}
    beside, over = _field_right(sheet, places), False
    if (beside is None or beside not in said) and said != {None}:
        below = sheet.below(places)
        beside, over = (below.field, True) if below is not None else (None, False)
    if beside is not None and beside in said:
        return _usual(tuple(key for key in keys if SAYS.get(key) == beside or (over and "col_" in key)), kind)
    free = tuple(key for key in keys if SAYS.get(key) not in page.known)
    return _usual(free, kind) if free else keys


def _usual(keys: tuple[str, ...], kind: str | None) -> tuple[str, ...]:
    """Of `keys`, those of the page's kind of document: tills, stations and letters have their own."""
    groups = {"receipt": kind == "receipt", "ad": kind == "advertising_order"}
    for group, own in groups.items():
        fit = tuple(key for key in keys if key.startswith(f"{group}_") == own)
        keys = fit or keys
    fit = tuple(key for key in keys if not key.startswith("title_") or key == f"title_{kind}")
    return fit or keys


def _field_right(sheet: Ordered, places: tuple[int, ...]) -> str | None:
    row = sheet.rows[places[-1]]
    for i in range(places[-1] + 1, min(places[-1] + 4, len(sheet.words))):
        label = sheet.labels[i]
        if sheet.rows[i] != row or label is not None:
            return label.field if label is not None and sheet.rows[i] == row else None
        if not MARK.fullmatch(sheet.words[i].text):
            return None
    return None


def _options(phrase: Phrase, code: str, rng: random.Random) -> list[str]:
    """Other wordings, in the order in which they are tried."""
    known = [text for text in shared(code, phrase.keys) if phrase_of(text) != phrase.said]
    return rng.sample(known, min(len(known), 5))


def _fitted(sheet: Ordered, phrase: Phrase, options: list[str], width: float) -> list[Word]:
    """The first wording that has room, as words; none where none has."""
    old = [sheet.words[i] for i in phrase.places]
    x0, y0, x1, y1 = Box.around(word.box for word in old)
    text = " ".join(word.text for word in old)
    gap = 0.35 * (y1 - y0)
    left, right = sheet.room(phrase.places, width)
    at_right = sheet.ends_flush(phrase.places)
    room = x1 - min(left + gap, x0) if at_right else max(right - gap, x1) - x0
    unit = (x1 - x0) / max(len(text), 1)
    for option in options:
        new = option.upper() if text.isupper() and len(text) > 1 else option
        new += ":" if text.endswith(":") else ""
        step = min(unit, room / len(new))
        if step >= SQUEEZED * unit > 0:
            return _words(new, x1 - step * len(new) if at_right else x0, step, (y0, y1))
    return []


def _words(text: str, x: float, step: float, level: tuple[float, float]) -> list[Word]:
    out = []
    for token in text.split(" "):  # some wordings have wide spaces: no word stands between two of them
        if token:
            out.append(Word(token, Box(x, level[0], x + step * len(token), level[1])))
        x += step * (len(token) + 1)
    return out


def _with_months(page: LabelledPage, old: str, new: str) -> LabelledPage:
    """Dates with the month's name in the other language; what the rest of the page is written in is unknown."""
    names = months(old, new)

    def turned(match: re.Match[str]) -> str:
        name = names.get(match[2].lower())
        if name is None:
            return match[0]
        loud = match[2].isupper() and "\u0131" not in name  # Turkish, whose capital is read as i
        return match[1] + (name.upper() if loud else name) + match[3]

    words = list(page.page.words or [])
    for i, label in enumerate(page.labels):
        text = words[i].text
        if label.field in DATES if label is not None else DATED_WORD.match(text):  # a lone `May` may be a name
            words[i] = Word(DATED.sub(turned, text), words[i].box)
    fields = {
        name: " ".join(DATED.sub(turned, part) for part in value.split()) if name in DATES else value
        for name, value in page.fields.items()
    }
    return replace(page, page=replace(page.page, words=words), fields=fields, meta={**page.meta, "language": None})
