"""Lines beneath a glyph: drawn under it, or printed on a form for it to stand on."""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from imagette.images.photo.raster.pieces import Piece, Pieces, pixels_of
from imagette.images.photo.raster.strokes import Mask
from imagette.images.photo.separation.ink import Ink

_MOST = 8  # pieces, the heaviest: only these may be the line
_OBLIQUE = 0.45  # height by width: an oblique line's is at most this
_STEEPEST = 0.36  # rows per column: a line rises or falls by at most as much
_FLAT = 0.2  # height by width: a level line's is at most this
_LOW = 0.25  # of the glyph's height: the line is lower
_WIDE = 0.9  # of the glyph's width: a line far beneath is longer; the foot of a 1 is not
_LONG = 1.4  # of the glyph's width: a line near beneath is longer; a separate foot of a 2 is not
_APART = (0.12, 0.6)  # of the glyph's height: a gap up to the first is near, up to the second far
_ABOVE = 0.6  # of a piece's width: if as much of it lies over the line, it stands on the line
_SPECK = 0.05  # of the line's ink: pieces with no more are no glyph
_SECOND = 0.5  # of the line's length: another line beneath runs along more of it


def line_beneath(ink: Ink) -> Mask | None:
    """The line on which a glyph stands, bool (height, width); None where there is none.

    If there are several beneath one another, all of them.
    """
    pieces, labels = ink.pieces
    # The uppermost comes first. Only heavy pieces are tried, as each trial looks at all ink.
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
            numbers = {piece.number, *(other.number for other in more)}
            return pixels_of([other for other in pieces if other.number in numbers], labels)
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
    """Whether a piece stands on a line, and is no speck."""
    across = min(piece.right, line.right) - max(piece.left, line.left)
    return (
        piece is not line
        and piece.ink > _SPECK * line.ink
        and piece.top < line.top
        and piece.bottom <= line.bottom
        and across >= _ABOVE * (piece.right - piece.left)
    )


def _is_beneath(line: Piece, above: list[Piece]) -> bool:
    """Whether a flat piece is a line beneath the glyph of the pieces above it, not its part."""
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
    """Whether a piece is another line, beneath the `line` on which the pieces `above` stand."""
    height = max(p.bottom for p in above) - min(p.top for p in above)
    return (
        piece is not line
        and _is_flat(piece)
        and 0 <= piece.top - line.top < _APART[1] * height
        and min(piece.right, line.right) - max(piece.left, line.left)
        > _SECOND * (line.right - line.left)
    )
