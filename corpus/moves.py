"""Parts of a labelled page moved, resized or lost, the page's wording untouched."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from docengine import Box, Word
from docengine.corpus.blocks import LINE, Tagged, blocks_of, rebuilt
from docengine.corpus.generator.vocabulary import language_codes
from docengine.corpus.labelled import Label, LabelledPage
from docengine.corpus.ordered import Ordered, ordered
from docengine.corpus.phrases import phrases, plain

PARTIES = frozenset({"seller_name", "seller_address", "buyer_name", "buyer_address"})
DIGIT = re.compile(r"\d")
AMOUNT = re.compile(r"\d[.,]\d\d$")
SUMS = frozenset({"net_total", "tax_total", "grand_total"})


def swap_sides(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with the left and right part of a block exchanged, where one of them holds a party's name or address."""
    blocks = blocks_of(list(zip(page.page.words or [], page.labels, strict=True)))
    able = [number for number, block in enumerate(blocks) if _has_party(block) and _sides(block)]
    if not able:
        return page
    chosen = rng.choice(able)
    left, right = _sides(blocks[chosen]) or ([], [])
    a, b = (Box.around(word.box for word, _ in side) for side in (left, right))
    swapped = [*_across(right, a.x0 - b.x0), *_across(left, b.x1 - a.x1)]
    out = [tagged for number, block in enumerate(blocks) for tagged in (swapped if number == chosen else block)]
    return rebuilt(page, out, page.page.width, page.page.height)


