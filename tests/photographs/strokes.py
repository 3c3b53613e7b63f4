"""A digit of 28x28 pixels as smooth strokes of any size and width.

The result is a distance field, so that it can be drawn at any resolution. Knows shapes only:
colours, papers and cameras come later.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from tests.photographs.fields import Field, Random, clouds
from tests.photographs.skeleton import Mask, neighbours, skeleton

_FINE = 8  # samples of the field a pixel of the digit
_BLOTTED = 0.035  # share of the ink that a pen along the middle lines would not draw
_PAD = 6  # pixels of the digit around it, for wider strokes


@dataclass(frozen=True)
class Glyph:
    """A shape. Lengths are in heights of the shape, whose middle is the origin.

    Attributes:
        field: signed distance to the outline, positive inside; rows go down.
        step: distance between two samples.
        stroke: width of the strokes.
        width: of the box around it; its height is 1.
    """

    field: Field
    step: float
    stroke: float
    width: float

    def coverage(self, x: Field, y: Field, pixels: float) -> Field:
        """How much of each pixel at (x, y) is covered, of `pixels` pixels a unit of length."""
        rows, columns = self.field.shape
        at = [y / self.step + (rows - 1) / 2, x / self.step + (columns - 1) / 2]
        inside = ndimage.map_coordinates(self.field, at, order=1, mode="nearest")
        scaled = inside * np.float32(pixels) + np.float32(0.5)
        return np.asarray(np.clip(scaled, 0, 1), np.float32)


def glyph(
    random: Random,
    digit: NDArray[np.uint8],
    stroke: float | None = None,
    *,
    gap: str = "",
    flag: bool = False,
) -> Glyph:
    """The strokes of a uint8 (28, 28) white on black digit, `stroke` heights wide.

    Without `stroke`, as wide as they are. Where strokes run into blots, or holes would close,
    they stay nearer to the width that they have. `gap` is "", "any" or "top": a piece of a few
    stroke widths left out there. `flag` puts a short upstroke before the top of a 1.
    """
    mask = _enlarged(digit)
    height = np.ptp(np.nonzero(mask.any(1))[0]) + 1
    lines = skeleton(mask, spur=round(0.8 * _FINE))
    depth = ndimage.distance_transform_edt(mask)
    natural = 2 * float(np.median(depth[lines]))
    if flag and lines.any(0).sum() < 0.5 * height:  # those that have none
        flagged = _flag(random, lines, float(height))
        mask = mask | (ndimage.distance_transform_edt(~flagged) < natural / 2)
        lines = skeleton(mask, spur=round(0.5 * _FINE))
        depth = ndimage.distance_transform_edt(mask)
    wanted = stroke * height if stroke else natural
    away = ndimage.distance_transform_edt(~lines)
    beyond = np.count_nonzero(mask & (away > 0.72 * natural)) / np.count_nonzero(mask)
    if not stroke or beyond > _BLOTTED:
        field, width = _widened(mask, depth, natural, wanted)
    else:
        field, width = _drawn(lines, wanted)
    uneven = clouds(random, field.shape, 5 * _FINE) * np.float32(0.03 * width)
    field = (field + uneven).astype(np.float32)
    if gap:
        field = _broken(random, field, lines, width, gap)
    return _boxed(field, width)


def shape(mask: Mask) -> Glyph:
    """The glyph of a mask of a few hundred pixels, as it is."""
    mask = np.pad(mask, 8)
    field = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
    width = 2 * float(np.median(field[skeleton(mask)])) if mask.any() else 1.0
    return _boxed(ndimage.gaussian_filter(field, 1).astype(np.float32), width)


def traced(lines: Mask, stroke: float) -> Glyph:
    """The glyph of thin lines in a mask of a few hundred pixels, drawn `stroke` heights wide."""
    height = np.ptp(np.nonzero(lines.any(1))[0]) + 1
    reach = int(0.2 * height) + 8
    field, width = _drawn(np.pad(lines, reach), stroke * height)
    return _boxed(field.astype(np.float32), width)


def _enlarged(digit: NDArray[np.uint8]) -> Mask:
    rows, columns = np.nonzero(digit.max(1) > 60)[0], np.nonzero(digit.max(0) > 60)[0]
    box = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    padded = np.pad(box, _PAD).astype(np.float32)
    size = padded.shape[1] * _FINE, padded.shape[0] * _FINE
    large = np.asarray(Image.fromarray(padded).resize(size, Image.Resampling.BICUBIC))
    smooth = ndimage.gaussian_filter(large, 0.25 * _FINE)
    mask = smooth > 0.4 * smooth.max()
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    sizes = ndimage.sum_labels(mask, labels, np.arange(count + 1))
    return np.asarray((sizes > 0.02 * sizes.max())[labels] & mask)


def _drawn(lines: Mask, wanted: float) -> tuple[Field, float]:
    """As with a pen of one width along the middle lines, leaving holes open."""
    away = ndimage.distance_transform_edt(~lines)
    smooth = ndimage.gaussian_filter(away, 0.4 * _FINE)
    # Smoothing d gives nearly sqrt(d^2 + b^2): on the line it leaves b, far from it nothing.
    smooth = np.sqrt(np.maximum(smooth**2 - smooth[lines].mean() ** 2, 0))
    width = wanted
    while width > 0.1 * _FINE and _holes(away <= 1) != _holes(smooth <= 1.1 * width / 2):
        width *= 0.92
    return width / 2 - smooth, width


def _widened(mask: Mask, depth: Field, natural: float, wanted: float) -> tuple[Field, float]:
    """The outline as it is, moved out or in by so much that the topology stays."""
    field = ndimage.gaussian_filter(depth - ndimage.distance_transform_edt(~mask), 0.15 * _FINE)
    before = _holes(mask), ndimage.label(mask, np.ones((3, 3)))[1]
    move = float(np.clip((wanted - natural) / 2, -0.3 * natural, 0.5 * natural))
    while abs(move) > 0.05 * _FINE:
        moved = field + 1.2 * move > 0
        if before == (_holes(moved), ndimage.label(moved, np.ones((3, 3)))[1]):
            break
        move *= 0.8
    return field + move, natural + 2 * move


def _holes(mask: Mask) -> int:
    return int(ndimage.label(~mask)[1])


def _flag(random: Random, lines: Mask, height: float) -> Mask:
    rows, columns = np.nonzero(lines)
    top = int(rows.argmin())
    length, angle = height * random.uniform(0.14, 0.24), np.deg2rad(random.uniform(35, 55))
    along = np.linspace(0, length, int(4 * length))
    drawn = np.zeros_like(lines)
    down = np.clip(rows[top] + np.sin(angle) * along, 0, lines.shape[0] - 1)
    left = np.clip(columns[top] - np.cos(angle) * along, 0, lines.shape[1] - 1)
    drawn[down.astype(int), left.astype(int)] = True
    return drawn


def _broken(random: Random, field: Field, lines: Mask, width: float, where: str) -> Field:
    """A round piece taken out of a stroke, away from ends."""
    ends = lines & (neighbours(lines) == 1)
    free = lines & (ndimage.distance_transform_edt(~ends) > 1.2 * width) if ends.any() else lines
    free = free.copy()
    rows = np.nonzero(lines.any(1))[0]
    if where == "top":
        limit = rows[0] + 0.4 * np.ptp(rows)
        free[int(limit) :] = False
    candidates = np.argwhere(free if free.any() else lines)
    row, column = candidates[random.integers(len(candidates))]
    y, x = np.ogrid[: field.shape[0], : field.shape[1]]
    away = np.hypot(y - row, x - column).astype(np.float32)
    radius = np.float32(width * random.uniform(0.6, 0.9) + 0.12 * _FINE)
    return np.asarray(np.minimum(field, away - radius), np.float32)


def _boxed(field: Field, width: float) -> Glyph:
    """Cut to the box of what is inside, with a rim, and measured in its heights."""
    inside = field > 0
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    rim = 8
    padded = np.pad(field, rim, mode="edge")
    box = padded[rows[0] : rows[-1] + 2 * rim + 1, columns[0] : columns[-1] + 2 * rim + 1]
    height = float(rows[-1] - rows[0] + 1)
    return Glyph(
        field=np.ascontiguousarray(box / height, dtype=np.float32),
        step=1 / height,
        stroke=width / height,
        width=(columns[-1] - columns[0] + 1) / height,
    )
