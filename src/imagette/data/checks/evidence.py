"""What several checks look at, computed once and a bounded number of bytes at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Contents

_GRID = 10  # points a side, at most, of the grid on which images are compared
_BATCH = 2**22  # bytes of images that are read at a time: they stay in a core's cache


@dataclass(frozen=True, eq=False)
class Brightness:
    """Mean and standard deviation of the pixels of each image on its grid, float32 (n,)."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A source's contents, and what can be computed from them.

    Attributes:
        sides: int8 (n,) of `Side`: where each image lies, `ANY` where nothing is divided.
    """

    contents: Contents
    sides: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.contents)

    def batches(self) -> Iterator[tuple[slice, NDArray[np.uint8]]]:
        """All images in order, with their places."""
        images = self.contents.images
        step = max(1, _BATCH // max(1, int(np.prod(images.shape[1:]))))
        for start in range(0, len(images), step):
            place = slice(start, min(start + step, len(images)))
            yield place, images[place]

    def grids(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Every k-th pixel of every k-th row of all images, float32 (batch, pixels), gray."""
        stride = -(-max(self.contents.images.shape[1:3]) // _GRID)
        for place, images in self.batches():
            grid = images[:, ::stride, ::stride]
            gray = grid.mean(axis=3) if grid.shape[3] > 1 else grid
            yield place, gray.reshape(len(grid), -1).astype(np.float32)

    @cached_property
    def brightness(self) -> Brightness:
        mean, deviation = np.empty((2, len(self)), np.float32)
        for place, grid in self.grids():
            mean[place] = sums = grid.mean(axis=1)
            squares = np.einsum("ij,ij->i", grid, grid) / grid.shape[1]
            deviation[place] = np.sqrt(np.maximum(squares - sums**2, 0))
        return Brightness(mean, deviation)

    def named(self, positions: NDArray[np.integer]) -> tuple[str, ...]:
        """The names of the images at `positions`."""
        return tuple(self.contents.names.take(positions.astype(np.int64)))


def equal_sets(values: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions at which `values` (n,) are equal, two or more a set; sets by their first one."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=values[order[:1]] - 1))
    sizes = np.diff(starts, append=len(order))
    several = sizes > 1
    sets = [
        order[start : start + size]
        for start, size in zip(starts[several].tolist(), sizes[several].tolist(), strict=True)
    ]
    return sorted(sets, key=lambda positions: int(positions[0]))
