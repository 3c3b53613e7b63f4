"""Random augmentation of a batch: shifts, mirroring, rotations, zooms and erasing.

The batch is taken out of the data set, shifted and mirrored in one step: each image has its own
rows and columns to read. Resampling is only for rotations and zooms. Beyond the edge the edge's
own pixels are repeated. Erasing comes last.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.training.erasing import erased
from imagette.training.moves import Moves
from imagette.training.resampling import one_after_another, resample, rotations, zooms


def take_batch(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    moves: Moves,
) -> torch.Tensor:
    """The batch of images uint8 (n, height, width, channels) at `chosen`, randomly augmented."""
    batch = _moved(images, chosen, random, moves)
    if moves.resamples:
        batch = _turned(batch, random, moves)
    return erased(batch, moves.erasing, random) if moves.erasing else batch


def _moved(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    moves: Moves,
) -> torch.Tensor:
    """The images at positions `chosen`, shifted and mirrored."""
    if not (moves.rows or moves.columns or moves.mirror):
        return images.index_select(0, chosen)
    height, width = images.shape[1:3]
    rows = _positions(height, moves.rows, len(chosen), random)
    columns = _positions(width, moves.columns, len(chosen), random)
    if moves.mirror:
        flipped = random.random(len(chosen)) < 0.5
        columns[flipped] = width - 1 - columns[flipped]
    # Whole rows first: gathering pixel by pixel takes five times as long.
    read = chosen[:, None] * height + torch.from_numpy(rows).to(images.device)
    moved = (
        images.flatten(0, 1).index_select(0, read.flatten()).view(len(chosen), *images.shape[1:])
    )
    across = torch.from_numpy(columns).to(images.device)[:, None, :, None]
    return moved.gather(2, across.expand_as(moved))


def _turned(images: torch.Tensor, random: np.random.Generator, moves: Moves) -> torch.Tensor:
    """The images, each rotated by an angle of its own and then zoomed."""
    count, *shape = images.shape
    angles = random.uniform(-moves.angle, moves.angle, count)
    rows = 1 + random.uniform(-moves.zoom_rows, moves.zoom_rows, count)
    columns = 1 + random.uniform(-moves.zoom_columns, moves.zoom_columns, count)
    size = shape[0], shape[1], shape[2]
    matrices = one_after_another(rotations(angles, size), zooms(rows, columns, size))
    turned = resample(images.permute(0, 3, 1, 2).float(), matrices)
    return turned.round_().to(torch.uint8).permute(0, 2, 3, 1)


def _positions(size: int, limit: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """For each of `count` images, where each of `size` rows (or columns) is read from."""
    shifts = random.integers(-limit, limit + 1, (count, 1))
    positions: NDArray[np.int64] = np.clip(np.arange(size) + shifts, 0, size - 1)
    return positions
