from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from docengine import Box
from docengine.errors import UsageError
from docengine.teacher.embeddings import NO_BOX, PLACES, SpatialEmbedding, visual_boxes
from docengine.teacher.pixels import page_pixels


def test_places_are_the_sum_of_six_rows():
    places = SpatialEmbedding(16)
    boxes = torch.tensor(
        [[[0, 0, 1000, 1000], [3, 50, 999, 60], [17, 17, 17, 17]], [[NO_BOX] * 4, [5, 6, 4, 9], [1] * 4]]
    )
    out = places(boxes)
    assert out.shape == (2, 3, 16)
    for b in range(2):
        for n in range(3):
            x0, y0, x1, y1 = boxes[b, n].tolist()
            expected = [0.0] * 16
            if x0 >= 0:
                for place, value in zip(PLACES, (x0, y0, x1, y1, x1 - x0, y1 - y0), strict=True):
                    row = places.tables[place].weight[min(max(value, 0), 999)].tolist()
                    expected = [a + b for a, b in zip(expected, row, strict=True)]
            assert out[b, n].tolist() == pytest.approx(expected, abs=1e-5)


def test_text_comes_first_each_with_its_tables_and_modality(model, batch):
    page, words = model.encoder.page, model.shared(batch["input_ids"])
    out = page(words, batch["boxes"], batch["pixel_values"])
    assert out.shape == (2, 9 + 6, 32)
    text = words + page.text_places(batch["boxes"]) + page.modality.weight[0]
    cells = page.visual(batch["pixel_values"]) + page.visual_places(visual_boxes(3, 2)) + page.modality.weight[1]
    torch.testing.assert_close(out, torch.cat([text, cells], dim=1))


def test_cells_cover_the_page_row_by_row():
    cells = visual_boxes(16, 8)
    assert cells.shape == (128, 4)
    assert cells[0].tolist() == [0, 0, 125, 62]
    assert cells[1].tolist() == [125, 0, 250, 62]
    assert cells[-1].tolist() == [875, 937, 1000, 1000]
    area = ((cells[:, 2] - cells[:, 0]) * (cells[:, 3] - cells[:, 1])).sum()
    assert area == 1_000_000


def test_a_visual_token_sees_its_own_cell(model):
    """Ink in one cell moves that cell's token most, wherever the cell is."""
    visual = model.encoder.page.visual
    blank = torch.zeros(1, 3, 48, 32)
    for row in range(3):
        for column in range(2):
            inked = blank.clone()
            inked[:, :, row * 16 + 6 : row * 16 + 10, column * 16 + 6 : column * 16 + 10] = 1
            moved = (visual(inked) - visual(blank)).norm(dim=-1)[0]  # (V,)
            assert moved.argmax() == row * 2 + column


def test_patches_are_projected_one_by_one(model):
    """The reshape into cells, against slices of the feature map."""
    visual = model.encoder.page.visual
    pixels = torch.rand(2, 3, 48, 32)
    features = pixels
    for convolution in visual.convolutions:
        features = F.gelu(convolution(features))
    assert features.shape == (2, 4, 6, 4)
    out = visual(pixels)
    assert out.shape == (2, 6, 32)
    for cell in range(6):
        row, column = divmod(cell, 2)
        patch = features[:, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].flatten(1)
        torch.testing.assert_close(out[:, cell], visual.norm(visual.project(patch)))


def test_pixels_of_another_size_are_refused(model):
    with pytest.raises(UsageError, match=r"48, 32.*40, 32"):
        model.encoder.page.visual(torch.rand(1, 3, 40, 32))


def test_page_pixels_are_ink_of_the_frame(config):
    image = np.full((400, 300, 3), 255, np.uint8)
    image[100:200, 150:300] = 0
    whole = page_pixels(image, config)
    assert whole.shape == (3, 48, 32)
    assert whole.dtype == torch.float32
    assert whole.mean().item() == pytest.approx(0.125, abs=0.01)  # 100 x 150 of 400 x 300
    assert page_pixels(image, config, Box(160, 110, 290, 190)).min() == 1
    assert page_pixels(image, config, Box(-50, -50, 100, 900)).max() == 0
    assert page_pixels(image, config, Box(400, 500, 400, 500)).shape == (3, 48, 32)  # outside: the last pixel
