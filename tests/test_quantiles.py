"""Medians of values that count with their weights."""

import numpy as np
import pytest

from imagette.images.photo.raster.quantiles import weighted_median


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((1, 1, 1, 1), 20), ((1, 9, 1, 1), 10), ((1, 1, 1, 9), 30), ((0, 0, 5, 0), 40)],
)
def test_the_weights_before_the_weighted_median_are_less_than_half(
    weights: tuple[int, ...], expected: float
) -> None:
    assert weighted_median(np.array([20, 10, 40, 30]), np.array(weights)) == expected
