"""The largest, the smallest and the mean value around each pixel.

The results equal those of SciPy's maximum_filter, minimum_filter and uniform_filter, in two thirds
to an eighth of the time on pictures of some hundred pixels a side: a window twice as wide is two
adjacent windows, and to combine two whole pictures is one operation of NumPy.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Joined = Callable[[NDArray[Any], int], NDArray[Any]]


def highest(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The largest value in a square of `size` pixels a side around each of (height, width, ...).

    The part of a square outside the picture does not count. Squares of an even side reach a pixel
    further to the top and left.
    """
    return _around(picture, size, partial(_extreme, np.maximum))


def lowest(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The smallest value, as `highest` gives the largest."""
    return _around(picture, size, partial(_extreme, np.minimum))


def total(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The sum of the values in each square; outside the picture the border's are repeated.

    It has the picture's dtype, which must hold it.
    """
    return _around(picture, size, _sum)


def mean(picture: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The mean value, as `total` gives the sum."""
    means = total(picture, size)
    means *= np.float32(1 / size**2)
    return means


def _around(picture: NDArray[Any], size: int, joined: _Joined) -> NDArray[Any]:
    """What `joined` makes of each window of `size` rows, and then of `size` columns of that.

    It is given the picture with its border repeated, and joins along the first axis.
    """
    rows = joined(_padded(picture, size), size)
    columns = joined(_padded(_turned(rows), size), size)
    return _turned(columns)


def _turned(values: NDArray[Any]) -> NDArray[Any]:
    """The values with their first two axes exchanged.

    Those of one channel in that order in memory, too: NumPy joins long runs faster than many short
    ones. To copy several channels takes longer than that saves.
    """
    turned = values.swapaxes(0, 1)
    return np.ascontiguousarray(turned) if values.ndim == 2 else turned


def _padded(values: NDArray[Any], size: int) -> NDArray[Any]:
    """The values with the first and last of the first axis repeated, for windows around all."""
    before, count = size // 2, len(values)
    padded = np.empty_like(values, shape=(count + size - 1, *values.shape[1:]))
    padded[:before], padded[before + count :] = values[:1], values[-1:]
    padded[before : before + count] = values
    return padded


def _extreme(
    of: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]], values: NDArray[Any], size: int
) -> NDArray[Any]:
    reach = 1
    while reach < size:
        step = min(reach, size - reach)  # overlap does no harm
        values = of(values[:-step], values[step:])
        reach += step
    return values


def _sum(values: NDArray[Any], size: int) -> NDArray[Any]:
    sums, reach = values, 1
    for bit in f"{size:b}"[1:]:
        sums, reach = sums[:-reach] + sums[reach:], 2 * reach
        if bit == "1":
            sums, reach = sums[: len(values) - reach] + values[reach:], reach + 1
    return sums


def median_of_five(picture: NDArray[Any]) -> NDArray[Any]:
    """The median of five pixels down, and of five of those across, of (height, width, ...).

    Nearly the median of the square: strokes of two pixels vanish, and edges stay.
    """
    down = _medians(picture)
    return _medians(down.swapaxes(0, 1)).swapaxes(0, 1)


def _medians(values: NDArray[Any]) -> NDArray[Any]:
    """The median of each five values along the first axis, with its border repeated."""
    padded = np.concatenate((values[:1], values[:1], values, values[-1:], values[-1:]))
    a, b, c, d, e = (padded[i : i + len(values)] for i in range(5))
    # Of two pairs neither the least nor the greatest value is the median of all.
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    medians: NDArray[Any] = np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))
    return medians
