"""Which axis of an array is what: rows, columns and channels of images.

It goes by shapes alone, but for flat colours, where the smoother of two orders is taken.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.blocks import Blocks
from imagette.errors import DatasetError

_SAMPLE = 256  # images from which the order of flattened channels is inferred


@dataclass(frozen=True)
class Layout:
    """How the images of an array are stored.

    Attributes:
        shape: height, width and channels of an image.
        channels: where in a row of the array they stand.
        note: what was detected, for the user; "" where nothing had to be.
    """

    shape: tuple[int, int, int]
    channels: Literal["last", "first"] = "last"
    note: str = ""

    def arranged(self, block: NDArray[Any]) -> NDArray[Any]:
        """Rows of the array as (n, height, width, channels); a view where it can be one."""
        height, width, channels = self.shape
        if self.channels == "last":
            return block.reshape(-1, height, width, channels)
        return block.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)


def layout_of(images: Blocks, where: str) -> Layout:
    """How the images of an array (n, ...) are stored.

    Raises:
        DatasetError: these are no images of 1 or 3 channels.
    """
    shape = images.shape
    if len(shape) == 2:
        return _flat(images, where)
    if len(shape) == 3:
        layout = Layout((shape[1], shape[2], 1))
    elif len(shape) == 4 and shape[3] in (1, 3):
        layout = Layout((shape[1], shape[2], shape[3]))
    elif len(shape) == 4 and shape[1] in (1, 3):
        note = f"images are stored as {_text(shape[1:])}, channels first: they were put last"
        layout = Layout((shape[2], shape[3], shape[1]), "first", note)
    else:
        alpha = " Of four channels take three: images[..., :3]." * (shape[3:] == (4,))
        raise DatasetError(
            f"{where}: images are {images.dtype} {shape}, expected (n, height, width), "
            f"(n, height, width, 1 or 3), (n, 1 or 3, height, width) or (n, pixels).{alpha}"
        )
    if not all(layout.shape):
        raise DatasetError(f"{where}: images are {shape}: they have no pixels")
    return layout


def is_square(count: int) -> bool:
    """Whether so many pixels are those of a square gray image."""
    return count > 0 and math.isqrt(count) ** 2 == count


def is_square_colour(count: int) -> bool:
    """Whether so many numbers are those of a square image of three channels."""
    return count % 3 == 0 and is_square(count // 3)


def _flat(images: Blocks, where: str) -> Layout:
    count = images.shape[1]
    if is_square(count):
        side = math.isqrt(count)
        return Layout((side, side, 1), note=f"{count:,} pixels an image: {side}x{side}, gray")
    if not is_square_colour(count):
        raise DatasetError(
            f"{where}: images have {count:,} pixels, expected a square number (784 of 28x28), or "
            "three times one for colour. Reshape them to (n, height, width[, channels])"
        )
    side = math.isqrt(count // 3)
    together, apart = (_roughness(images, side, order) for order in ("last", "first"))
    what = f"{count:,} numbers an image: {side}x{side} in colour"
    if apart < together:
        return Layout((side, side, 3), "first", f"{what}, all red first, then green, then blue")
    return Layout((side, side, 3), "last", f"{what}, red, green and blue of a pixel side by side")


def _roughness(images: Blocks, side: int, order: Literal["last", "first"]) -> float:
    """How much neighbouring pixels differ if the colours are in this order."""
    first = next(images.read(), np.zeros((0, images.shape[1])))[:_SAMPLE]
    arranged = Layout((side, side, 3), order).arranged(first.astype(np.float32))
    return sum(float(np.abs(np.diff(arranged, axis=axis)).sum()) for axis in (1, 2))


def _text(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
