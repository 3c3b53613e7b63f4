"""Boxes, borders and circles drawn around the glyphs of a page: found, and left out."""

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.components import Piece, is_within
from imagette.images.photo.places import Places
from imagette.images.photo.strokes import without_holes

_WRITTEN = 0.3  # of a frame's shorter side, at least, is what is written into it


def without_frames(pieces: list[Piece], labels: NDArray[np.int32]) -> list[Piece]:
    """Pieces, by the numbers of the pixels, without those in whose holes others stand."""
    if not pieces:
        return []
    places = Places(max(1, round(float(np.median([piece.side for piece in pieces])))))
    for position, piece in enumerate(pieces):
        places.put(position, piece.box)
    kept = []
    for outer in pieces:
        least = _WRITTEN * min(outer.bottom - outer.top, outer.right - outer.left)
        near = (pieces[position] for position in places.near(outer.box))
        inner = {piece.number for piece in near if is_within(piece, outer, least)}
        if not inner or inner.isdisjoint(_in_holes(outer, labels)):
            kept.append(outer)
    return kept


def _in_holes(outer: Piece, labels: NDArray[np.int32]) -> set[int]:
    """The numbers of what lies in the holes of a piece."""
    part = labels[outer.top : outer.bottom, outer.left : outer.right]
    ink = part == outer.number
    return set(np.unique(part[without_holes(ink) & ~ink]).tolist())
