"""Removing the printed lines of ruled and squared paper from a mask of ink.

A printed line is thin, straight and goes across the whole picture. Where a stroke crosses
it, the ink is thicker than the line, and stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.strokes import Mask

_SLOPES = np.tan(np.deg2rad(np.arange(-18.0, 18.1, 0.75)))
_MARGIN = 1.0  # pixels beside a line that go with it


def without_ruling(mask: Mask, thickest: int, span: float) -> Mask:
    """The mask without lines, near horizontal or vertical, at most `thickest` pixels thick.

    A line has ink along at least `span`, a share of the picture's width or height.
    """
    level = _without_lines(mask, thickest, span)
    return _without_lines(level.T, thickest, span).T


def _without_lines(mask: Mask, thickest: int, span: float) -> Mask:
    thin = mask & ~ndimage.binary_opening(mask, np.ones((thickest + 1, 1)))
    y, x = np.nonzero(thin)
    height, width = mask.shape
    if len(y) < span * width:
        return mask
    counts = [_crossings(y, x, slope, height, width) for slope in _SLOPES]
    best = int(
        np.argmax([(np.maximum(count - span * width / 2, 0) ** 2).sum() for count in counts])
    )
    removed = np.zeros_like(mask)
    for number in range(max(0, best - 2), min(len(_SLOPES), best + 3)):
        slope, count = _SLOPES[number], counts[number]
        lines = ndimage.uniform_filter1d(count.astype(float), 3) * 3 > span * width
        offsets = _offsets(y, x, slope, width)
        for start in np.flatnonzero(lines):
            # Strokes that lie along a line for a while have as many points, but on few columns.
            lines[start] = len(np.unique(x[np.abs(offsets - start) <= 1])) > span * width
        near = ndimage.binary_dilation(lines, iterations=round(thickest / 2 + _MARGIN))
        removed[y, x] |= near[offsets]
    return mask & ~removed


def _crossings(
    y: NDArray[np.intp], x: NDArray[np.intp], slope: float, height: int, width: int
) -> NDArray[np.intp]:
    """For each height at which a line of this slope can start, how many points lie on it."""
    return np.bincount(_offsets(y, x, slope, width), minlength=height + width + 2)


def _offsets(
    y: NDArray[np.intp], x: NDArray[np.intp], slope: float, width: int
) -> NDArray[np.intp]:
    shift = width * 0.5
    return np.rint(y - slope * (x - width / 2) + shift).astype(np.intp).clip(0)
