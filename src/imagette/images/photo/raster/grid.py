"""An index of boxes by their place, so that only near ones have to be compared."""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from imagette.images.photo.raster.resizing import Box

_CELLS = 64  # cells along the side of the largest box, at most


class Grid:
    """Numbers of boxes, by the square cells that they touch."""

    def __init__(self, side: int):
        self._side = side
        self._cells: defaultdict[tuple[int, int], set[int]] = defaultdict(set)

    @classmethod
    def of(cls, usual: float, largest: float) -> "Grid":
        """A grid for boxes of such sides, in pixels: none touches more than some thousand cells."""
        return cls(max(1, round(usual), math.ceil(largest / _CELLS)))

    def put(self, number: int, box: Box) -> None:
        for cell in self._covered(box):
            self._cells[cell].add(number)

    def near(self, box: Box) -> list[int]:
        """The numbers of the boxes that share a cell with `box`, in ascending order."""
        found: set[int] = set()
        for cell in self._covered(box):
            found |= self._cells.get(cell, set())
        return sorted(found)

    def _covered(self, box: Box) -> Iterator[tuple[int, int]]:
        top, left, bottom, right = (edge // self._side for edge in box)
        return product(range(top, bottom + 1), range(left, right + 1))
