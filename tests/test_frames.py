"""What lies around glyphs and at the border goes; glyphs that the border cuts stay."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imagette.images.photo.pages.frames import without_oblique_lines
from imagette.images.photo.pages.page import find_lines
from imagette.images.photo.raster.pieces import pieces_of
from tests.drawn import as_picture, strokes


def test_a_number_is_found_above_oblique_lines_with_small_print_on_them() -> None:
    slope = 0.2
    sheet = Image.new("L", (3600, 1680))
    for top in (1240, 1500):
        ImageDraw.Draw(sheet).line([(600, top), (2320, top - 1720 * slope)], fill=255, width=6)
    small = sheet.resize((900, 420), Image.Resampling.BOX)
    amount = np.asarray(small, np.float32) / np.float32(255)
    places = [(round(310 - slope * left), left, 24) for left in range(170, 600, 44)]
    for base in (310, 375):
        places += [(round(base - slope * (left - 150)), left, 10) for left in range(170, 540, 14)]
    for top, left, size in places:
        part = amount[top : top + size, left : left + size]
        np.maximum(part, strokes(size), out=part)
    page = np.repeat(np.float32(235) - 190 * amount[..., np.newaxis], 3, axis=2)
    lines = find_lines(as_picture(page))
    assert [sum(len(block.ink) > 18 for block in line) for line in lines] == [10, 0, 0]


def test_only_what_fills_next_to_nothing_of_a_wide_box_is_an_oblique_line() -> None:
    mask = np.zeros((200, 800), bool)
    columns = np.arange(700)
    mask[20 + columns // 8, 40 + columns] = mask[21 + columns // 8, 40 + columns] = True
    mask[150:180, 40:300:3] = mask[164, 40:300] = True  # glyphs that touch
    mask[120:140, 600:612] = True
    pieces, labels = pieces_of(mask, mask.astype(np.float32))
    kept = without_oblique_lines(pieces, labels)
    assert [piece.left for piece in kept] == [40, 600]
    assert len(pieces) == 3
    assert without_oblique_lines([], labels) == []


@pytest.mark.parametrize(("width", "shown"), [(0.18, 35), (0.2, 55), (0.2, 39), (0.22, 55)])
def test_glyphs_in_thick_strokes_that_the_border_cuts_are_no_areas(
    width: float, shown: int
) -> None:
    page = np.full((45 + shown, 420, 3), 235, np.float32)
    for left in range(40, 360, 80):
        page[45:, left : left + 60] -= 190 * strokes(60, width)[:shown, :, np.newaxis]
    assert [len(line) for line in find_lines(as_picture(page))] == [4]
