"""Questions for the header fields of a drawn document."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator

from docengine.corpus.labelled import LabelledPage
from docengine.corpus.questions.labels import names_another
from docengine.corpus.questions.phrases import Part, field_wordings
from docengine.corpus.questions.printed import Printed, answers_of, printed_fields
from docengine.corpus.questions.question import Question
from docengine.engine.preprocess import fold

INVOICES = frozenset(("invoice", "bill"))
"""Kinds whose own number and date are called the invoice's."""
OWN = frozenset(("invoice_number", "invoice_date"))
PARTIES = frozenset(("seller_name", "seller_address", "seller_tax_id", "buyer_name", "buyer_address"))
OTHERWISE = {
    "advertising_order": frozenset(("buyer_name", "period_start", "period_end")),
    "statement": frozenset(("grand_total",)),
}
"""Fields that have other names on such a document: the advertiser, whose agency is billed; the flight; the balance."""
CAMPAIGN = frozenset(("buyer_name", "buyer_address", "period_start", "period_end"))
UNSAID = {"form": PARTIES, "contract": PARTIES, "advertising_order": frozenset(("buyer_address",))}
"""Fields that nobody would call by their name on a document of that kind: a lease has no seller."""
_BROADCAST = re.compile(r"advertis|advtsr|sponsor|agency|broadcast|\bspots?\b|station\b|affidavit|flight|-(tv|am|fm)\b")
SAID_OF_OTHERS = frozenset(("order_number", "contract_number"))
"""Fields of which a row of the item table may name another one."""


def field_questions(page: LabelledPage, rng: random.Random, part: Part) -> Iterator[Question]:
    """A question for each header field of the page that has one answer, in another wording each time."""
    kind, language = page.meta["kind"], page.meta["language"]
    unsaid = UNSAID.get(kind, frozenset()) | (CAMPAIGN if kind == "invoice" and _of_campaign(page) else frozenset())
    texts: dict[str, list[Printed]] = defaultdict(list)
    for (field, _), printed in printed_fields(page).items():
        texts[field].append(printed)
    for field, value in page.fields.items():
        said = field_wordings(language, field, groups(field, kind))
        if field not in texts or said is None or field in unsaid or not texts[field][0].text:
            continue
        if field in SAID_OF_OTHERS and names_another(page, field):
            continue
        found = texts[field]
        answers = answers_of([printed.text for printed in found], value)
        yield Question(said.draw(rng, part), answers, found[0].words, f"field/{field}", language)


def _of_campaign(page: LabelledPage) -> bool:
    """Whether an invoice bills broadcasts: then it may be sent to an agency, which is not the buyer."""
    return _BROADCAST.search(fold(" ".join(word.text for word in page.page.words or []))) is not None


def groups(field: str, kind: str) -> tuple[str, ...]:
    """Which of a field's wordings suit a document of that kind."""
    if field in OTHERWISE.get(kind, ()):
        return (kind,)
    if field not in OWN:
        return ("exact", kind)
    return ("exact", "loose") if kind in INVOICES else ("loose", kind)
