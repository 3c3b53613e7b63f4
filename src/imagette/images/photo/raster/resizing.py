"""Parts of a picture: their boxes, and their pixels, scaled, as float32."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.images.as_pillow import as_pillow

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # top, left, bottom, right; the latter two exclusive

_SUPPORT = 3  # pixels of the scaled picture: how far the resampling filter reaches around each


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def united(a: Box, b: Box) -> Box:
    """The smallest box that holds two boxes."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def resized(picture: Picture, size: tuple[int, int], part: Box) -> NDArray[np.float32]:
    """Part of a picture, scaled to `size`, width and height: float32 (height, width, channels)."""
    top, left, bottom, right = part
    if size == (right - left, bottom - top):
        return picture[top:bottom, left:right].astype(np.float32)
    # Pillow copies its input, so it gets only the part and what its filters reach around it.
    around = _SUPPORT * (1 + math.ceil(max((right - left) / size[0], (bottom - top) / size[1])))
    y, x = max(0, top - around), max(0, left - around)
    seen = picture[y : bottom + around, x : right + around]
    box = (left - x, top - y, right - x, bottom - y)
    scaled = as_pillow(seen).resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    values = np.asarray(scaled, np.float32)
    return values[..., np.newaxis] if values.ndim == 2 else values


def halved(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Half of (height, width, channels): means of two by two pixels; odd ends are left out."""
    even = picture[: len(picture) // 2 * 2, : picture.shape[1] // 2 * 2]
    rows = even[::2] + even[1::2]
    return (rows[:, ::2] + rows[:, 1::2]) * np.float32(0.25)
