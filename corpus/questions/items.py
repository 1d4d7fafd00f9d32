"""Questions for the line items of a drawn document."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.phrases import Part, Wordings, wordings
from docengine.corpus.questions.printed import Printed, answers_of, printed_fields
from docengine.corpus.questions.question import Question
from docengine.engine.preprocess import fold

CELLS = ("unit_price", "quantity", "line_total", "tax_percent")
LONGEST = 60
"""Characters of a description that a question still spells out."""
WORDLESS = frozenset(("form", "statement"))
"""Kinds whose rows are no goods."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row: its cells as printed and their values. Cells that are not certain are left out."""

    cells: dict[str, Printed]
    values: dict[str, str]

    @property
    def name(self) -> Printed:
        return self.cells["description"]

    def amount(self, field: str) -> Decimal | None:
        """The cell's number; None where it has none."""
        if field not in self.cells or field not in self.values:
            return None
        try:
            return Decimal(self.values[field])
        except InvalidOperation:
            return None


def items_of(page: LabelledPage) -> list[Item]:
    """The rows of the page that have a description, in order."""
    cells: dict[int, dict[str, Printed]] = defaultdict(dict)
    for (field, instance), printed in printed_fields(page).items():
        if field == "description" or field in CELLS:
            cells[instance][field] = printed
    return [
        Item(row, page.line_items[number])
        for number, row in sorted(cells.items())
        if row.get("description") and row["description"].text and number < len(page.line_items)
    ]


def item_questions(page: LabelledPage, rng: random.Random, part: Part) -> Iterator[Question]:
    """Questions for single cells, and for the one row that is the most of all."""
    language = page.meta["language"]
    if page.meta["kind"] in WORDLESS or wordings(language, "items", "quantity") is None:
        return
    items = items_of(page)
    names = Counter(fold(item.name.text) for item in items)
    for item in rng.sample(items, min(len(items), 3)):
        name = fold(item.name.text)
        if len(name) > LONGEST or sum(name in other or other in name for other in names.elements()) > 1:
            continue  # the same twice, or one inside the other
        for field in CELLS:
            said = wordings(language, "items", field)
            if said and field in item.cells and field in item.values:
                cell = item.cells[field]
                text = said.draw(rng, part, item=item.name.text)
                yield Question(text, answers_of([cell.text], item.values[field]), cell.words, f"item/{field}", language)
    complete = len(items) == len(page.line_items) and len(items) > 1
    if complete and max(names.values()) == 1:
        yield from _extremes(items, rng, part, language)


def _extremes(items: list[Item], rng: random.Random, part: Part, language: str) -> Iterator[Question]:
    """Which row has the highest or lowest of something, and which has a certain amount."""
    for key, field, best in (("highest", "line_total", max), ("lowest", "line_total", min),
                             ("dearest", "unit_price", max)):  # fmt: skip
        said = wordings(language, "items", key)
        amounts = [item.amount(field) for item in items]
        known = [amount for amount in amounts if amount is not None and amount > 0]
        if said is None or len(known) < len(items) or known.count(best(known)) > 1:
            continue
        yield _named(items[known.index(best(known))], said, rng, part, f"item/{key}", language)
    said = wordings(language, "items", "by_total")
    totals = Counter(item.cells["line_total"].text for item in items if "line_total" in item.cells)
    single = [item for item in items if "line_total" in item.cells and totals[item.cells["line_total"].text] == 1]
    if said and single:
        item = rng.choice(single)
        yield _named(item, said, rng, part, "item/by_total", language, amount=item.cells["line_total"].text)


def _named(
    item: Item, said: Wordings, rng: random.Random, part: Part, kind: str, language: str, **values: str
) -> Question:
    """A question whose answer is the row's description."""
    answers = answers_of([item.name.text], item.values.get("description"))
    return Question(said.draw(rng, part, **values), answers, item.name.words, kind, language)
