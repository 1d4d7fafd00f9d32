from __future__ import annotations

import gzip
import random

import pytest
from teacher_pages import drawn_page

from docengine.errors import CheckpointError, UsageError
from docengine.teacher.tokenizer import (
    load_tokenizer,
    page_texts,
    text_sample,
    tokens_per_word,
    train_tokenizer,
    vocabulary_of,
)

TEXTS = [
    "The invoice total is due within thirty days.",
    "Der Rechnungsbetrag ist fällig: 1234 Öl",
    "INVOICE Total",
] * 30


@pytest.fixture(scope="module")
def vocabulary():
    return vocabulary_of(train_tokenizer(iter(TEXTS), 1280))


def pieces(vocabulary, text):
    return [vocabulary.tokenizer.id_to_token(token) for token in vocabulary.encode(text)]


def test_special_tokens_have_t5s_places(vocabulary):
    assert (vocabulary.pad, vocabulary.eos, vocabulary.unk) == (0, 1, 2)
    assert len(vocabulary.sentinels) == 100
    assert vocabulary.tokenizer.id_to_token(vocabulary.sentinels[7]) == "<extra_id_7>"
    assert vocabulary.size <= 1280


def test_digits_are_single_and_case_is_kept(vocabulary):
    assert pieces(vocabulary, "1234") == ["▁", "1", "2", "3", "4"]
    assert pieces(vocabulary, "Total") == ["▁Total"]
    assert pieces(vocabulary, "total") == ["▁total"]


@pytest.mark.parametrize("text", ["Total 1.234,50 €", "naïve 日本 😀", "fällig", "</s> <extra_id_3>", "x"])
def test_any_text_comes_back(vocabulary, text):
    ids = vocabulary.encode(text)
    assert vocabulary.tokenizer.decode(ids, skip_special_tokens=False) == text
    assert not {vocabulary.unk, vocabulary.eos, *vocabulary.sentinels} & set(ids)


def test_it_is_read_back_and_others_are_refused(vocabulary, tmp_path):
    vocabulary.tokenizer.save(str(tmp_path / "tokenizer.json"))
    for path in (tmp_path, tmp_path / "tokenizer.json"):
        assert load_tokenizer(path).encode("</s> fällig 12") == vocabulary.encode("</s> fällig 12")
    with pytest.raises(CheckpointError, match="cannot read the tokenizer"):
        load_tokenizer(tmp_path / "none.json")
    (tmp_path / "other.json").write_text((tmp_path / "tokenizer.json").read_text().replace("extra_id", "other"))
    with pytest.raises(CheckpointError, match="lacks T5's <extra_id_0>"):
        load_tokenizer(tmp_path / "other.json")
    with pytest.raises(UsageError, match="too small"):
        train_tokenizer(TEXTS, 500)


def test_a_t5s_own_tokenizer_is_taken(tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    known = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁due", -1.0), ("▁", -2.0), ("x", -3.0)]
    unigram = Tokenizer(models.Unigram(known, unk_id=2))
    unigram.pre_tokenizer = pre_tokenizers.Metaspace()
    unigram.add_special_tokens(["<pad>", "</s>", "<unk>", *(f"<extra_id_{i}>" for i in reversed(range(100)))])
    unigram.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    unigram.enable_truncation(2)
    unigram.save(str(tmp_path / "tokenizer.json"))
    vocabulary = load_tokenizer(tmp_path)
    assert vocabulary.encode("due") == [3]
    assert vocabulary.encode("xxx") == [4, 5, 5, 5]
    assert vocabulary.sentinels[:2] == (105, 104)  # T5's own ids fall
    assert vocabulary.size == 106


def test_tokens_are_counted_by_word(vocabulary):
    assert tokens_per_word(vocabulary, ["Total 12", "Total"]) == pytest.approx((1 + 3 + 1) / 3)
    assert tokens_per_word(vocabulary, []) == 0


def test_texts_come_from_all_over(tmp_path):
    with gzip.open(tmp_path / "xx.txt.gz", "wt", encoding="utf-8") as file:
        file.write("".join(f"line {i:03}\n\n" for i in range(400)))
    sample = list(text_sample(tmp_path / "xx.txt.gz", 900))
    assert 90 <= len(sample) <= 110
    assert sample[0] == "line 000\n"
    assert sample[-1] > "line 390"
    drawn = list(page_texts([(1.0, drawn_page)], 3, seed=1))
    assert drawn == list(page_texts([(1.0, drawn_page)], 3, seed=1))
    assert len(set(drawn)) == 3
    assert drawn[0] == " ".join(w.text for w in drawn_page_of("tokenizer/1/0").words)


def drawn_page_of(seed):
    rng = random.Random(seed)
    rng.choices([drawn_page], [1.0])  # the choice of the source
    return drawn_page(rng)
