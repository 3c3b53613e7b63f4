"""The sizes of very many classes as one area, from the largest class to the smallest."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.plot.canvas import HEAD, MARGIN, MUTED, NAME, SMALL, Canvas, split_colour
from imagette.plot.letters import width

_WIDTH, _HEIGHT = 7.0, 2.5  # inches of the area
_LEFT, _FOOT = MARGIN + 0.5, HEAD + _HEIGHT + 0.1
_NAMED = 5  # of the largest and of the smallest classes
_ROW = 0.2  # inches from row to row of their table
_STEPS = (100, 125, 150, 200, 250, 300, 400, 500, 600, 800)  # and ten times, a hundred times these


def profile(
    counts: Mapping[str, NDArray[np.int64]],
    class_names: Sequence[str],
    title: str,
    note: str,
    ax: Axes | None = None,
) -> Axes:
    """Images of each class by split, a column a class; the largest and the smallest by name."""
    page = Canvas(_LEFT + _WIDTH + MARGIN, _FOOT + 0.48 + _ROW * (_NAMED + 0.5) + MARGIN, ax)
    page.heading(title, note)
    totals: NDArray[np.int64] = np.sum(list(counts.values()), axis=0)
    order = np.argsort(-totals, kind="stable")
    _area(page, {split: numbers[order] for split, numbers in counts.items()}, int(totals.max()))
    chosen = {"the largest": order[:_NAMED], "the smallest": order[::-1][:_NAMED]}
    for column, (words, indices) in enumerate(chosen.items()):
        x, y, half = _LEFT + column * _WIDTH / 2, _FOOT + 0.48, _WIDTH / 2 - 0.4
        page.text(x, y, words, NAME, bold=True)
        for row, index in enumerate(indices, 1):
            page.text(x, y + _ROW * row, class_names[index], room=half - 0.7)
            page.text(x + half, y + _ROW * row, f"{totals[index]:,}", align="right")
    return page.ax


def _area(page: Canvas, counts: Mapping[str, NDArray[np.int64]], largest: int) -> None:
    """The sorted counts of each split on one another, over lines at round numbers."""
    top = round_up(largest)
    for quarter in range(5):
        y = _FOOT - _HEIGHT * quarter / 4
        page.line(_LEFT, y, _WIDTH)
        value = f"{top * quarter // 4:,}"
        page.text(_LEFT - 0.08, y, value, SMALL, colour=MUTED, align="right")
    below, end = np.zeros(len(next(iter(counts.values())))), _LEFT + _WIDTH
    for split, numbers in counts.items():
        above = below + numbers
        page.area(_stairs(below / top, above / top), split_colour(split))
        below = above
    page.text(_LEFT, _FOOT + 0.13, "classes, the largest first", SMALL, colour=MUTED)
    for split in reversed(list(counts)):
        colour = split_colour(split)
        page.text(end, _FOOT + 0.13, split, SMALL, colour=colour, bold=True, align="right")
        end -= width(split, SMALL) * 1.15 + 0.2


def _stairs(below: NDArray[np.float64], above: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline (n, 2) between two stairs of a step a class, heights from 0 to 1."""
    edges = np.repeat(np.linspace(_LEFT, _LEFT + _WIDTH, len(below) + 1), 2)[1:-1]
    upper, lower = (_FOOT - np.repeat(values, 2) * _HEIGHT for values in (above, below))
    return np.concatenate((np.stack((edges, upper), -1), np.stack((edges[::-1], lower[::-1]), -1)))


def round_up(value: int) -> int:
    """The first number that is not below, and that four whole steps of a round size lead to."""
    if value <= 40:
        return 4 * max(1, math.ceil(value / 4))
    larger: Iterator[int] = (step * 10**zeros for zeros in itertools.count() for step in _STEPS)
    steps = itertools.chain((15, 20, 25, 30, 40, 50, 60, 80), larger)
    return next(4 * step for step in steps if 4 * step >= value)
