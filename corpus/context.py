"""What stands beside a value on its page: the words that say which field it is (`total`, not `cash`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from docengine import Page, Word
from docengine.engine.layout import reading_order, split_words
from docengine.engine.preprocess import fold

SPEAKS_FOR = {
    "grand_total": r"total|amount|balance|gross|incl|brutto|gesamt|summe|zahlbetrag|ttc|a payer|payable|nett|due|jumla",
    "net_total": r"\bnet|netto|ohne|\bht\b|sub ?-?total|taxable|basis|excl|warenwert|hors",
    "tax_total": r"tax|vat|mwst|ust|steuer|tva|gst|\biva",
    "invoice_date": r"date|datum|\bvom\b|issued|tanggal",
    "due_date": r"due|fallig|zahlbar|echeance|payable|pay by|\bbis\b|termin|zahlungsziel",
    "period_start": r"period|schedule|contract|leistung|zeitraum",
    "period_end": r"period|schedule|contract|leistung|zeitraum",
    "invoice_number": r"invoice|rechnung|facture|\binv|\bnr\b|\bno\b|#",
    "order_number": r"order|bestell|commande",
    "contract_number": r"contract|order|invoice|revision|vertrag",
    "seller_name": r"verkaufer|seller|lieferant|rechnungs(er)?steller|remit",
    "buyer_name": r"advertiser|buyer|kaufer|kunde|empfanger|customer|bill to|sold to|client",
    "currency": r"currency|wahrung|devise",
}
SPEAKS_AGAINST = {
    "grand_total": r"cash|change|tender|paid|visa|master|rounding|discount|saving|commission"
    r"|\bqty|items?\b|\bnet\b|netto|ohne|excl|steuerbetrag|\bgst\b|skonto|tunai",
    "net_total": r"brutto|gross|incl|zahlbetrag",
    "invoice_date": r"due|fallig|deliver|liefer|order|print|flight|leistung|zahlbar|bestell|period|schedule|entered",
    "due_date": r"skonto|rechnung|invoice",
    "period_start": r"print|original|entered|modified|invoice date|created",
    "period_end": r"print|original|entered|modified|invoice date|created",
    "invoice_number": r"order|bestell|kunden|customer|contract|steuer|\btax",
    "contract_number": r"\balt|estimate",
    "seller_name": r"buyer|kaufer|kunde|bill to|empfanger|customer|advertiser",
    "buyer_name": r"product|verkaufer|seller|lieferant|warenempf",
}
DECIDES = {"grand_total": r"incl|gross|brutto|rounded", "period_start": r"flight", "period_end": r"flight"}
"""Whatever else stands there, these words settle it: `total (inclusive of gst)`, `net 30 days  gross total`."""
NEVER = {"grand_total": r"sub ?-?total|zwischensumme|preis|price"}
REACH = 6
"""Words to the left, and rows above, that may speak for a value."""


@dataclass(frozen=True)
class Sheet:
    """A page's single words in reading order, and its geometry. Indices are places in `words`."""

    words: list[Word]
    rows: list[int]

    @classmethod
    def of(cls, page: Page) -> Sheet:
        single = split_words(page.words or [])
        order, rows = reading_order(single)
        return cls([single[i] for i in order], rows)

    @cached_property
    def by_row(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in range(self.rows[-1] + 1 if self.rows else 0)]
        for i, row in enumerate(self.rows):
            found[row].append(i)
        return found

    @cached_property
    def segments(self) -> list[list[int]]:
        """Words of one row that stand close together."""
        found: list[list[int]] = []
        for row in self.by_row:
            found.append([row[0]])
            for last, i in pairwise(row):
                a, b = self.words[last].box, self.words[i].box
                if b.x0 - a.x1 > 1.3 * max(a.height, b.height):
                    found.append([])
                found[-1].append(i)
        return found

    @cached_property
    def columns(self) -> list[list[int]]:
        """From each segment on downwards, the words that begin within its width: for columns close together."""
        found = []
        for segment in self.segments:
            x0, _, x1, bottom = self._span(segment)
            height = max(self.words[i].box.height for i in segment)
            column = list(segment)
            for row in self.by_row[self.rows[segment[0]] + 1 :][: REACH + 2]:
                inside = [i for i in row if x0 - height / 2 <= self.words[i].box.x0 <= x1]
                if inside:
                    if min(self.words[i].box.y0 for i in inside) - bottom > 2.5 * height:
                        break
                    bottom = max(self.words[i].box.y1 for i in inside)
                    column += inside
            if len(column) > len(segment):
                found.append(column)
        return found

    @cached_property
    def chains(self) -> list[list[int]]:
        """From each segment on downwards, the segment right below again and again: columns read as a person would."""
        spans = [self._span(segment) for segment in self.segments]
        below = [self._below(i, spans) for i in range(len(spans))]
        chains = []
        for i in range(len(spans)):
            chain, at = list(self.segments[i]), below[i]
            while at is not None and len(chain) < 40:
                chain += self.segments[at]
                at = below[at]
            chains.append(chain)
        return chains

    def _span(self, segment: Sequence[int]) -> tuple[float, float, float, float]:
        boxes = [self.words[i].box for i in segment]
        return boxes[0].x0, min(b.y0 for b in boxes), boxes[-1].x1, max(b.y1 for b in boxes)

    def _below(self, i: int, spans: list[tuple[float, float, float, float]]) -> int | None:
        x0, y0, x1, y1 = spans[i]
        row = self.rows[self.segments[i][0]]
        best, nearest = None, 2.5 * (y1 - y0)
        for j in range(i + 1, len(spans)):
            gap = spans[j][1] - y1
            if gap > 4 * (y1 - y0):
                break
            if self.rows[self.segments[j][0]] > row and min(x1, spans[j][2]) > max(x0, spans[j][0]) and gap < nearest:
                best, nearest = j, gap
        return best

    def text(self, indices: Sequence[int]) -> str:
        return " ".join(self.words[i].text for i in indices)

    def beside(self, indices: Sequence[int]) -> tuple[str, str]:
        """Folded text to the left on the same row, and above."""
        row = self.by_row[self.rows[indices[0]]]
        left = [i for i in row if i < indices[0]][-REACH:]
        around = 2 * self.words[indices[0]].box.height  # a heading is often wider than its value
        x0, x1 = self.words[indices[0]].box.x0 - around, self.words[indices[-1]].box.x1 + around
        above: list[int] = []
        for up in range(self.rows[indices[0]] - 1, max(-1, self.rows[indices[0]] - 1 - REACH // 2), -1):
            above += [i for i in self.by_row[up] if self.words[i].box.x0 < x1 and self.words[i].box.x1 > x0]
        return fold(self.text(left)), fold(self.text(above))

    def score(self, name: str, indices: Sequence[int]) -> int:
        """How much the surroundings speak for field `name` (above 0) or against it (below 0)."""
        left, above = self.beside(indices)
        positive, negative, decisive = SPEAKS_FOR.get(name), SPEAKS_AGAINST.get(name), DECIDES.get(name)
        if NEVER.get(name) and re.search(NEVER[name], left):
            return -3
        if decisive and re.search(decisive, left):
            return 3
        score = 2 if decisive and re.search(decisive, above) else 0
        if positive:
            score += 2 * bool(re.search(positive, left)) + bool(re.search(positive, above))
        if negative:
            score -= 3 * bool(re.search(negative, left)) + (not left and bool(re.search(negative, above)))
        return score
