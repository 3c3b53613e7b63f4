"""Leaves out what is left of faint printed lines around the glyphs of a page: dashes and corners.

Of a box in gray, dotted or hatched lines, only the darkest parts are seen as ink. For their size
they have far less of it than any stroke of the glyphs beside them.
"""

import math

import numpy as np

from imagette.images.photo.raster.grid import Grid
from imagette.images.photo.raster.pieces import Piece
from imagette.images.photo.raster.resizing import Box, overlap

_THIN = 0.2  # of the ink that glyphs beside it have for their size: a remnant has less
_SMALL = 0.85  # of the height of glyphs beside it: a remnant's longer side is less
_NEAR = 1.0  # heights around a glyph, within which its boxes' lines are


def without_remnants(pieces: list[Piece]) -> list[Piece]:
    """The pieces without those that have far less ink for their size than the larger ones near."""
    if not pieces:
        return []
    sides = [piece.side for piece in pieces]
    grid = Grid.of(float(np.median(sides)), (1 + 2 * _NEAR) * max(sides))
    for position, piece in enumerate(pieces):
        grid.put(position, _around(piece))
    return [
        piece
        for piece in pieces
        if not _is_remnant(piece, [pieces[position] for position in grid.near(piece.box)])
    ]


def _is_remnant(piece: Piece, near: list[Piece]) -> bool:
    """Whether it has far less ink for its size than the larger ones of `near` it stands beside."""
    larger = [
        _density(other)
        for other in near
        if piece.side < _SMALL * (other.bottom - other.top) and overlap(piece.box, _around(other))
    ]
    return bool(larger) and _density(piece) < _THIN * float(np.median(larger))


def _around(glyph: Piece) -> Box:
    """A glyph's box with the room in which the lines of its own box are."""
    room = math.ceil(_NEAR * (glyph.bottom - glyph.top))
    top, left, bottom, right = glyph.box
    return top - room, left - room, bottom + room, right + room


def _density(piece: Piece) -> float:
    """Ink for each pixel of a piece's height and width: about that of its stroke, along it."""
    return piece.ink / (piece.bottom - piece.top + piece.right - piece.left)
