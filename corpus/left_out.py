"""Which unlabelled documents show a layout that validation leaves out, and must not be learned from.

Only the FCC's public files are concerned: `unlabelled` and `fcc_adbuy` were drawn from the same stations' papers. As in
`splits.toml`, layouts are told by label words and where they stand: a label word is one without digits that at least
five documents of fcc_adbuy print, and a page is like another by the share of its label words that the other has within
5% of the page's size. A document with a page at least 0.2 like any page of a left-out document is left out whole. There
is a wide gap: of 206 pages 75 are at most 0.19 like one, most of the others more than 0.3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from docengine import Page
from docengine.corpus.dataset import read_dataset
from docengine.corpus.splits import partition

SET, PREFIX = "fcc_adbuy", "fcc_"
NEAR = 0.05
"""Of the page's size."""
LIKE = 0.2
DOCUMENTS = 5
"""That print a label word, at least."""
Places = dict[str, list[tuple[float, float]]]
"""Middles of each word, as shares of the page's size."""


def document_of(page_id: str) -> str:
    """The document that a page of `unlabelled` belongs to."""
    return page_id.rsplit("_p", 1)[0]


def left_out_documents(pages: Iterable[tuple[str, Page]], data_dir: Path | str) -> frozenset[str]:
    """Documents among `pages` (id, page) of `unlabelled` whose layout is left out of training.

    Empty where `data_dir` has no fcc_adbuy.
    """
    if not (Path(data_dir) / SET).is_dir():
        return frozenset()
    kept_out, labels = _reference(data_dir)
    suspects = ((page_id, page) for page_id, page in pages if page_id.startswith(PREFIX))
    return frozenset(document_of(page_id) for page_id, page in suspects if _likeness(page, kept_out, labels) >= LIKE)


def _reference(data_dir: Path | str) -> tuple[Mapping[str, np.ndarray], frozenset[str]]:
    """Where left-out pages have each word, (M, 3): x, y, number of the page; and the label words of the whole set."""
    counts: Counter[str] = Counter()
    places: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    number = 0
    for row in read_dataset(Path(data_dir) / SET):
        counts.update(set(_places(row.pages[0])))
        for page in row.pages if partition(row, SET) == "val" else ():
            for text, middles in _places(page).items():
                places[text] += [(x, y, number) for x, y in middles]
            number += 1
    labels = frozenset(text for text, count in counts.items() if count >= DOCUMENTS)
    return {text: np.array(found) for text, found in places.items() if text in labels}, labels


def _likeness(page: Page, kept_out: Mapping[str, np.ndarray], labels: frozenset[str]) -> float:
    """The highest likeness to any left-out page."""
    own = {text: middles for text, middles in _places(page).items() if text in labels}
    hits: Counter[float] = Counter()
    for text, middles in own.items():
        there = kept_out.get(text)
        if there is not None:
            off = np.abs(there[:, None, :2] - np.array(middles)).max(axis=2)  # (M, occurrences here)
            hits.update(set(there[(off < NEAR).any(axis=1), 2].tolist()))
    return max(hits.values(), default=0) / max(len(own), 1)


def _places(page: Page) -> Places:
    places: Places = defaultdict(list)
    for printed, (x0, y0, x1, y1) in page.words or []:
        text = printed.strip(":").lower()
        if len(text) > 1 and not any(char.isdigit() for char in text):
            places[text].append(((x0 + x1) / 2 / page.width, (y0 + y1) / 2 / page.height))
    return places
