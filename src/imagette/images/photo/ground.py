"""The ground taken away: ink is what is brighter, and no wider than a stroke can be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.strokes import Mask

_FAINT, _SURE = 0.35, 0.6  # of the ink's level: belongs to ink if it touches what surely is
_DISTINCT = 4.0  # standard deviations of noise
_ALIKE = 1e-3  # gray levels; what differs less differs by rounding
_BESIDE = 0.6  # of the widest ink: so much of the picture tells what the ground beyond it is like


def remove_ground(gray: NDArray[np.float32], widest: float) -> NDArray[np.float32]:
    """`gray` (height, width), ink bright, less the ground beneath.

    The ground is a morphological opening: what remains of the picture when all that is
    brighter than its surroundings and narrower than `widest` pixels is taken away. It follows
    the hard edges of shadows, which blurred grounds do not.
    """
    size = max(3, round(widest) | 1)
    # Around the picture its ground goes on, so that strokes at the border stay strokes.
    around = size // 2 + 1
    near = max(3, round(_BESIDE * size))
    padded = np.pad(gray, around, mode="median", stat_length=near)
    lowest: Any = ndimage.minimum_filter(padded, size, mode="nearest")
    ground: Any = ndimage.maximum_filter(lowest, size, mode="nearest")
    smooth = ndimage.uniform_filter(ground, size // 2 | 1)
    inner = slice(around, -around)
    strength: NDArray[np.float32] = gray - smooth[inner, inner]
    # Minima lie below the mean of a noisy ground.
    return strength - np.float32(np.percentile(strength[::2, ::2], 40))


def even_light(
    strength: NDArray[np.float32], picture: NDArray[np.float32], widest: float
) -> NDArray[np.float32]:
    """Dark ink as it would be if light fell evenly: in shadow it stands out less.

    `picture` is (height, width), its brightness; its ground is where light falls.
    """
    size = max(3, round(widest) | 1)
    highest: Any = ndimage.maximum_filter(picture, size, mode="nearest")
    light = ndimage.uniform_filter(highest, size)
    full = max(float(np.percentile(light[::4, ::4], 90)), 1.0)
    evened: NDArray[np.float32] = strength / np.maximum(light / full, 0.2)
    return evened


def ink_level(
    strength: NDArray[np.float32], seen: Mask | None = None, noise: float | None = None
) -> float:
    """How strong full ink is; 0 where there is none that stands out of the noise.

    Where the glyph was `seen`, bool (height, width), its ink alone counts; `noise` is that of
    `strength`, if it is known.
    """
    noise = noise_of(strength) if noise is None else noise
    inked = strength if seen is None else strength[seen]
    strong = inked[inked > _DISTINCT * noise]
    if len(strong) < 4:
        return 0.0
    ink = strong[strong > otsu(strong)] if np.ptp(strong) > 0.5 * strong.mean() else strong
    return float(np.percentile(ink, 80))


def noise_of(strength: NDArray[np.float32], close: bool = False) -> float:
    """Standard deviation of the ground, in gray levels; at least one.

    From the quarter of the pixels that are nearest to it: ink may cover half of a picture. Seen
    from `close` it may cover most, and what lies below the ground tells.
    """
    sample = strength[::2, ::2]
    noise = float(np.percentile(np.abs(sample), 25)) / 0.3186
    if close:
        low, high = np.percentile(sample, (10, 40))
        noise = min(noise, float(high - low) / 1.0282)
    return max(1.0, noise)


def ink_mask(strength: NDArray[np.float32], level: float, noise: float, least: float = 0.0) -> Mask:
    """Where ink is: what surely is, and what is fainter, but for the `least`, and touches it."""
    weak = strength > max(_FAINT * level, least, _DISTINCT * noise)
    labels, count = ndimage.label(weak, np.ones((3, 3)))
    sure = np.zeros(count + 1, bool)
    sure[labels[weak & (strength > _SURE * level)]] = True
    sure[0] = False
    kept: Mask = sure[labels]
    return kept


def otsu(values: NDArray[np.float32]) -> float:
    """The threshold that parts values into the two tightest classes (Otsu 1979).

    Of values that are all alike it is the largest: none lies above it.
    """
    if np.ptp(values) < _ALIKE:
        return float(values.max())
    counts, edges = np.histogram(values, 64)
    middles = (edges[:-1] + edges[1:]) / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(counts * middles) / np.maximum(below, 1)
    mean_above = np.cumsum((counts * middles)[::-1])[::-1] / np.maximum(above, 1)
    between = below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2
    return float(edges[1 + int(np.argmax(between))])
