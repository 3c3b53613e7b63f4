"""Removes lines drawn through and around the glyphs of a page: beneath numbers, boxes, combs.

A line that touches glyphs makes one piece of ink of them all. It is longer than any stroke, and
straight; where a stroke crosses it, the ink is thicker than the line, and stays.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.pages.bows import with_bows
from imagette.images.photo.pages.glyph_height import usual_height
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.straight import straight, thickness, without
from imagette.images.photo.raster.strokes import Mask, without_holes

_LONG = 2.2  # times the usual height: no stroke of a glyph goes straight on for as long
_BOX = 0.8  # times the usual height: a box or a line is at least as wide
# Glyphs may be of many sizes: times the height of what hangs on it, and, if it is the only one, of
# that and itself, a line is longer.
_LONGER = (1.5, 1.2)
_READABLE = 8  # pixels: in a narrower box nothing can be read
_SIDE = 0.8  # of each side of a box: at least this share is straight
_FLAT = 0.05  # of its length: a side is straight if it leaves a line by less, or `_NEAR`
# Pieces as wide as boxes or as long as lines, at most, and how often their boxes cover the page, at
# most: if there are more, they are texture or hatching, and stay.
_MOST, _OFTEN = 2000, 8
_THICKEST = 0.25  # of the usual height: a line is thinner
_TALL = 1.15  # times the usual height: the upright lines between boxes are at least as long
_TEETH = 3  # teeth that a comb has, and boxes as low as glyphs have upright lines, at least
_UNEVEN = 0.1  # of the distance from one to the next: they are off by less
_FEW = 0.7  # of all that could stand at even distances: more do
_MOST_BARS = 99  # pairs are tried, each with all: time grows with the cube
# Of the distance from one tooth to the next: the line ends no further beyond them than the first,
# or the second if they are lower than the third, of the usual height: a form may be cropped there.
_OVER, _OVER_LOW, _LOW = 0.5, 1.5, 0.75
_STEP = 0.5  # times the usual height: boxes are as wide at least
_TOOTH = 1.6  # times the thickness of a comb's line: its teeth are no thicker
_BROAD, _PART = 3.0, 0.05  # times the thickness of a line; of its length: more is written on it
_BESIDE = 0.1  # of the ink of what is left: if less lay beside the lines, it was a part of them
_GLYPH = 0.5  # of the usual height: a glyph is higher
_WRITTEN = 0.3  # of the usual height: the longer side of what is written into a box is more
_BAR = 0.35  # width by length: a bar's is less
_NEAR = 3  # pixels: what is no further from a line touches it


def without_drawn_lines(mask: Mask) -> Mask:
    """The mask of a page's ink, bool (height, width), without drawn lines.

    A closed frame that no glyph touches stays: `without_frames` knows it, whatever its lines.
    """
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    places = ndimage.find_objects(labels)
    usual = usual_height(labels, places)
    kept = mask.copy()
    least = max(_BOX * usual, _READABLE)
    large = [
        (number, place)
        for number, place in enumerate(places, start=1)
        if _width(place) >= least or _height(place) > _LONG * usual
    ]
    area = sum(_width(place) * _height(place) for _, place in large)
    for number, place in large if len(large) <= _MOST and area <= _OFTEN * mask.size else ():
        piece = labels[place] == number
        wide, high = _width(place) > _LONG * usual, _height(place) > _LONG * usual
        rest = _without_long(piece, usual) if wide else None
        if rest is None and high:
            rest = _without_upright(piece, usual)
        if rest is None and not wide:
            rest = _unboxed(piece, usual)
        if rest is None:
            continue
        if _holds_glyph(rest, usual) or (wide and np.array_equal(without_holes(piece), piece)):
            kept[place] &= ~piece | rest
    return kept


def _height(place: tuple[slice, slice]) -> int:
    return int(place[0].stop - place[0].start)


def _width(place: tuple[slice, slice]) -> int:
    return int(place[1].stop - place[1].start)


def _holds_glyph(rest: Mask, usual: float) -> bool:
    """Whether something like a glyph hung on the lines."""
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    return any(
        rows.stop - rows.start > _GLYPH * usual
        and columns.stop - columns.start > _BAR * (rows.stop - rows.start)
        for rows, columns in ndimage.find_objects(labels)
    )


def _without_long(piece: Mask, usual: float) -> Mask | None:
    """A piece without its long level lines and the upright ones on them; None if it has none."""
    level = straight(piece, _LONG * usual)
    if not level.any():
        return None
    thick = thickness(piece, level)
    if thick is None or thick > _THICKEST * usual:
        return None
    rest = without(piece, level)
    gone = piece & ~rest
    lines = dilated(gone, _NEAR)
    rest = _without_teeth(rest, lines, thick, usual)
    walls = _walls(rest, dilated(level, _NEAR), thick, usual)
    if walls.any():
        rest = _large(without(rest.T, walls.T).T, _WRITTEN * usual)
    if (rest & ~level).sum() <= _BESIDE * rest.sum():
        return rest & False
    if not _is_longer(level, rest, walled=bool(walls.any())):
        return None
    return with_bows(rest, gone, usual)


def _without_upright(piece: Mask, usual: float) -> Mask | None:
    """A piece without upright lines far longer than what is on them; None if it has none."""
    upright = straight(piece.T, _LONG * usual)
    if not upright.any():
        return None
    thick = thickness(piece.T, upright)
    if thick is None or thick > _THICKEST * usual:
        return None
    rest = without(piece.T, upright).T
    longest, highest = _longest(upright), _longest(rest.T)
    return rest if 0 < _LONGER[0] * highest <= longest else None


def _is_longer(level: Mask, rest: Mask, walled: bool) -> bool:
    """Whether level lines, that may be `walled`, are longer than the `rest` without them is high.

    Else they are bars of one glyph that is larger than the others.
    """
    alone = ndimage.label(level, np.ones((3, 3)))[1] == 1 and not walled
    least = max(_LONGER[0] * _longest(rest.T), _LONGER[1] * len(level) if alone else 0)
    return _longest(level) >= least


def _longest(mask: Mask) -> int:
    """The width of the widest piece of a mask."""
    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    return max((_width(place) for place in ndimage.find_objects(labels)), default=0)


def _walls(rest: Mask, lines: Mask, thick: float, usual: float) -> Mask:
    """The upright lines that meet several level ones or the end of one, or exceed any stroke.

    `rest` is a piece without its level lines, `lines` those and what is near, which are so `thick`.
    As short as glyphs are only walls from one line to another, at even distances.
    """
    upright = straight(rest.T, _BOX * usual).T
    labels, _ = ndimage.label(upright, np.ones((3, 3)))
    levels, _ = ndimage.label(lines, np.ones((3, 3)))
    ends = [(columns.start, columns.stop) for _, columns in ndimage.find_objects(levels)]
    walls, low, middles = [], [], []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        bar = labels[place] == number
        met = levels[place] * bar
        at = set(met[met > 0])
        sided = bar.sum() <= _TOOTH * thick * len(bar) and any(
            min(place[1].stop - ends[one - 1][0], ends[one - 1][1] - place[1].start) < 3 * _NEAR
            for one in at
        )
        long = len(met) > _LONG * usual
        if long or (len(met) > _TALL * usual and (len(at) > 1 or sided)):
            walls.append(number)
        elif met[:_NEAR].any() and met[-_NEAR:].any():
            low.append(number)
        else:
            continue
        middles.append((number, _middle(place)))
    even = _even(np.array([middle for _, middle in middles]), _STEP * usual)
    regular = [number for (number, _), on in zip(middles, even, strict=True) if on]
    return upright & np.isin(labels, walls + [number for number in low if number in regular])


def _middle(place: tuple[slice, slice]) -> float:
    return float(place[1].start + place[1].stop) / 2


def _even(middles: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    """Which of the bars with these middles stand at even distances, `least` or more, if many do.

    Where a glyph touches one, it may be missing.
    """
    best = np.zeros(len(middles), bool)
    if len(middles) > _MOST_BARS:
        return best
    for first, second in combinations(np.sort(middles).tolist(), 2):
        step = second - first
        if step < least:
            continue
        steps = (middles - first) / step
        on = np.abs(steps - np.rint(steps)) < _UNEVEN
        if max(_TEETH - 1, best.sum(), _FEW * (np.ptp(steps[on]) + 1)) < on.sum():
            best = on
    return best


def _without_teeth(rest: Mask, lines: Mask, thick: float, usual: float) -> Mask:
    """The `rest` of a comb without its long line, without its teeth as well, if it has any.

    Teeth are upright bars at even distances that stood on the line, at its ends as well, and are as
    thin; a pen's are thicker. `lines` is what is near the long line.
    """
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    teeth, middles, heights = [], [], []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        mine = labels[place] == number
        height, width = mine.shape
        bar = width < _BAR * height and mine.sum() <= _TOOTH * thick * height
        bar = bar and not _is_written_on(mine, thick)
        held = lines[place] & mine
        if bar and held[:_NEAR].any() != held[-_NEAR:].any():  # at both ends: a wall of boxes
            teeth.append(number)
            middles.append(_middle(place))
            heights.append(height)
    found = _even(np.array(middles), 1.0)
    if not found.any():
        return rest
    columns, even = np.flatnonzero(lines.any(axis=0)), np.array(middles)[found]
    over = max(even.min() - columns[0], columns[-1] - even.max())
    low = np.median(np.array(heights)[found]) < _LOW * usual
    if over > (_OVER_LOW if low else _OVER) * np.ptp(even) / (len(even) - 1):
        return rest
    return rest & ~np.isin(labels, np.array(teeth)[found])


def _is_written_on(bar: Mask, thick: float) -> bool:
    """Whether a part of an upright line is far broader than the rest, as a glyph on it is."""
    across = bar.shape[1] - bar.argmax(axis=1) - bar[:, ::-1].argmax(axis=1)
    return bool((across > _BROAD * thick).mean() > _PART)


def _large(rest: Mask, least: float) -> Mask:
    """The `rest` of a piece, without the small remnants of its lines."""
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    sides = [max(part.stop - part.start for part in p) for p in ndimage.find_objects(labels)]
    return rest & np.isin(labels, 1 + np.flatnonzero(np.array(sides) > least))


def _unboxed(piece: Mask, usual: float) -> Mask | None:
    """What is written into a box that it touches; None if the piece is no box."""
    if not all(_has_side(turned) for turned in (piece, piece[::-1], piece.T, piece.T[::-1])):
        return None
    height, width = piece.shape
    level = straight(piece, _SIDE * width)
    upright = straight(piece.T, _SIDE * height).T
    return _written(piece, without(without(piece, level).T, upright.T).T, usual)


def _has_side(piece: Mask) -> bool:
    """Whether the upper outline of a piece is a straight line, as a box's is."""
    outline = piece.argmax(axis=0).astype(float)
    along = np.arange(len(outline)) - (len(outline) - 1) / 2
    level = np.median(outline)
    slopes = (outline - level) / np.where(along == 0, np.inf, along)
    away = np.abs(outline - level - np.median(slopes) * along)
    return bool((away < min(_NEAR, _FLAT * len(outline))).mean() > _SIDE)


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
