"""Hand-made pages and a vocabulary of characters, for the tests of what trains a teacher."""

from __future__ import annotations

import random

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from docengine import Box, Page, Word
from docengine.teacher.tokenizer import EOS, PAD, SENTINELS, UNKNOWN, Vocabulary, vocabulary_of

NAMES = ("Total", "Tax", "Bolts", "Paper", "Date", "Invoice", "Net", "Sum")


def letters() -> Vocabulary:
    """One token a character: words have as many tokens as letters. 203 entries."""
    entries = [PAD, EOS, UNKNOWN, *SENTINELS, *map(chr, range(32, 127)), *"äöüß€"]
    tokenizer = Tokenizer(models.BPE(vocab={entry: i for i, entry in enumerate(entries)}, merges=[], unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([PAD, EOS, UNKNOWN, *SENTINELS])
    return vocabulary_of(tokenizer)


def drawn_page(rng: random.Random, picture: bool = False) -> Page:
    """Six rows of a name and an amount, on a page of 300 x 200."""
    words = []
    for row in range(6):
        y = 20 + 25 * row
        words.append(Word(rng.choice(NAMES), Box(30, y, 90, y + 12)))
        words.append(Word(f"{rng.randint(100, 999)}.{rng.randint(10, 99)}", Box(200, y, 250, y + 12)))
    image = np.full((200, 300, 3), 255, np.uint8) if picture else None
    return Page(words=words, image=image, width=300, height=200)
