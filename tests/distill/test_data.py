import random

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from docengine import Box, Page, Word
from docengine.corpus.labelled import Label, LabelledPage
from docengine.distill.data import Mix, collate, encode_labelled
from docengine.engine.preprocess import Preprocessor
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher.batches import batched
from docengine.teacher.tagging import IGNORE

TAG = {tag: i for i, tag in enumerate(DEFAULT_SCHEMA.tags)}


@pytest.fixture(scope="module")
def preprocessor():
    letters = {"<pad>": 0, "<unk>": 1} | {chr(c): i + 2 for i, c in enumerate(range(33, 127))}
    tokenizer = Tokenizer(models.BPE(vocab=letters, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Preprocessor(tokenizer)


def word(text, x, y):
    return Word(text, Box(x, y, x + 40, y + 10))


PAGE = LabelledPage(
    Page(
        words=[
            word("EUR12.50", 200, 100),
            word("ACME", 0, 0),
            word("Ltd", 50, 0),
            word("bolts", 0, 40),
            word("M8", 0, 52),
            word("9.00", 200, 40),
            word("12.50", 200, 130),
        ],
        width=300,
        height=300,
    ),
    [
        Label("grand_total"),
        Label("seller_name"),
        Label("seller_name"),
        Label("description", 0),
        Label("description", 0),
        Label("line_total", 0),
        Label("grand_total", 1, certain=False),
    ],
    frozenset({"grand_total", "seller_name", "description", "line_total"}),
    meta={"kind": "invoice", "language": "xx"},
)


def test_the_first_word_of_each_span_begins_it(preprocessor):
    example = encode_labelled(PAGE, preprocessor, DEFAULT_SCHEMA)
    tags = {w.text: DEFAULT_SCHEMA.tags[t] for w, t in zip(example.page.words, example.targets.tags, strict=True)}
    assert tags == {
        "ACME": "B-seller_name",
        "Ltd": "I-seller_name",
        "bolts": "B-description",
        "9.00": "B-line_total",
        "M8": "I-description",
        "EUR": "B-grand_total",
        "12.50": "B-grand_total",
    }
    assert example.targets.items.tolist() == [-1, -1, 0, 0, 0, -1, -1, -1]


def test_what_is_unknown_or_uncertain_may_be_either(preprocessor):
    batch = collate([encode_labelled(PAGE, preprocessor, DEFAULT_SCHEMA)])
    allowed = batch["allowed"][0].numpy()
    assert allowed[0].nonzero()[0].tolist() == [TAG["B-seller_name"]]
    last = {DEFAULT_SCHEMA.tags[t] for t in allowed[-1].nonzero()[0]}
    assert last == {"O", "B-grand_total", "I-grand_total"}
    plain = LabelledPage(PAGE.page, [None] * 7, frozenset({"grand_total"}))
    free = collate([encode_labelled(plain, preprocessor, DEFAULT_SCHEMA)])["allowed"][0].numpy()
    assert not free[:, TAG["B-grand_total"]].any()
    assert free[:, TAG["B-iban"]].all()


def test_items_are_ignored_where_nothing_is_known_of_them(preprocessor):
    plain = LabelledPage(PAGE.page, [None] * 7, frozenset({"grand_total"}))
    assert set(encode_labelled(plain, preprocessor, DEFAULT_SCHEMA).targets.items) == {IGNORE}


def test_page_classes_are_known_or_ignored(preprocessor):
    batch = collate([encode_labelled(PAGE, preprocessor, DEFAULT_SCHEMA)])
    assert batch["kind"].tolist() == [0]
    assert batch["language"].tolist() == [IGNORE]


def test_batches_hold_every_example_once_within_the_limit(preprocessor):
    examples = [encode_labelled(PAGE, preprocessor, DEFAULT_SCHEMA).crop(0, n % 7 + 1) for n in range(40)]
    groups = batched(examples, 20)
    assert sorted(map(id, examples)) == sorted(id(e) for group in groups for e in group)
    assert all(len(group) * max(map(len, group)) <= 20 for group in groups)


def test_padding_is_masked(preprocessor):
    long = encode_labelled(PAGE, preprocessor, DEFAULT_SCHEMA)
    batch = collate([long, long.crop(0, 3)])
    assert batch["attention_mask"].sum(1).tolist() == [8, 3]
    assert (batch["items"][1, 3:] == IGNORE).all()


def test_the_stream_is_the_same_for_the_same_seed(preprocessor):
    def source(rng: random.Random) -> LabelledPage:
        return LabelledPage(Page(words=[word(str(rng.random()), 0, 0)], width=9, height=9), [None], frozenset())

    pools = [Mix(((1.0, source),), preprocessor, DEFAULT_SCHEMA, 8, 64, seed).pool(3, size=16) for seed in (1, 1, 2)]
    flat = [np.concatenate([batch["pieces"].numpy().ravel() for batch in pool]) for pool in pools]
    assert (flat[0] == flat[1]).all()
    assert flat[0].shape != flat[2].shape or (flat[0] != flat[2]).any()
