"""The currency, where no word was tagged as such: it stands beside the amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from docengine import Word
from docengine.engine.decode.choice import Chosen
from docengine.engine.decode.options import Option
from docengine.engine.decode.reading import Span
from docengine.engine.values import Hints
from docengine.engine.values.currencies import resolve, sign_in

Signs = dict[str, tuple[int, Word]]
"""Each currency sign as printed: the page and word where it first stands."""

BESIDE, MAJORITY = 0.92, 0.75
"""Raw scores of a sign beside the chosen amount, and of the one that all of the pages use."""
SHARED = 0.85
"""What is left of it for a sign that several countries use."""
AMOUNTS = ("grand_total", "net_total", "tax_total")


def settle_currency(chosen: Chosen, signs: Signs, counts: Counter[str], threshold: float, hints: Hints) -> None:
    """Adds `currency` to `chosen`, or what the amounts' own signs say where the tagged one is too doubtful."""
    tagged = chosen.get("currency")
    found = _beside(chosen, hints) or _majority(signs, counts, hints)
    if found is None:
        return
    if tagged is None or tagged.score < min(threshold, found.score):
        chosen["currency"] = found
    elif tagged.value == found.value:
        score = 1 - (1 - tagged.score) * (1 - 0.5 * found.score)
        chosen["currency"] = Option(tagged.value, tagged.span, score)


def _beside(chosen: Mapping[str, Option], hints: Hints) -> Option | None:
    for name in AMOUNTS:
        option = chosen.get(name)
        if option is not None and option.span.sign is not None:
            return _option(option.span.sign, option.span.page, BESIDE * max(option.score, 0.5), hints)
    return None


def _majority(signs: Signs, counts: Counter[str], hints: Hints) -> Option | None:
    codes: Counter[str] = Counter()
    for sign, count in counts.items():
        codes[resolve(sign, hints) or ""] += count
    if not codes:
        return None
    code, count = codes.most_common(1)[0]
    sign = next(sign for sign in counts if (resolve(sign, hints) or "") == code)
    page, word = signs[sign]
    return _option(word, page, MAJORITY * count / codes.total(), hints)


def _option(word: Word, page: int, score: float, hints: Hints) -> Option | None:
    sign = sign_in(word.text) or ""
    code = resolve(sign, hints)
    if code is None:
        return None
    shared = (sign == "$" and not hints.country) or (sign.startswith("kr") and not (hints.language or hints.country))
    return Option(code, Span(word.text, 1.0, word.box, page, ()), score * (SHARED if shared else 1.0))
