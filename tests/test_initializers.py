"""Initial weights follow Keras's distributions and the seed alone."""

import keras
import numpy as np
import pytest
from scipy import stats

from imagette.errors import NetworkError
from imagette.network import (
    Conv2D,
    Dense,
    Flatten,
    Initializer,
    Input,
    Sequential,
    from_json,
    to_json,
)
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
        # Not the largest: on PyTorch, Keras draws four values for each place and takes one within
        # two deviations; in one of 230,000 places there is none, and the value lies beyond.
        largest, asked = (np.quantile(np.abs(values), 0.995) for values in (received, expected))
        assert largest == pytest.approx(asked, rel=0.02)


def test_each_weight_has_a_generator_of_its_own() -> None:
    short = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, name="d")])
    longer = Sequential([Input((8, 8, 1)), Conv2D(1, 1), Flatten(), Dense(4, name="d")])
    np.testing.assert_array_equal(
        short.initial_weights(3)["d/kernel"], longer.initial_weights(3)["d/kernel"]
    )
    other = short.initial_weights(4)["d/kernel"]
    assert not np.array_equal(short.initial_weights(3)["d/kernel"], other)


WITH_OPTIONS = [
    Initializer("RandomNormal", stddev=0.02),
    Initializer("RandomNormal", mean=1, stddev=0.5),
    Initializer("RandomUniform", minval=-0.3, maxval=0.1),
    Initializer("TruncatedNormal", stddev=2.0),
    Initializer("VarianceScaling", scale=2.0, mode="fan_out", distribution="untruncated_normal"),
    Initializer("VarianceScaling", distribution="uniform"),
    Initializer("VarianceScaling", scale=0.5, mode="fan_avg"),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("initializer", WITH_OPTIONS, ids=str)
def test_options_have_keras_distributions(initializer: Initializer, shape: tuple[int, ...]) -> None:
    received = initialize(initializer, shape, generator(0, "options")).ravel()
    keras_own = keras.initializers.get(initializer.config())
    expected = keras_own(shape).detach().numpy().ravel()
    assert stats.ks_2samp(received, expected).pvalue > 1e-4


@pytest.mark.parametrize("shape", [*SHAPES, (3, 5), (5, 3)])
def test_orthogonal_weights_are_orthogonal_as_in_keras(shape: tuple[int, ...]) -> None:
    chosen = Initializer("Orthogonal", gain=2.0)
    for values in (
        initialize(chosen, shape, generator(0, "orthogonal")),
        keras.initializers.get(chosen.config())(shape).detach().numpy(),
    ):
        flat = values.reshape(-1, shape[-1])
        square = flat.T @ flat if len(flat) >= shape[-1] else flat @ flat.T
        np.testing.assert_allclose(square, 4 * np.eye(len(square)), atol=1e-5)


def test_constants_and_names_of_keras_are_known() -> None:
    np.testing.assert_allclose(
        initialize(Initializer("Constant", value=0.3), (4,), generator(0)), 0.3, rtol=1e-6
    )
    layer = Dense(4, kernel_initializer="random_normal")
    assert layer.kernel_initializer == Initializer("RandomNormal")


def test_initializers_with_options_go_to_keras_and_back() -> None:
    for initializer in (*WITH_OPTIONS, Initializer("Orthogonal"), Initializer("Constant", value=2)):
        network = Sequential(
            [Input((8, 8, 1)), Flatten(), Dense(4, kernel_initializer=initializer)]
        )
        theirs = keras.models.model_from_json(to_json(network))
        dense = from_json(theirs.to_json()).nodes[-1].layer
        assert isinstance(dense, Dense)
        assert dense.kernel_initializer == initializer


@pytest.mark.parametrize(
    ("class_name", "options", "message"),
    [
        ("Identity", {}, "no initializer 'Identity' with options; there are Constant, Orthogonal"),
        (
            "RandomNormal",
            {"sd": 1},
            r"RandomNormal\(sd=1\): expected a number for one of mean",
        ),
        ("RandomNormal", {"mean": "0"}, r"RandomNormal\(mean='0'\): expected a number"),
        ("RandomNormal", {"stddev": float("nan")}, "stddev=nan"),
        ("VarianceScaling", {"mode": "fan"}, "expected fan_in or fan_out or fan_avg for one of sc"),
    ],
)
def test_unknown_initializers_and_options_are_refused(
    class_name: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(NetworkError, match=message):
        Initializer(class_name, **options)


def test_vectors_cannot_be_orthogonal() -> None:
    with pytest.raises(NetworkError, match=r"shape \(4,\), expected two axes or more"):
        initialize("orthogonal", (4,), generator(0))
