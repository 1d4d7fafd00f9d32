import torch

from docengine.distill.losses import page_loss
from docengine.teacher.tagging import IGNORE, line_loss, line_targets, tag_loss


def test_tag_loss_is_cross_entropy_where_one_tag_is_right():
    logits = torch.randn(2, 5, 7)
    target = torch.randint(0, 7, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    allowed = torch.nn.functional.one_hot(target, 7).bool()
    wanted = torch.nn.functional.cross_entropy(logits[mask > 0], target[mask > 0])
    torch.testing.assert_close(tag_loss(logits, allowed, mask), wanted)


def test_an_unknown_field_costs_nothing_and_pulls_nowhere():
    logits = torch.tensor([[[0.0, 9.0, 0.0]]], requires_grad=True)
    allowed = torch.tensor([[[True, True, False]]])
    loss = tag_loss(logits, allowed, torch.ones(1, 1))
    loss.backward()
    assert loss < 1e-3
    assert logits.grad.abs().max() < 1e-3


def test_line_targets_follow_items_first_and_rows_otherwise():
    rows = torch.tensor([[0, 0, 1, 2, 5]])
    items = torch.tensor([[-1, 3, 3, 4, 9]])
    targets = line_targets(rows, items, torch.tensor([[1, 1, 1, 1, 0]]))[0]
    assert targets[0].tolist() == [0, 0, 1, 2, IGNORE]  # by row: the first word is no item
    assert targets[1].tolist() == [0, 0, 0, 1, IGNORE]  # same item over two rows; the next item
    assert targets[4].tolist() == [IGNORE] * 5


def test_line_loss_falls_when_the_right_class_rises():
    targets = line_targets(torch.tensor([[0, 1, 2, 3]]), torch.tensor([[-1, 0, 0, 1]]), torch.ones(1, 4))
    right = torch.nn.functional.one_hot(targets.clamp(min=0), 3).float()
    items = torch.tensor([[-1, 0, 0, 1]])
    assert line_loss(right * 8, targets, items) < 0.01 < line_loss(right * 0, targets, items)


def test_unknown_kinds_are_left_out():
    logits = torch.tensor([[5.0, 0.0], [0.0, 5.0]])
    assert page_loss(logits, torch.tensor([0, IGNORE])) < 0.01
    assert page_loss(logits, torch.tensor([IGNORE, IGNORE])) == 0
