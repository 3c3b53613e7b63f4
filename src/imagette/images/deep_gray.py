"""Turns grays of 16 and 32 bits into grays of 8, a strip of rows at a time.

No file states the range of its levels, so the largest level decides. Many devices have 10, 12 or 14
bits and store them in 16.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.errors import PictureError

MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")  # as Pillow calls them
_RANGES = tuple(2**bits - 1 for bits in (8, 10, 12, 14, 16))  # white, by a device's bits
_STRIP = 2**20  # pixels that are turned into floats at a time


def shallow(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    """A picture of one of the `MODES` as uint8 (height, width, 1); `name` is for messages.

    Raises:
        PictureError: some levels are not finite.
    """
    largest = 0.0
    for _, levels in _strips(picture):
        if not np.isfinite(levels).all():
            raise PictureError(
                f"{name} has pixels whose level is not finite (NaN or infinity), expected a number "
                "for each. Give those pixels one"
            )
        largest = max(largest, float(levels.max()))
    white = _white(largest, picture.mode == "F")
    pixels = np.empty((picture.height, picture.width, 1), np.uint8)
    for top, levels in _strips(picture):
        scaled = levels.astype(np.float64)
        scaled *= 255
        scaled /= white
        np.clip(scaled, 0, 255, out=scaled)
        np.rint(scaled, out=scaled)
        pixels[top : top + len(levels), :, 0] = scaled
    return pixels


def _strips(picture: Image.Image) -> Iterator[tuple[int, NDArray[np.generic]]]:
    """The first row and the levels (rows, width) of one strip after the other."""
    width, height = picture.size
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        box = (0, top, width, min(top + rows, height))
        yield top, np.asarray(picture if rows >= height else picture.crop(box))


def _white(largest: float, floats: bool) -> float:
    """The level that becomes 255: 1 for floats up to 1, else the least sufficient of `_RANGES`."""
    if floats and largest <= 1:
        return 1
    return next((white for white in _RANGES if largest <= white), _RANGES[-1])
