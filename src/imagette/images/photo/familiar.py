"""Whether a picture already looks like the training data, and is best left as it is."""

import functools

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
    return _in_place(strength, preparation)


def _ground_of_border(difference: NDArray[np.float32]) -> float:
    """The share of the outermost pixels that are ground."""
    border = np.abs(difference) < _GROUND
    within = border[1:-1, 1:-1]
    return (np.count_nonzero(border) - np.count_nonzero(within)) / (border.size - within.size)


def _in_place(strength: NDArray[np.float32], preparation: Preparation) -> bool:
    """Whether there is ink, and about in the box and at the centre of the training data's."""
    height, width = strength.shape
    by_row, by_column = (np.maximum.reduce(strength, axis=axis).tolist() for axis in (1, 0))
    if max(by_row) < _FULL:
        return False
    top, bottom = _ends(by_row)
    left, right = _ends(by_column)
    longer = max(bottom - top + 1, right - left + 1) / max(height, width)
    if not _BOX[0] * preparation.box <= longer <= _BOX[1] * preparation.box:
        return False
    y, x = (top + bottom) / 2, (left + right) / 2
    if preparation.centring == "mass":
        y, x = _centre_of_mass(strength)
    off_y = y - (height - 1) / 2 - preparation.centre[0]
    off_x = x - (width - 1) / 2 - preparation.centre[1]
    return bool(max(abs(off_y), abs(off_x)) <= max(1.0, _CENTRE * max(height, width)))


def _ends(strongest: list[float]) -> tuple[int, int]:
    """Where ink begins and ends, of which there is some; the strongest of each row, or column."""
    inked = [value > _INKED for value in strongest]
    return inked.index(True), len(inked) - 1 - inked[::-1].index(True)


def _centre_of_mass(strength: NDArray[np.float32]) -> tuple[float, float]:
    """Row and column; ink counts from none to full."""
    mass = np.minimum(np.maximum(strength, 0), 1)
    total, down, across = (mass.ravel() @ _moments(*mass.shape)).tolist()
    return down / total, across / total


@functools.cache
def _moments(height: int, width: int) -> NDArray[np.float32]:
    """Of each pixel 1, its row and its column: a product with them is a sum and two moments."""
    rows, columns = np.indices((height, width), np.float32)
    return np.stack([np.ones_like(rows), rows, columns], axis=-1).reshape(-1, 3)
