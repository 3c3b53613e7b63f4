"""Some of the images of a large array, in some order, without a copy.

For arrays that are mapped from a file and may be larger than memory: what is asked for is
read, nothing else.
"""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray


class Selection:
    """The images at `positions` of `stored`; behaves as the array `stored[positions]` does.

    Attributes:
        stored: uint8 (all, height, width, channels), mapped from a file.
        positions: int64 (n,).
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, stored: NDArray[np.uint8], positions: NDArray[np.int64]):
        self.stored, self.positions = stored, positions

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.positions), *self.stored.shape[1:])

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> NDArray[np.uint8]:
        """The images at an index, a slice or an array of either kind, read into memory."""
        return np.asarray(self.stored[self.positions[index]])

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return (np.asarray(self.stored[position]) for position in self.positions)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a selection of images cannot be an array without a copy")
        return np.asarray(self.stored[self.positions], dtype)


# An array, or a `Selection` that stands for one.
Images = NDArray[np.uint8]


def select(images: Images, positions: NDArray[np.int64]) -> Images:
    """The images at `positions`: a copy, or of images that are mapped from a file a selection."""
    if isinstance(images, Selection):
        return cast(Images, Selection(images.stored, images.positions[positions]))
    if isinstance(images, np.memmap):
        return cast(Images, Selection(images, positions))
    return images[positions]
