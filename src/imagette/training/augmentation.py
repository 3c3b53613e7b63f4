"""Random shifts and mirroring of a whole batch: its rows are gathered, and then their columns.

The batch is taken out of the data set and moved in the same step: each image has its own
rows and columns to read. Beyond the edge the edge's own pixels are repeated.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.settings import Settings
from imagette.training.borders import even_borders


@dataclass(frozen=True)
class Augmentation:
    """What may happen to an image on its way into a batch: `rows` and `columns` in pixels."""

    rows: int = 0
    columns: int = 0
    mirror: bool = False


def augmentation(settings: Settings, splits: Splits) -> Augmentation:
    """What the settings ask for, as far as the training images allow it."""
    height, width, _ = splits.shape
    rows, columns = round(settings.shift * height), round(settings.shift * width)
    if settings.shift_within_border and (rows or columns):
        empty = even_borders(splits.train.images)
        rows, columns = min(rows, empty[0]), min(columns, empty[1])
    return Augmentation(rows, columns, settings.mirrors(splits.mirror))


def take_batch(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    augmentation: Augmentation,
) -> torch.Tensor:
    """Images uint8 (n, height, width, channels) at positions `chosen`, shifted and mirrored."""
    if augmentation == Augmentation():
        return images.index_select(0, chosen)
    height, width = images.shape[1:3]
    rows = _positions(height, augmentation.rows, len(chosen), random)
    columns = _positions(width, augmentation.columns, len(chosen), random)
    if augmentation.mirror:
        flipped = random.random(len(chosen)) < 0.5
        columns[flipped] = width - 1 - columns[flipped]
    # Whole rows first: to gather pixel by pixel takes five times as long.
    read = chosen[:, None] * height + torch.from_numpy(rows).to(images.device)
    moved = (
        images.flatten(0, 1).index_select(0, read.flatten()).view(len(chosen), *images.shape[1:])
    )
    across = torch.from_numpy(columns).to(images.device)[:, None, :, None]
    return moved.gather(2, across.expand_as(moved))


def _positions(size: int, limit: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """For each of `count` images, where each of `size` rows (or columns) is read from."""
    shifts = random.integers(-limit, limit + 1, (count, 1))
    positions: NDArray[np.int64] = np.clip(np.arange(size) + shifts, 0, size - 1)
    return positions
