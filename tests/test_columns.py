"""Lines of a page end where the columns of a table do."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from imagette.images.photo.pages.columns import in_columns
from imagette.images.photo.pages.page import find_lines
from imagette.images.photo.raster.resizing import Box
from imagette.images.photo.raster.strokes import Mask
from tests.drawn import as_picture, noise, strokes

ROWS = (50, 150)  # the tops of two lines


def boxes(*lefts: int) -> list[list[Box]]:
    return [[(top, left, top + 40, left + 30) for left in lefts] for top in ROWS]


def lengths(lines: list[list[Box]], ink: Mask) -> list[list[int]]:
    return [[len(column) for column in line] for line in in_columns(lines, ink)]


def ruled(*ways: tuple[int, int, int, int]) -> Mask:
    """Lines from x, y to x, y."""
    picture = Image.new("L", (500, 240))
    for way in ways:
        ImageDraw.Draw(picture).line(way, 255, 2)
    return np.asarray(picture) > 0


@pytest.mark.parametrize("lean", [-30, 0, 30])
def test_a_line_ends_at_an_upright_line(lean: int) -> None:
    rule = (150 + lean, 0, 150 - lean, 239)
    level = (0, 110, 499, 110)
    assert lengths(boxes(20, 60, 210, 250, 290), ruled(rule, level)) == [[2, 3]] * 2


def test_tall_glyphs_and_a_thin_line() -> None:
    tall = [[(top, left, top + 400, left + 200) for left in (0, 350, 600)] for top in (100, 700)]
    ink = np.zeros((1200, 900), bool)
    ink[:, 250:252] = True
    assert lengths(tall, ink) == [[1, 2]] * 2


def test_what_is_no_line_of_a_table_parts_nothing() -> None:
    lines = boxes(20, 60, 210, 250, 290)
    whole = [[5]] * 2
    assert lengths(lines, ruled()) == whole
    assert lengths(lines, ruled((150, 50, 150, 90), (150, 150, 150, 190))) == whole  # ones
    assert lengths(lines, ruled((150, 30, 150, 110))) == whole  # of one line of glyphs alone
    assert lengths(lines, np.ones((240, 500), bool)) == whole  # a pattern
    steep = ruled((90, 30, 210, 110), (90, 130, 210, 210))
    assert lengths(lines, steep) == whole
    squared = [(left, 0, left, 239) for left in (55, 245)]
    assert lengths(lines, ruled(*squared)) == whole  # no gap is wider there
    each = [(left - 5, 0, left - 5, 239) for left in (60, 210, 250, 290)]
    assert lengths(lines, ruled(*each)) == whole  # each in a box of its own
    assert lengths([[], lines[0][:1]], ruled()) == [[0], [1]]


@pytest.mark.parametrize("thick", [1, 3, 6, 8])
def test_the_numbers_of_a_table_are_lines_of_their_own(thick: int) -> None:
    page = np.full((420, 640, 3), 230, np.float32)
    for x in (30, 330, 610):
        page[20:400, x : x + thick] = 150
    for y in (20, 210, 400):
        page[y : y + thick, 30 : 610 + thick] = 150
    for top in (70, 260):
        for left in (50, 145, 240, 375, 470):
            values: NDArray[np.float32] = page[top : top + 90, left : left + 90]
            values -= 180 * strokes(90)[..., np.newaxis]
    lines = find_lines(as_picture(noise(page)))
    assert [len(line) for line in lines] == [3, 2, 3, 2]
