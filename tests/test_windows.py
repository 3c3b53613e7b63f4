"""Extremes of windows, quantiles and ground beyond the border, against SciPy's and NumPy's."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.ground import _with_ground
from imagette.images.photo.quantiles import median, quantile
from imagette.images.photo.windows import highest, lowest

_VALUES = st.floats(-1e3, 1e3, width=32)
_PICTURES = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=_VALUES
)


@given(_PICTURES, st.integers(1, 30))
def test_extremes_are_scipys(picture: NDArray[np.float32], size: int) -> None:
    np.testing.assert_array_equal(
        highest(picture, size), ndimage.maximum_filter(picture, size, mode="nearest")
    )
    np.testing.assert_array_equal(
        lowest(picture, size), ndimage.minimum_filter(picture, size, mode="nearest")
    )


@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_each_channel_has_extremes_of_its_own(kind: type) -> None:
    random = np.random.default_rng(0)
    picture: NDArray[Any] = random.integers(0, 256, (20, 30, 3)).astype(kind)
    found = highest(picture, 5)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, ndimage.maximum_filter(picture, (5, 5, 1)))


@given(arrays.arrays(np.float32, st.integers(1, 50), elements=_VALUES), st.floats(0, 1))
def test_quantiles_are_numpys(values: NDArray[np.float32], share: float) -> None:
    expected = np.quantile(values.astype(np.float64), share)
    np.testing.assert_allclose(quantile(values, share), expected, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(median(values), np.median(values.astype(np.float64)))


@given(_PICTURES, st.integers(1, 8), st.integers(1, 15))
def test_ground_goes_on_beyond_the_border(
    picture: NDArray[np.float32], width: int, near: int
) -> None:
    expected = np.pad(picture, width, mode="median", stat_length=near)
    np.testing.assert_array_equal(_with_ground(picture, width, near), expected)
