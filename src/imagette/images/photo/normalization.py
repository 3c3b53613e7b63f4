"""Makes an image like the training data's from the ink of a glyph."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from imagette.images.photo.preparation import Preparation
from imagette.images.photo.raster.quantiles import quantile
from imagette.images.photo.raster.strokes import (
    Mask,
    box_around,
    distances,
    framed,
    stroke_of,
    thin_strokes,
)

_INKED = 0.4  # of the strongest ink: what is fainter does not count for the box
_FINEST = 128  # pixels of the longer side: larger ink is made as small before strokes are changed
_USUAL = 0.3  # of the way from median stroke width to 5th or 95th percentile: strokes within stay


def as_trained(
    ink: NDArray[np.float32], shape: tuple[int, int, int], preparation: Preparation
) -> NDArray[np.uint8]:
    """Ink (height, width), 0 to 1, as an image uint8 `shape` like the training data's."""
    return place(with_stroke(ink, preparation), shape, preparation)


def with_stroke(ink: NDArray[np.float32], preparation: Preparation) -> NDArray[np.float32]:
    """Ink (height, width), 0 to 1, with strokes about as wide as the training data's.

    Strokes of about the usual width stay as they are. Others are widened or thinned evenly to that,
    but never until a hole closes or a stroke breaks; where a glyph has thick and thin strokes, as
    in many fonts, the thin ones are spared. The result is cropped to the ink, and that is scaled
    down if its longer side has more than 128 pixels.
    """
    ink = _not_finer(_cut_out(ink, 0))
    mask = ink > 0.5 * ink.max()
    top, left, bottom, right = box_around(mask) or (0, 0, *mask.shape)
    side = max(bottom - top, right - left)
    low, middle, high = (share * side for share in preparation.stroke)
    depth = distances(mask)
    width = stroke_of(depth)
    least, most = (middle + _USUAL * (end - middle) for end in (low, high))
    target = float(np.clip(width, least, most))
    change = (target - width) / 2
    if abs(change) < 0.5:
        return ink
    margin = max(0, int(np.ceil(change))) + 1
    mask = framed(mask, margin)
    # How far outside a pixel is matters only where strokes grow.
    outside: Any = ndimage.distance_transform_edt(~mask) if change > 0 else ~mask
    depth = framed(depth, margin) - outside
    # On its middle line a stroke of width w is (w + 1) / 2 deep, see `stroke_of`.
    thin = thin_strokes(depth, -change, (target + 1) / 2) if change < 0 else None
    pieces = _topology(mask)
    for part in (1.0, 0.75, 0.5, 0.25):
        changed = depth + part * change
        for tried in (changed,) if thin is None else (np.maximum(changed, thin), changed):
            if _topology(tried > 0) == pieces:
                inked: NDArray[np.float32] = np.clip(tried + 0.5, 0, 1, dtype=np.float32)
                return inked
    return framed(ink, margin)


def place(
    ink: NDArray[np.float32], shape: tuple[int, int, int], preparation: Preparation
) -> NDArray[np.uint8]:
    """Ink (height, width), 0 to 1, brought to the training data's size, place and gray levels.

    The bounding box is cut out, scaled with its proportions kept until its longer side is
    that of the training data's, and put where their centres lie. Gives uint8 `shape`.
    """
    height, width, channels = shape
    cut = _cut_out(ink, _INKED * float(ink.max()))
    scale = preparation.box * max(height, width) / max(cut.shape)
    scale = min(scale, height / cut.shape[0], width / cut.shape[1])
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    small = np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.HAMMING))
    small = np.clip(small / max(quantile(small, 0.99), 0.3), 0, 1)
    top, left = _corner(small, height, width, preparation)
    canvas = np.zeros((height, width), np.float32)
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    ground, ink = _ends(channels, preparation)
    image = ground + canvas[..., np.newaxis] * (ink - ground)
    rounded: NDArray[np.uint8] = np.rint(np.clip(image, 0, 255)).astype(np.uint8)
    return rounded


def _ends(channels: int, preparation: Preparation) -> NDArray[np.float32]:
    """Ground and ink, (2, channels)."""
    if channels == 3 and preparation.ground_colour and preparation.ink_colour:
        return np.array([preparation.ground_colour, preparation.ink_colour], np.float32)
    grays = np.array([preparation.ground, preparation.ink], np.float32)
    return grays[:, np.newaxis].repeat(channels, axis=1)


def _corner(
    small: NDArray[np.float32], height: int, width: int, preparation: Preparation
) -> tuple[int, int]:
    """Where the upper left corner of `small` goes, so that its centre comes where it belongs."""
    if preparation.centring == "mass":
        total = small.sum()
        y = float((small.sum(axis=1) * np.arange(small.shape[0])).sum() / total)
        x = float((small.sum(axis=0) * np.arange(small.shape[1])).sum() / total)
    else:
        y, x = (small.shape[0] - 1) / 2, (small.shape[1] - 1) / 2
    top = round((height - 1) / 2 + preparation.centre[0] - y)
    left = round((width - 1) / 2 + preparation.centre[1] - x)
    return (
        int(np.clip(top, 0, height - small.shape[0])),
        int(np.clip(left, 0, width - small.shape[1])),
    )


def _topology(mask: Mask) -> tuple[int, int]:
    """How many pieces there are, and how many more than holes, which is Euler's number."""
    pieces: Any = ndimage.label(mask, np.ones((3, 3)))[1]
    pixels = framed(mask, 1)
    level, upright = pixels[1:] | pixels[:-1], pixels[:, 1:] | pixels[:, :-1]  # their edges
    corners = level[:, 1:] | level[:, :-1]
    faces, *edges, vertices = map(np.count_nonzero, (pixels, level, upright, corners))
    return int(pieces), int(vertices - sum(edges) + faces)


def _cut_out(ink: NDArray[np.float32], least: float) -> NDArray[np.float32]:
    """`ink` (height, width) cropped to what is above `least`; all of it if nothing is."""
    top, left, bottom, right = box_around(ink > least) or (0, 0, *ink.shape)
    return ink[top:bottom, left:right]


def _not_finer(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink, made smaller where its longer side has more than `_FINEST` pixels."""
    scale = _FINEST / max(ink.shape)
    if scale >= 1:
        return ink
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.HAMMING))
