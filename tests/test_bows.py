"""What of a removed line was a bow of a glyph is there again, and nothing else."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.pages.bows import with_bows
from imagette.images.photo.pages.drawn_lines import without_drawn_lines
from imagette.images.photo.raster.straight import without
from imagette.images.photo.separation.ruling import without_ruling

Page = NDArray[np.bool_]
ZERO = np.hypot(*(np.mgrid[:61, :51] - np.array([30, 25])[:, None, None]) / [[[30]], [[25]]]) <= 1
ZERO &= ~np.pad(
    np.hypot(*(np.mgrid[:49, :39] - np.array([24, 19])[:, None, None]) / [[[24]], [[19]]]) <= 1, 6
)


def in_line(glyph: Page, rows: slice) -> tuple[Page, Page]:
    """What is left of a glyph with a line at these rows, and what was taken of the line."""
    page, line = np.pad(glyph, 20), np.zeros((len(glyph) + 40, glyph.shape[1] + 40), bool)
    line[rows] = True
    rest = without(page | line, line)
    return rest, line & ~rest


def four() -> Page:
    """An open one, whose upper ends are apart, as parallel strokes."""
    page = np.zeros((61, 51), bool)
    page[:35, 5:11] = page[:, 38:44] = page[29:35, 5:50] = True
    return page


@pytest.mark.parametrize("glyph", [ZERO, ZERO[::-1]])
def test_a_zero_that_stands_in_a_line_is_closed_again(glyph: Page) -> None:
    rest, lines = in_line(glyph, slice(74, 82))
    assert ndimage.label(~rest)[1] == 1
    closed = with_bows(rest, lines, 61)
    assert ndimage.label(~closed)[1] == 2
    assert (closed & ~rest).sum() < 0.5 * lines.sum()
    hung = with_bows(rest[::-1], lines[::-1], 61)
    np.testing.assert_array_equal(hung[::-1], closed)


@pytest.mark.parametrize(
    ("glyph", "rows"),
    [
        (ZERO, slice(45, 50)),  # through it
        (np.hstack((four(), four())), slice(54, 60)),  # from stem to stem
        (four(), slice(18, 24)),  # between its upper ends
    ],
)
def test_of_other_lines_nothing_comes_back(glyph: Page, rows: slice) -> None:
    rest, lines = in_line(glyph, rows)
    assert lines.any()
    np.testing.assert_array_equal(with_bows(rest, lines, 61), rest)


@pytest.mark.parametrize("thick", [3, 6])
def test_a_bow_close_to_a_line_is_not_of_it(thick: int) -> None:
    page = np.zeros((130, 460), bool)
    for left in range(40, 380, 80):
        page[30:91, left : left + 51] = ZERO
    page[89:95, 143:149] = True  # one touches it
    number = page.copy()
    page[93 : 93 + thick, 10:450] = True
    rest = without_drawn_lines(page)
    assert (rest & number).sum() == number.sum()
    page[93 : 93 + thick] = True
    ruled = without_ruling(page, thick, 0.6)
    assert (ruled & number).sum() > 0.98 * number.sum()
    assert ruled.sum() < 1.02 * number.sum()
