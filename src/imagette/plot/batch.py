"""Images of a batch with their classes, and beside each what became of it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.plot.canvas import DPI, MUTED, SMALL
from imagette.plot.cells import Cells
from imagette.plot.mosaic import Tiles

_BETWEEN = 4  # pixels between an image and what became of it


def batch(
    images: NDArray[np.uint8],
    captions: Sequence[str] = (),
    *,
    before: NDArray[np.uint8] | None = None,
    columns: int | None = None,
    title: str = "A batch",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Images uint8 (n, height, width, channels), with a caption each; to their left `before`.

    `columns` is how many stand side by side, by default as makes the page somewhat wider than
    tall.
    """
    tiles = Tiles(images.shape[1:])
    width = (tiles.width if before is None else 2 * tiles.width + _BETWEEN) / DPI
    height = tiles.height / DPI
    cells = Cells(len(images), width, height, 0.14 if captions else 0, 1.33, columns)
    page = cells.page(title, note, ax)
    for index, image in enumerate(images):
        x, y = cells.place(index)
        shown = [image] if before is None else [before[index], image]
        page.pixels(x, y, tiles.grid([shown], (0, _BETWEEN)))
        if captions:
            page.text(x, y + height + 0.09, captions[index], SMALL, colour=MUTED, room=width)
    return page.ax
