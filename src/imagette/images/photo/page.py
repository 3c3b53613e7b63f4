"""A page with several glyphs: its lines, and in each line the ink of one glyph after another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.components import pieces_of
from imagette.images.photo.contrast import find_contrast
from imagette.images.photo.found import find_ink
from imagette.images.photo.ink import ink_level
from imagette.images.photo.lines import Cluster, in_lines
from imagette.images.photo.resizing import Box, Picture, resized
from imagette.images.photo.strokes import stroke_width

_SIDE = 1200  # pixels of the longer side of the copy on which a page is read
_NARROWEST = 6  # pixels of a copy's shorter side; in less nothing can be read
_OVERVIEW = 300  # and of the one on which ground and ink are told apart


@dataclass(frozen=True)
class Block:
    """Connected or overlapping ink: one glyph, or several that touch.

    Attributes:
        ink: float32 (height, width), 0 to 1, what belongs to it.
        box: in the picture.
        scale: of `ink` against the picture.
    """

    ink: NDArray[np.float32]
    box: Box
    scale: float

    def columns(self, start: int, stop: int) -> "Block | None":
        """The part from column `start` to `stop`; None where there is no ink."""
        part = self.ink[:, start:stop]
        rows = np.flatnonzero((part > 0.4).any(axis=1))
        if len(rows) < 2:
            return None
        top, left = self.box[:2]
        box = (
            round(top + rows[0] / self.scale),
            round(left + start / self.scale),
            round(top + (rows[-1] + 1) / self.scale),
            round(left + stop / self.scale),
        )
        return Block(part[rows[0] : rows[-1] + 1], box, self.scale)


def find_lines(picture: Picture) -> list[list[Block]]:
    """The lines of a page, from the top down, each with its blocks from left to right.

    Empty where nothing stands out of the ground.
    """
    height, width = picture.shape[:2]
    whole = (0, 0, height, width)
    small = _size(height, width, _OVERVIEW)
    if min(small) < _NARROWEST:
        return []
    overview = resized(picture, small, whole)
    contrast = find_contrast(overview)
    size = _size(height, width, _SIDE)
    scale = size[0] / width
    strokes = contrast.strength > 0.5 * ink_level(contrast.strength)
    stroke = stroke_width(strokes) * size[0] / overview.shape[1]
    ink = find_ink(resized(picture, size, whole), contrast, stroke)
    if ink is None:
        return []
    pieces, labels = pieces_of(ink.mask, ink.strength)
    soft = ink.soft()

    def block(cluster: Cluster) -> Block:
        top, left, bottom, right = cluster.box
        kept = soft[top:bottom, left:right] * cluster.pixels(labels)
        corners = [round(corner / scale) for corner in cluster.box]
        return Block(kept, (corners[0], corners[1], corners[2], corners[3]), scale)

    return [[block(cluster) for cluster in line] for line in in_lines(pieces)]


def _size(height: int, width: int, side: int) -> tuple[int, int]:
    """Width and height of a copy whose longer side is at most `side`."""
    scale = min(1.0, side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))
