"""Sheets of paper in a picture: regions of one colour, on one of which the glyph may lie.

For pictures that show more than one ground: a note on a table, a page's edge.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.morphology import closed, eroded, opened
from imagette.images.photo.raster.strokes import Mask, rectangle, without_holes
from imagette.images.photo.raster.windows import highest, lowest, mean, median_of_five
from imagette.images.photo.separation.ground import otsu

_SMALLEST, _LARGEST = 0.02, 0.99  # of the picture: the share that a sheet covers is between these
_QUADRANGLE = 0.8  # of its bounding rectangle: a sheet, perhaps seen obliquely, fills more
_COARSE = 2  # downsampling factor of the copy on which regions are looked for
_BRUSH = 9  # pixels: side of the window whose mean is the colour of paper
_FRAY = 2  # pixels by which a region's outline is smoothed
_NOTCH = 5  # pixels: half the width of the widest notch that strokes cut into a sheet
_HUES = 12  # of 255: two sheets of unlike hue differ by at least as much
_DARK = 60  # levels, added to the sum of all channels so that dark colours have hardly any hue
_SMOOTH = 25.0  # levels of a channel: neighbouring colours of one surface are less far apart
_BESIDE = 3  # pixels: side of the window within which they are compared
_SMOOTH_LEAST = 0.03  # of the picture: a smooth sheet covers at least this share
_SAME = 0.9  # intersection over union: two regions with more are the same
_INSET, _INSET_SHARE = 1, 0.02  # pixels, and share of its side, by which a sheet's edge is inset


def papers(
    picture: NDArray[np.float32], *, parted: bool = True, smooth: bool = True
) -> Iterator[Mask]:
    """Regions of a small picture (height, width, channels), bool (height, width).

    If `parted`, the pixels are divided in two by their colour, and again by their hue, which no
    shadow changes; each connected component, with all that lies in it, is a region. If `smooth`,
    so is each quadrangle within which colours change little from pixel to pixel, as of a note among
    things of many colours. The larger come first.
    """
    coarse = median_of_five(picture[::_COARSE, ::_COARSE])
    found: list[Mask] = []
    regions: list[Mask] = []
    if parted:
        divided = (_parted(coarse), _parted(_hues(coarse), _HUES))
        regions += (region for b in divided for side in (b, ~b) for region in _regions(side))
    if smooth:
        regions += filter(_is_quadrangle, _regions(_is_smooth(coarse)))
    for region in regions:
        if not any(_alike(region, other) for other in found):
            found.append(region)
    for region in sorted(found, key=lambda region: -int(region.sum())):
        whole = region.repeat(_COARSE, axis=0).repeat(_COARSE, axis=1)
        yield _drawn_in(whole[: picture.shape[0], : picture.shape[1]])


def _parted(colours: NDArray[np.float32], least: float = 0.0) -> Mask:
    """Where (height, width, channels) is brighter, along the direction in which it varies most.

    Nowhere if the two parts' means differ by less than `least`.
    """
    values = _main_component(colours)
    bright = values > otsu(values.ravel())
    if bright.all() or not bright.any():
        return np.zeros_like(bright)
    apart = values[bright].mean() - values[~bright].mean()
    return bright if apart >= least else np.zeros_like(bright)


def _hues(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """The share of each channel, 0 to 255; smaller where it is dark, as there it is mostly noise.

    All 0 for gray pictures, which have only one hue.
    """
    if colours.shape[2] == 1:
        return np.zeros_like(colours)
    shares: NDArray[np.float32] = 255 * colours / (colours.sum(axis=2, keepdims=True) + _DARK)
    return shares


def _is_smooth(colours: NDArray[np.float32]) -> Mask:
    """Where no channel of (height, width, channels) changes much to the neighbouring pixels."""
    apart = highest(colours, _BESIDE) - lowest(colours, _BESIDE)
    smooth: Mask = apart.max(axis=2) < _SMOOTH
    return smooth


def _is_quadrangle(region: Mask) -> bool:
    """Whether a smooth region is large, and fills its rectangle as a sheet does."""
    return bool(region.mean() > _SMOOTH_LEAST and rectangle(region)[0] > _QUADRANGLE)


def _alike(a: Mask, b: Mask) -> bool:
    """Whether two regions are the same except for their edges."""
    return bool(np.count_nonzero(a & b) > _SAME * np.count_nonzero(a | b))


def _main_component(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colours along the direction in which they vary most, (height, width)."""
    centred = picture - picture.mean(axis=(0, 1))
    flat = centred.reshape(-1, picture.shape[2])
    _, vectors = np.linalg.eigh(flat.T @ flat)
    component: NDArray[np.float32] = centred @ vectors[:, -1].astype(np.float32)
    return component


def _regions(side: Mask) -> Iterator[Mask]:
    """The connected components that may be sheets, neither tiny nor nearly all, holes filled."""
    smooth = opened(np.pad(side, _FRAY, mode="edge"), _FRAY)
    labels, count = ndimage.label(smooth[_FRAY:-_FRAY, _FRAY:-_FRAY])
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    for number in range(1, count + 1):
        if areas[number] > _SMALLEST * labels.size:
            region = _closed(labels == number)
            if region.mean() < _LARGEST and _is_sheet(region):
                yield region


def _closed(region: Mask) -> Mask:
    """The region with the notches and holes filled that strokes have cut into it."""
    padded = np.pad(region, _NOTCH, mode="edge")
    return without_holes(closed(padded, _NOTCH)[_NOTCH:-_NOTCH, _NOTCH:-_NOTCH])


def _is_sheet(region: Mask) -> bool:
    """Whether a region has the shape of a sheet, or goes beyond the picture."""
    border = (region[0], region[-1], region[:, 0], region[:, -1])
    return any(side.any() for side in border) or rectangle(region)[0] > _QUADRANGLE


def _drawn_in(region: Mask) -> Mask:
    inset = _INSET + round(_INSET_SHARE * float(np.sqrt(region.sum())))
    return eroded(region, inset, beyond=True)


def on_paper(picture: NDArray[np.float32], paper: Mask) -> NDArray[np.float32]:
    """The picture with all that is off the paper painted over in the nearest paper's colour."""
    if paper.all() or not paper.any():
        return picture
    share = np.maximum(mean(paper.astype(np.float32), _BRUSH), 1 / _BRUSH**2)
    nearest = ndimage.distance_transform_edt(~paper, return_distances=False, return_indices=True)
    y, x = nearest.reshape(2, -1)
    off = np.flatnonzero(~paper)
    nearest = y[off] * paper.shape[1] + x[off]
    painted = picture.copy()
    pixels = painted.reshape(-1, picture.shape[2])
    for channel in range(picture.shape[2]):
        colour = mean(picture[..., channel] * paper, _BRUSH) / share
        pixels[off, channel] = colour.ravel()[nearest]
    return painted
