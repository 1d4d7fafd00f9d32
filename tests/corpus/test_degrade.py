import ast
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from docengine import Box
from docengine.corpus.degrade import ON_PAPER, STILL, WAYS, Warp, degrade, draw_warp, warped
from docengine.corpus.generator import generate, render

ROOT = Path(__file__).parents[2]
EFFECTS = sorted({effect for _, effects in WAYS.values() for effect, _ in effects}, key=lambda effect: effect.__name__)


def checks(width: int = 420, height: int = 600) -> tuple[np.ndarray, list[Box]]:
    """A white page with black blocks, and where they are."""
    image = np.full((height, width, 3), 255, np.uint8)
    boxes = [Box(x, y, x + 36, y + 14) for y in range(30, height - 30, 60) for x in range(30, width - 60, 80)]
    for x0, y0, x1, y1 in boxes:
        image[int(y0) : int(y1), int(x0) : int(x1)] = 0
    return image, boxes


def ink_around(image: np.ndarray, box: Box, margin: float) -> tuple[float, float, float, float]:
    x0, y0 = max(int(box.x0 - margin), 0), max(int(box.y0 - margin), 0)
    part = image[y0 : int(box.y1 + margin) + 1, x0 : int(box.x1 + margin) + 1, 0]
    rows, columns = np.flatnonzero((part < 128).any(1)), np.flatnonzero((part < 128).any(0))
    return x0 + columns[0], y0 + rows[0], x0 + columns[-1] + 1, y0 + rows[-1] + 1


def test_nothing_changes_at_strength_zero():
    image, boxes = checks()
    same, move = degrade(image, random.Random(1), 0.0)
    assert same is image and move is STILL
    assert move(boxes) == boxes


@pytest.mark.parametrize("photo", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_boxes_lie_where_their_ink_went(seed, photo):
    image, boxes = checks()
    grey = image[:, :, 0]
    warp, size = draw_warp(random.Random(seed), (grey.shape[1], grey.shape[0]), 1.5, photo)
    moved = np.repeat(warped(grey, warp, size, 255)[:, :, None], 3, axis=2)
    shifts = []
    for before, after in zip(boxes, warp(boxes), strict=True):
        assert ink_around(moved, after, 6) == pytest.approx(tuple(after), abs=2.5)
        shifts.append(abs(before.y0 - after.y0) + abs(before.x0 - after.x0))
    assert max(shifts) > 2  # or nothing was shown


def test_sources_undo_points():
    warp, _ = draw_warp(random.Random(5), (800, 1100), 1.5, True)
    points = np.random.default_rng(0).uniform(0, 800, (50, 2))
    assert warp.sources(warp.points(points)) == pytest.approx(points, abs=0.05)


def test_a_turn_is_a_turn():
    quarter = Warp((50.0, 50.0), 50.0, np.array([[0.0, -1.0], [1.0, 0.0]]), (0.0, 0.0), (0, 1, 0), (0, 1, 0))
    assert quarter([Box(40, 0, 60, 10)])[0] == pytest.approx((90, 40, 100, 60))


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.__name__)
def test_each_flaw_is_seen_and_leaves_the_page_in_place(effect):
    grey = cv2.GaussianBlur(checks()[0][:, :, 0], (0, 0), 1.0)
    flawed = [effect(grey.copy(), random.Random(seed), 0.7) for seed in range(6)]
    assert all(one.shape == grey.shape and one.dtype == np.uint8 for one in flawed)
    assert any((one != grey).any() for one in flawed)
    assert np.array_equal(effect(grey.copy(), random.Random(3), 0.7), flawed[3])
    assert set(EFFECTS) >= ON_PAPER
    darker = grey < 128
    assert all(one[darker].mean() < one[~darker].mean() for one in flawed)  # the print still shows


def test_the_same_seed_gives_the_same_picture():
    image, _ = checks()
    first, second, other = (degrade(image, random.Random(seed), 1.0)[0] for seed in (7, 7, 8))
    assert np.array_equal(first, second)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert image.min() == 0 and set(np.unique(image)) == {0, 255}  # the picture given is not changed


def test_strength_tells():
    image, _ = checks()

    def harm(strength: float) -> float:
        lost = []
        for seed in range(24):
            picture, move = degrade(image, random.Random(seed), strength)
            flat = cv2.warpPerspective(picture[:, :, 0], np.eye(3), (image.shape[1], image.shape[0]), borderValue=255)
            box = move([Box(0, 0, image.shape[1], image.shape[0])])[0]
            lost.append(float(np.abs(flat.astype(float) - image[:, :, 0]).mean()) + 0.01 * abs(box.x0))
        return float(np.mean(lost))

    assert harm(0.1) < harm(1.0)


@pytest.mark.parametrize("kind", ["receipt", "invoice"])
def test_a_drawn_page_survives(kind):
    page = generate(5, kind=kind)[0]
    image = render(page, 5, width=600)
    picture, move = degrade(image, random.Random(2), 1.0)
    assert picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8
    scale = 600 / page.page.width
    boxes = move([Box(*(edge * scale for edge in word.box)) for word in page.page.words])
    height, width = picture.shape[:2]
    assert all(-2 <= box.x0 <= box.x1 <= width + 2 and -2 <= box.y0 <= box.y1 <= height + 2 for box in boxes)
    assert picture.min() < 128


@pytest.mark.parametrize("folder", ["core", "engine", "corpus", "teacher", "distill", "cli"])
def test_training_never_sees_the_noise_that_measures(folder):
    """augraphy makes the scans of `benchmarks/scans.py` only: what is measured differs from what was learned."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("augraphy", "benchmarks") for name in names), path
