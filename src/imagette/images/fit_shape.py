"""Bringing a picture to the shape of a classifier's images, and saying what was done.

For pictures that already look like the training data but for size or channels; a
photograph needs more than this. Training and predicting share it, so they cannot differ.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagette.images.as_pillow import as_pillow

Shape = tuple[int, int, int]

_FILTER = Image.Resampling.LANCZOS


def fit_shape(
    picture: NDArray[np.uint8], shape: Shape, resize: str = "stretch"
) -> tuple[NDArray[np.uint8], str]:
    """`picture`, uint8 (height, width, channels), as uint8 `shape`; and a note, "" if unchanged.

    Colours become gray by ITU-R 601's luma, gray becomes equal colours. The size is changed
    with Lanczos's filter: `resize` "stretch" changes each side by itself; "pad" keeps the
    proportions and fills what is missing, half on either side, with the median colour of the
    picture's edge, so that a plain background goes on; "crop" keeps them, too, and cuts off
    what is too much, half on either side.
    """
    if picture.shape == shape:
        return picture, ""
    height, width, channels = shape
    done = []
    if picture.shape[2] != channels:
        done.append("colour to gray" if channels == 1 else "gray to colour")
        picture = _with_channels(picture, channels)
    if picture.shape[:2] != (height, width):
        done.append(_change(picture.shape[:2], (height, width)))
        if resize != "stretch" and picture.shape[0] * width != picture.shape[1] * height:
            done.append({"pad": "padded", "crop": "cropped"}[resize])
        picture = _RESIZED[resize](picture, height, width)
    return picture, ", ".join(done)


def _change(before: tuple[int, ...], after: tuple[int, int]) -> str:
    """As in "64x64 to 28x28"; which side is which, where it matters."""
    text = f"{before[0]}x{before[1]} to {after[0]}x{after[1]}"
    squares = before[0] == before[1] and after[0] == after[1]
    return text if squares else f"{text} (height x width)"


def _stretched(picture: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    return _pixels(as_pillow(picture).resize((width, height), _FILTER))


def _padded(picture: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    scale = min(height / picture.shape[0], width / picture.shape[1])
    rows, columns = (max(1, round(scale * side)) for side in picture.shape[:2])
    top, left = (height - rows) // 2, (width - columns) // 2
    padded = np.empty((height, width, picture.shape[2]), np.uint8)
    padded[:] = _edge_colour(picture)
    padded[top : top + rows, left : left + columns] = _stretched(picture, rows, columns)
    return padded


def _cropped(picture: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    scale = min(picture.shape[0] / height, picture.shape[1] / width)
    rows, columns = picture.shape[:2]
    top, left = max(0.0, rows - scale * height) / 2, max(0.0, columns - scale * width) / 2
    # Pillow refuses a box that rounding has made a hair too large.
    box = (left, top, min(columns, left + scale * width), min(rows, top + scale * height))
    return _pixels(as_pillow(picture).resize((width, height), _FILTER, box))


_RESIZED = {"stretch": _stretched, "pad": _padded, "crop": _cropped}


def _edge_colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The median (channels,) of the outermost pixels: strokes that touch it sway it little."""
    sides = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    median: NDArray[np.float64] = np.median(np.concatenate(sides), axis=0)
    return np.rint(median).astype(np.uint8)


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image).reshape(image.height, image.width, -1)


def _with_channels(picture: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if channels == 3:
        return np.repeat(picture[..., :1], 3, axis=2)
    return np.asarray(as_pillow(picture).convert("L"))[..., np.newaxis]
