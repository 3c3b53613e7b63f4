"""Reduces a picture to its hues, in which coloured ink stands out of a shadow.

A shadow makes the ground darker and leaves its hue nearly as it is. Ink has a hue of its own, in
shadow and out of it.
"""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.raster.quantiles import median, quantile

_DARKEST = 0.2  # of the usual brightness: the hue of what is darker is mostly noise
_COLOURED = 12.0  # gray levels: in a coloured picture a hundredth of the pixels differs by more
_GRAY = 128.0  # gray level of what has the light's own hue


def light_of(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median colour of (height, width, 3), a unit vector (3,)."""
    medians = [median(picture[..., channel]) for channel in range(3)]
    light = np.array(medians) + 1e-3  # black has no direction
    found: NDArray[np.float32] = (light / np.linalg.norm(light)).astype(np.float32)
    return found


def hues(picture: NDArray[np.float32], light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture (height, width, 3) as if it were equally bright everywhere, less `light` (3,).

    In gray levels: 128, 128, 128 where it has the hue of the light.
    """
    bright = picture @ light
    usual = max(median(bright), 1.0)
    even = picture * (usual / np.maximum(bright, _DARKEST * usual))[..., np.newaxis]
    left: NDArray[np.float32] = even - (even @ light)[..., np.newaxis] * light + np.float32(_GRAY)
    return left


def is_coloured(picture: NDArray[np.float32], light: NDArray[np.float32]) -> bool:
    """Whether something in (height, width, 3) has a hue that is not the light's."""
    away = hues(picture, light) - np.float32(_GRAY)
    return quantile((away * away) @ np.ones(3, np.float32), 0.99) > _COLOURED**2
