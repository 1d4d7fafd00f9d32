"""Names and addresses of parties: words of no list, legal forms where a country has them, one label a name."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from drawn import spelled

from docengine.corpus.generator import correspondence, generate, heading, signs
from docengine.corpus.generator.coinage import coined, fresh_surname, fresh_word
from docengine.corpus.generator.letter import Letter, Slot
from docengine.corpus.generator.naming import full_name, with_form
from docengine.corpus.generator.outlets import place_of
from docengine.corpus.generator.parties import party
from docengine.corpus.generator.record import draw_record
from docengine.corpus.generator.sheet import tokens
from docengine.corpus.generator.vocabulary import language, language_codes
from docengine.corpus.generator.writer import Writer
from docengine.corpus.labelled import Label, LabelledPage

PARTIES = ("seller_name", "seller_address", "buyer_name", "buyer_address")


def writer_of(seed: int, code: str = "de", kind: str = "invoice", country: str = "") -> Writer:
    rng, words = random.Random(seed), language(code)
    return Writer(rng, draw_record(rng, kind, words, words.countries[country or next(iter(words.countries))]))


@pytest.fixture(scope="module")
def firsts() -> list[LabelledPage]:
    """First pages of office papers."""
    return [generate(seed, kind=("invoice", "credit_note", "quote")[seed % 3])[0] for seed in range(4000, 4240)]


@pytest.mark.parametrize("code", language_codes())
def test_coined_words_are_words_that_lists_do_not_hold(code: str) -> None:
    rng, words = random.Random(3), language(code)
    country = next(iter(words.countries))
    drawn = [fresh_word(rng, words, country) for _ in range(300)]
    assert len(set(drawn)) > 150
    assert all(word.isalpha() and word[0].isupper() and 3 <= len(word) <= 25 for word in drawn)
    surnames = [fresh_surname(rng, words) for _ in range(100)]
    assert sum(name not in words.last_names for name in surnames) > 60
    assert all(4 <= len(coined(rng, words)) <= 11 for _ in range(100))


def test_half_of_the_firms_bear_a_word_of_no_list() -> None:
    rng = random.Random(4)
    for code in ("en", "de", "fr", "it"):
        words = language(code)
        listed = {word for key in ("prefixes", "words", "nouns") for word in words.companies[key]} | set(
            words.last_names
        )
        country = next(iter(words.countries.values()))
        names = [party(rng, words, country).brand.replace(",", "").split() for _ in range(200)]
        assert sum(any(word not in listed for word in name) for name in names) > 100


def test_a_legal_form_stands_where_the_country_has_it() -> None:
    rng = random.Random(5)
    countries = {key: country for code in language_codes() for key, country in language(code).countries.items()}
    assert with_form(rng, "Silvana", "SC SRL", countries["RO"]) == "SC Silvana SRL"
    drawn = Counter(with_form(rng, "Sumber", "PT", countries["ID"]) for _ in range(100))
    assert drawn["PT Sumber"] > 80
    american = {with_form(rng, "Copperline", "Inc.", countries["US"]) for _ in range(60)}
    assert american == {"Copperline Inc.", "Copperline, Inc."}
    assert with_form(rng, "Linde", "", countries["DE"]) == "Linde"
    assert {with_form(rng, "Linde", "& Co. Ltd", countries["GB"]) for _ in range(20)} == {"Linde & Co. Ltd"}


def test_persons_have_the_surnames_of_their_country() -> None:
    rng, words = random.Random(6), language("es")
    spanish = [len(full_name(rng, words, words.countries["ES"]).split()) for _ in range(200)]
    german = [len(full_name(rng, language("de"), language("de").countries["DE"]).split()) for _ in range(200)]
    assert sum(count >= 3 for count in spanish) > 80
    assert sum(count == 2 for count in german) > 150


def test_a_broken_name_is_one_value() -> None:
    writer, cuts = writer_of(7), set()
    seller = writer.record.seller
    seller.name, seller.brand = "Kupferhof Metallbau Nord GmbH", "Kupferhof Metallbau Nord"
    for _ in range(300):
        lines = signs.broken(writer.rng, tokens(seller.name, Label("seller_name")), seller)
        assert " ".join(token.text for line in lines for token in line) == seller.name
        assert len({token.label for line in lines for token in line}) == 1
        cuts.add(len(lines[0]))
    assert cuts == {1, 2, 3, 4}


def test_what_stands_below_a_name_is_no_field() -> None:
    for code in language_codes():
        writer = writer_of(8, code)
        said = [line for _ in range(150) for line in signs.below(writer)]
        assert said and all(token.label is None and "{" not in token.text for line in said for token in line)


def test_names_and_addresses_are_spelled_at_every_place(firsts: list[LabelledPage]) -> None:
    for page in firsts:
        for field in ("seller_name", "buyer_name"):
            for text in spelled(page, field):
                shown, meant = (name.rstrip(" ,.;:").casefold() for name in (text, page.fields[field]))
                assert shown == meant, page.meta
    assert sum("seller_name" in page.fields for page in firsts) > 0.97 * len(firsts)


def test_a_name_in_full_is_never_unlabelled(firsts: list[LabelledPage]) -> None:
    """Wherever two words or more spell a party's name, they say so, with or without certainty."""
    for page in firsts:
        texts = [word.text.strip(",.;:").casefold() for word in page.page.words or []]
        for field in ("seller_name", "buyer_name"):
            name = [word.strip(",.;:") for word in page.fields.get(field, "").casefold().split()]
            if len(name) < 2:
                continue
            for i in range(len(texts) - len(name) + 1):
                if texts[i : i + len(name)] == name:
                    assert any(page.labels[i + k] is not None for k in range(len(name))), (page.meta, name)


def test_a_logo_is_the_name_where_nothing_else_is() -> None:
    """Then the firm goes by its brand, without a doubt."""
    for seed in range(400):
        letter = Letter(writer_of(seed, "en"))
        seller = letter.writer.record.seller
        if seller.brand == seller.name:
            continue
        letter.set_footer([])
        correspondence._name_elsewhere(letter, logo=True)
        if "logo names" in letter.done:
            break
    heading.logo(letter, Slot(letter.left, 40.0, 300.0))
    if "mark only" not in letter.done:
        named = [label for label in letter.sheet.labels if label]
        assert seller.name == seller.brand == letter.writer.values["seller_name"]
        assert named and all(label.certain for label in named)


def test_an_authority_is_no_party() -> None:
    letter = Letter(writer_of(9, "pt", country="BR"))
    heading.authority(letter, Slot(letter.left, 40.0, 300.0, "c"))
    assert letter.sheet.words and not any(label and label.field in PARTIES for label in letter.sheet.labels)
    abroad = Letter(writer_of(9, "pt", country="PT"))
    assert heading.authority(abroad, Slot(abroad.left, 40.0, 300.0)) == 40.0 and not abroad.sheet.words


def test_the_town_of_a_party_is_the_one_drawn() -> None:
    rng = random.Random(10)
    for code in ("en", "de", "fr"):
        words = language(code)
        for country in list(words.countries.values())[:2]:
            for _ in range(30):
                one = party(rng, words, country)
                shown = any(one.city in line for line in one.address)
                assert not shown or place_of(one) == one.city
