"""A line beneath a glyph: drawn under it, or printed on a form for it to stand on."""

from imagette.images.photo.ink import Ink
from imagette.images.photo.pieces import Piece
from imagette.images.photo.strokes import Mask

_FLAT = 0.2  # height by width of a line, which may be a little oblique, at most,
_LOW = 0.25  # and its height by that of the glyph
_WIDE = 0.9  # of the glyph's width, at least: the foot of a 1, or of a broken 2, is narrower,
_LONG = 1.4  # or so long where it touches
_APART = (0.04, 0.6)  # of the glyph's height, from its foot down to the line
_ABOVE = 0.6  # of a glyph's width lies above the line
_SPECK = 0.05  # of the line's ink: smaller pieces are no glyph


def line_beneath(ink: Ink) -> Mask | None:
    """The line on which a glyph stands, bool (height, width); None where there is none."""
    pieces, labels = ink.pieces
    for line in pieces:
        if line.bottom - line.top <= _FLAT * (line.right - line.left):
            above = [piece for piece in pieces if _stands(piece, line)]
            if above and _is_beneath(line, above):
                mask: Mask = labels == line.number
                return mask
    return None


def _stands(piece: Piece, line: Piece) -> bool:
    """Whether a piece is above a line, and no speck."""
    across = min(piece.right, line.right) - max(piece.left, line.left)
    return (
        piece is not line
        and piece.ink > _SPECK * line.ink
        and piece.top < line.top
        and piece.bottom <= line.bottom
        and across >= _ABOVE * (piece.right - piece.left)
    )


def _is_beneath(line: Piece, above: list[Piece]) -> bool:
    """Whether a flat piece is no part of the glyph of the pieces above it."""
    top, bottom = min(p.top for p in above), max(p.bottom for p in above)
    height = bottom - top
    width = max(p.right for p in above) - min(p.left for p in above)
    gap, length = (line.top - bottom) / height, line.right - line.left
    near, far = _APART
    return (
        line.bottom - line.top < _LOW * height
        and gap < far
        and length > (_WIDE if gap > near else _LONG) * width
    )
