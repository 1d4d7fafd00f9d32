"""Counts what an OCR engine makes of known words: for `benchmarks/noise.py`, and for the test that holds drawn noise to
the fitted table.

A page's true words and the words seen are gathered into groups that stand in the same place, and each group's texts are
compared character by character, spaces included: a lost space is a merge, a new one a split.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise

import numpy as np

from docengine import Word
from docengine.corpus.noise_table import (
    GAPS,
    WIDEST,
    Edges,
    ink_class,
    is_rule,
    joint_of,
    kind_of,
    sizes_of,
    style_and_unit,
)
from docengine.engine.layout import reading_order

USUAL_SPACE = 0.6
"""A report counts merges over gaps up to this, in the page's units."""
LEAST_ALIKE = 0.35
"""Groups less alike than this are read from something else (a logo, a rule): their words are lost, not misread."""


@dataclass(slots=True)
class Tally:
    """What became of one or more pages' words."""

    chars: Counter[str] = field(default_factory=Counter)
    """True characters of words that were read at all."""
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(true character, what was read): `""` where nothing was."""
    added: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(character that is not there, `start`, `middle` or `end` of its word)."""
    words: int = 0
    lost: int = 0
    runs_lost: int = 0
    """Times that words are lost: neighbours together."""
    lost_chars: int = 0
    extra: Counter[str] = field(default_factory=Counter)
    """Words seen where there is none."""
    sized: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(`chars`, `errors`, `words` or `lost`, class of the words' size)."""
    wrong: Counter[int] = field(default_factory=Counter)
    """How many words have so many characters wrong."""
    splits: Counter[str] = field(default_factory=Counter)
    """Kinds of characters at either side of a split: `aa`, `a.`, `0.`."""
    places: Counter[str] = field(default_factory=Counter)
    """The same of all neighbouring characters inside words."""
    merges: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By what the two words meet with and the class of the gap, -1 where that is not known."""
    chained: int = 0
    """Merges that follow another one on the row."""
    gaps: Counter[tuple[str, int]] = field(default_factory=Counter)
    """The same of all neighbours on a row that were read."""
    rules: int = 0
    rules_lost: int = 0
    """Lines made of dashes or stars; they count in nothing else."""
    recased: int = 0
    """Words with small letters, where the truth is typed in capitals."""
    boxes: list[list[tuple[str, Edges]]] = field(default_factory=list)
    """Of words read whole, by rows: the style of boxes with the word's ink class, and how far its edges lie from the
    true ones, in the page's units."""

    def __iadd__(self, other: Tally) -> Tally:
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))
        return self

    @property
    def errors(self) -> int:
        """Characters taken for others, lost and added, those of lost words included."""
        return sum(self.taken.values()) + sum(self.added.values()) + self.lost_chars

    @property
    def error_rate(self) -> float:
        """Errors a character of the truth."""
        return self.errors / max(sum(self.chars.values()) + self.lost_chars, 1)

    def rates(self) -> dict[str, float]:
        """What a report shows."""
        read = max(sum(self.chars.values()), 1)
        offsets = np.array([edges for row in self.boxes for _, edges in row] or [(0.0,) * 4])
        spread = (np.percentile(offsets, 84, axis=0) - np.percentile(offsets, 16, axis=0)) / 2
        near = [key for key in self.gaps if key[1] < bisect(GAPS, USUAL_SPACE)]
        return {
            "character_errors": self.error_rate,
            "misread": (sum(self.taken.values()) + sum(self.added.values())) / read,
            "words_wrong": sum(self.wrong.values()) / max(self.words - self.lost, 1),
            "words_lost": self.lost / max(self.words, 1),
            "words_extra": sum(self.extra.values()) / max(self.words, 1),
            "split_a_word": sum(self.splits.values()) / max(self.words, 1),
            "merged_a_space": sum(map(self.merges.__getitem__, near)) / max(sum(map(self.gaps.__getitem__, near)), 1),
            "rules_lost": self.rules_lost / max(self.rules, 1),
            "recased": self.recased / max(self.words, 1),
            **{f"box_{edge}": float(value) for edge, value in zip(("x0", "y0", "x1", "y1"), spread, strict=True)},
        }


