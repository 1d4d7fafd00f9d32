"""AMAD, value relations and maps of words against cases worked out by hand."""

import math

import pytest
import torch

from docengine.distill.attention_maps import (
    amad_loss,
    head_weights,
    token_map,
    value_relation_loss,
    word_maps,
    word_means,
)

ALL = torch.ones(1, 2, dtype=torch.bool)
SELF, OTHER = torch.eye(2), 1 - torch.eye(2)
"""Heads whose words look at themselves, and at each other."""


def heads(*maps):
    return torch.stack(maps)[None]


def rows(*shape):
    """Maps with random rows that add up to 1."""
    return torch.rand(*shape, generator=torch.Generator().manual_seed(3)).softmax(-1)


def test_a_words_map_sums_its_keys_and_takes_the_mean_of_its_queries():
    belongs = token_map(
        torch.tensor([[0, 0, 1, -1]]), 3
    )  # a word of two tokens, one of one, padding; no token of word 2
    tokens = torch.tensor([[0.5, 0.3, 0.2, 0], [0.1, 0.1, 0.8, 0], [0, 0.4, 0.6, 0], [1, 0, 0, 0]])[None, None]
    wanted = torch.tensor([[0.5, 0.5, 0], [0.4, 0.6, 0], [0, 0, 0]])
    torch.testing.assert_close(word_maps(tokens, belongs)[0, 0], wanted)
    means = word_means(torch.tensor([[[2.0], [4.0], [7.0], [99.0]]]), belongs)
    assert means[0, :, 0].tolist() == [3, 7, 0]


def test_small_differences_of_large_states_survive_a_stage_in_bf16():
    belongs = token_map(torch.tensor([[0, 0, 1]]), 2)
    tokens = torch.tensor([[[1000.0], [1001.0], [1002.0]]])
    with torch.autocast("cpu", torch.bfloat16):
        assert word_means(tokens, belongs)[0, :, 0].tolist() == [1000.5, 1002]


def test_untempered_weights_are_nearly_equal_and_tempered_ones_pick_the_twin():
    teacher, student = heads(SELF, OTHER), heads(OTHER, SELF)
    flat = head_weights(teacher, student, ALL)[0]  # cosines 0 and 1
    twin = math.e / (1 + math.e)
    torch.testing.assert_close(flat, torch.tensor([[1 - twin, twin], [twin, 1 - twin]]))
    sharp = head_weights(teacher, student, ALL, temperature=0.05)[0]
    torch.testing.assert_close(sharp, torch.tensor([[0.0, 1], [1, 0]]), atol=1e-6, rtol=0)


def test_amad_of_one_head_is_the_divergence_of_its_rows():
    teacher, student = heads(torch.tensor([[0.5, 0.5], [1, 0]])), heads(torch.tensor([[0.25, 0.75], [0.5, 0.5]]))
    first = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert amad_loss(teacher, student, ALL) == pytest.approx((first + math.log(2)) / 2, abs=1e-5)
    assert amad_loss(teacher, teacher, ALL) == pytest.approx(0, abs=1e-6)


def test_identical_heads_cost_nothing_tempered_and_their_mixing_untempered():
    maps = heads(SELF, OTHER)
    assert amad_loss(maps, maps, ALL, temperature=0.02) == pytest.approx(0, abs=1e-5)
    assert amad_loss(maps, maps, ALL) == pytest.approx(-math.log(math.e / (1 + math.e)), abs=1e-5)


def test_the_order_of_the_students_heads_and_their_number_do_not_matter():
    teacher, student = rows(2, 4, 5, 5), rows(2, 3, 5, 5)
    taught = torch.ones(2, 5, dtype=torch.bool)
    for temperature in (1.0, 0.1):
        loss = amad_loss(teacher, student, taught, temperature)
        torch.testing.assert_close(loss, amad_loss(teacher, student[:, [2, 0, 1]], taught, temperature))


@pytest.mark.parametrize("loss", ["amad", "values"])
def test_words_that_were_not_taught_change_nothing(loss):
    torch.manual_seed(1)
    taught = torch.tensor([[True, True, True, False, False]])
    teacher, student = torch.zeros(1, 4, 5, 5), torch.zeros(1, 2, 5, 5)
    teacher[..., :3, :3], student[..., :3, :3] = rows(1, 4, 3, 3), rows(1, 2, 3, 3)
    if loss == "amad":
        small = amad_loss(teacher[..., :3, :3], student[..., :3, :3], taught[:, :3])
        teacher[..., 3:, :], student[..., 3:, :] = 0.2, torch.rand(2, 5)
        torch.testing.assert_close(amad_loss(teacher, student, taught), small)
    else:
        wanted, found = torch.randn(1, 5, 8), torch.randn(1, 5, 4)
        small = value_relation_loss(wanted[:, :3], found[:, :3], 2, taught[:, :3])
        torch.testing.assert_close(value_relation_loss(wanted, found, 2, taught), small)


def test_value_relations_know_no_rotation_and_fall_with_training():
    torch.manual_seed(2)
    wanted, taught = torch.randn(2, 6, 8), torch.ones(2, 6, dtype=torch.bool)
    turn, _ = torch.linalg.qr(torch.randn(4, 4))
    turned = (wanted.view(2, 6, 2, 4) @ turn).flatten(2)
    assert value_relation_loss(wanted, turned, 2, taught) == pytest.approx(0, abs=1e-5)
    found = torch.randn(2, 6, 4, requires_grad=True)
    before = value_relation_loss(wanted, found, 2, taught)
    before.backward()
    assert value_relation_loss(wanted, found - 0.1 * found.grad / found.grad.norm(), 2, taught) < before
