"""Whether a picture already looks as the training images do, and is best left alone."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.preparation import Preparation

_EVEN = 0.15  # of the way from ground to ink, that a ground may vary by
_BOX = (0.7, 1.15)  # of the usual side of the glyph
_AWAY = 0.1  # of the image's side, that the glyph's centre may lie beside its place


def looks_familiar(
    picture: NDArray[np.uint8], shape: tuple[int, int, int], preparation: Preparation
) -> bool:
    """Whether `picture`, uint8 (height, width, channels), needs no preparation.

    It has the size of the training images, their ground in its corners, and a glyph of about
    the usual size in about the usual place.
    """
    if picture.shape[:2] != shape[:2]:
        return False
    gray = picture.astype(np.float32).mean(axis=2)
    ink = (gray - preparation.ground) / (preparation.ink - preparation.ground)
    height, width = ink.shape
    rows, columns = (slice(None, None, side - 1) for side in ink.shape)
    # One corner may be reached by a stroke, where glyphs fill the image.
    if np.sort(np.abs(ink[rows, columns]).ravel())[-2] > _EVEN:
        return False
    inked = np.argwhere(ink > 0.4)
    if not len(inked):
        return False
    top, left = inked.min(axis=0)
    bottom, right = inked.max(axis=0)
    side = max(bottom - top, right - left) + 1
    usual = preparation.box * max(height, width)
    if not _BOX[0] * usual <= side <= _BOX[1] * usual + 1:
        return False
    if preparation.centring == "mass":
        weights = np.clip(ink, 0, 1)
        positions = np.indices(ink.shape).reshape(2, -1)
        centre = (positions * weights.ravel()).sum(axis=1) / weights.sum()
    else:
        centre = np.array([top + bottom, left + right]) / 2
    place = np.array([height - 1, width - 1]) / 2 + preparation.centre
    return bool(np.abs(centre - place).max() <= _AWAY * max(height, width) + 0.5)
