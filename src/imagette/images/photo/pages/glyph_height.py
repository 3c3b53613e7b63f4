"""How high the glyphs of a page are, also where they hang on lines that join them to one piece."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.quantiles import weighted_median
from imagette.images.photo.raster.straight import straight, without
from imagette.images.photo.raster.strokes import Mask

_FILLED = 0.15  # of its bounding box: a glyph's ink fills more
_WIDE = 1.5  # width by height: a glyph's is less
_TALL = 1.8  # times the median height: a higher piece may be a glyph on an upright line
_LARGEST = 8  # pieces, at most, that are looked at closely
_HOLES = 4  # a glyph has no more; squared paper has
_LONG = (0.5, 0.7)  # of a piece's width and height: its level and upright lines are longer
_END = 6  # pixels: an upright line that ends no closer to a level one goes on beyond it
_NEAR = 3  # pixels: what is no further from a line touches it


def usual_height(labels: NDArray[np.int32], places: list[Any]) -> float:
    """The median of the pieces' heights, weighted by their ink, so that specks count little.

    Frames and tables, with little ink for their size or many holes, and lines, which are wide, do
    not count; what hangs on their lines does, if they have most of the ink.
    """
    if not places:
        return 0.0
    inks = np.bincount(labels.ravel())[1:]
    like = _like_glyphs(places, inks)
    largest = np.argsort(inks)[-_LARGEST:]
    for number in largest[like[largest] & (inks[largest] > inks.sum() / _LARGEST)].tolist():
        like[number] = _holes(labels[places[number]] == number + 1) <= _HOLES
    heights = [place[0].stop - place[0].start for place in places]
    tall = _TALL * float(np.median(np.array(heights)[like])) if like.any() else np.inf
    for number in largest[like[largest]].tolist():
        piece = labels[places[number]] == number + 1
        like[number] = heights[number] < tall or not _is_on_wall(piece)
    sizes = [(heights[number], int(inks[number])) for number in np.flatnonzero(like)]
    if inks[~like].sum() > inks[like].sum():
        for number in largest[~like[largest]].tolist():
            sizes += _on_lines(labels[places[number]] == number + 1)
    counted = np.array(sizes or list(zip(heights, inks.tolist(), strict=True)))
    return weighted_median(*counted.T)


def _like_glyphs(places: list[Any], inks: NDArray[np.int64]) -> NDArray[np.bool_]:
    heights, widths = np.array([[part.stop - part.start for part in p] for p in places]).T
    like: NDArray[np.bool_] = (inks > _FILLED * heights * widths) & (widths < _WIDE * heights)
    return like


def _holes(piece: Mask) -> int:
    _, count = ndimage.label(~np.pad(piece, 1))
    return int(count) - 1


def _is_on_wall(piece: Mask) -> bool:
    """Whether an upright line goes through all of a piece, and something else is on it."""
    wall = straight(piece.T, _LONG[1] * len(piece))
    return bool(wall.any() and without(piece.T, wall).any())


def _is_wall(bar: Mask, lines: NDArray[np.int32]) -> bool:
    """Whether an upright bar meets several level lines, or goes on beyond one at both ends.

    Both are parts of a piece: the box around the bar.
    """
    met = (bar * lines).max(axis=1)
    beyond = met.any() and not met[:_END].any() and not met[-_END:].any()
    return bool(beyond or len(set(met.tolist()) - {0}) > 1)


def _on_lines(piece: Mask) -> list[tuple[int, int]]:
    """Height and ink of what is like a glyph and hangs on the long lines of a piece.

    Upright lines are those that meet several level ones, or go on beyond one at both ends.
    """
    level = straight(piece, _LONG[0] * piece.shape[1])
    lines, _ = ndimage.label(dilated(level, _NEAR), np.ones((3, 3)))
    rest = without(piece, level)
    upright, _ = ndimage.label(straight(rest.T, _LONG[1] * len(piece)).T, np.ones((3, 3)))
    walls = [
        number
        for number, place in enumerate(ndimage.find_objects(upright), start=1)
        if _is_wall(upright[place] == number, lines[place])
    ]
    height, width = piece.shape
    if not walls and width < _WIDE * height:  # it hangs on nothing: a glyph of a thin pen
        return [(height, int(piece.sum()))]
    rest = without(rest.T, np.isin(upright, walls).T).T
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    places, inks = ndimage.find_objects(labels), np.bincount(labels.ravel())[1:]
    return [
        (places[number][0].stop - places[number][0].start, int(inks[number]))
        for number in (np.flatnonzero(_like_glyphs(places, inks)) if places else ())
    ]
