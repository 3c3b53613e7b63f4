"""Whether a picture has several glyphs in a line, where one answer is asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.preparation import Preparation
from imagette.images.photo.prepared import Prepared
from imagette.images.photo.raster.resizing import Box, Picture, overlap
from imagette.images.photo.raster.strokes import is_straight
from imagette.inference.pages.reading import read_page
from imagette.inference.pages.words import numbers
from imagette.inference.together import Classify

_LEVEL = 0.35  # of the height: tops of glyphs of one line differ by less, and so do their bottoms
_LEVEL_BARE = 0.12  # of the height: as `_LEVEL`, where one is a bare stroke, as a bracket is
_BARE_WIDTH = 0.3  # of the height: a bare stroke's width is less
_ALIKE = 0.75  # of the best one's worth: something elsewhere with more may be meant instead
_STANDING = 0.5  # likelihood: something near, as in a number, with more counts as another glyph
_NEXT = 0.5  # of the height: glyphs of a number are less far apart
_CROWD = 0.2  # of the best one's worth: what has more and says that there are others is believed
_LINE = (0.75, 4.0)  # heights: how far above and below, and to the sides, the line is read
_SURE = 0.8  # likelihood: another glyph of the line that is read has more
_AS_HIGH = 0.6  # of the glyph's height: another glyph of the line that is read is higher
_HIGHER = 1.15  # times the glyph's height: a straight stroke that is higher is not of its line
_INKED = 0.5  # of full ink: what is stronger is ink


def several(
    picture: Picture,
    found: Sequence[Prepared],
    likely: NDArray[np.float64],
    worth: NDArray[np.float64],
    preparation: Preparation,
    classify: Classify,
) -> bool:
    """Whether the best of what was `found` in a picture stands in a line with others.

    `likely` (n,) is how likely each is a glyph that the classifier knows, `worth` (n,) how much
    speaks for it in all. Where ink was left out the line is read, which finds glyphs that the
    search for a single one takes for its surroundings.
    """
    best = found[int(worth.argmax())]
    alike = worth > _ALIKE * worth.max()
    for number in np.flatnonzero(alike | (likely > _STANDING)).tolist():
        box = found[number].box
        if _is_pen(found[number].is_straight, box, best.box):
            continue
        if _beside(box, best.box) and (alike[number] or _close(box, best.box)):
            return True
    crowded = np.array([one.crowded for one in found])
    if not (crowded & (worth > _CROWD * worth.max())).any():
        return False
    height, width, channels = best.image.shape
    around, box = _line(picture, best.box)
    lines = read_page(around, (height, width, channels), preparation, classify)
    least = _AS_HIGH * (box[2] - box[0])
    for part in numbers(lines):
        others = [glyph for glyph in part if not overlap(glyph.box, box)]
        clear = (
            o.likely > _SURE
            and o.height > least
            and not o.is_bare
            and not _is_pen(is_straight(o.ink > _INKED), o.box, box)
            for o in others
        )
        if len(others) < len(part) and any(clear):
            return True
    return False


def _line(picture: Picture, box: Box) -> tuple[Picture, Box]:
    """The part of a picture that holds the line in which a box stands, and the box in that."""
    high = box[2] - box[0]
    top, left = (max(0, box[i] - round(_LINE[i] * high)) for i in (0, 1))
    bottom, right = (box[2 + i] + round(_LINE[i] * high) for i in (0, 1))
    return picture[top:bottom, left:right], (
        box[0] - top,
        box[1] - left,
        box[2] - top,
        box[3] - left,
    )


def _beside(a: Box, b: Box) -> bool:
    """Whether boxes stand in one line, and neither is a bracket's, which is higher."""
    high = max(a[2] - a[0], b[2] - b[0])
    bare = _is_bare(a, b)
    level = (_LEVEL_BARE if bare else _LEVEL) * high
    return (a[3] <= b[1] or b[3] <= a[1]) and abs(a[0] - b[0]) < level > abs(a[2] - b[2])


def _close(a: Box, b: Box) -> bool:
    """Whether boxes in one line are near, as in a number, and neither is a bare stroke."""
    high = max(a[2] - a[0], b[2] - b[0])
    return not _is_bare(a, b) and max(b[1] - a[3], a[1] - b[3]) < _NEXT * high


def _is_pen(straight: bool, box: Box, best: Box) -> bool:
    """Whether a straight stroke is so much higher than the best glyph that it is a pen or edge."""
    return straight and box[2] - box[0] > _HIGHER * (best[2] - best[0])


def _is_bare(a: Box, b: Box) -> bool:
    """Whether one of the boxes is a bare stroke's."""
    high = max(a[2] - a[0], b[2] - b[0])
    return min(a[3] - a[1], b[3] - b[1]) < _BARE_WIDTH * high
