"""How far images may be moved in training: what the settings ask for, as far as borders allow.

It moves nothing and needs no PyTorch; `augmentation` moves images.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from imagette.data.dataset import Splits
from imagette.numerals import counted
from imagette.settings import Settings
from imagette.training.borders import even_borders


@dataclass(frozen=True)
class Moves:
    """What may happen to an image on its way into a batch.

    Attributes:
        rows, columns: the largest shift, in pixels.
        mirror: whether half of the images are mirrored left to right.
        angle: the largest rotation, in radians.
        zoom_rows, zoom_columns: the largest zoom, as shares of the height and of the width.
        erasing: the share of images in which a rectangle is filled.
    """

    rows: int = 0
    columns: int = 0
    mirror: bool = False
    angle: float = 0.0
    zoom_rows: float = 0.0
    zoom_columns: float = 0.0
    erasing: float = 0.0

    @property
    def resamples(self) -> bool:
        """Whether values between pixels must be interpolated."""
        return bool(self.angle or self.zoom_rows or self.zoom_columns)


def allowed_moves(settings: Settings, splits: Splits) -> Moves:
    """The moves that the settings ask for, as far as the training images allow them."""
    height, width, _ = splits.shape
    rows, columns = round(settings.shift * height), round(settings.shift * width)
    angle, zoom = 2 * math.pi * (settings.rotation or 0.0), settings.zoom or 0.0
    limits = math.inf, math.inf
    if settings.shift_within_border and (rows or columns or angle or zoom):
        limits = even_borders(splits.train.images)
    # A rotation by 0.1 radians, or a zoom by 0.1, moves the edge by a tenth of half the side.
    shares = 2 * limits[0] / height, 2 * limits[1] / width
    return Moves(
        int(min(rows, limits[0])),
        int(min(columns, limits[1])),
        settings.mirrors(splits.mirror),
        min(angle, *shares),
        min(zoom, shares[0]),
        min(zoom, shares[1]),
        settings.erasing or 0.0,
    )


def cut_short(asked: Mapping[str, Any], settings: Settings, splits: Splits) -> str:
    """A note on how the training images' border limits the moves that were `asked` for.

    `asked` may name shift, rotation and zoom, as `Settings` do; "" where nothing is limited.
    """
    within = allowed_moves(settings, splits)
    free = allowed_moves(replace(settings, shift_within_border=False), splits)
    ends = []
    if asked.get("shift") and (within.rows, within.columns) != (free.rows, free.columns):
        ends.append(
            f"shift ends at {counted(within.rows, 'row')} and {counted(within.columns, 'column')}"
        )
    if asked.get("rotation") and within.angle != free.angle:
        ends.append(f"rotation ends at {within.angle / (2 * math.pi):.2g}")
    zooms = within.zoom_rows, within.zoom_columns
    if asked.get("zoom") and zooms != (free.zoom_rows, free.zoom_columns):
        ends.append(f"zoom ends at {zooms[0]:.2g} of the height and {zooms[1]:.2g} of the width")
    if not ends:
        return ""
    return (
        f"the even border of the training images cuts moves short: {', '.join(ends)}. "
        "`shift_within_border=False` goes further"
    )
