"""What tests of drawn pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable

from docengine.corpus.labelled import LabelledPage


def spelled(page: LabelledPage, field: str, certain: bool = True) -> list[str]:
    """What the words of each occurrence of a field spell."""
    found: dict[int, list[str]] = {}
    for word, label in zip(page.page.words or [], page.labels, strict=True):
        if label and label.field == field and label.certain is certain:
            found.setdefault(label.instance, []).append(word.text)
    return [" ".join(words) for words in found.values()]


def dates_are_in_order(pages: Iterable[LabelledPage]) -> bool:
    """Whether nothing is due before it is billed, and no period ends before it begins."""
    orders = (("invoice_date", "due_date"), ("period_start", "period_end"))
    return all(page.fields.get(b, "9") >= page.fields.get(a, "0") for page in pages for a, b in orders)


def overlapping(pages: Iterable[LabelledPage]) -> tuple[int, int]:
    """How many words lie to a third on another one, and how many there are."""
    found = total = 0
    for page in pages:
        words = sorted(page.page.words or [], key=lambda word: word.box.y0)
        total += len(words)
        for i, word in enumerate(words):
            for other in words[i + 1 :]:
                if other.box.y0 >= word.box.y1:
                    break
                wide = min(word.box.x1, other.box.x1) - max(word.box.x0, other.box.x0)
                high = min(word.box.y1, other.box.y1) - other.box.y0
                smaller = min(word.box.width * word.box.height, other.box.width * other.box.height)
                found += wide > 0 and wide * high > smaller / 3
    return found, total
