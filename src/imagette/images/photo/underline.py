"""Lines beneath a glyph: drawn under it, or printed on a form for it to stand on."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from imagette.images.photo.ink import Ink
from imagette.images.photo.pieces import Piece, Pieces
from imagette.images.photo.strokes import Mask

_MOST = 8  # pieces, the heaviest, that may be the line
_OBLIQUE = 0.45  # height by width of an oblique line, at most,
_STEEPEST = 0.36  # rows a column, that it rises or falls at most;
_FLAT = 0.2  # height by width of a level one, at most,
_LOW = 0.25  # and its height by that of the glyph
_WIDE = 0.9  # of the glyph's width, at least: the foot of a 1 is narrower,
_LONG = 1.4  # or so long where it is near: the foot of a 2 may be a stroke of its own
_APART = (0.12, 0.6)  # of the glyph's height, from its foot down to the line: near, and far
_ABOVE = 0.6  # of a glyph's width lies above the line
_SPECK = 0.05  # of the line's ink: smaller pieces are no glyph
_SECOND = 0.5  # of its length, at least, is that of another line beneath


def line_beneath(ink: Ink) -> Mask | None:
    """The line on which a glyph stands, bool (height, width); None where there is none.

    Where there are two or more, all of them.
    """
    pieces, labels = ink.pieces
    # The uppermost of several. Dirt is no line, and each that is tried takes a look at all ink.
    for piece in sorted(pieces[:_MOST], key=lambda piece: piece.top):
        if piece.bottom - piece.top > _OBLIQUE * (piece.right - piece.left):
            continue
        level = _levelled(piece, (pieces, labels))
        line = next((other for other in level if other.number == piece.number), None)
        if line is None or not _is_flat(line):
            continue
        above = [other for other in level if _stands(other, line)]
        if above and _is_beneath(line, above):
            more = [other for other in level if _is_second(other, line, above)]
            mask: Mask = np.isin(labels, [piece.number, *(other.number for other in more)])
            return mask
    return None


def _levelled(line: Piece, pieces: Pieces) -> list[Piece]:
    """All pieces as if the picture were sheared until a line is level; none if it is too steep."""
    found, labels = pieces
    y, x = np.nonzero(labels[line.top : line.bottom, line.left : line.right] == line.number)
    x = x - x.mean()
    slope = float((x * y).sum() / max((x * x).sum(), 1))
    if round(slope * (line.right - line.left)) == 0:
        return found
    if abs(slope) > _STEEPEST:
        return []
    y, x = np.nonzero(labels)
    rows = np.rint(y - slope * (x - (line.left + line.right) / 2))
    numbers = [piece.number for piece in found]
    tops, bottoms = (
        extreme(rows, labels[y, x], numbers).astype(int)
        for extreme in (ndimage.minimum, ndimage.maximum)
    )
    return [
        replace(piece, top=int(top), bottom=int(bottom) + 1)
        for piece, top, bottom in zip(found, tops, bottoms, strict=True)
    ]


def _is_flat(piece: Piece) -> bool:
    return piece.bottom - piece.top <= _FLAT * (piece.right - piece.left)


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


def _is_second(piece: Piece, line: Piece, above: list[Piece]) -> bool:
    """Whether a piece is another line, beneath that beneath the pieces above it."""
    height = max(p.bottom for p in above) - min(p.top for p in above)
    return (
        piece is not line
        and _is_flat(piece)
        and 0 <= piece.top - line.top < _APART[1] * height
        and min(piece.right, line.right) - max(piece.left, line.left)
        > _SECOND * (line.right - line.left)
    )