def compare(true: Sequence[Word], seen: Sequence[Word], *, lines: bool = False, receipt: bool = False) -> Tally:
    """What became of a page's `true` words in those `seen`, in the same pixels.

    `lines`: the true ones are whole lines typed in capitals, so that case, gaps and boxes tell nothing.
    `receipt`: it is one, and its lines were boxed by people.
    """
    from rapidfuzz.distance import Levenshtein

    rules = [word for word in true if is_rule(word.text)]
    true = [word for word in true if not is_rule(word.text)]
    if not lines:
        true = [Word("".join(word.text.split()), word.box) for word in true]
    drawn = sum(any(_touch(rule, word) for word in seen) for rule in rules)
    seen = [word for word in seen if not is_rule(word.text)]
    tally = Tally(words=sum(len(word.text.split()) for word in true), rules=len(rules), rules_lost=len(rules) - drawn)
    style, unit = style_and_unit(true, receipt)
    order, rows = reading_order(true)
    row_of = dict(zip(order, rows, strict=True))
    sizes = sizes_of(true, style)
    tally.sized.update(("words", size) for size in sizes)
    boxes: dict[int, list[tuple[str, Edges]]] = defaultdict(list)
    gone: set[int] = set()
    for ours, theirs in _groups(true, seen):
        text = " ".join(true[i].text for i in ours)
        read = " ".join(seen[j].text for j in theirs)
        a, b = (text.upper(), read.upper()) if lines else (text, read)
        if not ours or not theirs or Levenshtein.normalized_similarity(a, b) < LEAST_ALIKE:
            gone.update(ours)
            tally.extra.update(seen[j].text for j in theirs)
            continue
        if lines:
            tally.recased += sum(word != word.upper() for word in read.split())
        before = tally.chars.total(), tally.taken.total()
        closed = sorted(_count(tally, a, b))
        tally.sized["chars", sizes[ours[0]]] += tally.chars.total() - before[0]
        tally.sized["errors", sizes[ours[0]]] += tally.taken.total() - before[1]
        tally.chained += sum(k == j + 1 for j, k in pairwise(closed))
        if lines:
            tally.merges["plain", -1] += len(closed)
        else:
            tally.merges.update(_gap(true[ours[k]], true[ours[k + 1]], unit) for k in closed)
        if len(ours) == len(theirs) == 1 and text.upper() == read.upper() and not lines:
            x0, y0, x1, y1 = np.subtract(seen[theirs[0]].box, true[ours[0]].box) / unit
            boxes[row_of[ours[0]]].append((f"{style} {ink_class(text)}", (x0, y0, x1, y1)))
    tally.boxes = list(boxes.values())
    tally.sized.update(("lost", sizes[i]) for i in gone)
    tally.lost = sum(len(true[i].text.split()) for i in gone)
    tally.lost_chars = sum(len(true[i].text.replace(" ", "")) for i in gone)
    _neighbours(tally, [(true[i], row, i in gone) for i, row in zip(order, rows, strict=True)], unit, lines)
    return tally


def _touch(a: Word, b: Word) -> bool:
    return a.box.x0 < b.box.x1 and b.box.x0 < a.box.x1 and a.box.y0 < b.box.y1 and b.box.y0 < a.box.y1


def _neighbours(tally: Tally, words: Sequence[tuple[Word, int, bool]], unit: float, lines: bool) -> None:
    """Counts runs of lost words, and the gaps between words that were read. `words`: in reading order, with their rows
    and whether they are lost."""
    before: tuple[Word, int, bool] | None = None
    for word, row, lost in words:
        beside = before if before and before[1] == row else None
        if lost:
            tally.runs_lost += not (beside and beside[2])
        elif lines:
            tally.gaps["plain", -1] += word.text.count(" ")
        elif beside and not beside[2]:
            tally.gaps[_gap(beside[0], word, unit)] += 1
        before = word, row, lost


def _gap(left: Word, right: Word, unit: float) -> tuple[str, int]:
    """What they meet with and the class of the gap between them, -1 where they are no neighbours."""
    gap = (right.box.x0 - left.box.x1) / unit
    level = abs(right.box.y0 + right.box.y1 - left.box.y0 - left.box.y1) < unit
    return joint_of(left.text, right.text), bisect(GAPS, gap) if level and -0.5 < gap < WIDEST else -1


def _groups(true: Sequence[Word], seen: Sequence[Word]) -> Iterator[tuple[list[int], list[int]]]:
    """Words of either side that stand in the same place, in reading order; one side is empty where nothing does."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    n, m = len(true), len(seen)
    ours, theirs = (np.array([word.box for word in words], float).reshape(-1, 4) for words in (true, seen))
    shared = [
        np.minimum(ours[:, None, k + 2], theirs[None, :, k + 2]) - np.maximum(ours[:, None, k], theirs[None, :, k])
        for k in (0, 1)
    ]
    least = [
        np.minimum((ours[:, k + 2] - ours[:, k])[:, None], (theirs[:, k + 2] - theirs[:, k])[None]) for k in (0, 1)
    ]
    touching = (shared[0] > 0.3 * least[0]) & (shared[1] > 0.4 * least[1])
    graph = np.zeros((n + m, n + m), bool)
    graph[:n, n:] = touching
    _, group = connected_components(csr_matrix(graph), directed=False)
    everything = [*true, *seen]
    for number in range(group.max() + 1 if n + m else 0):
        members = np.flatnonzero(group == number).tolist()
        sides = ([i for i in members if i < n], [i for i in members if i >= n])
        ordered = [[side[k] for k in reading_order([everything[i] for i in side])[0]] for side in sides]
        yield ordered[0], [i - n for i in ordered[1]]


def _count(tally: Tally, text: str, read: str) -> Iterator[int]:
    """Compares one group's texts; yields which spaces were lost, from 0."""
    from rapidfuzz.distance import Levenshtein

    spaces = [i for i, char in enumerate(text) if char == " "]
    word_of = np.cumsum([char == " " for char in text]).tolist()
    wrong: Counter[int] = Counter()
    tally.chars.update(text.replace(" ", ""))
    tally.places.update(kind_of(a) + kind_of(b) for a, b in pairwise(text) if " " not in (a, b))
    for step in Levenshtein.editops(text, read):
        at, char = step.src_pos, text[step.src_pos] if step.tag != "insert" else ""
        got = read[step.dest_pos] if step.tag != "delete" else ""
        if char == " ":
            yield spaces.index(at)
        if got == " " and 0 < at < len(text) and " " not in text[at - 1 : at + 1]:
            tally.splits[kind_of(text[at - 1]) + kind_of(text[at])] += 1
        got = got.strip()
        if char.strip():
            tally.taken[char, got] += 1
        elif got:
            begins, ends = at == 0 or text[at - 1] == " ", text[at : at + 1] in ("", " ")
            tally.added[got, "end" if ends else "start" if begins else "middle"] += 1
        if char.strip() or got:
            wrong[word_of[min(at, len(text) - 1)]] += 1
    tally.wrong.update(wrong.values())


def sum_of(tallies: Sequence[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole += tally
    return whole
