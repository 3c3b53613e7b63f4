"""What masks of ink look like: the width of strokes, the rectangle around."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

_FLAT = 0.25  # of a pixel, by which the depth of a ridge may vary from one to the next
# A ridge that runs into a corner rises towards the middle of its stroke: in corners of 45 degrees
# and more by a pixel in 2.6. That of a thin stroke stays away from a thick one further than that.
_SLOPE = 2.7


def stroke_width(mask: Mask) -> float:
    """Typical width of the strokes in a mask, in pixels; 0 if there are none.

    The area divided by the length of the ridge of its distance transform: a stroke's
    middle line, where distances to the edge are greatest.
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return 0.0
    # What is around the ink changes no distance within, and takes as long to measure.
    inked = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return stroke_of(distances(inked))


def stroke_of(depth: NDArray[np.float64]) -> float:
    """As `stroke_width`, of a mask of which the distances are known."""
    mask = depth > 0
    ridge = mask & (depth >= ndimage.maximum_filter(depth, 3) - _FLAT)
    depths = np.sort(depth[ridge])
    # Each ridge pixel stands for as much area as it is deep: so specks weigh little.
    middle = depths[np.searchsorted(np.cumsum(depths), depths.sum() / 2)]
    # On the ridge of a stroke of width w the distance to the nearest pixel outside is (w + 1) / 2.
    return float(max(1.0, 2 * middle - 1))


def thin_strokes(
    depth: NDArray[np.float64], loss: float, half: float
) -> NDArray[np.float64] | None:
    """Depths that the thin strokes of a glyph keep where `loss` is taken off all around.

    `depth` (height, width) is above 0 in the glyph. A thin stroke keeps its width up to twice
    `half`. None where there are no thin strokes: what the loss takes off the ends and corners
    of thick ones is none.
    """
    core = depth > loss + half / 2
    ridge = (depth > 0) & ~core & (depth >= ndimage.maximum_filter(depth, 3) - _FLAT)
    if not ridge.any() or not core.any():
        return None
    away, to_core = ndimage.distance_transform_edt(~core, return_indices=True)
    far = ridge & (away > _SLOPE * (loss + half / 2 - depth) + half)
    labels: Any = ndimage.label(ridge, np.ones((3, 3)))[0]
    kept = np.isin(labels, labels[far])
    if not kept.any():
        return None
    halves = np.minimum(depth, half)
    # Where a thin stroke meets a thick one its ridge ends at the edge: it is led on to the core.
    nearest_of_kept = ndimage.minimum_filter(np.where(kept, away, np.inf), 5)
    for start in np.argwhere(kept & (away <= loss + half) & (away <= nearest_of_kept)):
        stop = to_core[:, *start]
        steps = np.linspace(start, stop, int(np.abs(stop - start).max()) + 1)
        line = tuple(np.rint(steps).astype(int).T)
        halves[line] = halves[tuple(start)]
        kept[line] = True
    to_ridge, nearest = ndimage.distance_transform_edt(~kept, return_indices=True)
    spared: NDArray[np.float64] = halves[tuple(nearest)] - to_ridge
    return spared


def without_holes(mask: Mask) -> Mask:
    """The mask with all that it encloses."""
    labels, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    if count == 1:
        return mask
    filled: Mask = labels[1:-1, 1:-1] != labels[0, 0]
    return filled


def distances(mask: Mask) -> NDArray[np.float64]:
    """Of each pixel of the mask to the nearest outside; beyond the picture all is outside."""
    padded: Any = ndimage.distance_transform_edt(np.pad(mask, 1))
    inner: NDArray[np.float64] = padded[1:-1, 1:-1]
    return inner


def rectangle(mask: Mask) -> tuple[float, float]:
    """Of the smallest upright or turned rectangle around a mask: filled share, and aspect."""
    y, left = np.arange(len(mask)), mask.argmax(axis=1)
    right = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    inked = mask[y, left]  # rows without ink have no first
    y, x = np.tile(y[inked], 2), np.concatenate((left[inked], right[inked]))
    angles = np.deg2rad(np.arange(0, 90, 5))[:, np.newaxis]
    width = np.ptp(x * np.cos(angles) + y * np.sin(angles), axis=1) + 1
    height = np.ptp(y * np.cos(angles) - x * np.sin(angles), axis=1) + 1
    best = int(np.argmin(width * height))
    sides = sorted((float(width[best]), float(height[best])))
    return float(mask.sum()) / (sides[0] * sides[1]), sides[0] / sides[1]
