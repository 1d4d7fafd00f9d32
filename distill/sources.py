"""A recipe's labelled pages: what the student's stage and fine-tuning learn from and are watched on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from docengine.corpus.align import align_row
from docengine.corpus.dataset import Row, read_dataset
from docengine.corpus.labelled import LabelledPage
from docengine.corpus.rescans import Readings, rescanned_pages
from docengine.corpus.splits import TRAINING_SETS, partition
from docengine.corpus.streams import Augment, GeneratedPages, RealPages, name_pool
from docengine.distill.data import PageSource
from docengine.distill.recipe import Recipe
from docengine.engine.ocr import open_ocr
from docengine.errors import DatasetError
from docengine.teacher.feed import Checked, Tally
from docengine.teacher.mixing import require_pages

HELD_OUT_SEEDS = 1 << 50
"""Generated pages from here on are never trained on: training draws 48-bit seeds."""


class LabelledData:
    """A recipe's labelled pages; the real ones are read once, when a stage first asks for them."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder, self.root = recipe, folder, Path(recipe.data.root)

    @cached_property
    def real(self) -> dict[str, list[LabelledPage]]:
        """Training pages of each set, once more as our own OCR reads them where the recipe asks for that."""
        data = self.recipe.data
        pages = {name: [page for row in self._rows(name, "train") for page in align_row(row)] for name in data.sets}
        if data.own_ocr:
            reader = open_ocr("rapidocr", None)
            for name in data.own_ocr:
                readings = Readings(self.folder / "rescans" / f"{name}.jsonl", reader)
                pages[name] += rescanned_pages(list(self._rows(name, "train")), readings)
        return pages

    def _rows(self, name: str, part: str) -> Iterator[Row]:
        if name not in TRAINING_SETS:
            allowed = ", ".join(TRAINING_SETS)
            raise DatasetError(f"data set {name!r} may not train distributed weights; allowed: {allowed}")
        yield from (row for row in read_dataset(self.root / name) if partition(row, name) == part)

    def sources(self, tally: Tally) -> tuple[tuple[float, PageSource], ...]:
        """Weighted sources of training pages, whose broken ones `tally` counts."""
        data = self.recipe.data
        augment = Augment(data.noise, data.redraw)
        sources: list[tuple[float, str, PageSource]] = []
        if data.generated:
            sources.append((data.generated, "generated", GeneratedPages(augment)))
        names = name_pool(3000 if data.generated else 0, self.recipe.seed)
        sources += [(data.sets[name], name, RealPages.of(pages, augment, names)) for name, pages in self.real.items()]
        return tuple((weight, Checked(name, source, tally)) for weight, name, source in sources)

    def held_back(self) -> dict[str, list[LabelledPage]]:
        """To validate on: the tune part of each real set, and generated pages of unseen seeds."""
        generated = GeneratedPages(Augment(noise=0.5, redraw=0.0))
        pages: dict[str, list[LabelledPage]] = {}
        if self.recipe.data.generated:
            pages["generated"] = [generated(random.Random(HELD_OUT_SEEDS + number)) for number in range(150)]
        for name in self.recipe.data.sets:
            pages[name] = [page for row in self._rows(name, "tune") for page in align_row(row)]
        return pages


def require_data(recipe: Recipe) -> None:
    """DatasetError that names the first folder or file of the recipe's data that is not there."""
    root = Path(recipe.data.root)
    wanted = {f"data.sets: {name}": root / name for name in recipe.data.sets}
    wanted |= {f"data.texts: {text}": root / text for text in recipe.data.texts}
    for key, path in wanted.items():
        if not path.exists():
            raise DatasetError(f"{key} is not in {root.absolute()}: set data.root in the recipe, or leave it out")
    for stage in (recipe.pretrain, recipe.adapt):
        if stage:
            require_pages(stage, root)
