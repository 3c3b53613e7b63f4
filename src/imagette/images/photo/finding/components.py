"""Which connected pieces of ink make up the glyph, and which are specks, edges, neighbours."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.finding.neighbours import is_beside_pen, is_dot, may_be_glyph
from imagette.images.photo.raster.morphology import dilated
from imagette.images.photo.raster.pieces import Piece, box_of, pieces_of, pixels_of
from imagette.images.photo.raster.quantiles import quantile
from imagette.images.photo.raster.strokes import (
    Mask,
    distances,
    is_straight,
    stroke_of,
    without_holes,
)
from imagette.images.photo.separation.ink import Ink

_BORDER = 0.2  # weight of pieces that touch the picture's border: table edges, cropped neighbours
_CLEAR = 10.0  # standard deviations of noise: ink that is stronger stands out well
_SMALL = 0.02  # of the glyph's ink: smaller pieces are specks
_DOTS = 0.3  # of the glyph's longer side: dots are shorter
_SEEN = 0.5  # of a piece's pixels: if more lie in a region, the piece belongs to it
_RIVAL = 0.4  # of the glyph's ink: a piece beside it that has more is another glyph
_RIVAL_OF_STROKE = 0.1  # of a straight stroke's ink: a piece beside it that has more is a glyph
_BAR = 0.5  # of the glyph's height: a lower piece may be its bar, as in a 7
_BAR_WIDTH = (0.4, 1.6)  # of the glyph's width: letters are narrower, and printed lines wider
_FRAMED = 0.3  # of a frame's side: what it frames is larger
_OPEN = 0.25  # of a frame drawn by hand: half the width of the widest gap that is closed in it
_OUTLINE = 0.2  # of a frame's side: a piece that is nearer to it all along outlines a stroke

# What a glyph may consist of: one piece; pieces near it, except neighbours; all pieces near it.
Parts = Literal["one", "near", "all"]


@dataclass(frozen=True, eq=False)
class Glyph:
    """The pieces of one glyph, equal only to itself.

    Attributes:
        mask: bool (height, width), their pixels.
        top, left, bottom, right: bounding box, the latter two exclusive.
        rivals: other pieces about as large.
        is_accompanied: whether it is a straight stroke, as a pen's, beside what may be a glyph.
        at_border: whether the glyph is cut by the picture's border.
        share: of all ink in the picture that does not reach its border, unless the glyph does.
        others: bool (height, width), the pixels of that other ink.
        frame: bool (height, width), the piece that encloses others, its gap closed; else None.
    """

    mask: Mask
    top: int
    left: int
    bottom: int
    right: int
    rivals: int
    at_border: bool
    share: float
    others: Mask
    frame: Mask | None = None
    is_accompanied: bool = False

    @property
    def side(self) -> int:
        """The longer side of the bounding box, in pixels."""
        return max(self.bottom - self.top, self.right - self.left)

    @cached_property
    def stroke(self) -> float:
        """Width of the strokes, in pixels."""
        return stroke_of(self._depth)

    @cached_property
    def thickest(self) -> float:
        """Width of the thickest part, in pixels."""
        return 2 * float(self._depth.max())

    @cached_property
    def is_straight(self) -> bool:
        """Whether it is a bare stroke, upright or oblique."""
        return is_straight(self.cut(self.mask))

    @property
    def falls(self) -> bool:
        """Whether a straight stroke runs from upper left to lower right, not from lower left."""
        y, x = np.nonzero(self.cut(self.mask))
        return bool(((y - y.mean()) * (x - x.mean())).sum() > 0)

    @cached_property
    def _depth(self) -> NDArray[np.float32]:
        return distances(self.cut(self.mask))

    def cut(self, picture: NDArray[Any]) -> NDArray[Any]:
        """The part of `picture` in the bounding box."""
        return picture[self.around(0)]

    def around(self, margin: int) -> tuple[slice, slice]:
        """The rows and columns of the bounding box, `margin` pixels wider on each side."""
        return (
            slice(max(0, self.top - margin), self.bottom + margin),
            slice(max(0, self.left - margin), self.right + margin),
        )


def find_glyph(
    ink: Ink,
    paper: Mask | None = None,
    seen: Mask | None = None,
    parts: Parts = "near",
    gap: float = 0.25,
) -> Glyph | None:
    """The glyph of a picture, or of a sheet of paper in it; None where there is no ink.

    Pieces that lie further from it than `gap`, a share of its longer side, are no part of it.
    If `seen`, bool (height, width), tells where it was before, it has all pieces mostly there.
    """
    pieces, labels = ink.pieces if paper is None else pieces_of(ink.mask, ink.strength, paper)
    if not pieces:
        return None
    inside = _share_inside(labels, seen) if seen is not None else np.ones(len(pieces) + 1)
    first = max(pieces, key=lambda p: _weight(p, ink.mask.shape) * inside[p.number] ** 2)
    chosen = [p for p in pieces if p is first or (seen is not None and inside[p.number] > _SEEN)]
    rest = [piece for piece in pieces if piece not in chosen]
    grown = parts != "one"
    while grown:
        grown = False
        for piece in list(rest):
            if _belongs(piece, chosen, labels, parts, gap) and not is_beside_pen(
                piece, chosen, labels
            ):
                chosen.append(piece)
                rest.remove(piece)
                grown = True
    total = sum(piece.ink for piece in chosen)
    kept = pixels_of(chosen, labels)
    top, left, bottom, right = box_of(chosen)
    # Dots beside a far larger glyph are holes or blots; others may be the strokes of one.
    shorter = _DOTS * max(bottom - top, right - left)
    dots = [p for p in rest if p.ink > _SMALL * total and p.side < shorter and is_dot(p, labels)]
    others = [piece for piece in rest if piece not in dots]
    # A sheet's edges reach its border; beside a bare stroke it may be shadows, and noise does, too.
    edges = paper is not None and not first.at_border and any(other.at_border for other in others)
    clear = ink.level > _CLEAR * ink.noise
    if edges and clear and not is_straight(kept[top:bottom, left:right]):
        others = [piece for piece in others if not piece.at_border]
    share = total / max(total + sum(piece.ink for piece in others), 1e-6)
    rivals = _rivals(others, total, kept[top:bottom, left:right])
    frame = _frame(pieces, chosen, labels)
    beside = pixels_of(others, labels)
    glyph = Glyph(kept, top, left, bottom, right, rivals, first.at_border, share, beside, frame)
    accompanied = any(may_be_glyph(piece, total, glyph.side) for piece in rest)
    return replace(glyph, is_accompanied=accompanied and glyph.is_straight)


def _rivals(rest: list[Piece], ink: float, glyph: Mask) -> int:
    """How many of the other pieces may be meant instead of a `glyph` with that much ink.

    Less ink suffices beside a straight stroke, which may be a pen's or an edge's.
    """
    others = [piece.ink / ink for piece in rest if not piece.at_border]
    if any(_RIVAL_OF_STROKE < other <= _RIVAL for other in others):
        least = _RIVAL_OF_STROKE if is_straight(glyph) else _RIVAL
        return sum(other > least for other in others)
    return sum(other > _RIVAL for other in others)


def without_pieces(ink: Ink, region: Mask) -> Ink:
    """Ink without the pieces that lie mostly in a region, bool (height, width)."""
    labels = ink.pieces[1]
    outside = _share_inside(labels, region) < _SEEN
    outside[0] = False
    gone = dilated(ink.mask & ~outside[labels])
    return replace(ink, mask=outside[labels], strength=np.where(gone, 0, ink.strength))


def _frame(pieces: list[Piece], chosen: list[Piece], labels: NDArray[np.int32]) -> Mask | None:
    """The piece of a glyph that encloses another not much smaller; None if none does."""
    for outer in chosen:
        least = _FRAMED * outer.side
        inner = [piece for piece in pieces if is_within(piece, outer, least)]
        if not inner:
            continue
        ring: Mask = labels == outer.number
        numbers = [piece.number for piece in inner]
        if _encloses(ring, labels, numbers, outer.side):
            return ring
        ring = _without_gap(ring, round(_OPEN * outer.side))
        if _encloses(ring, labels, numbers, outer.side):
            return ring
    return None


def _without_gap(ring: Mask, reach: int) -> Mask:
    """The ring with a gap of up to twice `reach` closed, along what it would enclose."""
    grown = dilated(ring, reach)
    within = dilated(without_holes(grown) & ~grown, reach) & ~ring
    return ring | (dilated(within) & ~within)


def _encloses(ring: Mask, labels: NDArray[np.int32], numbers: list[int], side: int) -> bool:
    """Whether one of the pieces lies within a ring of that `side`, and not all along it."""
    inside = _share_inside(labels, without_holes(ring) & ~ring)
    enclosed = [number for number in numbers if inside[number] > _SEEN]
    if not enclosed:
        return False
    away: Any = ndimage.distance_transform_edt(~ring)
    return any(quantile(away[labels == n], 0.9) > _OUTLINE * side for n in enclosed)


def is_within(piece: Piece, outer: Piece, least: float) -> bool:
    """Whether a piece is longer than `least` pixels and its box lies within that of `outer`."""
    return (
        (outer.top < piece.top and outer.left < piece.left)
        and (piece.bottom < outer.bottom and piece.right < outer.right)
        and piece.side > least
    )


def _share_inside(labels: NDArray[np.int32], region: Mask) -> NDArray[np.float64]:
    """The share of each piece, by its number, that lies in a region."""
    sizes = np.bincount(labels[labels > 0], minlength=1)  # most pixels are none's: left out
    share: NDArray[np.float64] = np.bincount(labels[region], minlength=len(sizes)) / sizes.clip(1)
    return share


def _weight(piece: Piece, shape: tuple[int, ...]) -> float:
    """A piece's ink, weighted more in the middle of the picture, and little at its border."""
    y = (piece.top + piece.bottom) / 2 / shape[0] - 0.5
    x = (piece.left + piece.right) / 2 / shape[1] - 0.5
    central = float(np.exp(-2 * (x * x + y * y)))
    return piece.ink * central * (_BORDER if piece.at_border else 1.0)


