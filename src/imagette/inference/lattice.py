"""What of a line could be one glyph: the ink between any two edges that are not too far apart.

Edges are the left borders of blocks, and the cuts through those that are wide. Knows ink and its
size, and no classifier.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.cuts import Path, find_cuts, slant_of
from imagette.images.photo.page import Block, joined

LOW = 0.55  # of the height; what is lower may be a part of a glyph, or dirt
_NARROW = 0.6  # width by height: what is narrower is not cut
_WIDEST = 1.35  # width by height of one glyph, at most,
_JOINED = 1.25  # and of one glyph of which parts do not touch,
_APART = 0.2  # of the height, by which they may stand apart
_THINNEST = 0.12  # width by height of a part that was cut out, at least
_PIECES = 5  # blocks of which a glyph may be made, at most


class Edge(NamedTuple):
    """Where a glyph may begin, and the one before it end."""

    number: int  # of the block in the line
    path: Path | None  # through it; None is its left border


class Candidate(NamedTuple):
    """What could be one glyph."""

    block: Block
    height: float  # of glyphs around it
    is_joined: bool  # of several blocks
    is_cut: bool  # out of a block


Span = tuple[int, int]  # the number of the edge before, and of the one after


class Lattice:
    """A line and its edges; an edge more, after the last of `edges`, is the end of the line.

    `heights` (n,) are those of glyphs around each of the n blocks; blocks that are `words` (n,) are
    not cut.
    """

    def __init__(
        self, line: list[Block], heights: NDArray[np.float64], words: NDArray[np.bool_]
    ) -> None:
        self.line = line
        self.heights = heights
        wide = [
            block.ink.shape[1] >= _NARROW * height and not word
            for block, height, word in zip(line, heights, words, strict=True)
        ]
        slant = slant_of(block.ink for block in line) if any(wide) else 0.0
        self.edges: list[Edge] = []
        for number, block in enumerate(line):
            self.edges.append(Edge(number, None))
            if wide[number]:
                cuts = find_cuts(block.ink, float(heights[number]), slant)
                self.edges += [Edge(number, path) for path in cuts]

    def candidates(self, apart: float) -> dict[Span, Candidate]:
        """What could be one glyph; pieces of it may lie so far `apart` as in `Preparation`."""
        found = {}
        for start in range(len(self.edges)):
            for stop in range(start + 1, len(self.edges) + 1):
                pieces = self.pieces(start, stop)
                if len(pieces) > _PIECES or self._is_too_wide(pieces):
                    break
                candidate = self._candidate(start, stop, pieces, apart)
                if candidate is not None:
                    found[start, stop] = candidate
        return found

    def pieces(self, start: int, stop: int) -> dict[int, Block]:
        """What is between two edges, by the number of the block; not where there is no ink."""
        first, last = self.edges[start], self._edge(stop)
        found = {}
        for number in range(first.number, last.number + (last.path is not None)):
            left = first.path if number == first.number else None
            right = last.path if number == last.number else None
            piece = self.line[number].between(left, right)
            if piece is not None:
                found[number] = piece
        return found

    def _edge(self, number: int) -> Edge:
        return self.edges[number] if number < len(self.edges) else Edge(len(self.line), None)

    def _is_too_wide(self, pieces: dict[int, Block]) -> bool:
        """Whether nothing that begins there and ends further right can be one glyph."""
        blocks = list(pieces.values())
        height = max((self.heights[number] for number in pieces), default=0.0)
        return len(blocks) > 1 and blocks[-1].left - blocks[0].left > _WIDEST * height

    def _candidate(
        self, start: int, stop: int, pieces: dict[int, Block], apart: float
    ) -> Candidate | None:
        """None if it cannot be one glyph, by its size."""
        if not pieces:
            return None
        blocks = list(pieces.values())
        is_cut = self._edge(start).path is not None or self._edge(stop).path is not None
        height = float(max(self.heights[number] for number in pieces))
        if len(blocks) == 1:
            width = blocks[0].ink.shape[1] / height
            if is_cut and not _THINNEST < width < _WIDEST:
                return None
            return Candidate(blocks[0], height, False, is_cut)
        gap = max(after.left - before.right for before, after in pairwise(blocks)) / height
        block = joined(blocks)
        may_join = apart or min(len(block.ink) for block in blocks) < LOW * height
        if not may_join or block.ink.shape[1] >= _JOINED * height or gap >= max(_APART, apart):
            return None
        return Candidate(block, height, True, is_cut)
