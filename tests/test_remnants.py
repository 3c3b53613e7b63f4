"""What is seen of faint printed lines around glyphs is left out, and thin glyphs are not."""

import tracemalloc
from itertools import product

import numpy as np
import pytest

from imagette.images.photo.pages.page import find_lines
from imagette.images.photo.pages.remnants import without_remnants
from imagette.images.photo.raster.pieces import Piece
from tests.drawn import as_picture, strokes


def piece(number: int, left: int, height: int, width: int, ink: float) -> Piece:
    return Piece(number, 100, left, 100 + height, left + width, ink, at_border=False)


@pytest.mark.parametrize("gray", [60, 90])
def test_a_number_is_read_in_boxes_of_thin_broken_lines(gray: int) -> None:
    page = np.full((170, 560, 3), 245, np.float32)
    for top, left in product(range(20, 140, 25), range(30, 481, 90)):
        page[top : top + 20, left : left + 2] = gray
    for left, top in product(range(30, 480, 25), (20, 137)):
        page[top : top + 2, left : left + 20] = gray
    for left in range(45, 440, 90):
        page[50:110, left : left + 60] -= 225 * strokes(60)[..., np.newaxis]
    (line,) = find_lines(as_picture(page))
    assert [len(block.ink) > 40 for block in line] == [True] * 5


def test_far_less_ink_than_a_glyph_has_for_its_size_is_a_remnant_beside_it() -> None:
    eight, one = piece(1, 100, 60, 40, 900), piece(2, 160, 58, 8, 380)
    wall, far = piece(3, 150, 36, 3, 50), piece(4, 900, 36, 3, 50)
    assert without_remnants([eight, one, wall, far]) == [eight, one, far]


@pytest.mark.parametrize("shift", range(0, 60, 10))
def test_how_far_off_a_remnant_is_does_not_depend_on_where_it_stands(shift: int) -> None:
    glyphs = [piece(1, shift + 100, 60, 40, 900), piece(2, shift + 150, 60, 40, 900)]
    wall, off = piece(3, shift + 240, 36, 3, 50), piece(4, shift + 265, 36, 3, 50)
    assert without_remnants([*glyphs, wall, off]) == [*glyphs, off]


def test_how_far_off_a_remnant_is_does_not_depend_on_larger_pieces() -> None:
    glyph, off = piece(1, 100, 60, 40, 900), piece(2, 300, 36, 3, 50)
    sheets = [Piece(n, 9000, 9000, 12400, 11900, 10.0, at_border=False) for n in (3, 4)]
    assert without_remnants([glyph, off, *sheets]) == [glyph, off, *sheets]


def test_nested_large_pieces_take_little_memory() -> None:
    nested = [
        Piece(number, number, number, 3600 - number, 3600 - number, 1e5, at_border=False)
        for number in range(20)
    ]
    dots = [piece(20 + number, 5 * number, 2, 2, 4) for number in range(100)]
    tracemalloc.start()
    without_remnants([*nested, *dots])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_the_bar_of_a_glyph_and_a_smaller_thinner_one_beside_it_stay() -> None:
    bow, bar, small = (
        piece(1, 100, 40, 30, 420),
        piece(2, 132, 6, 22, 120),
        piece(3, 170, 30, 5, 90),
    )
    assert without_remnants([bow, bar, small]) == [bow, bar, small]
    assert without_remnants([]) == []
