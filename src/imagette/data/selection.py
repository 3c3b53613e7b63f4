"""Some of the images of a large array, in some order, without a copy.

For arrays that are mapped from a file and may be larger than memory: what is asked for is
read, nothing else.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray


class Selection(np.lib.mixins.NDArrayOperatorsMixin):
    """The images at `positions` of `stored`; behaves as the array `stored[positions]` does.

    An index reads what it names. Arithmetic, NumPy's functions and an array's other attributes
    (`mean`, `astype`, `T`) read all images. Nothing can be written to them.

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

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    nbytes = size

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> Any:
        """The images at any index of an array, read into memory."""
        first, *others = index if isinstance(index, tuple) and index else (index,)
        if first is Ellipsis and len(others) < self.ndim:
            first, others = slice(None), [Ellipsis, *others]
        if not _of_images(first, others):
            return np.asarray(self)[index]
        return np.asarray(self.stored[(self.positions[first], *others)])[()]

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return (np.asarray(self.stored[position]) for position in self.positions)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("a selection of images cannot be an array without a copy")
        return np.asarray(self.stored[self.positions], dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(out, Selection) for out in options.get("out", ())):
            return NotImplemented
        arrays = [np.asarray(each) if isinstance(each, Selection) else each for each in inputs]
        return getattr(ufunc, method)(*arrays, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(np.ndarray, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(np.asarray(self), name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: uint8 {self.shape}, mapped from a file>"


def _of_images(first: Any, others: Sequence[Any]) -> bool:
    """Whether `first` names images, and `others` parts that each of them has."""
    if isinstance(first, slice | int | np.integer) and not isinstance(first, bool):
        return all(isinstance(each, slice | int | type(Ellipsis)) for each in others)
    return not others and isinstance(first, list | np.ndarray) and np.ndim(first) == 1


# An array, or a `Selection` that stands for one.
Images = NDArray[np.uint8]


def select(images: Images, positions: NDArray[np.int64]) -> Images:
    """The images at `positions`: a copy, or of images that are mapped from a file a selection."""
    if isinstance(images, Selection):
        return cast(Images, Selection(images.stored, images.positions[positions]))
    if isinstance(images, np.memmap):
        return cast(Images, Selection(images, positions))
    return images[positions]
