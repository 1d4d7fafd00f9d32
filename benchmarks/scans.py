"""Scans by another hand: augraphy's noise, for pages that measure. Nothing that trains imports this (a test holds it).

    pip install augraphy

Only augmentations that leave every pixel's place alone are used, so that boxes stay true. augraphy draws from `random`
and from numpy's global state; both are seeded here and put back.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np


def scanned(image: np.ndarray, seed: int) -> np.ndarray:
    """RGB uint8 (H, W, 3) as augraphy makes it look scanned, of the same size."""
    before = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    try:
        changed = np.asarray(_pipeline()(np.ascontiguousarray(image)))
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
    if changed.ndim == 2:
        changed = np.repeat(changed[:, :, None], 3, axis=2)
    if changed.shape != image.shape:
        raise ValueError(
            f"augraphy changed the page's size from {image.shape} to {changed.shape}: boxes would be wrong"
        )
    return changed.astype(np.uint8)


def _pipeline() -> Any:
    import augraphy as a

    shade = a.ShadowCast(shadow_opacity_range=(0.1, 0.35), p=1)
    ink = [a.OneOf([a.InkBleed(p=1), a.LowInkRandomLines(p=1), a.InkMottling(p=1)], p=0.4), a.BleedThrough(p=0.15)]
    paper = [a.OneOf([a.NoiseTexturize(p=1), a.ColorPaper(p=1)], p=0.35)]
    post = [
        a.OneOf([a.LightingGradient(p=1), shade], p=0.25),
        a.OneOf([a.Brightness(brightness_range=(0.8, 1.2), p=1), a.Gamma(gamma_range=(0.7, 1.5), p=1),
                 a.SubtleNoise(p=1)], p=0.5),
        a.OneOf([a.Jpeg(quality_range=(25, 90), p=1), a.Jpeg(quality_range=(40, 90), p=1), a.Faxify(p=0.4)], p=0.6),
    ]  # fmt: skip
    return a.AugraphyPipeline(ink_phase=ink, paper_phase=paper, post_phase=post)
