"""Whether a picture already looks like the training data, and is best left as it is.

Every picture is checked before it is answered, so the check must be fast: `bytes.translate` marks
the gray levels that count, and `find` and `count` search the marks. On such small images any NumPy
operation takes longer than that.
"""

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.preparation import Colour, Preparation

_GROUND = 12.0  # gray levels: the ground differs from the training data's by less
_EVEN = 0.9  # of the border: at least this share is ground
_FILLED = 0.3  # of the border: at least this share is ground if glyphs reach from border to border
_INKED = 0.25  # of the way from ground to ink: pixels beyond it are ink
_FULL = 0.5  # of the way from ground to ink: the strongest pixels reach it
_BOX = (0.55, 1.25)  # times the training data's: range of the longer side of the ink's box
_KEPT = 64  # classifiers, or image sizes, whose tables are kept


def looks_familiar(
    picture: NDArray[np.uint8], shape: tuple[int, int, int], preparation: Preparation
) -> bool:
    """Whether `picture`, uint8 (height, width, channels), could be one of the training images.

    That is, it has their size, ground and polarity, and its ink has about their extent and
    place. Pictures of things, for which there is no such description, only need the size.
    """
    if picture.shape[:2] != shape[:2]:
        return False
    if preparation.kind == "resize":
        return True
    if preparation.ground_colour and not _has_hue(picture, preparation.ground_colour):
        return False
    gray = picture[..., 0] if picture.shape[2] == 1 else _mean(picture)
    tables = _tables(preparation.ground, preparation.ink)
    pixels = gray.tobytes()
    least = _EVEN if preparation.box < _EVEN else _FILLED
    if _share_of_border(pixels.translate(tables.ground), shape[1]) < least:
        return False
    return 1 in pixels.translate(tables.full) and _in_place(gray, pixels, tables, preparation)


class _Tables(NamedTuple):
    """A byte per gray level: 1 where it is ground, ink or full ink; the mass of ink, 0 to 255."""

    ground: bytes
    inked: bytes
    full: bytes
    mass: bytes


@functools.lru_cache(_KEPT)
def _tables(ground: float, ink: float) -> _Tables:
    difference = np.arange(256) - ground
    strength = difference / ((ink - ground) or np.inf)  # without a difference there is no ink
    marked = (np.abs(difference) < _GROUND, strength > _INKED, strength >= _FULL)
    mass = np.rint(255 * np.clip(strength, 0, 1))
    return _Tables(*(values.astype(np.uint8).tobytes() for values in (*marked, mass)))


def _has_hue(picture: NDArray[np.uint8], colour: Colour) -> bool:
    """Whether the border has about the hue of a colour, however bright it is."""
    channels = picture.shape[2]
    edges = [picture[0], picture[-1], picture[:, 0], picture[:, -1]]
    border = np.median(np.concatenate(edges).reshape(-1, channels), axis=0)
    expected = np.array(colour) - np.mean(colour)
    off = np.abs(border - border.mean() - expected).max()
    return bool(off < max(_GROUND, np.abs(expected).max() / 2))


def _mean(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gray: NDArray[np.uint8] = np.rint(picture.mean(axis=2, dtype=np.float32)).astype(np.uint8)
    return gray


def _share_of_border(marks: bytes, width: int) -> float:
    """The share of the outermost pixels that are marked."""
    first, last = marks[:width], marks[-width:]
    left, right = marks[width:-width:width], marks[2 * width - 1 : -width : width]
    border = first + last + left + right
    return border.count(1) / len(border)


def _in_place(
    gray: NDArray[np.uint8], pixels: bytes, tables: _Tables, preparation: Preparation
) -> bool:
    """Whether the ink, which must exist, has about the place and extent of the training data's."""
    height, width = gray.shape
    inked = pixels.translate(tables.inked)
    top, bottom = inked.find(1) // width, inked.rfind(1) // width
    inked = gray.T.tobytes().translate(tables.inked)
    left, right = inked.find(1) // height, inked.rfind(1) // height
    longer = max(bottom - top + 1, right - left + 1) / max(height, width)
    if not _BOX[0] * preparation.box <= longer <= _BOX[1] * preparation.box:
        return False
    y, x = (top + bottom) / 2, (left + right) / 2
    if preparation.centring == "mass":
        mass = np.frombuffer(pixels.translate(tables.mass), np.uint8).astype(np.float32)
        total, down, across = (mass @ _moments(height, width)).tolist()
        y, x = down / total, across / total
    off_y = y - (height - 1) / 2 - preparation.centre[0]
    off_x = x - (width - 1) / 2 - preparation.centre[1]
    return bool(max(abs(off_y), abs(off_x)) <= max(1.0, preparation.spread * max(height, width)))


@functools.lru_cache(_KEPT)
def _moments(height: int, width: int) -> NDArray[np.float32]:
    """1, row and column of each pixel, (pixels, 3): the factors of a sum and two moments."""
    rows, columns = np.indices((height, width), np.float32)
    return np.stack([np.ones_like(rows), rows, columns], axis=-1).reshape(-1, 3)
