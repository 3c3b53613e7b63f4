"""Connected pieces of ink."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.morphology import eroded
from imagette.images.photo.raster.resizing import Box
from imagette.images.photo.raster.strokes import Mask

_EDGE = 1  # pixels: width of the edge of a sheet of paper

# The pieces, the heaviest first, and the labels: the number of each pixel's piece, 0 for none.
Pieces = tuple["list[Piece]", NDArray[np.int32]]


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
    def box(self) -> Box:
        return self.top, self.left, self.bottom, self.right

    @property
    def place(self) -> tuple[slice, slice]:
        """The rows and columns of its box."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def side(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)


def pixels_of(pieces: Iterable[Piece], labels: NDArray[np.int32]) -> Mask:
    """The mask of some of the pieces of `labels`: np.isin would take ten times as long."""
    mask = np.zeros(labels.shape, bool)
    for piece in pieces:
        mask[piece.place] |= labels[piece.place] == piece.number
    return mask


def box_of(pieces: list[Piece]) -> Box:
    """The box around several pieces."""
    return (
        min(piece.top for piece in pieces),
        min(piece.left for piece in pieces),
        max(piece.bottom for piece in pieces),
        max(piece.right for piece in pieces),
    )


def pieces_of(mask: Mask, strength: NDArray[np.float32], paper: Mask | None = None) -> Pieces:
    """All connected pieces, the heaviest first, and the number of each pixel's piece.

    Those that reach the edge of the picture, or of the `paper` in it, are at the border.
    """
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    ink = np.bincount(labels[mask], np.maximum(strength[mask], 0), count + 1)
    if paper is None:
        border = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    else:
        border = labels[~eroded(paper, _EDGE)]
    cut = np.bincount(border, minlength=count + 1) > 0
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        box = (rows.start, columns.start, rows.stop, columns.stop)
        found.append(Piece(number, *box, float(ink[number]), bool(cut[number])))
    return sorted(found, key=lambda piece: -piece.ink), labels
