from __future__ import annotations

import numpy as np
from PIL import Image

from docengine import Box, Check, Extraction, Field
from docengine.engine.drawing import draw, marks_of


def extraction() -> Extraction:
    def at(page: int, box: Box, value: str = "1") -> Field:
        return Field(value, value, 0.9, page, box)

    return Extraction(
        "a.pdf",
        pages=[{"width": 400, "height": 300}, {"width": 400, "height": 300}],
        fields={"grand_total": at(0, Box(100, 100, 200, 120)), "iban": at(1, Box(10, 10, 20, 20))},
        line_items=[{"description": at(0, Box(50, 200, 90, 210), str(n))} for n in range(3)],
        checks=[Check("totals_add_up", False)],
    )


def changed(image: Image.Image, drawn: Image.Image) -> np.ndarray:
    """(height, width) bool: pixels of the page that were drawn on."""
    return (np.asarray(drawn)[: image.height, : image.width] != np.asarray(image)).any(-1)


def test_only_values_of_the_page_are_marked_in_one_colour_a_field():
    marks = list(marks_of(extraction(), 0))
    assert [(mark.name, mark.row) for mark in marks] == [
        ("grand_total", None), ("description", 0), ("description", 1), ("description", 2),
    ]  # fmt: skip
    assert len({mark.colour for mark in marks}) == 2
    assert [mark.name for mark in marks_of(extraction(), 1)] == ["iban"]


def test_boxes_stand_where_the_values_are_at_any_resolution():
    for scale in (1, 2):
        image = Image.new("RGB", (400 * scale, 300 * scale), "white")
        touched = changed(image, draw(image, extraction(), 0))
        assert touched[100 * scale : 120 * scale, 100 * scale : 200 * scale].all()
        assert not touched[140 * scale : 190 * scale].any() and not touched[:, 330 * scale :].any()


def test_what_is_printed_stays_legible_and_the_page_given_is_not_changed():
    image = Image.new("L", (400, 300), 255)
    image.paste(0, (120, 105, 130, 115))
    drawn = np.asarray(draw(image, extraction(), 0)).astype(int)
    assert drawn[110, 125].sum() < drawn[110, 150].sum() - 300
    assert image.getpixel((150, 110)) == 255


def test_the_legend_is_as_long_as_it_must_be():
    record = extraction()
    record.warnings = [f"warning {number} " + "long " * 100 for number in range(60)]
    image = Image.new("RGB", (400, 300), "white")
    drawn = draw(image, record, 0)
    assert drawn.height > 60 * 11 and drawn.width > 400
    assert np.asarray(drawn)[-40:, 400:].min() < 128  # the last lines are there


def test_an_empty_record_and_odd_characters_can_be_drawn():
    image = Image.new("RGB", (50, 50), "white")
    assert not changed(image, draw(image, Extraction("a"), 0)).any()
    record = extraction()
    record.fields["grand_total"] = Field("€ 請求書\n\x1b", "", 0.5, 0, Box(390, 0, 500, -0.0))
    draw(image, record, 0)
