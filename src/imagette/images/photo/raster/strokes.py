"""Measures masks of ink: stroke width, distances, holes, bounding boxes and rectangles."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.resizing import Box
from imagette.images.photo.raster.windows import highest, lowest

Mask = NDArray[np.bool_]

_AROUND = np.ones((3, 3))  # pixels that touch only at a corner are neighbours as well
_ANGLES = np.deg2rad(np.arange(0, 90, 5))  # by which rectangles are turned
# (2, angles, 2): x and y make the way along a turned rectangle's width, and along its height.
_TURNS = np.array(
    [
        np.stack((np.cos(_ANGLES), np.sin(_ANGLES)), axis=1),
        np.stack((-np.sin(_ANGLES), np.cos(_ANGLES)), axis=1),
    ]
)
_STRAIGHT = 0.25  # width by length: a straight stroke's is less
_FLAT = 0.25  # of a pixel: the depth of a ridge varies by less from one pixel to the next
# A ridge that runs into a corner rises towards the middle of its stroke: in corners of 45 degrees
# and more by a pixel in 2.6. The ridge of a thin stroke is further away from a thick one than that.
_SLOPE = 2.7
_STEEPEST = 0.75  # of the greatest depth up to two pixels away: a thin stroke's ridge has no less


def stroke_width(mask: Mask) -> float:
    """Typical width of the strokes in a mask, in pixels; 0 if there are none.

    The median over the ridge of its distance transform, which is the strokes' middle line, where
    distances to the edge are greatest; each pixel is weighted by that distance.
    """
    box = box_around(mask)
    if box is None:
        return 0.0
    # The surroundings change no distance within the ink, but would take time.
    top, left, bottom, right = box
    return stroke_of(distances(mask[top:bottom, left:right]))


def stroke_of(depth: NDArray[np.floating[Any]]) -> float:
    """As `stroke_width`, for a mask whose `distances` are known."""
    return strokes_of(depth, [0.5])[0]


def strokes_of(depth: NDArray[np.floating[Any]], shares: Iterable[float]) -> list[float]:
    """As `stroke_of`, but the widths that such `shares` of the strokes' area have at most."""
    mask = depth > 0
    ridge = mask & (depth >= highest(depth, 3) - _FLAT)
    depths = np.sort(depth[ridge])
    # Each ridge pixel stands for as much area as it is deep, so specks weigh little.
    area = depths.cumsum()
    # On the ridge of a stroke of width w the distance to the nearest pixel outside is (w + 1) / 2.
    return [
        max(1.0, 2 * float(depths[area.searchsorted(share * depths.sum())]) - 1) for share in shares
    ]


def thin_strokes(
    depth: NDArray[np.floating[Any]], erosion: float, most: float
) -> NDArray[np.floating[Any]] | None:
    """The depths of a glyph's thin strokes alone, for a glyph that is to lose `erosion` all around.

    `depth` (height, width), in pixels, is the whole glyph's: the distance to the nearest pixel
    outside, above 0 in the glyph. The result is of the same kind, but 0 or less away from thin
    strokes; on their middle line it is `depth`, at most `most`. None where no stroke is thin: the
    ends and corners of thick strokes do not count.
    """
    lasting = erosion + most / 2
    core = depth > lasting
    ridge = (depth > 0) & ~core & (depth >= highest(depth, 3) - _FLAT)
    ridge &= depth >= _STEEPEST * highest(depth, 5)  # not into its own corners
    if not ridge.any() or not core.any():
        return None
    away, to_core = ndimage.distance_transform_edt(~core, return_indices=True)
    far = away > _SLOPE * (lasting - depth) + most
    pieces: Any = ndimage.label(depth > 0, _AROUND)[0]
    apart = ~np.isin(pieces, pieces[core])
    labels: Any = ndimage.label(ridge, _AROUND)[0]
    kept = np.isin(labels, labels[ridge & (far | apart)])
    if not kept.any():
        return None
    middles = np.where(kept, np.minimum(depth, most), 0)
    _lead_to_core(middles, np.where(kept & (away <= erosion + most), away, np.inf), to_core, depth)
    to_middle, nearest = ndimage.distance_transform_edt(middles == 0, return_indices=True)
    # Half a pixel less: the last pixel within is as much above 0 as the first outside is below.
    thin: NDArray[np.floating[Any]] = middles[tuple(nearest)] - to_middle - 0.5
    return thin


