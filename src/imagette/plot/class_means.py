"""The mean image of each class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.plot.canvas import DPI, MUTED, NAME, SMALL
from imagette.plot.cells import Cells
from imagette.plot.letters import legible, width
from imagette.plot.mosaic import Tiles

MOST_CLASSES = 240  # on one page
_FEW = 20  # classes, which are shown larger
_WIDEST = 1.1  # inches for a name, of few classes
_WIDE = 0.85  # and of many


def class_means(
    means: NDArray[np.float64],
    class_names: Sequence[str],
    *,
    counts: Sequence[int] | NDArray[np.int64] | None = None,
    title: str = "Mean image of each class",
    ax: Axes | None = None,
) -> Axes:
    """Mean images, numbers 0 to 255 (classes, height, width, channels), with names and counts.

    Of more than 240 classes the first 240 are shown; there need be no means of the others.
    """
    classes = min(len(class_names), len(means), MOST_CLASSES)
    tiles = Tiles(means.shape[1:], *((180, 180) if classes <= _FEW else (112, 96)))
    names = max((width(legible(name), NAME) for name in class_names[:classes]), default=0)
    room = max(tiles.width / DPI, min(names, _WIDEST if classes <= _FEW else _WIDE))
    note = "of the training images"
    if classes < len(class_names):
        note += f"; the first {classes} of {len(class_names):,} classes"
    cells = Cells(classes, room, tiles.height / DPI, 0.34, aspect=1.5)
    page = cells.page(title, note, ax)
    for index in range(classes):
        x, y = cells.place(index)
        image = np.clip(np.rint(means[index]), 0, 255).astype(np.uint8)
        page.pixels(x, y, tiles.picture(image))
        y += tiles.height / DPI
        page.text(x, y + 0.1, class_names[index], room=room)
        if counts is not None:
            page.text(x, y + 0.24, f"{counts[index]:,}", SMALL, colour=MUTED)
    return page.ax
