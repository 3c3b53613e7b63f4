"""Sheets of paper in a picture: even regions, on one of which the glyph may lie.

For pictures that show more than one ground: a note on a table, a page's edge.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.strokes import Mask

_SMALLEST = 0.03  # of the picture
_EVEN = 3.0  # times the median gradient
_PART = 0.005  # of the picture; smaller even regions are no part of a sheet
_MOST = 12  # regions that are looked at
_SAME = 14.0  # gray levels, by which parts of a sheet may differ
_GAP = 8  # pixels, that are closed between parts
_INSET, _INSET_SHARE = 2, 0.04  # pixels, and share of its side, that an edge is drawn in by


def papers(picture: NDArray[np.float32]) -> Iterator[Mask]:
    """Even regions of a small picture (height, width, channels), holes filled, largest first."""
    gradient = np.max(
        [
            ndimage.gaussian_gradient_magnitude(picture[..., channel], 1.0)
            for channel in range(picture.shape[2])
        ],
        axis=0,
    )
    even = gradient < max(_EVEN * float(np.median(gradient)), 3.0)
    labels, count = ndimage.label(ndimage.binary_erosion(even))
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    areas[0] = 0
    large = [number for number in np.argsort(-areas)[:_MOST] if areas[number] > _PART * labels.size]
    colours = {number: np.median(picture[labels == number], axis=0) for number in large}
    while large:
        first = large[0]
        # Strokes may divide a sheet: its parts are of one colour.
        parts = [n for n in large if np.abs(colours[n] - colours[first]).max() < _SAME]
        large = [number for number in large if number not in parts]
        if areas[parts].sum() > _SMALLEST * labels.size:
            yield _whole(np.isin(labels, parts))


def _whole(parts: Mask) -> Mask:
    """The sheet of which parts are seen: gaps and holes closed, the edge drawn in."""
    padded = np.pad(parts, _GAP, mode="edge")
    closed = ndimage.binary_closing(padded, iterations=_GAP)[_GAP:-_GAP, _GAP:-_GAP]
    filled = ndimage.binary_fill_holes(closed)
    inset = _INSET + round(_INSET_SHARE * float(np.sqrt(filled.sum())))
    inner: Mask = ndimage.binary_erosion(filled, iterations=inset, border_value=1)
    return inner


def on_paper(picture: NDArray[np.float32], paper: Mask) -> NDArray[np.float32]:
    """The picture with all that is not on the paper painted over in the paper's colour."""
    if not paper.any():
        return picture
    colour = np.median(picture[paper], axis=0)
    return np.where(paper[..., np.newaxis], picture, colour).astype(np.float32)
