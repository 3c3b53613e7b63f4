"""What several checks look at, computed once and a bounded number of bytes at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Contents

_GRID = 10  # points a side, at most: the grid on which images are compared
_BATCH = 2**22  # bytes of images that are read at a time: they stay in a core's cache


@dataclass(frozen=True, eq=False)
class Statistics:
    """What one pass over all images gives.

    Attributes:
        contrast: int16 (n,), gray levels between the darkest and the brightest pixel, in the
            channel with the most of them.
        mean, deviation: float32 (n,), of the pixels on the grid.
        sums: float64 (classes, points), of the images of each class on the grid.
    """

    contrast: NDArray[np.int16]
    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    sums: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A source's contents, and what can be computed from them.

    Attributes:
        splits: int8 (n,) of `Split`: where each image lies, `ANY` where nothing is divided.
    """

    contents: Contents
    splits: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.contents)

    def batches(self) -> Iterator[tuple[slice, NDArray[np.uint8]]]:
        """All images in order, with their places."""
        images = self.contents.images
        step = max(1, _BATCH // max(1, int(np.prod(images.shape[1:]))))
        for start in range(0, len(images), step):
            place = slice(start, min(start + step, len(images)))
            yield place, images[place]

    def grid(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Every k-th pixel of every k-th row of `images`, float32 (batch, points), gray."""
        stride = -(-max(images.shape[1:3]) // _GRID)
        grid = images[:, ::stride, ::stride]
        gray = grid.mean(axis=3) if grid.shape[3] > 1 else grid
        points: NDArray[np.float32] = gray.reshape(len(grid), -1).astype(np.float32)
        return points

    @cached_property
    def statistics(self) -> Statistics:
        contents = self.contents
        classes, points = len(contents.class_names), self.grid(contents.images[:1]).shape[1]
        mean, deviation = np.empty((2, len(self)), np.float32)
        contrast = np.empty(len(self), np.int16)
        sums = np.zeros((classes + 1, points))  # the last: of labels that are none of the classes
        for place, images in self.batches():
            contrast[place] = _contrasts(images)
            grid = self.grid(images)
            mean[place] = means = grid.mean(axis=1)
            squares = np.einsum("ij,ij->i", grid, grid) / points
            deviation[place] = np.sqrt(np.maximum(squares - means**2, 0))
            labels = contents.labels[place]
            labels = np.where((labels < 0) | (labels >= classes), classes, labels)
            order = np.argsort(labels, kind="stable")
            present, starts = np.unique(labels[order], return_index=True)
            sums[present] += np.add.reduceat(grid[order], starts)
        return Statistics(contrast, mean, deviation, sums[:-1])

    def named(self, positions: NDArray[np.integer]) -> tuple[str, ...]:
        """The names of the images at `positions`."""
        return tuple(self.contents.names.take(positions.astype(np.int64)))


def _contrasts(images: NDArray[np.uint8]) -> NDArray[np.int16]:
    flat = images.reshape(len(images), -1, images.shape[3])
    ranges = flat.max(axis=1).astype(np.int16) - flat.min(axis=1)
    contrasts: NDArray[np.int16] = ranges.max(axis=1)
    return contrasts


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
