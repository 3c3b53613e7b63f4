"""Removes lines drawn through and around the glyphs of a page: beneath numbers, boxes, combs.

A line that touches glyphs makes one piece of ink of them all. It is longer than any stroke, and
straight; where a stroke crosses it, the ink is thicker than the line, and stays.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.morphology import dilated
from imagette.images.photo.strokes import Mask, without_holes

_STEEPEST = 0.17  # rows per column, up or down: the steepest slope of a line
_STEP = 1.5  # rows by which neighbouring slopes that are tried differ over a line's length
_ENOUGH = 60  # pixels: longer lines are looked for on a smaller copy, on which they have as many
_LONG = 2.2  # times the usual height: no stroke of a glyph goes straight on for as long
_BOX = 0.8  # times the usual height: a box or a line is at least as wide
_READABLE = 8  # pixels: in a narrower box nothing can be read
_SIDE = 0.8  # of each side of a box: at least this share is straight
_MOST = 2000  # pieces as wide as boxes or lines: if there are more, they are texture and stay
_TALL = 1.15  # times the usual height: the upright lines between boxes are at least as long
_DIVIDERS = 3  # upright lines between boxes: if there are fewer, they stay
_TEETH = 3  # teeth that a comb has at least
_TOOTH = 1.6  # times the thickness of a comb's line: its teeth are no thicker
_CROSSED = 1.5  # times the thickness of a line: where ink is thicker, a stroke crosses it
_GLYPH = 0.5  # of the usual height: a glyph is higher
_WRITTEN = 0.3  # of the usual height: the longer side of what is written into a box is more
_BAR = 0.35  # width by length: a bar's is less
_NEAR = 3  # pixels: what is no further from a line touches it
_FILLED = 0.15  # of its bounding box: a glyph's ink fills more
_WIDE = 1.5  # width by height: a glyph's is less
_GAP = 3  # pixels: width of the filter that carries a line over its gaps


def without_drawn_lines(mask: Mask) -> Mask:
    """The mask of a page's ink, bool (height, width), without drawn lines.

    A closed frame that no glyph touches stays: `without_frames` knows it, whatever its lines.
    """
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    places = ndimage.find_objects(labels)
    usual = _usual_height(labels, places)
    kept = mask.copy()
    least = max(_BOX * usual, _READABLE)
    wide = [
        (number, place)
        for number, place in enumerate(places, start=1)
        if place[1].stop - place[1].start >= least and not _at_border(place, mask.shape)
    ]
    for number, place in wide if len(wide) <= _MOST else ():
        width = place[1].stop - place[1].start
        piece = labels[place] == number
        rest = _without_long(piece, usual) if width > _LONG * usual else _unboxed(piece, usual)
        if rest is None:
            continue
        if _holds_glyph(rest, usual) or np.array_equal(without_holes(piece), piece):
            kept[place] &= ~piece | rest
    return kept


def _at_border(place: Any, shape: tuple[int, ...]) -> bool:
    """Whether a piece reaches the picture's border, as the edge of a sheet does."""
    return any(
        part.start == 0 or part.stop == side for part, side in zip(place, shape, strict=True)
    )


def _holds_glyph(rest: Mask, usual: float) -> bool:
    """Whether something like a glyph hung on the lines."""
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    return any(
        rows.stop - rows.start > _GLYPH * usual
        and columns.stop - columns.start > _BAR * (rows.stop - rows.start)
        for rows, columns in ndimage.find_objects(labels)
    )


def _usual_height(labels: NDArray[np.int32], places: list[Any]) -> float:
    """The median of the pieces' heights, weighted by their ink, so that specks count little.

    Frames and tables, with little ink for their size, and lines, which are wide, do not count.
    """
    if not places:
        return 0.0
    inks = np.bincount(labels.ravel())[1:]
    heights, widths = np.array([[part.stop - part.start for part in p] for p in places]).T
    like_glyphs = (inks > _FILLED * heights * widths) & (widths < _WIDE * heights)
    if not like_glyphs.any():
        like_glyphs[:] = True
    order = np.argsort(heights[like_glyphs])
    sums = np.cumsum(inks[like_glyphs][order])
    return float(heights[like_glyphs][order][np.searchsorted(sums, sums[-1] / 2)])


def _without_long(piece: Mask, usual: float) -> Mask | None:
    """A piece without its long level lines and the upright ones on them; None if it has none."""
    level = _straight(piece, _LONG * usual)
    if not level.any():
        return None
    rest = _without_teeth(piece, _without(piece, level), _thickness(piece, level))
    upright = _straight(rest.T, _TALL * usual).T
    _, count = ndimage.label(upright, np.ones((3, 3)))
    if count < _DIVIDERS:
        return rest
    return _written(piece, _without(rest.T, upright.T).T, usual)


