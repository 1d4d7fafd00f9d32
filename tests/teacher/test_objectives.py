from __future__ import annotations

import numpy as np
import pytest
import torch

from docengine.errors import UsageError
from docengine.teacher.lines import ADJACENT, FURTHER, SAME
from docengine.teacher.objectives import (
    Corruption,
    ObjectiveWeights,
    corrupt,
    grid_labels,
    mean_loss,
    noise_spans,
    sample_pairs,
)
from docengine.teacher.tagging import IGNORE

SENTINELS = tuple(range(1000, 1100))
EOS = 1


def reassembled(shown: np.ndarray, target: np.ndarray) -> list[int]:
    """What was masked, put back where its sentinel stands."""
    spans: dict[int, list[int]] = {}
    for token in target[:-1].tolist():  # without eos
        if token in SENTINELS:
            spans[token] = span = []
        else:
            span.append(token)
    return [token for each in shown.tolist() for token in spans.get(each, [each])]


@pytest.mark.parametrize("length", [2, 3, 7, 50, 511])
def test_input_and_target_of_denoising_give_the_text_back(length):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        ids = rng.integers(3, 900, length)
        noise = noise_spans(length, Corruption(), 99, rng)
        places, shown, target = corrupt(ids, noise, SENTINELS, EOS)
        assert reassembled(shown, target) == ids.tolist()
        used = [token for token in target if token in SENTINELS]
        assert used == list(SENTINELS[: len(used)])
        assert target[-2:].tolist() == [used[-1], EOS]  # one sentinel more than spans, then the end
        seen = ~np.isin(shown, SENTINELS)
        assert (ids[places[seen]] == shown[seen]).all()
        assert noise[places[~seen]].all()
        assert not noise[places[seen]].any()


def test_spans_have_the_rate_and_the_length_asked_for():
    rng = np.random.default_rng(0)
    masks = [noise_spans(400, Corruption(rate=0.2, mean_span=4), 99, rng) for _ in range(50)]
    assert {int(mask.sum()) for mask in masks} == {80}
    spans = [int((mask[1:] & ~mask[:-1]).sum() + mask[0]) for mask in masks]
    assert set(spans) == {20}
    assert len({mask.tobytes() for mask in masks}) == 50


def test_there_are_never_more_spans_than_sentinels():
    mask = noise_spans(512, Corruption(rate=0.5, mean_span=1), 9, np.random.default_rng(0))
    assert (mask[1:] & ~mask[:-1]).sum() == 9


def test_a_single_token_is_not_asked_for():
    places, shown, target = corrupt(
        np.array([7]), noise_spans(1, Corruption(), 9, np.random.default_rng(0)), SENTINELS, EOS
    )
    assert (places.tolist(), shown.tolist(), target.tolist()) == ([0], [7], [SENTINELS[0], EOS])


def test_grid_cells_by_hand():
    boxes = np.array([[0, 0, 10, 10], [240, 0, 259, 9], [990, 990, 1000, 1000], [0, 500, 2, 500], [1000, 0, 1000, 0]])
    assert grid_labels(boxes, 4, 4).tolist() == [0, 0, 15, 8, 3]
    assert grid_labels(boxes, 2, 3).tolist() == [0, 0, 5, 3, 2]


LINE = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3])
CLASSES = np.array([[0, 1, 2, 2], [1, 0, 1, 2], [2, 1, 0, 1], [2, 2, 1, 0]], np.int8)


def test_pairs_are_balanced_and_their_classes_right():
    pairs, labels = sample_pairs(LINE, CLASSES, 3000, np.random.default_rng(0))
    assert np.bincount(labels).tolist() == [1000, 1000, 1000]
    assert (CLASSES[LINE[pairs[:, 0]], LINE[pairs[:, 1]]] == labels).all()
    assert (pairs[:, 0] != pairs[:, 1]).all()
    for label in (SAME, ADJACENT, FURTHER):  # every pair of the class, each about as often
        first, second = np.nonzero(CLASSES[LINE[:, None], LINE] == label)
        wanted = {(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a != b}
        drawn, counts = np.unique(pairs[labels == label], axis=0, return_counts=True)
        assert set(map(tuple, drawn.tolist())) == wanted
        assert counts.max() < 2.5 * counts.mean()


def test_a_class_that_a_page_lacks_is_left_out():
    pairs, labels = sample_pairs(np.array([0, 0]), np.zeros((1, 1), np.int8), 9, np.random.default_rng(0))
    assert sorted(labels.tolist()) == [IGNORE] * 6 + [SAME] * 3
    assert pairs.max() < 2
    assert set(sample_pairs(np.array([0]), np.zeros((1, 1), np.int8), 6, np.random.default_rng(0))[1]) == {IGNORE}


def test_loss_of_what_is_not_asked_is_nothing():
    logits = torch.randn(2, 3, 5, requires_grad=True)
    loss = mean_loss(logits, torch.full((2, 3), IGNORE))
    loss.backward()
    assert loss == 0
    assert not logits.grad.any()
    labels = torch.tensor([[1, IGNORE, 4], [IGNORE, IGNORE, 0]])
    wanted = -logits.log_softmax(-1)[[0, 0, 1], [0, 2, 2], [1, 4, 0]].mean()
    torch.testing.assert_close(mean_loss(logits, labels), wanted)


def test_contradictory_settings_are_refused():
    with pytest.raises(UsageError, match="weights"):
        ObjectiveWeights(0, 0, 0)
    with pytest.raises(UsageError, match="weights"):
        ObjectiveWeights(line=-1)
    with pytest.raises(UsageError, match="rate"):
        Corruption(rate=1.0)
