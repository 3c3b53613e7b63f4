"""Strokes are brought to a width: thick ones thinned, the thin ones of the same glyph spared."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.normalization import with_stroke
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.raster.strokes import distances, stroke_width, thin_strokes

PREPARATION = replace(Preparation(), kind="glyph", stroke=(0.08, 0.1, 0.12))


def glyph(stem: int, bar: int) -> NDArray[np.float32]:
    """A cross of an upright stem and a bar across, so wide, in 120 x 90."""
    ink = np.zeros((120, 90), np.float32)
    ink[5:115, 40 : 40 + stem] = 1
    ink[60 : 60 + bar, 5:85] = 1
    return ink


def test_thin_strokes_keep_their_width_where_thick_ones_are_thinned() -> None:
    thinned = with_stroke(glyph(stem=26, bar=6), PREPARATION)
    inked = thinned > 0.5
    assert 11 <= inked[:30].sum(axis=1).max() <= 14  # of about 110 high: a tenth, and a little
    np.testing.assert_allclose(thinned[:, 3:20].sum(axis=0), 6, atol=0.3)
    assert thinned[:, 3:20].max() == 1  # and not faint


def test_a_hair_beside_a_thick_stroke_stays_apart_and_does_not_keep_that_from_thinning() -> None:
    ink = np.zeros((120, 90), np.float32)
    ink[5:115, 20:46] = 1
    ink[5:115, 48:50] = 1
    inked = with_stroke(ink, PREPARATION) > 0.5
    assert ndimage.label(inked)[1] == 2
    assert 12 <= inked[60].sum() <= 18


def test_a_bar_as_thick_as_the_stem_is_thinned_as_much() -> None:
    inked = with_stroke(glyph(stem=26, bar=26), PREPARATION) > 0.5
    assert inked[:, 8].sum() == pytest.approx(inked[:20].sum(axis=1).max(), abs=2)


@pytest.mark.parametrize("angle", [0, 20, 45, 70])
def test_ends_and_corners_of_thick_strokes_are_no_thin_strokes(angle: int) -> None:
    turned = ndimage.rotate(np.pad(glyph(26, 26), 20), angle, order=1) > 0.5
    assert thin_strokes(distances(turned), erosion=7, most=6) is None


def test_what_is_thin_all_over_has_no_thick_strokes() -> None:
    assert thin_strokes(distances(glyph(6, 6) > 0), erosion=7, most=6) is None


def test_the_width_is_that_of_most_ink() -> None:
    assert stroke_width(glyph(26, 6) > 0) == pytest.approx(26, abs=1)
