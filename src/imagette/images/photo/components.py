"""Which connected pieces of ink make up the glyph, and which are specks, edges, neighbours."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.found import Ink
from imagette.images.photo.strokes import Mask, distances, stroke_of

_BORDER = 0.2  # weight of pieces that touch the picture's border: table edges, cropped neighbours
_NEAR = 0.25  # of the glyph's longer side: pieces within belong to it
_SMALL = 0.02  # of the glyph's ink: smaller pieces are specks
_EDGE = 1  # pixels along the edge of a sheet of paper
_CLEAR = 10.0  # standard deviations of noise, by which ink stands out well
_QUADRANGLE = 0.86  # of its rectangle is filled: an ellipse fills 0.79
_THICK = 0.42  # of the glyph's side: no stroke is as thick
_SLENDER = 0.4  # width by length, from which a filled rectangle is no stroke
_RIVAL = 0.4  # of the glyph's ink: so large a piece beside it is another glyph


@dataclass(frozen=True)
class Piece:
    """A connected piece of ink: its number, bounding box, and sum of strength."""

    number: int
    top: int
    left: int
    bottom: int
    right: int
    ink: float
    at_border: bool

    @property
    def side(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)


@dataclass(frozen=True)
class Glyph:
    """The pieces of one glyph.

    Attributes:
        mask: bool (height, width), their pixels.
        top, left, bottom, right: bounding box, the latter two exclusive.
        rivals: other pieces about as large.
        at_border: whether the glyph is cut by the picture's border.
        share: of all ink in the picture.
        stroke, thickest: width of the strokes, and of the thickest part, in pixels.
    """

    mask: Mask
    top: int
    left: int
    bottom: int
    right: int
    rivals: int
    at_border: bool
    share: float
    stroke: float
    thickest: float

    def cut(self, picture: NDArray[Any]) -> NDArray[Any]:
        """What of `picture` lies in the bounding box."""
        return picture[self.top : self.bottom, self.left : self.right]


def pieces_of(
    mask: Mask, strength: NDArray[np.float32], paper: Mask | None = None
) -> tuple[list[Piece], NDArray[np.int32]]:
    """All connected pieces, the heaviest first, and the number of each pixel's.

    Those that reach the edge of the picture, or of the `paper` in it, are at the border.
    """
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    ink = np.bincount(labels.ravel(), np.maximum(strength, 0).ravel(), count + 1)
    inner = np.ones(mask.shape, bool) if paper is None else paper
    border = ~ndimage.binary_erosion(inner, iterations=1 if paper is None else _EDGE)
    cut = np.bincount(labels[border], minlength=count + 1) > 0
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        box = (rows.start, columns.start, rows.stop, columns.stop)
        found.append(Piece(number, *box, float(ink[number]), bool(cut[number])))
    return sorted(found, key=lambda piece: -piece.ink), labels


def find_glyph(ink: Ink, paper: Mask | None = None) -> Glyph | None:
    """The glyph of a picture, or of a sheet of paper in it; None where there is no ink."""
    pieces, labels = pieces_of(ink.mask, ink.strength, paper)
    if not pieces:
        return None
    first = max(pieces, key=lambda piece: _weight(piece, ink.mask.shape))
    chosen, rest = [first], [piece for piece in pieces if piece is not first]
    grown = True
    while grown:
        grown = False
        for piece in list(rest):
            if _belongs(piece, chosen):
                chosen.append(piece)
                rest.remove(piece)
                grown = True
    total = sum(piece.ink for piece in chosen)
    rivals = sum(piece.ink > _RIVAL * total and not piece.at_border for piece in rest)
    kept = np.isin(labels, [piece.number for piece in chosen])
    share = total / max(sum(piece.ink for piece in pieces), 1e-6)
    top, left, bottom, right = _box(chosen)
    depth = distances(kept[top:bottom, left:right])
    stroke, thickest = stroke_of(depth), 2 * float(depth.max())
    border = first.at_border
    return Glyph(kept, top, left, bottom, right, rivals, border, share, stroke, thickest)


def _weight(piece: Piece, shape: tuple[int, ...]) -> float:
    """Ink counts, more in the middle of the picture, and little at its border."""
    y = (piece.top + piece.bottom) / 2 / shape[0] - 0.5
    x = (piece.left + piece.right) / 2 / shape[1] - 0.5
    central = float(np.exp(-2 * (x * x + y * y)))
    return piece.ink * central * (_BORDER if piece.at_border else 1.0)


def _belongs(piece: Piece, chosen: list[Piece]) -> bool:
    """Whether a piece is near enough and large enough to be a part of the glyph."""
    top, left, bottom, right = _box(chosen)
    side, ink = max(bottom - top, right - left), sum(other.ink for other in chosen)
    apart_x = max(piece.left - right, left - piece.right, 0)
    apart_y = max(piece.top - bottom, top - piece.bottom, 0)
    if piece.at_border and not any(other.at_border for other in chosen):
        return False
    if not _SMALL * ink < piece.ink:
        return False
    # Beside it stands another glyph; a detached bar lies above, or overlaps.
    if piece.ink > _RIVAL * ink and apart_x > 0:
        return False
    return float(np.hypot(apart_x, apart_y)) < _NEAR * side


def _box(pieces: list[Piece]) -> tuple[int, int, int, int]:
    return (
        min(piece.top for piece in pieces),
        min(piece.left for piece in pieces),
        max(piece.bottom for piece in pieces),
        max(piece.right for piece in pieces),
    )


def plausibility(glyph: Glyph, ink: Ink) -> float:
    """How much pieces look like a glyph: 1 for nothing against it, towards 0 the more there is.

    Against it speak a border that cuts it, more ink elsewhere, ink that hardly stands out of
    the noise, thickness, and the look of a sheet of paper.
    """
    value = min(1.0, ink.level / (_CLEAR * ink.noise))
    if glyph.at_border:
        value *= 0.4
    if glyph.share < 0.5:
        value *= 0.5 + glyph.share
    if glyph.thickest > _THICK * max(glyph.bottom - glyph.top, glyph.right - glyph.left):
        value *= 0.6
    return value * 0.2 if is_sheet(glyph) else value


def is_sheet(glyph: Glyph) -> bool:
    """Whether pieces look like a sheet of paper: their outline fills a quadrangle."""
    fill, aspect = _rectangle(ndimage.binary_fill_holes(glyph.cut(glyph.mask)))
    return fill > _QUADRANGLE and aspect > _SLENDER


def _rectangle(mask: Mask) -> tuple[float, float]:
    """Of the smallest upright or turned rectangle around a mask: filled share, and aspect."""
    y, x = np.nonzero(mask & ~ndimage.binary_erosion(mask))
    angles = np.deg2rad(np.arange(0, 90, 5))[:, np.newaxis]
    width = np.ptp(x * np.cos(angles) + y * np.sin(angles), axis=1) + 1
    height = np.ptp(y * np.cos(angles) - x * np.sin(angles), axis=1) + 1
    best = int(np.argmin(width * height))
    sides = sorted((float(width[best]), float(height[best])))
    return float(mask.sum()) / (sides[0] * sides[1]), sides[0] / sides[1]
