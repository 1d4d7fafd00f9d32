"""Pages with a given share of words misread: how much a reader loses to OCR noise is measured with these."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

from docengine import Page, Word
from docengine.corpus.labelled import Label
from docengine.corpus.noise import reread
from docengine.corpus.noise_table import style_and_unit
from docengine.engine.layout import split_words

READINGS = 400
"""After so many readings, words that are still read rightly (rules, single strokes) stay as they are."""


def with_slips(page: Page, share: float, rng: random.Random) -> Page:
    """`page` in single words, of which `share` are misread or cut in two as our OCR does it, none lost or run together.

    The page is read again and again at the worst quality until enough words have a slip: those that OCR errs on most
    easily come first.
    """
    words = split_words(page.words or [])
    # labelled words are not lost
    numbered: list[tuple[Word, Label | None]] = [(word, Label(str(i))) for i, word in enumerate(words)]
    style, unit = style_and_unit(words)
    wanted = round(share * len(words))
    slips: dict[int, list[Word]] = {}
    for _ in range(READINGS):
        if len(slips) == wanted:
            break
        read: dict[int, list[Word]] = defaultdict(list)
        for word, label in reread(numbered, rng, 1.0, style, unit):
            if label is not None:
                read[int(label.field)].append(word)
        wrong = [i for i, pieces in read.items() if i not in slips and pieces != [words[i]]]
        slips |= {i: read[i] for i in rng.sample(wrong, min(len(wrong), wanted - len(slips)))}
    return replace(page, words=[piece for i, word in enumerate(words) for piece in slips.get(i, [word])])
