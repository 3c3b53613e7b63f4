"""Tells upright strokes of another pen than the glyphs beside them, such as sides of a box.

People write a number with one pen. What is printed is fainter or darker, and seldom as thick.
"""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.raster.strokes import stroke_width
from imagette.inference.pages.glyph import BARE, Glyph

_NARROW = 0.3  # width by height: of a straight upright line
_SURE = 0.5  # likelihood, from which a glyph that is no bare stroke shows what the pen is like
_GLYPHS = 2  # of them are needed
_INKED = 0.4  # of full ink
# By so much the logarithms may differ, either the strength's or that of a width that is less.
_STRENGTH, _WIDTH = 0.4, 0.8


def of_another_pen(line: list[Glyph]) -> NDArray[np.bool_]:
    """Which of the glyphs of a line (n,) are upright strokes of another pen than the others."""
    upright = np.array([glyph.aspect < _NARROW for glyph in line], bool)
    written = [glyph for glyph in line if glyph.aspect >= BARE[1] and glyph.likely > _SURE]
    found = np.zeros(len(line), bool)
    if not upright.any() or len(written) < _GLYPHS:
        return found
    usual_strength = max(float(np.median([glyph.strength for glyph in written])), 1e-6)
    widths = [stroke_width(glyph.ink > _INKED) for glyph in written]
    usual_width = max(float(np.median(widths)), 1.0)  # no stroke is narrower; 0 is that of none
    for number in np.flatnonzero(upright):
        strength = np.log(max(line[number].strength, 1e-6) / usual_strength)
        width = np.log(_width(line[number].ink) / usual_width)
        found[number] = abs(strength) / _STRENGTH + max(-width, 0) / _WIDTH > 1
    return found


def _width(stroke: NDArray[np.float32]) -> float:
    """The width of a straight stroke, in pixels and parts of one."""
    return max(float(stroke.sum()), 1e-6) / float(max(stroke.shape))
