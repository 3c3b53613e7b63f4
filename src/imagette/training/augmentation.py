"""What happens to a batch at random: shifts, mirroring, rotations and zooms.

The batch is taken out of the data set, shifted and mirrored in the same step: each image has its
own rows and columns to read. Only what is turned or zoomed is resampled. Beyond the edge the
edge's own pixels are repeated.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.settings import Settings
from imagette.training.borders import even_borders
from imagette.training.resampling import one_after_another, resample, rotations, zooms


@dataclass(frozen=True)
class Augmentation:
    """What may happen to an image on its way into a batch.

    Attributes:
        rows, columns: of a shift, in pixels.
        mirror: left to right, half of the images.
        angle: of a rotation, in radians.
        zoom_rows, zoom_columns: shares of the height and of the width.
    """

    rows: int = 0
    columns: int = 0
    mirror: bool = False
    angle: float = 0.0
    zoom_rows: float = 0.0
    zoom_columns: float = 0.0

    @property
    def resamples(self) -> bool:
        """Whether pixels are read from between pixels."""
        return bool(self.angle or self.zoom_rows or self.zoom_columns)


def augmentation(settings: Settings, splits: Splits) -> Augmentation:
    """What the settings ask for, as far as the training images allow it."""
    height, width, _ = splits.shape
    rows, columns = round(settings.shift * height), round(settings.shift * width)
    angle, zoom = 2 * math.pi * (settings.rotation or 0.0), settings.zoom or 0.0
    limits = math.inf, math.inf
    if settings.shift_within_border and (rows or columns or angle or zoom):
        limits = even_borders(splits.train.images)
    # A rotation by 0.1, or a zoom by 0.1, moves what is at the edge by a tenth of half the side.
    shares = 2 * limits[0] / height, 2 * limits[1] / width
    return Augmentation(
        int(min(rows, limits[0])),
        int(min(columns, limits[1])),
        settings.mirrors(splits.mirror),
        min(angle, *shares),
        min(zoom, shares[0]),
        min(zoom, shares[1]),
    )


def take_batch(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    augmentation: Augmentation,
) -> torch.Tensor:
    """Images uint8 (n, height, width, channels) at positions `chosen`, after all that is random."""
    moved = _moved(images, chosen, random, augmentation)
    return _turned(moved, random, augmentation) if augmentation.resamples else moved


def _moved(
    images: torch.Tensor,
    chosen: torch.Tensor,
    random: np.random.Generator,
    augmentation: Augmentation,
) -> torch.Tensor:
    """The images at positions `chosen`, shifted and mirrored."""
    if not (augmentation.rows or augmentation.columns or augmentation.mirror):
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


def _turned(
    images: torch.Tensor, random: np.random.Generator, augmentation: Augmentation
) -> torch.Tensor:
    """The images, each turned by an angle of its own and then zoomed."""
    count, *shape = images.shape
    angles = random.uniform(-augmentation.angle, augmentation.angle, count)
    rows = 1 + random.uniform(-augmentation.zoom_rows, augmentation.zoom_rows, count)
    columns = 1 + random.uniform(-augmentation.zoom_columns, augmentation.zoom_columns, count)
    size = shape[0], shape[1], shape[2]
    matrices = one_after_another(rotations(angles, size), zooms(rows, columns, size))
    turned = resample(images.permute(0, 3, 1, 2).float(), matrices)
    return turned.round_().to(torch.uint8).permute(0, 2, 3, 1)


def _positions(size: int, limit: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """For each of `count` images, where each of `size` rows (or columns) is read from."""
    shifts = random.integers(-limit, limit + 1, (count, 1))
    positions: NDArray[np.int64] = np.clip(np.arange(size) + shifts, 0, size - 1)
    return positions