def _lead_to_core(
    middles: NDArray[np.floating[Any]],
    away: NDArray[np.floating[Any]],
    to_core: NDArray[np.int32],
    depth: NDArray[np.floating[Any]],
) -> None:
    """Extend the ends of middle lines straight to the core, as deep as the ends are.

    Where a thin stroke meets a thick one, its middle line ends at that one's edge. `away` is how
    far an end is from the core, infinite where there is none.
    """
    ends = np.isfinite(away) & (away <= lowest(away, 5))
    labels, count = ndimage.label(ends, _AROUND)
    found = ndimage.minimum_position(away, labels, np.arange(1, count + 1)) if count else []
    for y, x in found:
        start, stop = np.array((y, x)), to_core[:, y, x]
        steps = np.linspace(start, stop, int(np.abs(stop - start).max()) + 1)
        line = tuple(np.rint(steps).astype(int).T)
        if (depth[line] > 0).all():  # else it would lead over what is no stroke
            middles[line] = np.maximum(middles[line], middles[y, x])


def without_holes(mask: Mask) -> Mask:
    """The mask with its holes filled."""
    labels, count = ndimage.label(~framed(mask, 1))
    if count == 1:
        return mask
    filled: Mask = labels[1:-1, 1:-1] != labels[0, 0]
    return filled


def distances(mask: Mask) -> NDArray[np.float32]:
    """The distance of each mask pixel to the nearest outside; all beyond the picture is outside."""
    nearest: Any = ndimage.distance_transform_edt(
        framed(mask, 1), return_distances=False, return_indices=True
    )
    # SciPy gives the same distances, but takes more steps.
    down = nearest[0, 1:-1, 1:-1] - np.arange(1, len(mask) + 1)[:, np.newaxis]
    across = nearest[1, 1:-1, 1:-1] - np.arange(1, mask.shape[1] + 1)
    depth: NDArray[np.float32] = np.sqrt(down * down + across * across, dtype=np.float32)
    return depth


def framed(picture: NDArray[Any], width: int) -> NDArray[Any]:
    """Pad (height, width) with `width` zeros on each side; np.pad takes ten times as long."""
    height, across = picture.shape
    around = np.zeros((height + 2 * width, across + 2 * width), picture.dtype)
    around[width : width + height, width : width + across] = picture
    return around


def box_around(mask: Mask) -> Box | None:
    """The bounding box of a mask; None where it is empty."""
    columns = np.flatnonzero(mask.any(axis=0))
    if not columns.size:
        return None
    marks, width = mask.tobytes(), mask.shape[1]  # to look along rows takes NumPy longer
    top, bottom = marks.find(1) // width, marks.rfind(1) // width + 1
    return top, int(columns[0]), bottom, int(columns[-1]) + 1


def rectangle(mask: Mask) -> tuple[float, float]:
    """Filled share and aspect of the smallest rectangle, upright or turned, around a mask."""
    y, left = np.arange(len(mask)), mask.argmax(axis=1)
    right = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    inked = mask[y, left]  # rows without ink have no first
    y, x = np.tile(y[inked], 2), np.concatenate((left[inked], right[inked]))
    turned = _TURNS @ np.stack((x, y))
    width, height = (turned.max(axis=2) - turned.min(axis=2)) + 1
    best = int(np.argmin(width * height))
    sides = sorted((float(width[best]), float(height[best])))
    return float(mask.sum()) / (sides[0] * sides[1]), sides[0] / sides[1]


def is_straight(mask: Mask) -> bool:
    """Whether a mask fits a narrow rectangle, as one straight stroke does, upright or oblique."""
    return rectangle(mask)[1] < _STRAIGHT
