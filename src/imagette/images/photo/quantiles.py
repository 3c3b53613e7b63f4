"""Quantiles of the pixels of a picture.

As NumPy's percentile and median, but of one array without missing values or axes, which leaves a
tenth of their time: they put all the rest of the work around one partition.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantile(values: NDArray[Any], share: float) -> float:
    """The value below which a `share` of all values lies, 0 to 1, interpolated linearly.

    Of at least one value, of any shape.
    """
    flat = values.ravel()
    place = share * (flat.size - 1)
    below = int(place)
    parted = np.partition(flat, below)
    value = float(parted[below])
    if place > below:
        value += (float(parted[below + 1 :].min()) - value) * (place - below)
    return value


def median(values: NDArray[Any]) -> float:
    """The value that parts the lower half of all values from the upper."""
    return quantile(values, 0.5)
