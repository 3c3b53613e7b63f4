"""All glyphs of a page are read: on its sheet, where they touch, and on squared paper."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from imagette.inference.reading import Answers, read_page
from tests.drawn import PLAIN, PREPARATION, SHAPE, as_picture, likeness, strokes

_ALIKE = 0.7  # likeness of an image to a four, above which it is familiar


def fours(other: float, strange: float = 0) -> Callable[[NDArray[np.uint8]], Answers]:
    """How much images look like a four; all else is one `other` class, and so `strange`."""

    def classify(images: NDArray[np.uint8]) -> Answers:
        four = np.array([max(0.01, likeness(image, PLAIN)) for image in images], np.float32)
        novelty = np.where(four > _ALIKE, 0, strange).astype(np.float32)
        return np.stack((four, np.full_like(four, other)), axis=1), novelty

    return classify


def test_a_page_on_a_table_is_read_on_its_sheet() -> None:
    page = np.full((300, 420, 3), 225, np.float32)
    for left in (60, 180, 300):
        page[90:190, left : left + 100] -= 170 * strokes(100)[..., np.newaxis]
    table = np.full((500, 700, 3), (70, 45, 30), np.float32)
    table[100:400, 140:560] = page

    lines = read_page(as_picture(table), SHAPE, PREPARATION, fours(0.3))
    assert [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines] == [[0, 0, 0]]
    assert [glyph.box[1] for glyph in lines[0]] == pytest.approx([212, 332, 452], abs=12)


def test_glyphs_that_touch_are_cut_and_bars_stay_with_their_glyph() -> None:
    page = np.full((260, 560, 3), 230, np.float32)
    for left in (60, 150, 240, 400):  # each but the last touches the next
        page[80:180, left : left + 100] -= 180 * strokes(100)[..., np.newaxis]
    page[124:132, 400:500] = 230  # and this one is broken

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.2))
    assert [len(line) for line in lines] == [4]


def test_numbers_are_read_on_squared_paper_whose_lines_are_as_thick_as_thin_strokes() -> None:
    page = np.full((400, 520, 3), (200, 205, 225), np.float32)
    for edge in range(15, 520, 62):
        page[edge : edge + 7] = page[:, edge : edge + 7] = (130, 135, 150)
    for left in (60, 190, 320):
        ink = strokes(110)[..., np.newaxis]
        part = page[130:240, left : left + 110]
        part += ink * (np.array((30, 35, 90), np.float32) - part)

    lines = read_page(as_picture(page), SHAPE, PREPARATION, fours(0.3, strange=3))
    assert [[int(glyph.probabilities.argmax()) for glyph in line] for line in lines] == [[0, 0, 0]]
    assert [glyph.box[1] for glyph in lines[0]] == pytest.approx([72, 202, 332], abs=14)
