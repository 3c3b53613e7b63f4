"""One answer for a picture: not where its glyph stands in a line with others."""

import numpy as np
import pytest

from imagette.images.photo.prepared import Prepared
from imagette.images.photo.raster.resizing import Box, Picture
from imagette.inference.several import several
from tests.drawn import PREPARATION, SHAPE, as_picture, certain, strokes

HIGH = 80
KNOWN, STRANGE = certain(0.0), certain(1.5)
BEST = (60, 60, 60 + HIGH, 60 + HIGH)


def found(box: Box, plausibility: float = 1.0, *, crowded: bool = True) -> Prepared:
    image = np.zeros(SHAPE, np.uint8)
    return Prepared(image, box, plausibility=plausibility, crowded=crowded)


def page(*lefts: int, size: int = HIGH) -> Picture:
    """Glyphs 80 pixels high in one line, the first at the left; those after it `size` high."""
    gray = np.full((200, 700, 3), 235, np.float32)
    for number, left in enumerate(lefts):
        side = size if number else HIGH
        gray[60 : 60 + side, left : left + side] -= 190 * strokes(side)[..., np.newaxis]
    return as_picture(gray)


@pytest.mark.parametrize(("gap", "expected"), [(30, True), (60, False)])
def test_another_likely_glyph_is_one_of_a_number_if_it_is_near(gap: int, expected: bool) -> None:
    beside = (60, BEST[3] + gap, 60 + HIGH, BEST[3] + gap + HIGH)
    seen = [found(BEST, crowded=False), found(beside, 0.5, crowded=False)]
    likely, worth = np.array([1.0, 0.9]), np.array([1.0, 0.45])
    assert several(page(60), seen, likely, worth, PREPARATION, KNOWN) is expected


def test_where_ink_was_left_out_the_picture_is_read_as_a_page() -> None:
    picture, likely = page(60, 200, 340), np.ones(1)
    assert several(picture, [found(BEST)], likely, likely, PREPARATION, KNOWN)
    assert not several(picture, [found(BEST, crowded=False)], likely, likely, PREPARATION, KNOWN)
    assert not several(picture, [found(BEST)], likely, likely, PREPARATION, STRANGE)
    assert not several(page(60), [found(BEST)], likely, likely, PREPARATION, KNOWN)


def test_small_print_beside_a_glyph_is_no_number() -> None:
    assert not several(
        page(60, 160, 200, size=30), [found(BEST)], np.ones(1), np.ones(1), PREPARATION, KNOWN
    )
