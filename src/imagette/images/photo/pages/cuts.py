"""Where ink of glyphs that touch can be cut: paths from top to bottom that cross little of it.

Straight ones, upright or as the writing leans, cut through strokes that lie upon each other. Others
bend: they go around a stroke that reaches over its neighbour, and cross only where two touch. The
latter are found by dynamic programming, row by row, as in seam carving (Avidan and Shamir 2007);
cutting by many candidates is after Casey and Lecolinet 1996. Rounds that touch have most ink in the
very columns where they do; there the outline of the ink is notched.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

# Of each row of a block the first column to the right of a cut.
Path = NDArray[np.intp]

_SLANTS = np.arange(-0.2, 0.81, 0.1)  # of writing: columns to the right for each row up
_VALLEY = 0.9  # of the most ink on either side, at most, is crossed by a cut: else it halves a blot
_STRAIGHT = (3, 2)  # straight cuts, at most, of each slant: for each height of width, and more,
_STRAIGHT_APART = 0.2  # heights from one to the next,
_STRAIGHT_EDGE = 0.12  # and from the ends of the ink, at least
_NOTCH = 0.15  # heights: the outline is notched at least as deep where rounds touch
_NOTCHED = 1.4  # heights: in what is narrower, one glyph has notches itself
_NOTCHES = 2  # cuts at notches, at most, for each height of width and each outline
_NOTCHES_APART = 0.1  # heights from one to the next, at least
_BENT = 2  # bent cuts, at most, for each height of width,
_BENT_APART = 0.08  # heights from one to the next and from the ends, halfway down, at least
_INKED = 0.4  # of full ink: what is fainter has no outline
_SAME = 0.05  # heights between two cuts in the mean, up to which they are one
_BEND = 0.1  # of full ink: what a step to the side costs
_STEPS = np.array([0, -1, 1], np.int8)  # columns, from a row to the one before


def find_cuts(ink: NDArray[np.float32], height: float, slant: float) -> list[Path]:
    """Where ink, float32 (rows, columns) 0 to 1, may be cut, from left to right.

    `height` is that of a glyph, in rows; writing leans by `slant`, columns to the right a row up.
    """
    width = ink.shape[1] / height
    count = round(_STRAIGHT[0] * width) + _STRAIGHT[1]
    found = [cut for lean in {0.0, slant} for cut in _straight(ink, lean, count, height)]
    found += _bent(ink, round(_BENT * width), height)
    kept: list[Path] = []
    for _, path in sorted(found, key=lambda cut: cut[0]):
        if all(np.abs(path - other).mean() > _SAME * height for other in kept):
            kept.append(path)
    return sorted(kept, key=lambda path: int(path.sum()))


def slant_of(inks: Iterable[NDArray[np.float32]]) -> float:
    """How far writing leans: so that its strokes fall into the fewest columns."""
    inks = list(inks)

    def gathered(slant: float) -> float:
        return float(sum((_sums(ink, _lean(ink, slant)) ** 2).sum() for ink in inks))

    return float(max(_SLANTS, key=gathered))


def _straight(
    ink: NDArray[np.float32], slant: float, count: int, height: float
) -> list[tuple[float, Path]]:
    """Straight cuts, each with the ink that it crosses."""
    lean = _lean(ink, slant)
    sums = _sums(ink, lean)
    inked = np.flatnonzero(sums > 0)
    if not len(inked):
        return []
    edge = max(2, round(_STRAIGHT_EDGE * height))
    costs = _valleys(np.convolve(sums, np.ones(3) / 3, mode="same"))
    costs[: inked[0] + edge] = costs[max(0, inked[-1] + 1 - edge) :] = np.inf
    chosen = _cheapest(costs, count, max(2, round(_STRAIGHT_APART * height)))
    if ink.shape[1] > _NOTCHED * height:
        chosen += _notches(ink, lean, height)
    first = int(lean.min())
    return [(float(sums[column]), column + first - lean) for column in chosen]


def _notches(ink: NDArray[np.float32], lean: NDArray[np.intp], height: float) -> list[int]:
    """The leaning columns, from the leftmost one, in which the outline is notched deepest."""
    rows, columns = np.nonzero(ink > _INKED)
    columns = columns + (lean - lean.min())[rows]
    count = round(_NOTCHES * ink.shape[1] / height)
    apart = max(2, round(_NOTCHES_APART * height))
    found: list[int] = []
    for reach in (len(ink) - rows, rows + 1):  # of the upper outline, and of the lower one
        outline = np.zeros(columns.max(initial=0) + 1)
        np.maximum.at(outline, columns, reach)
        before, after = np.maximum.accumulate(outline), np.maximum.accumulate(outline[::-1])[::-1]
        depth = np.minimum(before, after) - outline
        lowest = outline <= minimum_filter1d(outline, 2 * round(_NOTCH * height) + 1)
        costs = np.where(lowest & (depth > _NOTCH * height), -depth, np.inf)
        found += _cheapest(costs, count, apart)
    return found


def _lean(ink: NDArray[np.float32], slant: float) -> NDArray[np.intp]:
    """How many columns each row is moved by, so that what leans by `slant` is upright."""
    rows = np.arange(len(ink))
    lean: NDArray[np.intp] = np.rint(slant * (rows - len(ink) / 2)).astype(np.intp)
    return lean


def _sums(ink: NDArray[np.float32], lean: NDArray[np.intp]) -> NDArray[np.float64]:
    """The ink in each leaning column, from the leftmost one."""
    columns = np.arange(ink.shape[1]) + (lean - lean.min())[:, np.newaxis]
    return np.bincount(columns.ravel(), ink.ravel()).astype(np.float64)


def _bent(ink: NDArray[np.float32], count: int, height: float) -> list[tuple[float, Path]]:
    """Bent cuts, each with what it costs: the cheapest through columns of the middle row."""
    middle = len(ink) // 2
    upper, from_above = _least(ink[: middle + 1])
    lower, from_below = _least(ink[middle:][::-1])
    crossed = upper + lower - ink[middle]
    apart = max(2, round(_BENT_APART * height))
    costs = _valleys(crossed)
    costs[:apart] = costs[max(0, len(costs) + 1 - apart) :] = np.inf
    return [
        (
            float(crossed[column]),
            np.array([*_path(from_above, column)[::-1], *_path(from_below, column)[1:]], np.intp),
        )
        for column in _cheapest(costs, count, apart)
    ]


def _least(ink: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """What the cheapest path from the first row to each column of the last costs; and its steps.

    Those are (rows - 1, columns): from each column to the one in the row before.
    """
    columns = np.arange(ink.shape[1])
    cost = ink[0].copy()
    steps = np.zeros((len(ink) - 1, len(columns)), np.int8)
    ways = np.full((len(_STEPS), len(columns)), np.inf, np.float32)
    for number, row in enumerate(ink[1:]):
        ways[0], ways[1, 1:], ways[2, :-1] = cost, cost[:-1] + _BEND, cost[1:] + _BEND
        best = ways.argmin(axis=0)
        steps[number] = _STEPS[best]
        cost = ways[best, columns] + row
    return cost, steps


def _path(steps: NDArray[np.int8], column: int) -> list[int]:
    """The columns of a path that ends in this one, from its last row back to its first."""
    path = [column]
    for row in steps[::-1]:
        path.append(path[-1] + int(row[path[-1]]))
    return path


def _valleys(costs: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Costs of cuts, infinite where there is not clearly more ink somewhere on either side."""
    before, after = np.maximum.accumulate(costs), np.maximum.accumulate(costs[::-1])[::-1]
    return np.where(costs > _VALLEY * np.minimum(before, after), np.inf, costs)


def _cheapest(costs: NDArray[np.float64], count: int, apart: int) -> list[int]:
    """The columns with the least costs, so far apart; those of infinite costs are none."""
    chosen: list[int] = []
    for column in map(int, np.argsort(costs, kind="stable")):
        if len(chosen) == count or not np.isfinite(costs[column]):
            break
        if all(abs(column - other) >= apart for other in chosen):
            chosen.append(column)
    return chosen
