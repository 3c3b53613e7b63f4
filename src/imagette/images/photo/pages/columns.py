"""The columns of a table: its lines of glyphs end where upright lines were drawn."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.raster.resizing import Box
from imagette.images.photo.raster.strokes import Mask
from imagette.images.photo.separation.ink import Ink

_FAINT = 0.2  # of full ink: a drawn line is stronger
_DISTINCT = 4.0  # standard deviations of noise: a drawn line is stronger
_BEYOND = 0.25  # of the height of the glyphs beside it: an upright line goes as far beyond them
_WHOLE = 0.95  # of an upright line's length: at least this share has ink
_SLOPES = 0.02 * np.arange(-17, 18)  # columns per row: the slopes that are tried
_THIN = 1.5  # pixels: half the width of an upright line, at most
_THICK = 0.06  # of the glyphs' height: half the width of an upright line, if more than `_THIN`
_ELSEWHERE = 0.5  # of the ink on an upright line: with more ink beside it, it is no line of a table
_GAP = 0.3  # of the glyphs' height: a gap between columns is wider
_WIDER = 1.5  # times the usual gap: a gap between columns is wider, unlike one in squared paper
_USUAL = 40  # percentile of a line's gaps: the usual gap
_PARTLY = 0.6  # of the way from top to bottom: with ink on more of it, there may be a line
_FEW = 0.5  # of a line's gaps: if more may hold upright lines, each glyph has its own box
_ROWS = 2  # lines of glyphs with several columns: with fewer, there is no table


def may_be_ruled(ink: Ink) -> Mask:
    """Where anything stands out enough to be a drawn line, bool (height, width)."""
    return ink.strength > max(_FAINT * ink.level, _DISTINCT * ink.noise)


def in_columns(lines: list[list[Box]], ink: Mask) -> list[list[NDArray[np.intp]]]:
    """The numbers of the boxes in each column of each line; boxes go from left to right.

    Without a table, each line is one column.
    """
    starts = [_starts(boxes, ink) for boxes in lines]
    table = sum(map(bool, starts)) >= _ROWS
    return [
        np.split(np.arange(len(boxes)), at if table else [])
        for boxes, at in zip(lines, starts, strict=True)
    ]


def _starts(boxes: list[Box], ink: Mask) -> list[int]:
    """The numbers of the boxes before which an upright line stands.

    Empty where each glyph has a box of its own.
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
    """The share of the way, from top to bottom between two boxes, that an upright line covers.

    0 where too much ink is beside it.
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
    """The most frequent of the values rounded to whole numbers."""
    rounded = np.rint(values).astype(np.intp)
    lowest = int(rounded.min())
    return int(np.bincount(rounded - lowest).argmax()) + lowest
