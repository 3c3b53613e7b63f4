"""Images with what they are and what they were taken for: those answered wrongly, or unsurely."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from imagette.evaluation import Judgements
from imagette.plot.canvas import DPI, GREEN, MUTED, RED, SMALL
from imagette.plot.cells import Cells
from imagette.plot.mosaic import Tiles

MOST = 60  # on one page
_WIDTH = 1.1  # inches of a cell, at least


def answers(
    images: NDArray[np.uint8],
    judgements: Judgements,
    positions: NDArray[np.int64],
    class_names: Sequence[str],
    *,
    title: str = "Answers",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The images uint8 (n, height, width, channels) at `positions`, with their judgements.

    Of more than 60 the first 60 are shown. `imagette.evaluation.notable` chooses positions.
    """
    shown = positions[:MOST].tolist()
    tiles = Tiles(images.shape[1:], 128, 128)
    width, height = max(tiles.width / DPI, _WIDTH), tiles.height / DPI
    cells = Cells(len(shown), width, height, 0.46, aspect=1.4)
    page = cells.page(title, note, ax)
    for index, position in enumerate(shown):
        x, y = cells.place(index)
        page.pixels(x, y, tiles.picture(np.asarray(images[position])))
        label, prediction = judgements.labels[position], judgements.predictions[position]
        y += height
        page.text(x, y + 0.1, class_names[label], bold=True, room=width)
        colour, sign = (GREEN, "✓") if label == prediction else (RED, "→")
        page.text(x, y + 0.25, f"{sign} {class_names[prediction]}", colour=colour, room=width)
        said = f"{100 * judgements.confidence[position]:.1f} %"
        page.text(x, y + 0.39, said, SMALL, colour=MUTED, room=width)
    return page.ax
