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
    """Whether one piece that is large against `outer` stands in its holes, or several do."""
    within = [piece for piece in near if is_within(piece, outer, 0)]
    if not within:
        return False
    part = labels[outer.top : outer.bottom, outer.left : outer.right]
    ink = part == outer.number
    enclosed = set(np.unique(part[without_holes(ink) & ~ink]).tolist())
    sides = [piece.side for piece in within if piece.number in enclosed]
    if max(sides, default=0) > _WRITTEN * min(outer.bottom - outer.top, outer.right - outer.left):
        return True
    if len(sides) < _ENTRIES:
        return False
    least = _ENTRY * stroke_width(ink)
    return sum(side > least for side in sides) >= _ENTRIES
