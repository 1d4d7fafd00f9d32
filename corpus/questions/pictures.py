"""The picture of an asked page, whoever made it."""

from __future__ import annotations

import numpy as np

from docengine.corpus.questions.question import AskedPage


def picture_of(asked: AskedPage, seed: int = 0, *, width: int = 0) -> np.ndarray:
    """RGB uint8 (height, width, 3): the page's own picture, the file in its `meta`, or drawn from its words by `seed`.

    At its own size, or scaled to `width` pixels; colours stay.
    """
    from PIL import Image

    page, file = asked.page.page, asked.page.meta.get("image")
    if page.image is not None:
        picture = Image.fromarray(page.image)
    elif file is not None:
        with Image.open(file) as opened:
            picture = opened.convert("RGB")
    else:
        from docengine.corpus.generator import render

        return render(asked.page, seed, width=width)
    if width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.array(picture)
