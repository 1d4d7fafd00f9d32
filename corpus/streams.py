"""Where training pages come from: drawn by the generator, or real ones made new each time. Each is a callable that
takes a `random.Random` and returns a `LabelledPage`; the same generator state gives the same page."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docengine.corpus.blocks import rebuilt
from docengine.corpus.generator import generate
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.noise import disturb, reread
from docengine.corpus.noise_table import style_and_unit
from docengine.corpus.redraw import NAMED
from docengine.corpus.redress import Dressing, redress
from docengine.corpus.rescans import READ_BY


@dataclass(frozen=True, slots=True)
class Augment:
    """How pages are changed before they are learned from."""

    noise: float
    """Share of pages that get OCR noise; its strength is drawn anew for each."""
    redraw: float
    """Share of real pages that are re-dressed."""
    dressing: Dressing = field(default_factory=Dressing)
    """What re-dressing does to them."""

    def noisy(self, page: LabelledPage, rng: random.Random, original: LabelledPage | None = None) -> LabelledPage:
        """`page` as OCR reads it, or as it is. `original`: what it was re-dressed from."""
        if rng.random() >= self.noise:
            return page
        if original is not None and READ_BY in original.meta:
            return misread_new(page, original, rng)
        return disturb(page, rng)


@dataclass(frozen=True, slots=True)
class GeneratedPages:
    """Pages of the synthetic generator."""

    augment: Augment

    def __call__(self, rng: random.Random) -> LabelledPage:
        return self.augment.noisy(rng.choice(generate(rng.getrandbits(48))), rng)


@dataclass(frozen=True, slots=True)
class RealPages:
    """Real labelled pages, frequent layouts no more than their square root as often as rare ones."""

    pages: Sequence[LabelledPage]
    weights: Sequence[float]
    augment: Augment
    names: Mapping[str, Sequence[str]]
    """Values that redrawn pages take, by field."""

    @classmethod
    def of(cls, pages: Sequence[LabelledPage], augment: Augment, names: Mapping[str, Sequence[str]]) -> RealPages:
        layouts = [page.meta.get("template") for page in pages]
        counts = Counter(layouts)
        weights = [1.0 if layout is None else counts[layout] ** -0.5 for layout in layouts]
        return cls(pages, weights, augment, names)

    def __call__(self, rng: random.Random) -> LabelledPage:
        page = original = rng.choices(self.pages, self.weights)[0]
        if rng.random() < self.augment.redraw:
            page = redress(page, rng, self.names, self.augment.dressing)
        return self.augment.noisy(page, rng, original)


def misread_new(page: LabelledPage, original: LabelledPage, rng: random.Random) -> LabelledPage:
    """`page` with noise on the words that are not on `original`, which our OCR read: those carry its slips already."""
    old = {word.text for word in original.page.words or []}
    tagged = list(zip(page.page.words or [], page.labels, strict=True))
    new = [(word, label) for word, label in tagged if word.text not in old]
    if not new:
        return page
    style, unit = style_and_unit(page.page.words or [])
    kept = [(word, label) for word, label in tagged if word.text in old]
    return rebuilt(page, kept + reread(new, rng, rng.random(), style, unit), page.page.width, page.page.height)


def name_pool(documents: int, seed: int, without: str | None = None) -> dict[str, list[str]]:
    """Names and addresses of as many generated documents, by field; of none in the language `without`."""
    pool: dict[str, list[str]] = defaultdict(list)
    for number in range(documents):
        for page in generate(seed + number):
            if page.meta["language"] == without:
                continue
            for name in NAMED:
                if name in page.fields:
                    pool[name].append(page.fields[name])
    return dict(pool)