def _belongs(
    piece: Piece, chosen: list[Piece], labels: NDArray[np.int32], parts: Parts, gap: float
) -> bool:
    """Whether a piece is near enough and large enough to be a part of the glyph."""
    ink = sum(other.ink for other in chosen)
    if not _SMALL * ink < piece.ink:  # first: most pieces are specks
        return False
    if piece.at_border and not any(other.at_border for other in chosen):
        return False
    top, left, bottom, right = box_of(chosen)
    side = max(bottom - top, right - left)
    apart_x, apart_y = _apart(piece, chosen)
    # What stands beside it is another glyph; a detached bar lies above it, overlaps it or is low.
    low = piece.bottom - piece.top < _BAR * (bottom - top)
    if piece.ink > _RIVAL * ink and apart_x > 0 and not low and parts != "all":
        return False
    wide, widest = (share * (right - left) for share in _BAR_WIDTH)
    over = apart_x == 0 and low and wide < piece.right - piece.left < widest
    if over and is_straight(labels[piece.place] == piece.number):  # as letters are not
        side = max(side, bottom - top + apart_y + piece.bottom - piece.top)
    return math.hypot(apart_x, apart_y) < gap * side


def _apart(piece: Piece, chosen: list[Piece]) -> tuple[int, int]:
    """Horizontal and vertical distance, in pixels, between a piece and the box of others."""
    top, left, bottom, right = box_of(chosen)
    return (
        max(piece.left - right, left - piece.right, 0),
        max(piece.top - bottom, top - piece.bottom, 0),
    )


def widest_gap(mask: Mask) -> float:
    """The widest gap between the pieces of one glyph, as in `find_glyph`; 0 for one piece."""
    pieces, _ = pieces_of(mask, mask.astype(np.float32))
    total = sum(piece.ink for piece in pieces)
    chosen, rest = pieces[:1], [piece for piece in pieces[1:] if piece.ink > _SMALL * total]
    widest = 0.0
    while rest:
        nearest = min(rest, key=lambda piece: math.hypot(*_apart(piece, chosen)))
        top, left, bottom, right = box_of(chosen)
        gap = math.hypot(*_apart(nearest, chosen)) / max(bottom - top, right - left)
        widest = max(widest, gap)
        chosen.append(nearest)
        rest.remove(nearest)
    return widest
