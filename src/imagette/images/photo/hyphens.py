"""Hyphens between the glyphs of a line, or before them, told by where they stand: 12-34."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.resizing import Box

_WHOLE = 0.5  # of the usual height: what is lower is a part of a glyph, or between two
_USUAL = 75  # percentile of the heights
_FLAT = 0.25  # of the height of what is beside it, as high at most
_LONG = 1.5  # times as long as high, at least,
_LONGEST = 1.2  # and at most as long as so much of the height beside it
_MIDDLE = 0.2  # of that height, from halfway up, at most


def hyphens(boxes: list[Box]) -> NDArray[np.bool_]:
    """Which boxes of a line, from left to right, are flat and halfway up what stands beside them.

    Nor do they overlap that from left to right, as a part of a glyph would.
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
