"""Windows, masks, quantiles, thresholds and ground beyond the border, against SciPy and NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from imagette.images.photo.raster.morphology import closed, dilated, eroded, opened
from imagette.images.photo.raster.quantiles import median, quantile
from imagette.images.photo.raster.windows import highest, lowest, mean, median_of_five
from imagette.images.photo.separation.contrast import local_median
from imagette.images.photo.separation.ground import _with_ground, otsu

_VALUES = st.floats(-1e3, 1e3, width=32)
_PICTURES = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=_VALUES
)
_MASKS = arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


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


@given(_PICTURES, st.integers(0, 15))
def test_means_are_scipys(picture: NDArray[np.float32], half: int) -> None:
    size = 2 * half + 1
    expected = ndimage.uniform_filter(picture.astype(np.float64), size, mode="nearest")
    np.testing.assert_allclose(mean(picture, size), expected, rtol=1e-4, atol=1e-2)


@given(_PICTURES)
def test_medians_of_five_are_scipys(picture: NDArray[np.float32]) -> None:
    down = ndimage.median_filter(picture, (5, 1), mode="nearest")
    expected = ndimage.median_filter(down, (1, 5), mode="nearest")
    np.testing.assert_array_equal(median_of_five(picture), expected)


@given(_MASKS, st.integers(1, 4), st.booleans())
def test_masks_grow_and_shrink_as_scipys(mask: NDArray[np.bool_], times: int, beyond: bool) -> None:
    np.testing.assert_array_equal(
        dilated(mask, times), ndimage.binary_dilation(mask, iterations=times)
    )
    np.testing.assert_array_equal(
        eroded(mask, times, beyond=beyond),
        ndimage.binary_erosion(mask, iterations=times, border_value=beyond),
    )
    np.testing.assert_array_equal(
        opened(mask, times), ndimage.binary_opening(mask, iterations=times)
    )
    np.testing.assert_array_equal(
        closed(mask, times), ndimage.binary_closing(mask, iterations=times)
    )


@given(arrays.arrays(np.float32, st.integers(5, 200), elements=_VALUES))
def test_otsus_threshold_is_that_of_a_histogram(values: NDArray[np.float32]) -> None:
    """Found by trying all: the one between whose classes the variance is greatest."""
    if np.ptp(values) < 1:
        return
    counts, edges = np.histogram(values.astype(np.float64), 64)
    middles = (edges[:-1] + edges[1:]) / 2
    between = [
        counts[:k].sum()
        * counts[k:].sum()
        * (
            np.average(middles[:k], weights=counts[:k])
            - np.average(middles[k:], weights=counts[k:])
        )
        ** 2
        for k in range(1, 64)
    ]
    # A value at the edge of two bins may be rounded into either.
    assert between[round((otsu(values) - edges[0]) / (edges[1] - edges[0])) - 1] > 0.9 * max(
        between
    )


@pytest.mark.parametrize("side", [40, 80, 420])
def test_local_medians_are_those_of_squares_around(side: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (side, side, 1)).astype(np.float32)
    found = local_median(picture)[..., 0]
    size = round(0.5 * side) | 1
    middle = side // 2
    for y, x in ((middle, middle), (middle - 3, middle + 2)):
        around = picture[y - size // 2 : y + size // 2 + 1, x - size // 2 : x + size // 2 + 1]
        assert found[y, x] == pytest.approx(np.median(around), abs=255 / 24)
