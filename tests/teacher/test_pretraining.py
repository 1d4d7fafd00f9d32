from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import SMALL
from teacher_pages import drawn_page, letters

from docengine import Page
from docengine.errors import DatasetError
from docengine.teacher import DocFormerV2, DocFormerV2Config
from docengine.teacher.embeddings import NO_BOX
from docengine.teacher.objectives import Corruption, ObjectiveWeights
from docengine.teacher.pretraining import PretrainingPages, PretrainingPlan, PretrainingTask, batch_flops, with_pixels
from docengine.teacher.tagging import IGNORE
from docengine.teacher.tokens import PageReader

CONFIG = {**SMALL, "vocab_size": 256, "text_tokens": 64, "dropout_rate": 0.0}


@pytest.fixture(scope="module")
def reader():
    return PageReader(letters(), DocFormerV2Config(**CONFIG))


def pages(reader, source=drawn_page, tokens=400, **weights):
    plan = PretrainingPlan(ObjectiveWeights(**weights), Corruption())
    return PretrainingPages(((1.0, source),), reader, plan, tokens, seed=5)


def with_picture(rng):
    return drawn_page(rng, picture=True)


def either(rng):
    return drawn_page(rng, picture=rng.random() < 0.5)


def test_no_masked_token_keeps_its_box(reader):
    sentinels = list(reader.vocabulary.sentinels)
    masked = hidden = 0
    for number in range(30):
        example = pages(reader).examples(number)[0]
        sentinel = np.isin(example.ids, sentinels)
        assert (example.boxes[sentinel] == NO_BOX).all()
        gone = (example.boxes == NO_BOX).all(1)
        assert ((example.boxes >= 0).all(1) | gone).all()
        masked, hidden = masked + sentinel.sum(), hidden + (gone & ~sentinel).sum()
        assert (example.cells >= 0).all()  # asked of all tokens, also of those without a box
    assert masked > 30
    assert 0.05 * 30 * 50 < hidden < 0.3 * 30 * 50


def test_views_of_a_page_are_masked_anew_and_the_page_is_drawn_once(reader):
    drawn = []

    def counted(rng):
        drawn.append(drawn_page(rng))
        return drawn[-1]

    several = replace(pages(reader, counted), views=3)
    first, second, third = several.examples(0)
    assert len(drawn) == 1
    assert len({tuple(example.target) for example in (first, second, third)}) == 3
    assert sum(len(batch["input_ids"]) for batch in several.pool(0, 12)) == 12 and len(drawn) == 5


def test_pools_are_the_same_for_the_same_seed(reader):
    first, again, other = (pages(reader, either).pool(number, 12) for number in (3, 3, 4))
    assert [set(batch) for batch in first] == [set(batch) for batch in again]
    assert all((a[name] == b[name]).all() for a, b in zip(first, again, strict=True) for name in a)
    flat = [torch.cat([batch["input_ids"].flatten() for batch in pool]).tolist() for pool in (first, other)]
    assert flat[0] != flat[1]


def test_a_batch_holds_its_budget_and_pictures_or_none(reader):
    pool = pages(reader, either, tokens=300).pool(0, 40)
    assert sum(len(batch["input_ids"]) for batch in pool) == 40
    kinds = {"picture" in batch for batch in pool}
    assert kinds == {True, False}
    for batch in pool:
        B, N = batch["input_ids"].shape
        assert N % 8 == 0
        longest = int(batch["attention_mask"].sum(1).max()) + 6 * ("picture" in batch)  # 3 x 2 cells
        assert B * longest <= 300
        padding = batch["attention_mask"] == 0
        assert (batch["boxes"][padding] == NO_BOX).all()
        assert (batch["grid_labels"][padding] == IGNORE).all()
        assert int(batch["line_pairs"].max()) < N
        if "picture" in batch:
            assert batch["picture"].shape == (B, 48, 32)
            assert batch["picture"].dtype == torch.uint8


