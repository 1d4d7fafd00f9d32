"""How many tokens a word takes in each language: python -m benchmarks.tokens_per_word TEXTS [TOKENIZER].

TEXTS is a folder of <language>.txt.gz. Without TOKENIZER (a tokenizer.json), vocabularies of several sizes are trained,
each on four lines of five of the sample, and generated pages; all are measured on the fifth lines.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from docengine import Page
from docengine.corpus.streams import Augment, GeneratedPages
from docengine.teacher.tokenizer import (
    Vocabulary,
    load_tokenizer,
    page_texts,
    text_sample,
    tokens_per_word,
    train_tokenizer,
    vocabulary_of,
)

CHARACTERS, PAGES, SIZES = 1_000_000, 3_000, (8_000, 12_032, 16_000)


def main(folder: Path, tokenizer: str | None) -> None:
    texts = {path.name.split(".")[0]: list(text_sample(path, CHARACTERS)) for path in sorted(folder.glob("??.txt.gz"))}
    generated = GeneratedPages(Augment(noise=0.2, redraw=0.0))

    def page(rng: random.Random) -> Page:
        return generated(rng).page

    texts["pages"] = list(page_texts([(1.0, page)], PAGES, seed=0))

    def taught() -> Iterator[str]:
        yield from (line for lines in texts.values() for i, line in enumerate(lines) if i % 5)

    if tokenizer:
        columns = {tokenizer: load_tokenizer(tokenizer)}
    else:
        columns = {str(size): vocabulary_of(train_tokenizer(taught(), size)) for size in SIZES}
    print_table(columns, {name: lines[::5] for name, lines in texts.items()})


def print_table(columns: dict[str, Vocabulary], texts: dict[str, list[str]]) -> None:
    print("| | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for name, lines in texts.items():
        print(f"| {name} | " + " | ".join(f"{tokens_per_word(each, lines):.2f}" for each in columns.values()) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
