"""Initial weights follow Keras's distributions and the seed alone."""

import keras
import numpy as np
import pytest
from scipy import stats

from imagette.network import Conv2D, Dense, Flatten, Input, Sequential
from imagette.network.initializers import INITIALIZERS, initialize
from imagette.randomness import generator

SHAPES = ((3, 3, 16, 24), (120, 40))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", INITIALIZERS)
def test_distribution_is_keras(name: str, shape: tuple[int, ...]) -> None:
    received = initialize(name, shape, generator(0, name)).ravel()
    expected = keras.initializers.get(name)(shape).detach().numpy().ravel()
    if name in ("zeros", "ones"):
        np.testing.assert_array_equal(received, expected)
    else:
        # Two draws of thousands of values from one distribution: Kolmogorov and Smirnov agree.
        assert stats.ks_2samp(received, expected).pvalue > 1e-4
        assert np.abs(received).max() == pytest.approx(np.abs(expected).max(), rel=0.02)


def test_each_weight_has_a_generator_of_its_own() -> None:
    short = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, name="d")])
    longer = Sequential([Input((8, 8, 1)), Conv2D(1, 1), Flatten(), Dense(4, name="d")])
    np.testing.assert_array_equal(
        short.initial_weights(3)["d/kernel"], longer.initial_weights(3)["d/kernel"]
    )
    other = short.initial_weights(4)["d/kernel"]
    assert not np.array_equal(short.initial_weights(3)["d/kernel"], other)
