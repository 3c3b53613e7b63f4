"""Removing the printed lines of ruled and squared paper from a mask of ink.

A printed line is thin and straight, and crosses the whole picture. Where a stroke crosses it, the
ink is thicker than the line, and stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.strokes import Mask

_STEEPEST, _STEP = 18.0, 0.75  # degrees: the most that lines lean, and the step between those tried
_FAN = 1.5  # degrees to both sides, by which lines seen in perspective differ
_OFF = 1.0  # pixels by which a line leaves the one that is tried for it, at most
_MARGIN = 1.0  # pixels: a rung is thicker than the lines by no more
_UNEVEN = 1  # pixels: by which parts of a line are thicker
_BESIDE = 1  # pixels: the middle of what is of a line is no further beside it
_NEAR = 3  # pixels: what is no further from a removed line stood on it
_LONG = 4  # times a line's thickness: the sides of a box are at least as long
_LEAN = 0.4  # width by height: a box's upright side, seen obliquely, has at most this
# Of the median length: sides of boxes differ from it by less. How many such there are at least.
_ALIKE, _FEWEST = 0.25, 3


def without_ruling(mask: Mask, thickest: int, span: float) -> Mask:
    """The mask without nearly level or upright lines that are at most `thickest` pixels thick.

    A line has ink along at least `span`, a share of the picture's width or height.
    """
    level = _without_lines(mask, thickest, span)
    upright = _without_lines(level.T, thickest, span).T
    rest = _without_rungs(mask, upright, thickest)
    return _without_rungs(mask.T, rest.T, thickest).T


def _without_rungs(before: Mask, after: Mask, thickest: int) -> Mask:
    """The mask `after`, without the upright lines of boxes whose level ones are gone from it.

    They stood on those, are as thin, about equally long, and at least three, as in two boxes side
    by side. A 1 that reaches from line to line is mostly alone.
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
    """Whether a piece is a thin upright bar with both ends at lines."""
    height, width = bar.shape
    thickness = float(np.median(bar.sum(axis=1)))
    if height < _LONG * thickest or width > _LEAN * height or thickness > thickest + _MARGIN:
        return False
    return all((bar[end] & near[end]).any() for end in (slice(_NEAR), slice(-_NEAR, None)))


def _without_lines(mask: Mask, thickest: int, span: float) -> Mask:
    y, x = np.nonzero(_thin(mask, thickest))
    height, width = mask.shape
    if len(y) < span * width:
        return mask
    coarse = np.deg2rad(np.arange(-_STEEPEST, _STEEPEST + _STEP / 2, _STEP))
    strays = max(1, round(np.deg2rad(_STEP) * width / 2))  # pixels, up and down
    counts = [
        ndimage.uniform_filter1d(_crossings(y, x, np.tan(angle), height, width), strays) * strays
        for angle in coarse
    ]
    best = int(
        np.argmax([(np.maximum(count - span * width / 2, 0) ** 2).sum() for count in counts])
    )
    uneven = _thin(mask, thickest + _UNEVEN)
    removed = np.nonzero(uneven)
    middle = _middles(uneven, *removed)
    gone = np.zeros(len(middle), bool)
    step = min(np.deg2rad(_STEP), 4 * _OFF / width)
    fan = round(np.deg2rad(_FAN) / step) * step
    for angle in np.arange(coarse[best] - fan, coarse[best] + fan + step / 2, step):
        slope = np.tan(angle)
        count = _crossings(y, x, slope, height, width)
        lines = ndimage.uniform_filter1d(count, 3) * 3 > span * width
        if not lines.any():
            continue
        offsets = _offsets(y, x, slope, width)
        order = np.argsort(offsets)
        for start in np.flatnonzero(lines):
            # Strokes along part of a line may have as many points, but on few columns.
            first, last = np.searchsorted(offsets, (start - 1, start + 2), sorter=order)
            lines[start] = len(np.unique(x[order[first:last]])) > span * width
        near = ndimage.binary_dilation(lines, iterations=_BESIDE)
        gone |= near[_offsets(middle, removed[1], slope, width)]
    rest = mask.copy()
    rest[removed[0][gone], removed[1][gone]] = False
    return rest


def _thin(mask: Mask, thickest: int) -> Mask:
    """What of a mask is in vertical runs that are no longer."""
    thin: Mask = mask & ~ndimage.binary_opening(mask, np.ones((thickest + 1, 1)))
    return thin


def _middles(mask: Mask, y: NDArray[np.intp], x: NDArray[np.intp]) -> NDArray[np.intp]:
    """The middle row of the vertical run of ink in which each pixel of a mask lies."""
    column = np.zeros((3, 3), bool)
    column[:, 1] = True
    runs, _ = ndimage.label(mask, column)
    number = runs[y, x]
    middle: NDArray[np.float64] = np.bincount(number, y)[number] / np.bincount(number)[number]
    return np.rint(middle).astype(np.intp)


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
