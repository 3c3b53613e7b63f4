"""What of a line could be one glyph: the ink between any two edges that are not too far apart.

Edges are the left borders of blocks, and the cuts through those that are wide. Knows ink and its
size, and no classifier.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imagette.images.photo.pages.cuts import Path, find_cuts, slant_of
from imagette.images.photo.pages.page import Block, joined

LOW = 0.55  # of the height; what is lower may be a part of a glyph, or dirt
_NARROW = 0.6  # width by height: what is narrower is not cut
_LONGEST = 24  # width by height: what is wider is no row of glyphs that touch, and is not cut
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
            _NARROW * height <= block.ink.shape[1] <= _LONGEST * height and not word
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
            for stop in self._stops(start):
                candidate = self._candidate(start, stop, self.pieces(start, stop), apart)
                if candidate is not None:
                    found[start, stop] = candidate
        return found

    def _stops(self, start: int) -> Iterator[int]:
        """The edges at which a glyph that begins at this one may end, as far as columns tell.

        A block that is not cut may be one glyph, however wide it is.
        """
        first = self.edges[start]
        block = self.line[first.number]
        left = block.left + (0.0 if first.path is None else float(first.path.mean()))
        for stop in range(start + 1, len(self.edges) + 1):
            last = self._edge(stop)
            if last.path is None:
                right = float(self.line[last.number - 1].right)
            else:
                right = self.line[last.number].left + float(last.path.mean())
            height = self.heights[first.number : last.number + 1].max()
            is_whole = first.path is last.path is None and last.number == first.number + 1
            if is_whole or right - left < 2 * _WIDEST * height:
                yield stop
            elif last.number > first.number:
                return

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

    def _candidate(
        self, start: int, stop: int, pieces: dict[int, Block], apart: float
    ) -> Candidate | None:
        """None if it cannot be one glyph, by its size."""
        if not 0 < len(pieces) <= _PIECES:
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
