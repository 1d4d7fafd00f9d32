from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import SMALL
from teacher_pages import letters

from docengine import Box, FieldSpec, FieldType, Page, Schema, Word
from docengine.corpus.labelled import Label, LabelledPage
from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher import DocFormerV2, DocFormerV2Config
from docengine.teacher.finetuning import FinetuningPages, FinetuningTask, collate, encode_labelled, retagged
from docengine.teacher.tagging import IGNORE
from docengine.teacher.tokens import PageReader

OWN = Schema(
    (
        FieldSpec("mooring_fee", FieldType.AMOUNT),
        FieldSpec("vessel", FieldType.NAME),
        FieldSpec("service", FieldType.TEXT, line_item=True),
        FieldSpec("hours", FieldType.QUANTITY, line_item=True),
    )
)
"""A user's own fields: none of them is in the default list."""
SERVICES = ("towing", "pilot", "water", "crane")


def harbour_bill(rng: random.Random, picture: bool = True) -> LabelledPage:
    """A vessel, three services with their hours, a fee."""
    words, labels, items = [], [], []

    def put(text: str, x: float, y: float, label: Label | None) -> None:
        words.append(Word(text, Box(x, y, x + 9 * len(text), y + 12)))
        labels.append(label)

    name = rng.choice(("Aurora", "Meridian", "Stella"))
    put("Vessel:", 20, 10, None)
    put(name, 120, 10, Label("vessel"))
    for row in range(3):
        service, hours = rng.choice(SERVICES), str(rng.randint(2, 9))
        put(service, 20, 50 + 20 * row, Label("service", row))
        put(hours, 200, 50 + 20 * row, Label("hours", row))
        items.append({"service": service, "hours": hours})
    fee = f"{rng.randint(100, 999)}.{rng.randint(10, 99)}"
    put("Fee", 20, 130, None)
    put(fee, 180, 130, Label("mooring_fee"))
    image = np.full((160, 260, 3), 255, np.uint8) if picture else None
    page = Page(words=words, image=image, width=260, height=160)
    known = frozenset(spec.name for spec in OWN)
    return LabelledPage(page, labels, known, {"vessel": name, "mooring_fee": fee}, items)


def config(**changes):
    settings = {**SMALL, "vocab_size": 256, "dropout_rate": 0.0, **changes}
    del settings["num_labels"]
    return DocFormerV2Config(**settings)


@pytest.fixture(scope="module")
def reader():
    return PageReader(letters(), config())


@pytest.fixture
def own_model(reader):
    torch.manual_seed(0)
    return retagged(DocFormerV2(config()), OWN)


def test_targets_stand_on_the_first_token_of_each_word(reader):
    bill = harbour_bill(random.Random(0))
    batch = collate([encode_labelled(bill, reader, OWN), encode_labelled(bill, reader, OWN).crop(0, 4)])
    starts = batch["input_ids"][0, batch["first"][0, : len(bill.labels)]].tolist()
    assert starts == [reader.vocabulary.encode(word.text[0])[0] for word in bill.page.words]
    right = [OWN.tags[int(allowed.nonzero()[0])] for allowed in batch["allowed"][0, :4]]
    assert right == ["O", "B-vessel", "B-service", "B-hours"]
    assert batch["items"][0, :5].tolist() == [-1, -1, 0, 0, 1]
    assert batch["word_mask"].sum(1).tolist() == [10, 4]
    assert (batch["items"][1, 4:] == IGNORE).all()
    assert batch["picture"].shape == (2, 48, 32)


def test_own_fields_and_items_are_learned_from_own_pages(own_model, reader):
    bills = [harbour_bill(random.Random(seed)) for seed in range(4)]
    task = FinetuningTask(own_model, OWN, reader, {"bills": bills})
    batch = collate([encode_labelled(bill, reader, OWN) for bill in bills])
    optimizers = task.optimizers(SimpleNamespace(learning_rate=1e-2, weight_decay=0.0))
    before = task.evaluate()
    for _ in range(40):
        task.losses(batch)["loss"].backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    after = task.evaluate()
    assert set(after) == {"val_bills_f1", "val_bills_loss", "val_f1", "val_loss", "val_items_f1"}
    assert before["val_f1"] < 0.8
    assert after["val_f1"] == after["val_items_f1"] == 1
    assert after["val_loss"] < 0.2 < before["val_loss"]
    report, _ = task.read_and_score(bills)
    assert set(report.to_dict()["fields"]) == {"vessel", "mooring_fee"}


def test_pages_of_several_windows_are_read_whole(own_model, reader):
    bill = harbour_bill(random.Random(1), picture=False)
    for limit in (16, 512):
        narrow = PageReader(letters(), config(text_tokens=limit))
        task = FinetuningTask(own_model, OWN, narrow)
        example = encode_labelled(bill, narrow, OWN)
        read, (loss, words) = task.read([example, encode_labelled(harbour_bill(random.Random(2)), narrow, OWN)])
        assert [word.text for word in read[0].words] == [word.text for word in bill.page.words]
        np.testing.assert_allclose(read[0].tags.sum(1), 1, rtol=1e-5)
        seen = read[0].same_item > 0
        assert seen.diagonal().all()
        assert seen.all() == (limit == 512)
        assert words >= 20
        assert loss > 0


def test_blank_pages_are_scored_as_pages_without_fields(own_model, reader):
    blank = LabelledPage(Page(words=[], width=9, height=9), [], frozenset({"vessel"}))
    report, loss = FinetuningTask(own_model, OWN, reader).read_and_score([blank])
    assert (report.documents, report.absent, report.invented, loss) == (1, 1, 0, 0)


def test_pools_are_seeded_and_leave_pages_without_words_out(reader):
    def source(rng: random.Random) -> LabelledPage:
        if rng.random() < 0.3:
            return LabelledPage(Page(words=[], width=9, height=9), [], frozenset())
        return harbour_bill(rng, picture=rng.random() < 0.5)

    first, again = (FinetuningPages(((1.0, source),), reader, OWN, 300, seed=2).pool(5, 20) for _ in range(2))
    assert sum(len(batch["input_ids"]) for batch in first) == 20
    assert all((a[name] == b[name]).all() for a, b in zip(first, again, strict=True) for name in a)
    assert {"picture" in batch for batch in first} == {True, False}


def test_a_new_tag_head_keeps_the_tags_that_it_knows():
    torch.manual_seed(0)
    model = DocFormerV2(config())
    old = model.heads.tag
    wider = Schema((*OWN.specs, DEFAULT_SCHEMA["iban"]))
    place, was = wider.begin("iban"), DEFAULT_SCHEMA.begin("iban")
    with pytest.raises(UsageError, match="retagged"):
        FinetuningTask(model, wider, PageReader(letters(), model.config))
    new = retagged(model, wider).heads.tag
    assert new.out_features == len(wider.tags) == model.config.num_labels
    assert (new.weight[0] == old.weight[0]).all()
    assert (new.weight[place : place + 2] == old.weight[was : was + 2]).all()
    FinetuningTask(model, wider, PageReader(letters(), model.config))
