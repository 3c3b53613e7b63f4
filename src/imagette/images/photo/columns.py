"""The columns of a table: its lines of glyphs end where upright lines were drawn."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.ink import Ink
from imagette.images.photo.resizing import Box
from imagette.images.photo.strokes import Mask

_FAINT = 0.2  # of full ink: so strong at least is a drawn line,
_DISTINCT = 4.0  # and so many standard deviations of noise
_BEYOND = 0.25  # of the height of the glyphs beside it, that it is longer, up and down;
_WHOLE = 0.95  # of that way, at least, has ink on it,
_SLOPES = 0.02 * np.arange(-17, 18)  # columns a row, that it may lean
_THIN = 1.5  # pixels to both sides of its middle,
_THICK = 0.06  # or of the glyphs' height, if that is more,
_ELSEWHERE = 0.5  # and of so much ink as it has, at most, is beside it
_GAP = 0.3  # of the glyphs' height is the gap in which it stands, at least,
_WIDER = 1.5  # and so many times as wide as is usual: lines of squared paper stand anywhere;
_USUAL = 40  # percentile
_PARTLY = 0.6  # of the way: there may be a line
_FEW = 0.5  # of the places between glyphs, at most, are ends of columns: else each has its box
_ROWS = 2  # that a table has at least


def may_be_ruled(ink: Ink) -> Mask:
    """Where anything stands out that may be a drawn line, bool (height, width)."""
    return ink.strength > max(_FAINT * ink.level, _DISTINCT * ink.noise)


def in_columns(lines: list[list[Box]], ink: Mask) -> list[list[NDArray[np.intp]]]:
    """Of each line of boxes, from left to right, the numbers of those in each of its columns.

    One column is all of a line where no table is.
    """
    starts = [_starts(boxes, ink) for boxes in lines]
    table = sum(map(bool, starts)) >= _ROWS
    return [
        np.split(np.arange(len(boxes)), at if table else [])
        for boxes, at in zip(lines, starts, strict=True)
    ]


def _starts(boxes: list[Box], ink: Mask) -> list[int]:
    """The numbers of the boxes before which an upright line stands.

    None where each has a box of its own.
    """
    longest = [_longest_line(before, after, ink) for before, after in pairwise(boxes)]
    if not longest or sum(share > _PARTLY for share in longest) > _FEW * len(longest):
        return []
    gaps = [after[1] - before[3] for before, after in pairwise(boxes)]
    height = np.median([box[2] - box[0] for box in boxes])
    least = max(_GAP * height, _WIDER * np.percentile(gaps, _USUAL, method="lower"))
    return [
        number
        for number, (share, gap) in enumerate(zip(longest, gaps, strict=True), start=1)
        if share >= _WHOLE and gap > least
    ]


def _longest_line(before: Box, after: Box, ink: Mask) -> float:
    """How much of the way from top to bottom between two boxes an upright line goes.

    0 where there is as much ink beside it.
    """
    top, bottom = min(before[0], after[0]), max(before[2], after[2])
    longer = round(_BEYOND * (bottom - top))
    first = max(0, top - longer)
    way = ink[first : bottom + longer, before[3] : max(before[3], after[1])]
    if np.count_nonzero(way.any(axis=1)) <= _PARTLY * len(way):
        return 0.0
    y, x = np.nonzero(way)
    best, on_line = 0, np.zeros(len(y), bool)
    wide = max(_THIN, _THICK * (bottom - top))
    for slope in _SLOPES:
        at = x - slope * y
        near = np.abs(at - _commonest(at)) <= wide
        rows = len(np.unique(y[near]))
        if rows > best:
            best, on_line = rows, near
    inner = (y >= top - first) & (y < bottom - first)
    beside = np.count_nonzero(inner & ~on_line)
    return best / len(way) if beside <= _ELSEWHERE * np.count_nonzero(inner & on_line) else 0.0


def _commonest(values: NDArray[np.float64]) -> int:
    """The whole number to which most values are near."""
    rounded = np.rint(values).astype(np.intp)
    lowest = int(rounded.min())
    return int(np.bincount(rounded - lowest).argmax()) + lowest
