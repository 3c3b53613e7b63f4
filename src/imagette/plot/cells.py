"""Pictures with a caption each, in rows and columns on a page."""

import math

from matplotlib.axes import Axes

from imagette.plot.canvas import HEAD, MARGIN, Canvas, whole

_GAP = 0.16  # inches between two cells
_NARROWEST = 3.4  # inches that a heading needs


class Cells:
    """Where each of `count` cells lies, of so many inches, the caption below the picture."""

    def __init__(
        self, count: int, width: float, height: float, caption: float, aspect: float,
        columns: int | None = None,
    ):  # fmt: skip
        """`aspect` is about how much wider than tall the page should be, unless `columns` say."""
        self._cell = (width + _GAP, height + caption + _GAP)
        count = max(1, count)
        if columns is None:
            about = max(1, round(math.sqrt(aspect * count * self._cell[1] / self._cell[0])))
            near = range(max(1, about - 1), min(count, about + 2) + 1)
            columns = min(near, key=lambda number: (-count % number, abs(number - about)))
        self._columns = max(1, min(columns, count))
        self._rows = math.ceil(count / self._columns)

    def page(self, title: str, note: str, ax: Axes | None) -> Canvas:
        """A page for them all, with its heading."""
        width = max(self._cell[0] * self._columns - _GAP, _NARROWEST)
        height = HEAD + self._cell[1] * self._rows - _GAP
        page = Canvas(2 * MARGIN + width, height + MARGIN, ax)
        page.heading(title, note)
        return page

    def place(self, index: int) -> tuple[float, float]:
        """The left and the top of a cell, on whole pixels."""
        row, column = divmod(index, self._columns)
        return whole(MARGIN + column * self._cell[0]), whole(HEAD + row * self._cell[1])
