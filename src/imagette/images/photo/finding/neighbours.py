"""What lies beside a glyph and is no part of it: a pen, the holes of a punched sheet, blots."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.pieces import Piece, box_of, pixels_of
from imagette.images.photo.raster.strokes import Mask, distances, is_straight, stroke_width

_OFF_A_PEN = 0.5  # of a pen's length: the glyph beside it is shorter
_LEAST_BESIDE = 0.25  # of a pen's length: a glyph is longer; what is shorter may be a dot
_STANDS_OFF = 0.5  # of its longer side: a glyph is further from a pen, a part from its glyph is not
_THICKER = (1.6, 2.5)  # times the strokes of a glyph, and pixels more: a pen beside it is thicker
_COMPANY = (0.01, 0.08)  # of a pen's ink, and of its side: what has more may be a glyph
_DOT = 0.75  # of its longer side: a dot is as wide, and as thick
_TOO_SMALL = 3  # pixels: of what is narrower it cannot be told


def is_beside_pen(piece: Piece, chosen: list[Piece], labels: NDArray[np.int32]) -> bool:
    """Whether one of piece and first chosen is a straight stroke, long as a pen, the other far off.

    The box of an oblique pen holds much that is far from the pen itself. A piece that is near any
    of the chosen belongs to them, unless the pen is far thicker than the strokes of a glyph.
    """
    pen, other = sorted((piece, chosen[0]), key=lambda piece: -piece.side)
    if other.side >= _OFF_A_PEN * pen.side or not is_straight(labels[pen.place] == pen.number):
        return False
    if _is_thicker(*(labels[one.place] == one.number for one in (pen, other))):
        return True
    if other.side <= _LEAST_BESIDE * pen.side:
        return False
    top, left, bottom, right = box_of([piece, *chosen])
    both = labels[top:bottom, left:right]
    away: Any = ndimage.distance_transform_edt(~pixels_of(chosen, labels)[top:bottom, left:right])
    return bool(away[both == piece.number].min() > _STANDS_OFF * other.side)


def _is_thicker(pen: Mask, strokes: Mask) -> bool:
    """Whether a pen is so much thicker than strokes that it has not drawn them."""
    thick, thin = stroke_width(pen), stroke_width(strokes)
    times, more = _THICKER
    return thick > times * thin and thick > thin + more


def may_be_glyph(piece: Piece, ink: float, side: int) -> bool:
    """Whether a piece beside a pen, with that much `ink` and as long as `side`, is no speck."""
    least, length = _COMPANY
    return piece.ink > least * ink and piece.side > length * side and not piece.at_border


def is_dot(piece: Piece, labels: NDArray[np.int32]) -> bool:
    """Whether a piece is about as thick as it is long: a hole punched in the paper, or a blot."""
    height, width = piece.bottom - piece.top, piece.right - piece.left
    if min(height, width) < max(_TOO_SMALL, _DOT * max(height, width)):
        return False
    return bool(2 * distances(labels[piece.place] == piece.number).max() > _DOT * piece.side)
