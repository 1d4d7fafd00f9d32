"""Soft targets and hidden states against cases worked out by hand."""

import math

import pytest
import torch

from docengine.distill.losses import fold_tags, hidden_loss, soft_line_loss, soft_loss

BOTH = torch.ones(1, 2, dtype=torch.bool)


def test_soft_targets_are_the_divergence_at_a_temperature():
    teacher = torch.tensor([[[2 * math.log(3.0), 0.0]]])  # 3/4 and 1/4 at temperature 2
    student = torch.zeros(1, 1, 2)
    divergence = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    taught = torch.ones(1, 1, dtype=torch.bool)
    assert soft_loss(student, teacher, taught, 2.0) == pytest.approx(4 * divergence)
    assert soft_loss(teacher + 5, teacher, taught, 2.0) == pytest.approx(0, abs=1e-6)


def test_words_that_were_not_taught_cost_nothing():
    torch.manual_seed(0)
    student, teacher = torch.randn(1, 2, 4), torch.randn(1, 2, 4)
    first = torch.tensor([[True, False]])
    torch.testing.assert_close(
        soft_loss(student, teacher, first, 1.0), soft_loss(student[:, :1], teacher[:, :1], BOTH[:, :1], 1.0)
    )
    pairs, of_teacher = torch.randn(1, 2, 2, 3), torch.randn(1, 2, 2, 3)
    small = soft_line_loss(pairs[:, :1, :1], of_teacher[:, :1, :1], BOTH[:, :1], 1.0)
    torch.testing.assert_close(soft_line_loss(pairs, of_teacher, first, 1.0), small)
    states, wanted = torch.randn(1, 3, 4), torch.randn(1, 3, 4)
    two = torch.tensor([[True, True, False]])
    torch.testing.assert_close(hidden_loss(states, wanted, two), hidden_loss(states[:, :2], wanted[:, :2], BOTH))


def test_rare_classes_of_pairs_weigh_more_than_their_number():
    teacher = torch.full((1, 2, 2, 3), -20.0)
    classes = torch.tensor([[[2, 2], [2, 0]]])  # three pairs far apart, one on a line
    teacher.scatter_(-1, classes[..., None], 20.0)
    even = torch.zeros(1, 2, 2, 3)
    wrong = even.clone()
    wrong[0, 1, 1] = torch.tensor([-math.log(2.0), 0, 0])  # 1/5 instead of 1/3 for the rare pair
    rare, common = 1.0, 3**-0.5
    wanted = (rare * math.log(5) + 3 * common * math.log(3)) / (rare + 3 * common)
    assert soft_line_loss(wrong, teacher, BOTH, 1.0) == pytest.approx(wanted, rel=1e-4)


def test_hidden_states_count_by_what_differs_between_words():
    wanted = torch.tensor([[[1000.0, 1.0], [1002.0, -1.0]]])  # standardised: -1, 1 and 1, -1
    assert hidden_loss(torch.zeros(1, 2, 2), wanted, BOTH) == pytest.approx(1, abs=1e-4)
    exact = torch.tensor([[[-1.0, 1.0], [1.0, -1.0]]])
    assert hidden_loss(exact, wanted, BOTH) == pytest.approx(0, abs=1e-4)
    alone = torch.tensor([[True, False]])
    assert hidden_loss(torch.zeros(1, 2, 2), wanted, alone) == 0  # one word differs from nothing


def test_a_tag_that_the_student_does_not_know_counts_as_none():
    probabilities = torch.tensor([[[0.1, 0.2, 0.3, 0.4]]])  # O, B-x, I-x, B-berth
    folded = fold_tags(probabilities.log(), [0, 2, 1]).softmax(-1)
    torch.testing.assert_close(folded, torch.tensor([[[0.5, 0.3, 0.2]]]))
