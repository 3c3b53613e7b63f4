"""Removing the printed lines of ruled and squared paper from a mask of ink.

A printed line is thin, straight and goes across the whole picture. Where a stroke crosses
it, the ink is thicker than the line, and stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.morphology import dilated
from imagette.images.photo.strokes import Mask

_STEEPEST, _STEP = 18.0, 0.75  # degrees that lines lean, and between those that are tried
_FAN = 1.5  # degrees to both sides, that lines differ by: they are seen in perspective
_OFF = 1.0  # pixels, by which a line at most leaves the one that is tried for it
_MARGIN = 1.0  # pixels beside a line that go with it
_NEAR = 3  # pixels, between a line that is gone and what stood on it
_LONG = 4  # times as long as a line is thick, at least, are the sides of a box,
_LEAN = 0.4  # times as wide as high at most, seen obliquely,
_ALIKE, _FEWEST = 0.25, 3  # of their length; so many are as long as one another


def without_ruling(mask: Mask, thickest: int, span: float) -> Mask:
    """The mask without lines, near horizontal or vertical, at most `thickest` pixels thick.

    A line has ink along at least `span`, a share of the picture's width or height.
    """
    level = _without_lines(mask, thickest, span)
    upright = _without_lines(level.T, thickest, span).T
    rest = _without_rungs(mask, upright, thickest)
    return _without_rungs(mask.T, rest.T, thickest).T


def _without_rungs(before: Mask, after: Mask, thickest: int) -> Mask:
    """Without the upright lines of boxes whose level ones are gone: those stood on these.

    They are as thin, as long as one another, and at least three: two boxes side by side have so
    many. A one that reaches from line to line is mostly alone.
    """
    lines = before & ~after
    if not lines.any():
        return after
    near = dilated(lines, _NEAR)
    labels, _ = ndimage.label(after, np.ones((3, 3)))
    rungs = {
        number: place
        for number, place in enumerate(ndimage.find_objects(labels), start=1)
        if _is_rung(labels[place] == number, near[place], thickest)
    }
    heights = {number: place[0].stop - place[0].start for number, place in rungs.items()}
    usual = float(np.median(list(heights.values()))) if heights else 0.0
    alike = [number for number, height in heights.items() if abs(height - usual) < _ALIKE * usual]
    return after & ~np.isin(labels, alike) if len(alike) >= _FEWEST else after


def _is_rung(bar: Mask, near: Mask, thickest: int) -> bool:
    """Whether a piece is a thin upright bar, both ends of which lie at lines."""
    height, width = bar.shape
    thickness = float(np.median(bar.sum(axis=1)))
    if height < _LONG * thickest or width > _LEAN * height or thickness > thickest + _MARGIN:
        return False
    return all((bar[end] & near[end]).any() for end in (slice(_NEAR), slice(-_NEAR, None)))


def _without_lines(mask: Mask, thickest: int, span: float) -> Mask:
    thin = mask & ~ndimage.binary_opening(mask, np.ones((thickest + 1, 1)))
    y, x = np.nonzero(thin)
    height, width = mask.shape
    if len(y) < span * width:
        return mask
    coarse = np.deg2rad(np.arange(-_STEEPEST, _STEEPEST + _STEP / 2, _STEP))
    strays = max(1, round(np.deg2rad(_STEP) * width / 2))  # so many pixels, up and down
    counts = [
        ndimage.uniform_filter1d(_crossings(y, x, np.tan(angle), height, width), strays) * strays
        for angle in coarse
    ]
    best = int(
        np.argmax([(np.maximum(count - span * width / 2, 0) ** 2).sum() for count in counts])
    )
    removed = np.zeros_like(mask)
    step = min(np.deg2rad(_STEP), 4 * _OFF / width)
    fan = round(np.deg2rad(_FAN) / step) * step
    for angle in np.arange(coarse[best] - fan, coarse[best] + fan + step / 2, step):
        slope = np.tan(angle)
        count = _crossings(y, x, slope, height, width)
        lines = ndimage.uniform_filter1d(count, 3) * 3 > span * width
        offsets = _offsets(y, x, slope, width)
        order = np.argsort(offsets)
        for start in np.flatnonzero(lines):
            # Strokes that lie along a line for a while have as many points, but on few columns.
            first, last = np.searchsorted(offsets, (start - 1, start + 2), sorter=order)
            lines[start] = len(np.unique(x[order[first:last]])) > span * width
        near = ndimage.binary_dilation(lines, iterations=round(thickest / 2 + _MARGIN))
        removed[y, x] |= near[offsets]
    return mask & ~removed


def _crossings(
    y: NDArray[np.intp], x: NDArray[np.intp], slope: float, height: int, width: int
) -> NDArray[np.float64]:
    """For each height at which a line of this slope can start, how many points lie on it."""
    return np.bincount(_offsets(y, x, slope, width), minlength=height + width + 2).astype(float)


def _offsets(
    y: NDArray[np.intp], x: NDArray[np.intp], slope: float, width: int
) -> NDArray[np.intp]:
    shift = width * 0.5
    return np.rint(y - slope * (x - width / 2) + shift).astype(np.intp).clip(0)
