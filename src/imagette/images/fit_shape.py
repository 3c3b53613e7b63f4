"""Bringing a picture to the shape of a classifier's images, and saying what was done.

For pictures that already look like the training data but for size or channels; a
photograph needs more than this.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Shape = tuple[int, int, int]


def fit_shape(picture: NDArray[np.uint8], shape: Shape) -> tuple[NDArray[np.uint8], str]:
    """`picture`, uint8 (height, width, channels), as uint8 `shape`; and a note, "" if unchanged.

    Colours become gray by ITU-R 601's luma, gray becomes equal colours, and the size is
    changed with Lanczos's filter, each side by itself.
    """
    height, width, channels = shape
    done = []
    if picture.shape[2] != channels:
        done.append("colour to gray" if channels == 1 else "gray to colour")
        picture = _with_channels(picture, channels)
    if picture.shape[:2] != (height, width):
        done.append(f"{picture.shape[1]}x{picture.shape[0]} to {width}x{height}")
        image = Image.fromarray(picture[..., 0] if channels == 1 else picture)
        resized = image.resize((width, height), Image.Resampling.LANCZOS)
        picture = np.asarray(resized).reshape(height, width, channels)
    return picture, ", ".join(done)


def _with_channels(picture: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if channels == 3:
        return np.repeat(picture[..., :1], 3, axis=2)
    return np.asarray(Image.fromarray(picture).convert("L"))[..., np.newaxis]
