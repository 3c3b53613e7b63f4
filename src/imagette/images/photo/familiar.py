"""Whether a picture already looks like the training data, and is best left as it is."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.preparation import Preparation

_GROUND = 12.0  # gray levels, by which the ground may differ from the training data's
_EVEN = 0.9  # of the border, at least, is ground
_FILLED = 0.3  # of it, where glyphs reach from border to border
_INKED = 0.25  # of the way from ground to ink: what is further counts as ink
_FULL = 0.5  # of full ink is reached by the strongest pixels, at least
_BOX = (0.55, 1.25)  # times the training data's: the longer side of the ink's box
_CENTRE = 0.12  # of the image's side, by which the ink may lie off its place


def looks_familiar(
    picture: NDArray[np.uint8], shape: tuple[int, int, int], preparation: Preparation
) -> bool:
    """Whether `picture`, uint8 (height, width, channels), could be one of the training images.

    That is, it has their size, ground and polarity, and its ink has about their extent and
    place. Pictures of things, of which there is no such description, only need the size.
    """
    if picture.shape[:2] != shape[:2]:
        return False
    if preparation.kind == "resize":
        return True
    gray = picture[..., 0] if picture.shape[2] == 1 else picture.mean(axis=2, dtype=np.float32)
    difference = gray - np.float32(preparation.ground)
    least = _EVEN if preparation.box < _EVEN else _FILLED
    if _ground_of_border(difference) < least:
        return False
    strength = difference / np.float32(preparation.ink - preparation.ground)
    inked = strength > _INKED
    if strength.max() < _FULL or not inked.any():
        return False
    return _in_place(strength.clip(0, 1), inked, preparation)


def _ground_of_border(difference: NDArray[np.float32]) -> float:
    """The share of the outermost pixels that are ground."""
    border = np.abs(difference) < _GROUND
    within = border[1:-1, 1:-1]
    return (np.count_nonzero(border) - np.count_nonzero(within)) / (border.size - within.size)


def _in_place(
    strength: NDArray[np.float32], inked: NDArray[np.bool_], preparation: Preparation
) -> bool:
    """Whether ink has about the box and the centre that the training data's has."""
    height, width = strength.shape
    rows, columns = (np.flatnonzero(inked.any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = (int(v) for v in (rows[0], rows[-1], columns[0], columns[-1]))
    longer = max(bottom - top + 1, right - left + 1) / max(height, width)
    if preparation.centring == "mass":
        down, across = strength.sum(axis=1), strength.sum(axis=0)
        total = float(down.sum())
        y = float(down @ np.arange(height, dtype=np.float32)) / total
        x = float(across @ np.arange(width, dtype=np.float32)) / total
    else:
        y, x = (top + bottom) / 2, (left + right) / 2
    off_y = y - (height - 1) / 2 - preparation.centre[0]
    off_x = x - (width - 1) / 2 - preparation.centre[1]
    near = max(abs(off_y), abs(off_x)) <= max(1.0, _CENTRE * max(height, width))
    return bool(near and _BOX[0] * preparation.box <= longer <= _BOX[1] * preparation.box)
