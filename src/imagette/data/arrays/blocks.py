"""An array that may be larger than memory: its shape, its type, and its rows block by block."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 2**28  # bytes; arrays from there on are mapped from a file, not read into memory
_BLOCK = 2**24  # bytes that are read at a time


@dataclass(frozen=True, eq=False)
class Blocks:
    """Rows of an array that lies anywhere.

    Attributes:
        shape: of the whole array, (n, ...).
        dtype: of its values.
        read: gives all rows in order, some at a time; it can be called several times.
        whole: the array itself, where it is in memory or mapped from a file.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[], Iterator[NDArray[Any]]]
    whole: NDArray[Any] | None = None

    def __len__(self) -> int:
        return self.shape[0] if self.shape else 0


def blocks_of(array: NDArray[Any]) -> Blocks:
    """The rows of an array that is in memory, or mapped from a file."""
    rows = rows_in_block(array.shape, array.dtype)

    def read() -> Iterator[NDArray[Any]]:
        return (np.asarray(array[start : start + rows]) for start in range(0, len(array), rows))

    return Blocks(array.shape, array.dtype, read, array)


def rows_in_block(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """How many rows of an array are read at a time; at least one."""
    return max(1, _BLOCK // max(1, math.prod(shape[1:]) * dtype.itemsize))
