"""Whether a picture already looks like the training data, and is best left as it is."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.preparation import Preparation

_GROUND = 32.0  # gray levels, by which the ground may differ from the training data's
_EVEN = 0.9  # of the border, at least, is ground
_FILLED = 0.3  # of it, where glyphs reach from border to border
_INKED = 0.25  # of the way from ground to ink: what is further counts as ink
_FULL = 0.35  # of full ink is reached by the strongest pixels, at least
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
    gray = picture.astype(np.float32).mean(axis=2)
    border = np.concatenate((gray[0], gray[-1], gray[1:-1, 0], gray[1:-1, -1]))
    least = _EVEN if preparation.box < _EVEN else _FILLED
    if np.mean(np.abs(border - preparation.ground) < _GROUND) < least:
        return False
    strength = (gray - preparation.ground) / (preparation.ink - preparation.ground)
    inked = strength > _INKED
    if strength.max() < _FULL or not inked.any():
        return False
    return _in_place(strength.clip(0, 1), inked, preparation)


def _in_place(
    strength: NDArray[np.float32], inked: NDArray[np.bool_], preparation: Preparation
) -> bool:
    """Whether ink has about the box and the centre that the training data's has."""
    height, width = strength.shape
    rows, columns = (np.flatnonzero(inked.any(axis=axis)) for axis in (1, 0))
    longer = max(np.ptp(rows) + 1, np.ptp(columns) + 1) / max(height, width)
    if preparation.centring == "mass":
        total = strength.sum()
        y = float((strength.sum(axis=1) * np.arange(height)).sum() / total)
        x = float((strength.sum(axis=0) * np.arange(width)).sum() / total)
    else:
        y, x = (rows[0] + rows[-1]) / 2, (columns[0] + columns[-1]) / 2
    off_y = y - (height - 1) / 2 - preparation.centre[0]
    off_x = x - (width - 1) / 2 - preparation.centre[1]
    near = max(abs(off_y), abs(off_x)) <= max(1.0, _CENTRE * max(height, width))
    return bool(near and _BOX[0] * preparation.box <= longer <= _BOX[1] * preparation.box)