def _without_teeth(piece: Mask, rest: Mask, thickness: float) -> Mask:
    """The `rest` of a comb without its long line, without its teeth as well, if it has any.

    Teeth are short upright bars that stood on the line and are as thin; a pen's are thicker.
    """
    near = dilated(piece & ~rest, _NEAR)
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    teeth = []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        mine = labels[place] == number
        height, width = mine.shape
        bar = width < _BAR * height and mine.sum() <= _TOOTH * thickness * height
        held = near[place] & mine
        if bar and held[:_NEAR].any() != held[-_NEAR:].any():  # at both ends: a wall of boxes
            teeth.append(number)
    return rest & ~np.isin(labels, teeth) if len(teeth) >= _TEETH else rest


def _unboxed(piece: Mask, usual: float) -> Mask | None:
    """What is written into a box that it touches; None if the piece is no box."""
    if not all(_has_side(turned) for turned in (piece, piece[::-1], piece.T, piece.T[::-1])):
        return None
    height, width = piece.shape
    level = _straight(piece, _SIDE * width)
    upright = _straight(piece.T, _SIDE * height).T
    return _written(piece, _without(_without(piece, level).T, upright.T).T, usual)


def _has_side(piece: Mask) -> bool:
    """Whether the upper outline of a piece is a straight line, as a box's is."""
    outline = piece.argmax(axis=0).astype(float)
    along = np.arange(len(outline)) - (len(outline) - 1) / 2
    level = np.median(outline)
    slopes = (outline - level) / np.where(along == 0, np.inf, along)
    away = np.abs(outline - level - np.median(slopes) * along)
    return bool((away < _NEAR).mean() > _SIDE)


def _written(frame: Mask, rest: Mask, usual: float) -> Mask:
    """The `rest` of a frame without its lines, without the remnants of those as well.

    Remnants are small, or bars from one line to another.
    """
    near = dilated(frame & ~rest, _NEAR)
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    kept = [0]
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        height, width = (part.stop - part.start for part in place)
        lines = near[place] & (labels[place] == number)
        ends = lines if height > width else lines.T
        bar = min(height, width) < _BAR * max(height, width)
        held = bool(ends[:_NEAR].any() and ends[-_NEAR:].any())
        if max(height, width) > _WRITTEN * usual and not (bar and held):
            kept.append(number)
    return rest & np.isin(labels, kept)


def _straight(mask: Mask, length: float) -> Mask:
    """The pixels on straight, nearly level lines that are at least `length` pixels long."""
    height, width = mask.shape
    if (scale := int(length // _ENOUGH)) > 1:
        rows, columns = (np.arange(0, side, scale) for side in (height, width))
        small = np.maximum.reduceat(np.maximum.reduceat(mask, rows, axis=0), columns, axis=1)
        found = _straight(small, length / scale).repeat(scale, axis=0).repeat(scale, axis=1)
        return found[:height, :width] & mask
    size = round(length) | 1
    columns = np.arange(width)
    found = np.zeros_like(mask)
    if size > width:
        return found
    for slope in np.arange(-_STEEPEST, _STEEPEST, _STEP / size):
        drop = np.rint(slope * (columns - width / 2)).astype(np.intp)
        margin = int(np.abs(drop).max()) + 1
        rows = np.arange(-margin, height + margin)[:, np.newaxis] + drop
        inside = (rows >= 0) & (rows < height)
        level = mask[rows.clip(0, height - 1), columns] & inside
        run = ndimage.maximum_filter1d(level.astype(np.uint8), 3, axis=0)  # over its steps
        run = ndimage.maximum_filter1d(run, _GAP, axis=1)
        run = ndimage.minimum_filter1d(run, size, axis=1, mode="constant")
        if not run.any():
            continue
        run = ndimage.maximum_filter1d(run, size, axis=1, mode="constant")
        back = np.arange(height)[:, np.newaxis] - drop + margin
        found |= run[back, columns].astype(bool)
    return found & mask


def _without(mask: Mask, line: Mask) -> Mask:
    """The mask without a nearly level line, except where strokes cross it."""
    if not line.any():
        return mask
    runs, lengths, of_line = _runs(mask, line)
    thickness = float(np.median(lengths[of_line]))
    thin = of_line[lengths[of_line] <= _CROSSED * thickness + 1]
    rest: Mask = mask & ~np.isin(runs, thin)
    return rest


def _thickness(mask: Mask, line: Mask) -> float:
    """The thickness of a nearly level line in a mask, in pixels."""
    _, lengths, of_line = _runs(mask, line)
    return float(np.median(lengths[of_line]))


def _runs(mask: Mask, line: Mask) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """A mask's vertical runs: the number of each pixel's, their lengths, those on the line."""
    column = np.zeros((3, 3), bool)
    column[:, 1] = True
    runs, _ = ndimage.label(mask, column)
    return runs, np.bincount(runs.ravel()), np.unique(runs[line])
