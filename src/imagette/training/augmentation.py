"""Random shifts and mirroring, for a whole batch in one gather.

The batch is taken out of the data set and moved in the same step: each image has its own
rows and columns to read. Beyond the edge the edge's own pixels are repeated.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.settings import Settings


def take_batch(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    settings: Settings,
    mirror: bool,
) -> torch.Tensor:
    """Images uint8 (n, height, width, channels) at positions `chosen`, shifted and mirrored."""
    height, width = images.shape[1:3]
    if not settings.shift and not mirror:
        return images.index_select(0, chosen)
    rows = _positions(height, settings.shift, len(chosen), random)
    columns = _positions(width, settings.shift, len(chosen), random)
    if mirror:
        flipped = random.random(len(chosen)) < 0.5
        columns[flipped] = width - 1 - columns[flipped]
    return images[
        chosen[:, None, None],
        torch.from_numpy(rows[:, :, None]).to(images.device),
        torch.from_numpy(columns[:, None, :]).to(images.device),
    ]


def _positions(
    size: int, share: float, count: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """For each of `count` images, where each of `size` rows (or columns) is read from."""
    limit = round(share * size)
    shifts = random.integers(-limit, limit + 1, (count, 1))
    positions: NDArray[np.int64] = np.clip(np.arange(size) + shifts, 0, size - 1)
    return positions
