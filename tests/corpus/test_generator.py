"""The generator's pages: deterministic, consistent, and labelled with the words that spell the values."""

from __future__ import annotations

import pytest

from docengine.corpus.generator import KINDS, LANGUAGES, generate
from docengine.corpus.labelled import LabelledPage
from docengine.errors import UsageError


def _spelled(page: LabelledPage, field: str) -> list[str]:
    """What the words of each occurrence of a field spell."""
    found: dict[int, list[str]] = {}
    for word, label in zip(page.page.words or [], page.labels, strict=True):
        if label and label.field == field and label.certain:
            found.setdefault(label.instance, []).append(word.text)
    return [" ".join(words) for words in found.values()]


def test_the_same_seed_gives_the_same_pages() -> None:
    for seed in range(20):
        first, again = generate(seed), generate(seed)
        assert [page.page.words for page in first] == [page.page.words for page in again]
        assert [page.labels for page in first] == [page.labels for page in again]


def test_every_kind_in_every_language() -> None:
    for language in LANGUAGES:
        for kind in KINDS:
            for page in generate(3, kind=kind, language=language):
                assert page.page.words and len(page.labels) == len(page.page.words)
                assert (page.meta["kind"], page.meta["language"]) == (kind, language)


def test_unknown_kinds_and_languages_are_named() -> None:
    with pytest.raises(UsageError, match="receip"):
        generate(1, kind="receip")
    with pytest.raises(UsageError, match="xx"):
        generate(1, language="xx")


def test_numbers_are_spelled_by_their_words() -> None:
    for seed in range(200):
        for page in generate(seed):
            for field in ("invoice_number", "order_number", "contract_number"):
                for text in _spelled(page, field):
                    assert text == page.fields[field]
