"""Ground and ink of a picture: which way, in colour, ink differs from what it lies on.

The ground is the median around each pixel, which follows shadows and table edges; ink is
what differs from it. The direction in which it differs most makes gray out of colour, and
its sign tells dark ink from light.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.quantiles import median, quantile
from imagette.images.photo.raster.strokes import Mask
from imagette.images.photo.raster.windows import highest, lowest, total

_LEVELS = 24  # gray levels that a local median can take
_COARSE = 2  # downsampling factor for local medians, which change slowly
_WINDOW = 0.5  # of the picture's shorter side: ink covers less than half of such a square
_WIDEST = 0.3  # of the picture's shorter side: what is wider is no stroke
_DISTINCT = 4.0  # standard deviations of noise: a pixel that differs by more is not ground
_NOTHING = 0.02  # of the weight of all that is distinct, or of its heaviest component: nearly none
_NOISY = 4.0  # gray levels: a picture with at least as much noise is smoothed
_QUANTUM = 1.5  # gray levels: no picture is taken to have less noise


@dataclass(frozen=True)
class Contrast:
    """How ink stands out.

    Attributes:
        direction: float32 (channels,), of unit length; along it ink is brighter than ground.
        dark: whether the ink is darker than the ground.
        strength: float32 (height, width), how far each pixel lies from its ground towards ink.
        noise: standard deviation of `strength` on the ground, in gray levels.
        difference: float32 (height, width, channels), of each pixel from its ground.
    """

    direction: NDArray[np.float32]
    dark: bool
    strength: NDArray[np.float32]
    noise: float
    difference: NDArray[np.float32]


def find_contrast(picture: NDArray[np.float32], widest: float = _WIDEST) -> Contrast:
    """The contrast of a small picture (height, width, channels), gray levels 0 to 255.

    What is wider than `widest`, a share of the shorter side, is no stroke.
    """
    picture = _denoised(picture)
    small = picture[_COARSE // 2 :: _COARSE, _COARSE // 2 :: _COARSE]
    ground = local_median(small if min(small.shape[:2]) > 8 else picture)
    rows = np.minimum(np.arange(picture.shape[0]) * len(ground) // len(picture), len(ground) - 1)
    columns = np.arange(picture.shape[1]) * ground.shape[1] // picture.shape[1]
    difference = picture - ground[rows[:, None], columns]
    noise = 1.4826 * median(np.abs(difference[::2, ::2])) + _QUANTUM
    return _along_most(_narrow(difference, picture, widest), noise)


def opposite(contrast: Contrast) -> Contrast:
    """The contrast of what differs from the ground the other way: light where that is dark."""
    ink = contrast.difference @ contrast.direction > 0
    difference = np.where(ink[..., np.newaxis], np.float32(0), contrast.difference)
    return _along_most(difference, contrast.noise)


def _along_most(difference: NDArray[np.float32], noise: float) -> Contrast:
    """The contrast along which a picture differs most from its ground."""
    distance = np.sqrt((difference * difference) @ np.ones(difference.shape[2], np.float32))
    distinct = distance > _DISTINCT * noise
    if not distinct.any():
        distinct = distance >= quantile(distance, 0.99)
    distinct = _inner(distinct, distance)
    direction = main_direction(difference[distinct])
    along = difference @ direction
    # Cubes let the few far pixels of ink outvote the many near ones of ground.
    if (along[distinct] ** 3).sum() < 0:
        direction, along = -direction, -along
    return Contrast(direction, bool(direction.sum() < 0), along, noise, difference)


def _denoised(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture, smoothed if noisy: noise differs between all neighbours, ink only at edges."""
    steps = np.abs(np.diff(picture[::2, ::2], axis=1))
    noise = median(steps) / 0.954  # of the difference of two normal numbers
    if noise < _NOISY:
        return picture
    blurred: NDArray[np.float32] = ndimage.gaussian_filter(picture, (0.7, 0.7, 0))
    return blurred


def _inner(distinct: Mask, distance: NDArray[np.float32]) -> Mask:
    """The components that do not touch the border, unless they are next to nothing.

    What touches it is more likely a shadow, a table's edge, a printed line or a neighbour.
    """
    labels, count = ndimage.label(distinct, np.ones((3, 3)))
    border = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    weights = np.bincount(labels[distinct], distance[distinct], count + 1)
    inner = weights.copy()
    inner[border] = 0
    if inner.max() < _NOTHING * weights.sum():
        return distinct
    kept: Mask = (inner >= _NOTHING * inner.max())[labels] & distinct
    return kept


def _narrow(
    difference: NDArray[np.float32], picture: NDArray[np.float32], widest: float
) -> NDArray[np.float32]:
    """The difference of narrow things, such as strokes, but not of shadows or tables.

    A morphological opening removes what is narrow and bright, a closing what is narrow and dark.
    """
    size = max(3, round(widest * min(picture.shape[:2])) | 1)
    bright = picture - highest(lowest(picture, size), size)
    dark = picture - lowest(highest(picture, size), size)
    narrow: NDArray[np.float32] = np.clip(difference, dark, bright)
    return narrow


def local_median(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median around each pixel of (height, width, channels), each channel by itself.

    Found by counting, for each of a few gray levels, how many pixels around lie below it.
    """
    size = max(3, round(_WINDOW * min(picture.shape[:2])) | 1)
    channels = np.ascontiguousarray(picture.reshape(-1, picture.shape[2]).T)  # NumPy is slow else
    low, high = channels.min(axis=1), channels.max(axis=1)
    step = np.maximum(high - low, 1) / np.float32(_LEVELS)
    edges = low[:, np.newaxis] + step[:, np.newaxis] * np.arange(1, _LEVELS, dtype=np.float32)
    counting = np.int16 if size**2 <= np.iinfo(np.int16).max else np.int32
    below = total((picture[..., np.newaxis] < edges).astype(counting), size)
    # Where less than half of the pixels lie below an edge, the median is above it.
    above = (below <= size**2 // 2).reshape(-1, _LEVELS - 1).astype(np.float32)
    count = (above @ np.ones(_LEVELS - 1, np.float32)).reshape(picture.shape)
    medians: NDArray[np.float32] = low + step * (count + np.float32(0.5))
    return medians


def main_direction(differences: NDArray[np.float32]) -> NDArray[np.float32]:
    """The unit vector along which the rows (n, channels) are longest."""
    _, vectors = np.linalg.eigh(differences.T @ differences)
    return np.ascontiguousarray(vectors[:, -1], np.float32)
