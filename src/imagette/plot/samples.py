"""A row of random images for each class."""

import math

import numpy as np
from matplotlib.axes import Axes

from imagette.data.dataset import Dataset
from imagette.data.overview import drawn
from imagette.plot.canvas import DPI, HEAD, MARGIN, MUTED, SMALL, Canvas, whole
from imagette.plot.letters import legible, width
from imagette.plot.mosaic import Tiles, resolution

MOST_CLASSES = 120  # on one page
_GAP = 8  # pixels between two images
_BETWEEN = 0.35  # inches between two blocks of rows
_NAMES = (0.35, 1.5)  # inches for the names, at least and at most


def samples(
    dataset: Dataset,
    *,
    columns: int = 10,
    seed: int = 0,
    title: str = "Samples of each class",
    ax: Axes | None = None,
) -> Axes:
    """Up to `columns` random images of each class, a row a class, with names and counts.

    Of more than 120 classes the first 120 are shown.
    """
    classes = min(len(dataset.class_names), MOST_CLASSES)
    positions = drawn(dataset, columns, seed, classes)
    names, counts = dataset.class_names[:classes], dataset.counts()
    tiles = Tiles(dataset.shape, most=resolution(classes * columns))
    down, right = ((length + _GAP) / DPI for length in (tiles.height, tiles.width))
    label = whole(_room(names))
    block = label + right * columns + _BETWEEN
    blocks = _blocks(classes, max(down, 0.32), block)
    rows = math.ceil(classes / blocks)
    down = max(down, 0.32)  # two lines of text
    page = Canvas(2 * MARGIN + max(block * blocks - _BETWEEN, 3), HEAD + down * rows + MARGIN, ax)
    page.heading(title, _note(dataset, classes, columns))
    gap = (round(down * DPI) - tiles.height, _GAP)
    for number in range(blocks):
        shown = range(number * rows, min((number + 1) * rows, classes))
        x = whole(MARGIN + number * block)
        for row, index in enumerate(shown):
            middle = HEAD + row * down + tiles.height / DPI / 2
            page.text(x, middle - 0.065, names[index], room=label - 0.1)
            page.text(x, middle + 0.075, f"{counts[index]:,}", SMALL, colour=MUTED)
        images = [[dataset.images[int(i)] for i in positions[index]] for index in shown]
        if any(images):
            page.pixels(x + label, whole(HEAD), tiles.grid(images, gap))
    return page.ax


def _room(names: tuple[str, ...]) -> float:
    """Inches for the names, and between them and the images."""
    widest = max((width(legible(name), 8) for name in names), default=0.0)
    return float(np.clip(widest, *_NAMES)) + 0.12


def _blocks(classes: int, row: float, block: float) -> int:
    """As many blocks side by side as make the page no taller than a third more than wide."""
    blocks = 1
    while classes / blocks * row > 1.3 * blocks * block:
        blocks += 1
    return blocks


def _note(dataset: Dataset, classes: int, columns: int) -> str:
    height, wide, channels = dataset.shape
    kind = {1: "gray", 3: "colour"}.get(channels, f"{channels} channels")
    text = f"{len(dataset):,} images, {height}×{wide} {kind}; up to {columns} of a class, at random"
    if classes < len(dataset.class_names):
        text += f"; the first {classes} of {len(dataset.class_names):,} classes"
    return text