def test_an_objective_of_weight_0_costs_nothing(reader):
    torch.manual_seed(0)
    model = DocFormerV2(reader.config)
    parts = {"line": ("line_pairs", "line_labels"), "grid": ("grid_labels",), "denoising": ("labels",)}
    for off, names in parts.items():
        weights = {off: 0.0}
        mix = pages(reader, **weights)
        batch = mix.pool(0, 8)[0]
        assert not set(names) & set(batch)
        losses = PretrainingTask(model, mix.plan.weights).losses(batch)
        assert set(losses) == {"loss", *(f"{name}_loss" for name in parts if name != off)}
        model.zero_grad()
        losses["loss"].backward()
        idle = {"line": model.heads.line, "grid": model.heads.grid, "denoising": model.decoder.block}[off]
        assert all(parameter.grad is None for parameter in idle.parameters())
    plain = pages(reader, denoising=0.0).examples(0)[0]
    assert not np.isin(plain.ids, reader.vocabulary.sentinels).any()
    assert (pages(reader, line=0.0, grid=0.0).examples(0)[0].boxes[0] != NO_BOX).all()


def test_the_loss_is_the_weighted_sum(reader):
    torch.manual_seed(0)
    model = DocFormerV2(reader.config).eval()
    mix = pages(reader, with_picture, line=0.5, grid=2.0)
    losses = PretrainingTask(model, mix.plan.weights).losses(mix.pool(0, 4)[0])
    wanted = 0.5 * losses["line_loss"] + 2 * losses["grid_loss"] + losses["denoising_loss"]
    torch.testing.assert_close(losses["loss"], wanted)
    assert losses["line_loss"] < 2  # log 3 where nothing is known
    assert losses["denoising_loss"] > 1


@pytest.mark.parametrize("objective", ["line", "grid", "denoising"])
def test_a_tiny_model_learns_four_pages_by_heart(reader, objective):
    torch.manual_seed(1)
    weights = {**dict.fromkeys(("line", "grid", "denoising"), 0.0), objective: 1.0}
    mix = pages(reader, with_picture, tokens=4000, **weights)
    batch = mix.pool(0, 4)[0]
    model = DocFormerV2(reader.config)
    task = PretrainingTask(model, mix.plan.weights)
    optimizers = task.optimizers(SimpleNamespace(learning_rate=1e-2, weight_decay=0.0))
    first = task.losses(batch)["loss"].item()
    for _ in range(36):
        loss = task.losses(batch)["loss"]
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    assert task.losses(batch)["loss"].item() < 0.25 * first


def test_validation_watches_every_part(reader):
    torch.manual_seed(0)
    mix = pages(reader)
    task = PretrainingTask(DocFormerV2(reader.config).eval(), mix.plan.weights, {"own": mix.pool(-1, 8)})
    assert set(task.evaluate()) == {"val_loss", "val_line_loss", "val_grid_loss", "val_denoising_loss"}
    two = PretrainingTask(task.model, mix.plan.weights, {"a": mix.pool(-1, 8), "b": mix.pool(-2, 8)}).evaluate()
    assert two["val_loss"] == pytest.approx((two["val_a"] + two["val_b"]) / 2)


def test_words_and_flops_of_a_batch(reader):
    mix = pages(reader, with_picture)
    batch = mix.pool(0, 4)[0]
    task = PretrainingTask(DocFormerV2(reader.config), mix.plan.weights)
    assert task.words(batch) == int(batch["attention_mask"].sum())
    all_pairs = batch_flops(task.model, batch, batch["input_ids"].shape[1] ** 2)
    text_only = {name: tensor for name, tensor in batch.items() if name != "picture"}
    encoder_only = {name: tensor for name, tensor in batch.items() if name != "labels"}
    assert task.flops(text_only) < task.flops(batch) < all_pairs
    assert task.flops(encoder_only) < task.flops(batch)


def test_pictures_are_ink_on_zero_paper(reader):
    batch = pages(reader, with_picture).pool(0, 4)[0]
    pixels = with_pixels(batch)["pixel_values"]
    assert pixels.shape[1:] == (3, 48, 32)
    assert not pixels.any()  # white paper


def test_pages_without_words_are_drawn_again_or_named(reader):
    def seldom(rng: random.Random) -> Page:
        return drawn_page(rng) if rng.random() < 0.5 else Page(words=[], width=9, height=9)

    assert len(pages(reader, seldom).examples(0)[0])
    with pytest.raises(DatasetError, match="no words"):
        pages(reader, lambda rng: Page(words=[], width=9, height=9)).examples(0)[0]
