"""Boxes, borders, tables and circles drawn around the glyphs of a page: found, and left out."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.components import Piece, is_within
from imagette.images.photo.places import Places
from imagette.images.photo.strokes import stroke_width, without_holes

_WRITTEN = 0.3  # of a frame's shorter side, at least, is what is written into it;
_ENTRIES, _ENTRY = 3, 4.0  # or so many pieces, larger than so many strokes: into a table


def without_frames(pieces: list[Piece], labels: NDArray[np.int32]) -> list[Piece]:
    """Pieces, by the numbers of the pixels, without those in whose holes others stand."""
    if not pieces:
        return []
    places = Places(max(1, round(float(np.median([piece.side for piece in pieces])))))
    for position, piece in enumerate(pieces):
        places.put(position, piece.box)
    return [
        outer
        for outer in pieces
        if not _is_frame(outer, [pieces[position] for position in places.near(outer.box)], labels)
    ]


def _is_frame(outer: Piece, near: list[Piece], labels: NDArray[np.int32]) -> bool:
    """Whether something is written into the holes of a piece."""
    within = [piece for piece in near if is_within(piece, outer, 0)]
    if not _is_written(within, outer, 1.0):  # of most pieces no holes have to be looked for
        return False
    part = labels[outer.top : outer.bottom, outer.left : outer.right]
    ink = part == outer.number
    enclosed = set(np.unique(part[without_holes(ink) & ~ink]).tolist())
    inner = [piece for piece in within if piece.number in enclosed]
    return _is_written(inner, outer, stroke_width(ink))


def _is_written(pieces: list[Piece], outer: Piece, stroke: float) -> bool:
    """Whether one of them is large against a piece of such strokes, or several are against those.

    What is not may be dirt in the loops of a glyph.
    """
    large = _WRITTEN * min(outer.bottom - outer.top, outer.right - outer.left)
    entries = sum(piece.side > _ENTRY * stroke for piece in pieces)
    return entries >= _ENTRIES or any(piece.side > large for piece in pieces)
