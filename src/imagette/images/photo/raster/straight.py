"""Straight lines in a mask that are nearly level, and the mask without them.

Where a stroke crosses a line, the ink is thicker than the line, and stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.strokes import Mask

_STEEPEST = 0.17  # rows per column, up or down: the steepest slope of a line
_STEP = 1.5  # rows by which neighbouring slopes that are tried differ over a line's length
_ENOUGH = 60  # pixels: longer lines are looked for on a smaller copy, on which they have as many
_GAP = 3  # pixels: width of the filter that carries a line over its gaps
_CROSSED = 1.5  # pixels: where ink is thicker than a line by more, a stroke crosses it
_BESIDE = 2.0  # pixels: what reaches further to one side of a line is not of it
_COURSE = 0.4  # of a line: its course is the median over as much,
_POINTS = 200  # of about so many points on it
_ON = 0.6  # of a line: if less is on its course, it is several that cross
_FEWEST = 10  # vertical runs: a shorter line has no course
_EVEN = 0.4  # of a line: at least this share is about as thick as is usual;
_UNEVEN = 0.25  # of its thickness: by which it may differ there, or `_CROSSED`


def straight(mask: Mask, length: float) -> Mask:
    """The pixels on straight, nearly level lines that are at least `length` pixels long."""
    height, width = mask.shape
    if (scale := int(length // _ENOUGH)) > 1:
        rows, columns = (np.arange(0, side, scale) for side in (height, width))
        small = np.maximum.reduceat(np.maximum.reduceat(mask, rows, axis=0), columns, axis=1)
        found = straight(small, length / scale).repeat(scale, axis=0).repeat(scale, axis=1)
        return found[:height, :width] & mask
    size = round(length) | 1
    columns = np.arange(width)
    found = np.zeros_like(mask)
    if size > width:
        return found
    for slope in np.arange(-_STEEPEST, _STEEPEST, _STEP / size):
        drop = np.rint(slope * (columns - width / 2)).astype(np.intp)
        margin = int(np.abs(drop).max()) + 1
        rows = np.arange(-margin, height + margin)[:, np.newaxis] + drop
        inside = (rows >= 0) & (rows < height)
        level = mask[rows.clip(0, height - 1), columns] & inside
        run = ndimage.maximum_filter1d(level.astype(np.uint8), 3, axis=0)  # over its steps
        run = ndimage.maximum_filter1d(run, _GAP, axis=1)
        run = ndimage.minimum_filter1d(run, size, axis=1, mode="constant")
        if not run.any():
            continue
        run = ndimage.maximum_filter1d(run, size, axis=1, mode="constant")
        back = np.arange(height)[:, np.newaxis] - drop + margin
        found |= run[back, columns].astype(bool)
    return found & mask


def without(mask: Mask, line: Mask) -> Mask:
    """The mask without a nearly level line, except where strokes cross it."""
    if not line.any():
        return mask
    runs, lengths, of_line = _runs(mask, line)
    usual = float(np.median(lengths[of_line]))
    thin = of_line[lengths[of_line] <= usual + _CROSSED]
    gone = np.zeros(len(lengths), bool)
    over = _away(runs, lengths, thin, line) + lengths[thin] / 2 - usual / 2
    gone[thin[over <= _BESIDE]] = True
    rest: Mask = mask & ~gone[runs]
    return rest


def _away(
    runs: NDArray[np.int32], lengths: NDArray[np.int64], thin: NDArray[np.int32], line: Mask
) -> NDArray[np.float64]:
    """How far the middles of `thin` vertical runs are from that of the line on which they lie.

    A bow that all but touches a line, in pixels, is beside it on a part of its length.
    """
    rows, columns = np.nonzero(line)
    numbers, first = np.unique(runs[rows, columns], return_index=True)
    first = first[np.searchsorted(numbers, thin)]
    top, along = rows[first], columns[first]
    lines, _ = ndimage.label(line, np.ones((3, 3)))
    of = lines[top, along]
    middles = _tops(runs, top, along) + lengths[thin] / 2
    away = np.zeros(len(thin))
    order = np.argsort(of, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(of[order])) + 1):
        if len(mine) < _FEWEST:
            continue
        x, y = along[mine], middles[mine]
        off = np.abs(y - _course(x, y))
        if (off <= _BESIDE).mean() >= _ON:
            away[mine] = off
    return away


def _tops(
    runs: NDArray[np.int32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The first rows of the vertical runs that have ink at `rows` and `columns`."""
    tops, number = rows.copy(), runs[rows, columns]
    going = np.arange(len(rows))
    while len(going):
        above = runs[np.maximum(tops[going] - 1, 0), columns[going]]
        going = going[(tops[going] > 0) & (above == number[going])]
        tops[going] -= 1
    return tops


def _course(x: NDArray[np.intp], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows of a line at the columns `x`, of the middles `y` (n,) of runs on and near it."""
    order = np.argsort(x, kind="stable")
    few = order[:: max(1, len(order) // _POINTS)]
    slope, start = np.polyfit(x[few], y[few], 1) if np.ptp(x[few]) else (0.0, float(np.median(y)))
    size = round(_COURSE * len(few)) | 1
    level = ndimage.median_filter(y[few] - slope * x[few] - start, size, mode="nearest")
    course: NDArray[np.float64] = np.interp(x, x[few], level) + slope * x + start
    return course


def thickness(mask: Mask, line: Mask) -> float | None:
    """The thickness of nearly level lines in a mask, in pixels; None if they have no even one."""
    _, lengths, of_line = _runs(mask, line)
    usual = float(np.median(lengths[of_line]))
    even = np.abs(lengths[of_line] - usual) <= max(_CROSSED, _UNEVEN * usual)
    return usual if even.mean() > _EVEN else None


def _runs(mask: Mask, line: Mask) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """A mask's vertical runs: the number of each pixel's, their lengths, those on the line."""
    column = np.zeros((3, 3), bool)
    column[:, 1] = True
    runs, _ = ndimage.label(mask, column)
    return runs, np.bincount(runs.ravel()), np.unique(runs[line])
