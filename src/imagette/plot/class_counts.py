"""How many images each class has in each split: bars, with the numbers beside them.

Up to 120 classes have a row each; more are drawn as one profile.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.plot.canvas import HEAD, INK, MARGIN, MUTED, NAME, SMALL, Canvas, split_colour
from imagette.plot.letters import legible, width
from imagette.plot.profile import profile

MOST_ROWS = 120
_ROWS = 40  # of one block
_ROW, _BAR = 0.21, 0.12  # inches from row to row, and of a bar's height
_BETWEEN = 0.45  # inches between two blocks
_WIDEST = 1.6  # inches for a name
_NUMBER = 0.6  # inches for a number, at least

Counts = Mapping[str, NDArray[np.int64]]


def class_counts(
    counts: Counts,
    class_names: Sequence[str],
    *,
    title: str = "Images of each class",
    ax: Axes | None = None,
) -> Axes:
    """Images of each class, int64 (classes,), for each split by its name ("train", ...)."""
    totals: NDArray[np.int64] = np.sum(list(counts.values()), axis=0)
    note = f"{totals.sum():,} images of {len(class_names):,} classes"
    if len(class_names) > 1:
        least, most = totals.min(), totals.max()
        note += f", {least:,}{f' to {most:,}' if most > least else ''} of each"
    if len(class_names) > MOST_ROWS:
        return profile(counts, class_names, title, note, ax)
    table = _Table(counts, class_names, totals)
    page = Canvas(table.width, table.height, ax)
    page.heading(title, note)
    table.draw(page)
    return page.ax


class _Table:
    """Rows in blocks side by side: a name, a bar, a number for each side."""

    def __init__(self, counts: Counts, names: Sequence[str], totals: NDArray[np.int64]):
        self._counts, self._names = counts, names
        self._blocks = math.ceil(len(names) / _ROWS)
        self._rows = math.ceil(len(names) / self._blocks)
        self._label = min(_WIDEST, max(width(legible(name), NAME) for name in names)) + 0.12
        self._bar = 3.0 if self._blocks == 1 else 1.3
        self._scale = self._bar / max(1, int(totals.max()))
        self._number = max(width(f"{totals.max():,}", NAME), _NUMBER) + 0.08
        self._block = self._label + self._bar + self._number * len(counts)
        self.width = 2 * MARGIN + (self._block + _BETWEEN) * self._blocks - _BETWEEN
        self.height = HEAD + _ROW * (self._rows + 1.2) + MARGIN

    def draw(self, page: Canvas) -> None:
        for block in range(self._blocks):
            x = MARGIN + block * (self._block + _BETWEEN)
            for place, split in enumerate(self._counts):
                colour = split_colour(split)
                end = self._end(x, place)
                page.text(end, HEAD + 0.03, split, SMALL, colour=colour, bold=True, align="right")
            page.line(x, HEAD + 0.14, self._block)
            first = block * self._rows
            for index in range(first, min(first + self._rows, len(self._names))):
                self._row(page, x, HEAD + _ROW * (index - first + 1.2), index)

    def _row(self, page: Canvas, x: float, y: float, index: int) -> None:
        page.text(x, y, self._names[index], room=self._label - 0.1)
        start = x + self._label
        for place, (split, counts) in enumerate(self._counts.items()):
            length = float(counts[index]) * self._scale
            page.rectangle(start, y - _BAR / 2, length, _BAR, split_colour(split))
            start += length
            colour = INK if counts[index] else MUTED
            page.text(self._end(x, place), y, f"{counts[index]:,}", colour=colour, align="right")

    def _end(self, x: float, place: int) -> float:
        """Where the numbers of a split end, in the block that begins at `x`."""
        return x + self._label + self._bar + self._number * (place + 1)
