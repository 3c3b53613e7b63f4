"""Turns arrays of pixels into Pillow's images; `decode.from_pillow` is the way back."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def as_pillow(picture: NDArray[np.uint8]) -> Image.Image:
    """A picture, uint8 (height, width, 1 or 3), as Pillow's image: gray (L) or RGB."""
    return Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
