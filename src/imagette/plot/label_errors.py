"""The images whose labels look most wrong, with what they are called and what they might be."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.plot.canvas import DPI, MUTED, NAME, RED, SMALL
from imagette.plot.cells import Cells
from imagette.plot.mosaic import Tiles

MOST = 100  # on one page
_WIDTH = 0.95  # inches of a cell, at least


def label_errors(
    images: NDArray[np.uint8],
    given: Sequence[str],
    suggested: Sequence[str],
    names: Sequence[str] = (),
    *,
    title: str = "Labels that look wrong",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Images uint8 (n, height, width, channels), each with its given and its suggested class.

    Of more than 100 the first 100 are shown.
    """
    count = min(len(images), MOST)
    tiles = Tiles(images.shape[1:], 128, 128)
    width, height = max(tiles.width / DPI, _WIDTH), tiles.height / DPI
    cells = Cells(count, width, height, 0.44 if names else 0.3, aspect=1.2)
    page = cells.page(title, note, ax)
    for index in range(count):
        x, y = cells.place(index)
        page.pixels(x, y, tiles.picture(images[index]))
        y += height
        page.text(x, y + 0.1, given[index], NAME, colour=RED, room=width)
        page.text(x, y + 0.25, f"→ {suggested[index]}", NAME, bold=True, room=width * 0.88)
        if names:
            page.text(x, y + 0.38, names[index], SMALL, colour=MUTED, room=width)
    return page.ax
