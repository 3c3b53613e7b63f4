"""Restores what of a removed line was the bow of a glyph, such as of a 6 whose foot lay in it.

There the line joined two strokes of one piece, which is on one side of it.
"""

import numpy as np
from scipy import ndimage

from imagette.images.photo.raster.strokes import Mask

_WIDEST = 0.8  # of the glyphs' height: a bow lies in a line for less
_LOW = 0.2  # of the glyphs' height: what is lower is what a line left of a stroke within it
_DEEP = 0.15  # of the glyphs' height: so far from a line the strokes of a bow that hangs on it
_APART = 1.0  # pixels: are further apart than at the line by more, unlike those of a 4


def with_bows(rest: Mask, lines: Mask, usual: float) -> Mask:
    """The `rest` of a mask from which nearly level `lines` were removed, with bows that lay in it.

    `usual` is the glyphs' height.
    """
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    high = [
        number
        for number, (rows, _) in enumerate(ndimage.find_objects(labels), start=1)
        if rows.stop - rows.start > _LOW * usual
    ]
    strokes = labels * np.isin(labels, high)
    gaps, _ = ndimage.label((lines | rest) & (strokes == 0), np.ones((3, 3)))
    found = rest.copy()
    for number, (rows, columns) in enumerate(ndimage.find_objects(gaps), start=1):
        left, right = columns.start - 1, columns.stop
        if right - left > _WIDEST * usual or left < 0 or right >= rest.shape[1]:
            continue
        near = slice(max(0, rows.start - 1), rows.stop + 1)
        above = strokes[max(0, rows.start - round(usual)) : rows.start]
        below = strokes[rows.stop : rows.stop + round(usual)]
        for one in set(strokes[near, left]) & set(strokes[near, right]) - {0}:
            over, under = above == one, below == one
            stands, hangs = over[:, columns].any(), under[:, columns].any()
            if stands != hangs and (stands or _is_round(under, left, right, _DEEP * usual)):
                found[rows, columns] |= gaps[rows, columns] == number
    return found


def _is_round(side: Mask, left: int, right: int, deep: float) -> bool:
    """Whether two strokes in the columns `left` and `right` part from the first row on."""
    middle = (left + right) // 2
    row = side[min(round(deep), len(side) - 1)]
    before, after = np.flatnonzero(row[:middle]), np.flatnonzero(row[middle:])
    if row[middle] or not len(before) or not len(after):
        return False
    return bool(middle + after[0] - before[-1] > right - left + _APART)
