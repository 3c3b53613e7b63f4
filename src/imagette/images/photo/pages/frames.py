"""Leaves out what is around the glyphs of a page: boxes, tables, circles, shadows, lines."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.finding.components import is_within
from imagette.images.photo.raster.grid import Grid
from imagette.images.photo.raster.pieces import Piece
from imagette.images.photo.raster.quantiles import weighted_median
from imagette.images.photo.raster.strokes import stroke_width, without_holes

_WRITTEN = 0.3  # of a frame's shorter side: something written into it is longer
# Of the longer side of a piece at the border: its strokes are thicker than the first, and it is
# nowhere as thick as the second, which is large as the border may have cut that side by half.
_STROKE = (0.02, 0.42)
# Times the usual height, and times its own, an oblique line is wider; of its bounding box it fills
# less.
_LONG, _FLAT, _FILLED = 4.0, 2.0, 0.06
_ENTRIES, _ENTRY = 3, 4.0  # pieces in a table, at least; stroke widths that each exceeds


def without_frames(pieces: list[Piece], labels: NDArray[np.int32]) -> list[Piece]:
    """The pieces without those in whose holes others stand; `labels` has each pixel's number."""
    if not pieces:
        return []
    sides = [piece.side for piece in pieces]
    grid = Grid.of(float(np.median(sides)), float(max(sides)))
    for position, piece in enumerate(pieces):
        grid.put(position, piece.box)
    return [
        outer
        for outer in pieces
        if not _is_frame(outer, [pieces[position] for position in grid.near(outer.box)], labels)
    ]


def without_areas(pieces: list[Piece], labels: NDArray[np.int32]) -> list[Piece]:
    """The pieces without those that reach the border and are too thick or thin for strokes.

    Shadows, tables and sheets are, and so are their edges.
    """
    return [piece for piece in pieces if not piece.at_border or _has_strokes(piece, labels)]


def without_oblique_lines(pieces: list[Piece], labels: NDArray[np.int32]) -> list[Piece]:
    """The pieces without oblique lines far longer than glyphs are high, as on a tilted form.

    The box of such a line has all that stands above it in it, and would be taken for one glyph.
    """
    if not pieces:
        return []
    heights, inks = np.array([(piece.bottom - piece.top, piece.ink) for piece in pieces]).T
    usual = weighted_median(heights, inks)
    pixels = np.bincount(labels.ravel()).tolist()
    return [piece for piece in pieces if not _is_oblique_line(piece, usual, pixels[piece.number])]


def _is_oblique_line(piece: Piece, usual: float, pixels: int) -> bool:
    height, width = piece.bottom - piece.top, piece.right - piece.left
    return width >= max(_LONG * usual, _FLAT * height) and pixels < _FILLED * height * width


def _has_strokes(piece: Piece, labels: NDArray[np.int32]) -> bool:
    """Whether a piece is about as thick as strokes of its size are."""
    ink = labels[piece.top : piece.bottom, piece.left : piece.right] == piece.number
    # A piece goes on beyond the border, which is therefore not taken for its edge.
    depth: Any = ndimage.distance_transform_edt(ink)
    least, most = (share * piece.side for share in _STROKE)
    return stroke_width(ink) > least and 2 * float(depth.max()) < most


def _is_frame(outer: Piece, near: list[Piece], labels: NDArray[np.int32]) -> bool:
    """Whether something is written into the holes of a piece."""
    within = [piece for piece in near if is_within(piece, outer, 0)]
    if not _is_written(within, outer, 1.0):  # spares most pieces the search for holes
        return False
    part = labels[outer.top : outer.bottom, outer.left : outer.right]
    ink = part == outer.number
    enclosed = set(np.unique(part[without_holes(ink) & ~ink]).tolist())
    inner = [piece for piece in within if piece.number in enclosed]
    return _is_written(inner, outer, stroke_width(ink))


def _is_written(pieces: list[Piece], outer: Piece, stroke: float) -> bool:
    """Whether one piece is large against `outer`, or several are against its `stroke`.

    Smaller ones may be dirt in the loops of a glyph.
    """
    large = _WRITTEN * min(outer.bottom - outer.top, outer.right - outer.left)
    entries = sum(piece.side > _ENTRY * stroke for piece in pieces)
    return entries >= _ENTRIES or any(piece.side > large for piece in pieces)
