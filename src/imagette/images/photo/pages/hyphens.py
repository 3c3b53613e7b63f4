"""Finds hyphens between the glyphs of a line, or before them, by where they stand: 12-34."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.raster.resizing import Box

_WHOLE = 0.5  # of the usual height: lower boxes are parts of glyphs, or hyphens
_USUAL = 75  # percentile of the heights: the usual height
_FLAT = 0.25  # of the height of the glyphs beside it: a hyphen is lower
_LONG = 1.5  # width by height: a hyphen's is more
_LONGEST = 1.2  # of the height of the glyphs beside it: a hyphen's width is less
_MIDDLE = 0.2  # of the height of the glyphs beside it: a hyphen is less far off their middle


def hyphens(boxes: list[Box]) -> NDArray[np.bool_]:
    """Which boxes of a line, from left to right, are flat and halfway up the glyphs beside them.

    Nor do they overlap those horizontally, as a part of a glyph would.
    """
    found = np.zeros(len(boxes), bool)
    if not boxes:
        return found
    top, left, bottom, right = np.array(boxes, float).T
    tall, wide, middle = bottom - top, right - left, (top + bottom) / 2
    whole = np.flatnonzero(tall > _WHOLE * np.percentile(tall, _USUAL))
    for number in np.setdiff1d(np.arange(len(boxes)), whole):
        after = int(np.searchsorted(whole, number))
        beside = whole[max(0, after - 1) : after + 1]
        height = tall[beside].mean()
        flat = tall[number] < _FLAT * height and wide[number] < _LONGEST * height
        long = wide[number] > _LONG * tall[number]
        halfway = abs(middle[number] - middle[beside].mean()) < _MIDDLE * height
        clear = (left[beside] >= right[number]) | (right[beside] <= left[number])
        found[number] = flat and long and halfway and clear.all()
    return found
