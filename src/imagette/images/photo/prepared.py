"""A photograph made into an input of a classifier, step by step.

First the glyph is found on a small copy of the picture. Where that has too few pixels for it, or
something speaks against it, it is cut out of the full picture at the size that it needs. So neither
the size of the picture nor that of the glyph in it matters.
It takes NumPy, SciPy and Pillow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import Glyph, find_glyph, without_pieces
from imagette.images.photo.finding.drawing import find_drawing
from imagette.images.photo.finding.sight import MARGIN, Sight
from imagette.images.photo.normalization import as_trained
from imagette.images.photo.preparation import Preparation
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.quantiles import median
from imagette.images.photo.raster.resizing import Box, Picture, resized
from imagette.images.photo.separation.ink import Ink, find_ink
from imagette.images.photo.separation.paper import on_paper
from imagette.images.photo.steps import Steps

_LEAST = 0.5  # of the size at which the glyph was seen: what is no larger is another thing
_ACROSS = 0.01  # of a side: what is as near to two opposite borders goes from one to the other
_LIGHT = 0.8  # factor on the plausibility of what goes from border to border: it may be light
_NEAR = 40  # pixels on the small copy: a glyph whose longer side has fewer needs a close-up
_BROAD = 2  # pixels on the small copy: a glyph with thinner strokes needs a close-up
_DETAIL = 96  # pixels: the longer side of a glyph in a close-up
_POLARITIES = ("light ink on dark ground", "dark ink on light ground")


@dataclass(frozen=True)
class Prepared:
    """An input, and how it came about.

    Attributes:
        image: uint8 (height, width, channels), as the training images are.
        box: top, left, bottom, right of the glyph in the picture, in pixels.
        steps: pictures by their names, uint8 (height, width[, 3]), in the order of the work.
        notes: what was done or looked odd, a phrase each.
        plausibility: how much it looks like a glyph, 0 to 1, judged without knowing any glyphs.
        is_straight: whether it is a bare stroke, upright or oblique.
        falls: whether that runs from upper left to lower right.
        crowded: whether ink was left out that may be other glyphs.
        accompanied: whether it is a straight stroke, and small pieces beside it may be a glyph.
        cut: whether the picture's border cuts it.
        frames: whether something stands in a hole of it and may be the glyph.
        framed: whether it stands in a hole of what was left out, as in a circle or a box.
        on_sheet: whether only a sheet of paper in the picture was looked at.
    """

    image: NDArray[np.uint8]
    box: Box
    steps: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    plausibility: float = 1.0
    is_straight: bool = False
    falls: bool = False
    crowded: bool = False
    accompanied: bool = False
    cut: bool = False
    frames: bool = False
    framed: bool = False
    on_sheet: bool = False


@dataclass(frozen=True)
class _CloseUp:
    """A glyph at a size at which its strokes can be measured and changed.

    Attributes:
        window: the box in the picture of which it is a copy.
        factor: how much larger the copy is than the window.
        gray: float32 (height, width), the copy, ink bright.
        ink, glyph: what was found on the copy.
    """

    window: Box
    factor: float
    gray: NDArray[np.float32]
    ink: Ink
    glyph: Glyph


def as_drawn(
    picture: Picture, shape: tuple[int, int, int], preparation: Preparation
) -> Prepared | None:
    """The glyph of a drawing on an even ground, as an image; None for any other picture."""
    drawing = find_drawing(picture, _DETAIL, preparation.gap)
    if drawing is None:
        return None
    ink, glyph = drawing.ink, drawing.glyph
    seen = _CloseUp(drawing.window, drawing.factor, ink.strength, ink, glyph)
    image, steps = _worked_out(picture, seen, shape, preparation)
    box = _box(seen)
    notes = (_POLARITIES[drawing.dark],)
    return Prepared(
        image,
        box,
        steps,
        notes,
        drawing.plausibility,
        is_straight=glyph.is_straight,
    )


def as_seen(
    picture: Picture,
    sight: Sight,
    shape: tuple[int, int, int],
    preparation: Preparation,
    margin: int,
) -> Prepared | None:
    """The glyph that was seen, as an image; None where a close-up does not show it.

    Its plausibility is a factor on that of the sight.
    """
    seen = (
        _as_it_was_seen(sight) if _is_near(sight) else _from_near(picture, sight, preparation.gap)
    )
    if seen is None:
        return None
    glyph = seen.glyph
    image, steps = _worked_out(sight.overview.pixels, seen, shape, preparation)
    box = _box(seen)
    top, left, bottom, right = (max(0, edge - margin) for edge in box)
    limit = (picture.shape[0] - 2 * margin, picture.shape[1] - 2 * margin)
    box = (top, left, min(bottom, limit[0]), min(right, limit[1]))
    # Some of the glyph may be too faint to be seen on the small copy.
    across = not margin and not sight.glyph.at_border and _goes_across(box, limit)
    return Prepared(
        image,
        box,
        steps,
        _notes(sight),
        _LIGHT if across else 1.0,
        is_straight=glyph.is_straight,
        falls=glyph.is_straight and glyph.falls,
        crowded=bool(sight.glyph.rivals) or _leaves_out(sight),
        accompanied=sight.glyph.is_accompanied,
        on_sheet=sight.view.paper is not None,
        cut=sight.glyph.at_border,
        frames=sight.glyph.frame is not None,
        framed=sight.is_framed,
    )


def _goes_across(box: Box, sides: tuple[int, int]) -> bool:
    """Whether a box reaches two opposite borders of a picture with `sides` (height, width)."""
    return any(
        box[axis] <= _ACROSS * sides[axis] and box[axis + 2] >= (1 - _ACROSS) * sides[axis]
        for axis in (0, 1)
    )


def _worked_out(
    picture: NDArray[np.uint8] | NDArray[np.float32],
    seen: _CloseUp,
    shape: tuple[int, int, int],
    preparation: Preparation,
) -> tuple[NDArray[np.uint8], Steps]:
    """The image of a glyph, and the steps to it from the `picture` in which it was seen.

    The steps show only the glyph and what is around it.
    """
    around = seen.glyph.around(round(MARGIN * seen.glyph.side))
    ink = replace(seen.ink, strength=seen.ink.strength[around], mask=seen.ink.mask[around])
    kept = ink.soft() * seen.glyph.mask[around]
    image = as_trained(kept, shape, preparation)
    return image, Steps(picture, seen.gray[around], ink, kept, image)


def _is_near(sight: Sight) -> bool:
    """Whether a close-up would show nothing new.

    Where other ink, or all except a sheet of paper, was left out, the copy may have lost some of
    the glyph with it.
    """
    glyph, view = sight.glyph, sight.view
    enough = glyph.side >= _NEAR and glyph.stroke >= _BROAD
    whole = view.without is None and view.paper is None
    return sight.is_clear and enough and whole and not glyph.is_straight


def _as_it_was_seen(sight: Sight) -> _CloseUp:
    """The glyph on the small copy, which must have enough pixels."""
    gray = sight.view.lit(sight.overview.pixels) @ sight.contrast.direction
    return _CloseUp(sight.overview.part, sight.scale, gray, sight.ink, sight.glyph)


def _from_near(picture: Picture, sight: Sight, gap: float) -> _CloseUp | None:
    """The glyph in a close-up, about `_DETAIL` pixels large; None where it is not found there."""
    window, factor = sight.window(), _DETAIL / sight.side
    cut = _cut(picture, window, factor)
    lit = sight.view.lit(cut)
    detail = lit
    if sight.view.paper is not None:
        paper = sight.scaled(sight.view.paper, window, cut.shape)
        detail = sight.view.lit(on_paper(cut, paper))
    seen = sight.scaled(dilated(sight.glyph.mask), window, detail.shape)
    stroke = sight.stroke * factor
    ink = find_ink(detail, sight.contrast, stroke, seen)
    if ink is not None and sight.view.least:
        there = sight.scaled(sight.glyph.mask, window, detail.shape)
        least = sight.least(median(ink.strength[there if there.any() else seen]))
        ink = ink.stronger(least, seen)
    if ink is not None and sight.view.without is not None:
        ink = without_pieces(ink, sight.scaled(sight.view.without, window, detail.shape))
    edge = sight.overview.within(sight.view.paper)
    if edge is not None:
        edge = sight.scaled(edge, window, detail.shape)
    glyph = find_glyph(ink, edge, seen, sight.view.parts, gap) if ink else None
    if ink is None or glyph is None or glyph.side <= _LEAST * _DETAIL:
        return None
    return _CloseUp(window, factor, lit @ sight.contrast.direction, ink, glyph)


def _cut(picture: Picture, window: Box, factor: float) -> NDArray[np.float32]:
    top, left, bottom, right = window
    size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
    return resized(picture, size, window)


def _box(seen: _CloseUp) -> Box:
    """The glyph's box in the picture."""
    top, left, *_ = seen.window
    return (
        round(top + seen.glyph.top / seen.factor),
        round(left + seen.glyph.left / seen.factor),
        round(top + seen.glyph.bottom / seen.factor),
        round(left + seen.glyph.right / seen.factor),
    )


def _notes(sight: Sight) -> tuple[str, ...]:
    hue = sight.view.light is not None
    notes = ["ink of another hue" if hue else _POLARITIES[sight.contrast.dark]]
    if sight.glyph.rivals:
        notes.append(f"{sight.glyph.rivals + 1} glyphs, the likeliest was taken")
    if sight.view.beneath:
        notes.append("line beneath left out")
    elif _leaves_out(sight):
        notes.append("other ink left out")
    if sight.glyph.at_border:
        notes.append("cut by the border")
    return tuple(notes)


def _leaves_out(sight: Sight) -> bool:
    """Whether ink was left out that may be other glyphs."""
    return sight.view.without is not None and not sight.view.beneath