def permute_pairs(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with labels and their values (`Invoice No. 12`), that stand in one column, in another order."""
    sheet = ordered(page)
    columns = _pair_columns(sheet, _pairs(sheet, page))
    if not columns:
        return page
    moved: dict[int, float] = {}
    for column in columns:
        order = rng.sample(column, len(column))
        for old, new in zip(column, order, strict=True):
            dy = _middle(sheet, new[0]) - _middle(sheet, old[0])
            moved |= dict.fromkeys(old, dy)
    return rebuilt(page, _down(sheet, moved), page.page.width, page.page.height)


def refit(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with other margins, another scale along each axis, and type of another size."""
    sx, sy = rng.uniform(0.82, 1.15), rng.uniform(0.82, 1.15)
    size = rng.uniform(0.8, 1.12)
    sheet = ordered(page)
    if not sheet.words:
        return page
    around = Box.around(word.box for word in sheet.words)
    left, top = (rng.uniform(0.3, 1.7) * edge for edge in (max(around.x0, 0.0), max(around.y0, 0.0)))
    out: list[Tagged] = []
    for segment in sheet.segments:
        anchor, grown = _growth(sheet, segment, size)
        x_of, x_by = left + (anchor * (1 - grown) - around.x0) * sx, grown * sx
        for word, label in (sheet.tagged[i] for i in segment):
            x0, y0, x1, y1 = word.box
            x0, x1 = max(x0 * x_by + x_of, 0.0), max(x1 * x_by + x_of, 0.0)
            base = y0 + 0.8 * (y1 - y0)  # descenders hang below it
            line, up, down = (base - around.y0) * sy + top, (y0 - base) * grown * sy, (y1 - base) * grown * sy
            out.append((Word(word.text, Box(x0, max(line + up, 0.0), x1, max(line + down, 0.0))), label))
    right, bottom = max(w.box.x1 for w, _ in out), max(w.box.y1 for w, _ in out)
    width = left + (page.page.width - around.x0) * sx
    height = top + (page.page.height - around.y0) * sy
    return rebuilt(page, out, max(width, right), max(height, bottom))


def lose_block(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` without one of its blocks that hold values: their fields are absent from it, and known to be.

    A field whose value may still be read elsewhere on the page becomes unknown instead. Blocks with line items stay.
    """
    blocks = blocks_of(list(zip(page.page.words or [], page.labels, strict=True)))
    able = [number for number, block in enumerate(blocks) if _can_go(block, page)]
    if len(blocks) < 3 or not able:
        return page
    chosen = rng.choice(able)
    kept = [tagged for number, block in enumerate(blocks) if number != chosen for tagged in block]
    here = {label.field for _, label in blocks[chosen] if label}
    left = {label.field for _, label in kept if label and label.certain}
    gone = here - left
    absent = {name for name in gone if not _still_shown(name, blocks[chosen], kept)}
    out = rebuilt(page, kept, page.page.width, page.page.height)
    fields = {name: value for name, value in out.fields.items() if name not in gone}
    return replace(out, known=(page.known - gone) | absent, fields=fields)


def _has_party(block: list[Tagged]) -> bool:
    fields = {label.field for _, label in block if label}
    return not fields.isdisjoint(PARTIES) and fields.isdisjoint(LINE) and fields.isdisjoint(SUMS)


def _sides(block: list[Tagged]) -> tuple[list[Tagged], list[Tagged]] | None:
    """The words left and right of the block's widest empty column; None unless both hold two rows of their own."""
    across = sorted(block, key=lambda tagged: tagged[0].box.x0)
    best, cut, right = 0.0, 0, across[0][0].box.x1
    for number, (word, _) in enumerate(across[1:], 1):
        if word.box.x0 - right > best:
            best, cut = word.box.x0 - right, number
        right = max(right, word.box.x1)
    left, rest = across[:cut], across[cut:]
    if best < 1.5 * across[0][0].box.height or not (_stands(left) and _stands(rest)):
        return None
    shared = {label for _, label in left if label} & {label for _, label in rest if label}
    return None if shared else (left, rest)


def _stands(side: list[Tagged]) -> bool:
    """Whether a side is more than labels or amounts of the other one: two rows at least, of several words mostly."""
    last: dict[int, Word] = {}
    for word, _ in side:  # from left to right
        last[round(word.box.y0 / max(word.box.height, 1.0))] = word
    colons = sum(word.text.endswith(":") for word in last.values())
    return 1 < len(last) <= len(side) / 1.5 and 2 * colons < len(last)


def _across(side: list[Tagged], dx: float) -> list[Tagged]:
    out = []
    for word, label in side:
        x0, y0, x1, y1 = word.box
        out.append((Word(word.text, Box(x0 + dx, y0, x1 + dx, y1)), label))
    return out


def _pairs(sheet: Ordered, page: LabelledPage) -> list[list[int]]:
    """Places of each label with the value to its right."""
    code = page.meta.get("language")
    index = phrases(code if code in language_codes() else "en")
    whole = _single_row(sheet)
    found = []
    for segment, ahead in pairwise([*sheet.segments, []]):
        cut = next((n for n, i in enumerate(segment) if sheet.labels[i] or _digits(sheet, i)), len(segment))
        said = [plain(sheet.words[i].text) for i in segment[:cut]]
        known = " ".join(word for word in said if word not in (":", "")) in index
        level = bool(ahead) and sheet.rows[ahead[0]] == sheet.rows[segment[0]]
        pair = segment if cut < len(segment) or not level else segment + ahead
        named = 0 < cut < 5 and (known or sheet.words[segment[cut - 1]].text.endswith(":"))
        if named and _is_value(sheet, pair[cut:]) and not any(_ties(sheet.labels[i], whole) for i in pair):
            found.append(pair)
    return found


def _is_value(sheet: Ordered, places: list[int]) -> bool:
    """Whether the words are a number, a date or a labelled value; amounts stay where their sums are."""
    texts = [sheet.words[i].text for i in places]
    told = any(sheet.labels[i] or _digits(sheet, i) for i in places)
    return told and not any(text.endswith(":") or AMOUNT.search(text) for text in texts)


def _single_row(sheet: Ordered) -> set[Label]:
    """Labels all of whose words stand on one row."""
    rows: dict[Label, set[int]] = defaultdict(set)
    for row, label in zip(sheet.rows, sheet.labels, strict=True):
        if label is not None:
            rows[label].add(row)
    return {label for label, on in rows.items() if len(on) == 1}


def _ties(label: Label | None, whole: set[Label]) -> bool:
    """Whether a word must stay where it is: part of a table, of the sums, or of a value of several lines."""
    return label is not None and (label.field in LINE or label.field in SUMS or label not in whole)


def _digits(sheet: Ordered, place: int) -> bool:
    return bool(DIGIT.search(sheet.words[place].text))


def _pair_columns(sheet: Ordered, pairs: list[list[int]]) -> list[list[list[int]]]:
    """Runs of pairs under each other: they begin at one edge, and nothing stands between them."""
    runs: list[list[list[int]]] = []
    for pair in pairs:
        run = next((run for run in runs[-6:] if _follows(sheet, run[-1], pair)), None)
        if run is None:
            runs.append(run := [])
        run.append(pair)
    return [run for run in runs if len(run) > 1]


def _follows(sheet: Ordered, upper: list[int], lower: list[int]) -> bool:
    a, b = (Box.around(sheet.words[i].box for i in pair) for pair in (upper, lower))
    if abs(a.x0 - b.x0) > sheet.typical or not 0 < b.y0 - a.y0 < 3 * sheet.typical:
        return False
    right = max(a.x1, b.x1)
    between = (sheet.words[i].box for i in range(upper[-1] + 1, lower[0]))
    return not any(box.x0 < right and box.x1 > a.x0 for box in between)


def _middle(sheet: Ordered, place: int) -> float:
    return (sheet.words[place].box.y0 + sheet.words[place].box.y1) / 2


def _down(sheet: Ordered, moved: dict[int, float]) -> list[Tagged]:
    out = []
    for place, (word, label) in enumerate(sheet.tagged):
        dy = moved.get(place, 0.0)
        x0, y0, x1, y1 = word.box
        out.append((Word(word.text, Box(x0, max(y0 + dy, 0.0), x1, max(y1 + dy, 0.0))) if dy else word, label))
    return out


def _growth(sheet: Ordered, segment: list[int], size: float) -> tuple[float, float]:
    """What a segment is resized from, its left edge, or its right one where it ends flush with others; and by what."""
    places = (segment[0], segment[-1])
    x0, x1 = sheet.words[segment[0]].box.x0, sheet.words[segment[-1]].box.x1
    tight = sheet.room(places, 1e9)[1] - x1 < 0.2 * (x1 - x0)
    return x1 if sheet.ends_flush(places) else x0, min(size, 1.0) if tight else size


def _can_go(block: list[Tagged], page: LabelledPage) -> bool:
    labels = [label for _, label in block if label]
    fields = {label.field for label in labels}
    return bool(labels) and fields.isdisjoint(LINE) and len(fields) <= max(1, len(page.fields) // 3)


def _still_shown(name: str, lost: list[Tagged], kept: list[Tagged]) -> bool:
    """Whether a word of the lost value stands elsewhere, or the field does with a doubt."""
    texts = {plain(word.text) for word, label in lost if label and label.field == name and len(word.text) > 3}
    return any((label and label.field == name) or plain(word.text) in texts for word, label in kept)
