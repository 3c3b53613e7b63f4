"""Removes the ground: ink is what is brighter, and no wider than a stroke can be."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.quantiles import quantile
from imagette.images.photo.raster.strokes import Mask
from imagette.images.photo.raster.windows import highest, lowest, mean

_FAINT, _SURE = 0.35, 0.6  # of full ink: low and high threshold of the hysteresis that tells ink
_DISTINCT = 4.0  # standard deviations of noise: ink is stronger
_BINS = 64  # bins of a histogram
_ALIKE = 1e-3  # gray levels: values that differ by less differ by rounding
_BESIDE = 0.6  # of the widest ink: the ground beyond a border is the median of as wide a strip


def remove_ground(gray: NDArray[np.float32], widest: float, coarse: int) -> NDArray[np.float32]:
    """`gray` (height, width), ink bright, less the ground beneath.

    The ground is a morphological opening: what remains of the picture when all that is
    brighter than its surroundings and narrower than `widest` pixels is taken away. It follows
    the hard edges of shadows, which blurred grounds do not. It is computed on a copy `coarse` times
    smaller.
    """
    size = max(3, round(widest / coarse) | 1)
    # The ground goes on around the picture, so that strokes at the border stay strokes.
    around = size // 2 + 1
    near = max(3, round(_BESIDE * size))
    whole = _with_ground(gray[::coarse, ::coarse], around, near)
    smooth = mean(highest(lowest(whole, size), size), size // 2 | 1)
    strength: NDArray[np.float32] = gray - _fine(
        smooth[around:-around, around:-around], coarse, gray.shape
    )
    # Minima lie below the mean of a noisy ground.
    return strength - np.float32(quantile(strength[::2, ::2], 0.4))


def _fine(copy: NDArray[np.float32], coarse: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A copy that is `coarse` times smaller, enlarged to (height, width) again."""
    if coarse == 1:
        return copy
    return copy.repeat(coarse, axis=0).repeat(coarse, axis=1)[: shape[0], : shape[1]]


def _with_ground(gray: NDArray[np.float32], width: int, near: int) -> NDArray[np.float32]:
    """Pad (height, width) by `width` pixels with the median of the `near` outermost on each side.

    As np.pad does in mode "median", in a fraction of the time.
    """
    height, across = gray.shape
    whole = np.empty((height + 2 * width, across + 2 * width), gray.dtype)
    rows = whole[:, width:-width]
    rows[width:-width] = gray
    rows[:width], rows[-width:] = _medians(gray[:near].T), _medians(gray[-near:].T)
    whole[:, :width] = _medians(rows[:, :near])[:, np.newaxis]
    whole[:, -width:] = _medians(rows[:, -near:])[:, np.newaxis]
    return whole


def _medians(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median of each row of (rows, values)."""
    middle = rows.shape[1] // 2
    parted = np.sort(rows, axis=1)
    if rows.shape[1] % 2:
        return parted[:, middle]
    medians: NDArray[np.float32] = (parted[:, middle - 1] + parted[:, middle]) / np.float32(2)
    return medians


def even_light(
    strength: NDArray[np.float32], picture: NDArray[np.float32], widest: float, coarse: int
) -> NDArray[np.float32]:
    """The strength of dark ink as if light fell evenly: in shadow ink stands out less.

    `picture` is (height, width), the brightness, and its ground shows the light. That is computed
    on a copy `coarse` times smaller.
    """
    size = max(3, round(widest / coarse) | 1)
    light = mean(highest(picture[::coarse, ::coarse], size), size)
    full = max(quantile(light[::2, ::2], 0.9), 1.0)
    light = _fine(light, coarse, picture.shape)
    evened: NDArray[np.float32] = strength / np.maximum(light / full, 0.2)
    return evened


def ink_level(
    strength: NDArray[np.float32], seen: Mask | None = None, noise: float | None = None
) -> float:
    """The strength of full ink; 0 where none stands out of the noise.

    If `seen`, bool (height, width), tells where the glyph was, only ink there counts; `noise` is
    that of `strength`, if it is known.
    """
    noise = noise_of(strength) if noise is None else noise
    inked = strength if seen is None else strength[seen]
    strong = inked[inked > _DISTINCT * noise]
    if len(strong) < 4:
        return 0.0
    ink = strong[strong > otsu(strong)] if np.ptp(strong) > 0.5 * strong.mean() else strong
    return quantile(ink, 0.8)


def noise_of(strength: NDArray[np.float32], close: bool = False) -> float:
    """Standard deviation of the ground, in gray levels; at least one.

    Estimated from the quarter of the pixels nearest to it, as ink may cover half of a picture.
    Seen from `close` it may cover most, so the pixels below the ground are used if they vary less.
    """
    sample = strength[::2, ::2]
    noise = quantile(np.abs(sample), 0.25) / 0.3186
    if close:
        noise = min(noise, (quantile(sample, 0.4) - quantile(sample, 0.1)) / 1.0282)
    return max(1.0, noise)


def ink_mask(strength: NDArray[np.float32], level: float, noise: float, least: float = 0.0) -> Mask:
    """Where ink is, by hysteresis: sure pixels, and fainter ones above `least` that touch them."""
    weak = strength > max(_FAINT * level, least, _DISTINCT * noise)
    labels, count = ndimage.label(weak, np.ones((3, 3)))
    sure = np.zeros(count + 1, bool)
    sure[labels[weak & (strength > _SURE * level)]] = True
    sure[0] = False
    kept: Mask = sure[labels]
    return kept


def otsu(values: NDArray[np.float32]) -> float:
    """The threshold that separates values into the two tightest classes (Otsu 1979).

    If all values are alike it is the largest, so that none lies above it.
    """
    least, most = values.min(), values.max()
    if most - least < _ALIKE:
        return float(most)
    step = float(most - least) / _BINS
    bins = ((values - least) * np.float32(1 / step)).astype(np.intp)
    counts = np.bincount(np.minimum(bins, _BINS - 1, out=bins), minlength=_BINS)
    edges = float(least) + step * np.arange(_BINS + 1)
    middles = edges[:-1] + step / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(counts * middles) / np.maximum(below, 1)
    mean_above = np.cumsum((counts * middles)[::-1])[::-1] / np.maximum(above, 1)
    between = below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2
    return float(edges[1 + int(np.argmax(between))])
