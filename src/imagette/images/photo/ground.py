"""The ground taken away: ink is what is brighter, and no wider than a stroke can be."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.quantiles import quantile
from imagette.images.photo.strokes import Mask
from imagette.images.photo.windows import highest, lowest, mean

_FAINT, _SURE = 0.35, 0.6  # of the ink's level: belongs to ink if it touches what surely is
_DISTINCT = 4.0  # standard deviations of noise
_BINS = 64  # of a histogram
_ALIKE = 1e-3  # gray levels; what differs less differs by rounding
_BESIDE = 0.6  # of the widest ink: so much of the picture tells what the ground beyond it is like


def remove_ground(gray: NDArray[np.float32], widest: float, coarse: int) -> NDArray[np.float32]:
    """`gray` (height, width), ink bright, less the ground beneath.

    The ground is a morphological opening: what remains of the picture when all that is
    brighter than its surroundings and narrower than `widest` pixels is taken away. It follows
    the hard edges of shadows, which blurred grounds do not. It is worked out on a copy that is so
    many times as `coarse`.
    """
    size = max(3, round(widest / coarse) | 1)
    # Around the picture its ground goes on, so that strokes at the border stay strokes.
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
    """A copy that is so many times as `coarse`, made as large as (height, width) again."""
    if coarse == 1:
        return copy
    return copy.repeat(coarse, axis=0).repeat(coarse, axis=1)[: shape[0], : shape[1]]


def _with_ground(gray: NDArray[np.float32], width: int, near: int) -> NDArray[np.float32]:
    """(height, width) with `width` pixels more on each side: the median of the `near` outermost.

    As np.pad has it in its mode "median", in a fraction of the time.
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
    """Of each row of (rows, values)."""
    middle = rows.shape[1] // 2
    parted = np.sort(rows, axis=1)
    if rows.shape[1] % 2:
        return parted[:, middle]
    medians: NDArray[np.float32] = (parted[:, middle - 1] + parted[:, middle]) / np.float32(2)
    return medians


def even_light(
    strength: NDArray[np.float32], picture: NDArray[np.float32], widest: float, coarse: int
) -> NDArray[np.float32]:
    """Dark ink as it would be if light fell evenly: in shadow it stands out less.

    `picture` is (height, width), its brightness; its ground is where light falls. That is worked
    out on a copy that is so many times as `coarse`.
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
    return quantile(ink, 0.8)


def noise_of(strength: NDArray[np.float32], close: bool = False) -> float:
    """Standard deviation of the ground, in gray levels; at least one.

    From the quarter of the pixels that are nearest to it: ink may cover half of a picture. Seen
    from `close` it may cover most, and what lies below the ground tells.
    """
    sample = strength[::2, ::2]
    noise = quantile(np.abs(sample), 0.25) / 0.3186
    if close:
        noise = min(noise, (quantile(sample, 0.4) - quantile(sample, 0.1)) / 1.0282)
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
    lowest_value, step = float(values.min()), float(np.ptp(values)) / _BINS
    bins = ((values - np.float32(lowest_value)) * np.float32(1 / step)).astype(np.intp)
    counts = np.bincount(np.minimum(bins, _BINS - 1, out=bins), minlength=_BINS)
    edges = lowest_value + step * np.arange(_BINS + 1)
    middles = edges[:-1] + step / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(counts * middles) / np.maximum(below, 1)
    mean_above = np.cumsum((counts * middles)[::-1])[::-1] / np.maximum(above, 1)
    between = below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2
    return float(edges[1 + int(np.argmax(between))])
