"""The glyph of a drawing: ink on a ground that is exactly even, as a canvas or a screen has it.

There is no light to even out, no noise, no paper and no line, so the ink is seen at once. Anything
less plain is left to `search.py`, which takes at least twice as long.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.finding.components import Glyph, find_glyph
from imagette.images.photo.finding.plausibility import plausibility
from imagette.images.photo.finding.underline import line_beneath
from imagette.images.photo.raster.resizing import Box, Picture, resized
from imagette.images.photo.raster.strokes import Mask, box_around
from imagette.images.photo.separation.contrast import main_direction
from imagette.images.photo.separation.ground import ink_level, ink_mask
from imagette.images.photo.separation.ink import Ink, spans

_LARGEST = 1000  # pixels of the longer side: in larger pictures a search on a copy is as fast
_SMALLEST = 32  # pixels of the ink's longer side: what is smaller needs more care
_EVEN = 0.5  # of the picture: at least this share is exactly ground
_INKED = 0.4  # of the largest difference from the ground: what is fainter does not count for a box
_MARGIN = 0.1  # of the ink's longer side: the margin around it
_NOISE = 1.0  # gray levels: the noise that is assumed, though an even ground has none
_ONE_COLOUR = 0.02  # of the ink's sum of squares: at most this share is off its main colour
_WHOLE = 0.9  # of the ink's longer side: if the glyph's is less, there is more than a glyph
_MOST = 0.5  # of the ink: the glyph has more than this share
_THICK = 0.6  # plausibility: a glyph has more, even with thick strokes


@dataclass(frozen=True)
class Drawing:
    """A glyph on an even ground.

    Attributes:
        window: the box in the picture that holds the glyph and a margin.
        factor: how much larger `ink` is than that.
        dark: whether ink is darker than the ground.
        ink, glyph: at the size at which strokes are worked out.
        plausibility: how much it looks like a glyph, 0 to 1.
    """

    window: Box
    factor: float
    dark: bool
    ink: Ink
    glyph: Glyph
    plausibility: float


def find_drawing(picture: Picture, side: int, gap: float) -> Drawing | None:
    """The one glyph in a drawing, uint8 (height, width, 1 or 3), its longer side `side` pixels.

    Its pieces lie no further apart than `gap`, a share of its longer side.
    None where the ground is not even, the ink not of one colour, or more speaks against its being
    a glyph than thick strokes.
    """
    inked = _inked(picture)
    box = None if inked is None else box_around(inked)
    if box is None:
        return None
    top, left, bottom, right = box
    longer = max(bottom - top, right - left)
    if longer < _SMALLEST:
        return None
    margin = round(_MARGIN * longer) + 2
    height, width = picture.shape[:2]
    window = (
        max(0, top - margin),
        max(0, left - margin),
        min(height, bottom + margin),
        min(width, right + margin),
    )
    factor = side / longer
    size = (round((window[3] - window[1]) * factor), round((window[2] - window[0]) * factor))
    strength = _strength(resized(picture, size, window) - picture[0, 0].astype(np.float32))
    if strength is None:
        return None
    found = _glyph(strength[0], _WHOLE * side, gap)
    return Drawing(window, factor, strength[1], *found) if found else None


def _inked(picture: Picture) -> Mask | None:
    """Where ink is, bool (height, width); None where the ground is not the same everywhere."""
    if max(picture.shape[:2]) > _LARGEST:
        return None
    ground = picture[0, 0]
    border = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
    if any((side != ground).any() for side in border):
        return None
    away = np.zeros(picture.shape[:2], np.uint8)
    for channel, level in enumerate(ground):
        plane = picture[..., channel]
        np.maximum(away, np.maximum(plane, level) - np.minimum(plane, level), out=away)
    if np.count_nonzero(away) > (1 - _EVEN) * away.size:
        return None
    inked: Mask = away > _INKED * int(away.max())
    return inked


def _strength(difference: NDArray[np.float32]) -> tuple[NDArray[np.float32], bool] | None:
    """How far each pixel of (height, width, channels) is from the ground; whether ink is darker.

    None where ink differs from the ground in more than one direction.
    """
    if difference.shape[2] == 1:
        direction = np.ones(1, np.float32)
    else:
        direction = main_direction(difference.reshape(-1, difference.shape[2]))
    along = difference @ direction
    if along.sum() < 0:
        direction, along = -direction, -along
    squares = float((difference * difference).sum())
    aligned = float((along[along > 0] ** 2).sum())
    if squares - aligned > _ONE_COLOUR * squares:
        return None
    return along, bool(direction.sum() < 0)


def _glyph(
    strength: NDArray[np.float32], least: float, gap: float
) -> tuple[Ink, Glyph, float] | None:
    """The ink, the glyph and how plausible it is; None unless they are plain.

    The glyph's longer side has at least `least` pixels, and nothing else is there.
    """
    level = ink_level(strength, None, _NOISE)
    if not level:
        return None
    mask = ink_mask(strength, level, _NOISE)
    if spans(mask):
        return None
    ink = Ink(strength, mask, level, _NOISE, stroke=1)
    glyph = find_glyph(ink, gap=gap)
    if glyph is None or glyph.side < least:
        return None
    ink = replace(ink, stroke=glyph.stroke)
    alone = not glyph.rivals and not glyph.at_border and glyph.frame is None
    alone = alone and line_beneath(ink) is None
    value = plausibility(glyph, ink)
    return (ink, glyph, value) if alone and glyph.share > _MOST and value > _THICK else None
