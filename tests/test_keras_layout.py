"""Models whose images are channels_first become channels_last networks that compute the same."""

from typing import Any

import keras
import pytest

from imagette.errors import UnsupportedLayerError
from imagette.network import Network, from_json
from tests.reference import agrees_with_keras

L = keras.layers
FIRST = "channels_first"
SHAPE = (3, 8, 9)  # channels, height, width


def _read(*layers: Any, head: bool = True) -> Network:
    """The network of a chain of Keras layers on channels_first images, after comparison."""
    end = [L.Flatten(), L.Dense(4)] if head else []
    return agrees_with_keras(keras.Sequential([keras.Input(SHAPE), *layers, *end]))


def _kinds(network: Network) -> list[str]:
    return [type(node.layer).__name__ for node in network.nodes]


CASES: dict[str, list[Any]] = {
    "convolution": [lambda: L.Conv2D(4, 3, 2, "same", data_format=FIRST, activation="relu")],
    "depthwise": [lambda: L.DepthwiseConv2D((3, 2), depth_multiplier=2, data_format=FIRST)],
    "separable": [lambda: L.SeparableConv2D(4, 3, data_format=FIRST)],
    "pooling": [
        lambda: L.MaxPooling2D(2, 1, "same", data_format=FIRST),
        lambda: L.AveragePooling2D((2, 3), data_format=FIRST),
    ],
    "borders": [
        lambda: L.ZeroPadding2D(((1, 0), (2, 3)), data_format=FIRST),
        lambda: L.Cropping2D(((0, 1), (1, 0)), data_format=FIRST),
        lambda: L.UpSampling2D((2, 1), data_format=FIRST, interpolation="bilinear"),
    ],
    "global keepdims": [lambda: L.GlobalAveragePooling2D(keepdims=True, data_format=FIRST)],
    "batch normalization": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.BatchNormalization(axis=1),
    ],
    "batch normalization by mistake": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.BatchNormalization(),
        lambda: L.Conv2D(4, 3, data_format=FIRST),
    ],
    "group normalization": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.GroupNormalization(2, axis=1),
    ],
    # (Keras on PyTorch itself fails with another axis than the last.)
    "layer normalization of the last axis": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.LayerNormalization(),
    ],
    "softmax": [lambda: L.Conv2D(4, 3, data_format=FIRST), lambda: L.Softmax(axis=1)],
    "softmax of columns": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.Activation("softmax"),
    ],
    "prelu": [lambda: L.Conv2D(4, 3, data_format=FIRST), lambda: L.PReLU(shared_axes=[2, 3])],
    "dense of the last axis": [lambda: L.Conv2D(4, 3, data_format=FIRST), lambda: L.Dense(5)],
    "rescaling of the last axis": [
        lambda: L.Rescaling([0.1 * n for n in range(9)]),
        lambda: L.Conv2D(4, 3, data_format=FIRST),
    ],
    "random layers": [
        lambda: L.RandomFlip(data_format=FIRST),
        lambda: L.RandomRotation(0.1, data_format=FIRST),
        lambda: L.SpatialDropout2D(0.5, data_format=FIRST),
    ],
    "reshape": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.Reshape((7, 6, 4)),
        lambda: L.Conv2D(2, 3, data_format=FIRST),
        lambda: L.Conv2D(2, 2, data_format="channels_last"),
    ],
    "permute": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.Permute((2, 3, 1)),
        lambda: L.Conv2D(2, 2, data_format="channels_last"),
    ],
    "flatten of channels_first": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.Flatten(data_format=FIRST),
    ],
    "flatten of rows": [
        lambda: L.Conv2D(4, 3, data_format=FIRST),
        lambda: L.Reshape((4, -1)),
        lambda: L.Flatten(data_format=FIRST),
    ],
    "flatten of four axes": [
        lambda: L.Reshape((2, 3, 4, 9)),
        lambda: L.Flatten(data_format=FIRST),
    ],
    "flatten only": [lambda: L.Flatten(data_format=FIRST)],
}


@pytest.mark.parametrize("name", CASES)
def test_the_network_computes_what_keras_does(name: str) -> None:
    _read(*(make() for make in CASES[name]))


def test_nothing_is_moved_until_keras_own_order_is_wanted() -> None:
    body = [
        L.Conv2D(4, 3, data_format=FIRST),
        L.BatchNormalization(axis=1),
        L.ReLU(),
        L.MaxPooling2D(2, data_format=FIRST),
    ]
    network = _read(*body, L.GlobalAveragePooling2D(data_format=FIRST), L.Dense(3), head=False)
    assert network.input_shape == (8, 9, 3)
    assert "Permute" not in _kinds(network)
    assert _kinds(_read(*body)).count("Permute") == 1  # before Flatten


def test_two_permutations_in_a_row_are_none() -> None:
    network = _read(
        L.Conv2D(4, 3, data_format=FIRST),
        L.Permute((2, 3, 1)),
        L.ReLU(),
        L.Conv2D(2, 3, data_format="channels_last"),
        L.Permute((3, 1, 2)),
        L.Conv2D(2, 1, data_format=FIRST),
        L.Flatten(data_format=FIRST),
        L.Dense(2),
        head=False,
    )
    assert "Permute" not in _kinds(network)


def test_branches_meet_in_one_layout() -> None:
    x = keras.Input(SHAPE)
    y = L.Conv2D(3, 3, padding="same", data_format=FIRST)(x)
    z = L.Concatenate(axis=1)([y, x, L.Add()([x, y])])
    z = L.Concatenate(axis=2)([z, L.AveragePooling2D((2, 1), data_format=FIRST)(z)])
    z = L.Concatenate(axis=-1)([z, L.Multiply()([z, z])])
    gate = L.Dense(9, "sigmoid")(L.GlobalAveragePooling2D(data_format=FIRST)(z))
    z = L.Multiply()([z, L.Reshape((9, 1, 1))(gate)])
    agrees_with_keras(keras.Model(x, L.Dense(3)(L.Flatten()(z))))


def test_a_channels_last_model_with_channels_first_layers_inside() -> None:
    x = keras.Input((8, 9, 3))
    y = L.Conv2D(4, 3, data_format=FIRST)(L.Permute((3, 1, 2))(x))
    network = agrees_with_keras(keras.Model(x, L.Dense(3)(L.Flatten()(y))))
    assert network.input_shape == (8, 9, 3)


def test_a_nested_model_of_the_other_layout() -> None:
    inner = keras.Sequential(
        [keras.Input(SHAPE), L.Conv2D(4, 3, data_format=FIRST), L.BatchNormalization(axis=1)]
    )
    network = agrees_with_keras(
        keras.Sequential([keras.Input(SHAPE), inner, L.Flatten(), L.Dense(3)])
    )
    assert network.input_shape == (8, 9, 3)


def test_an_output_of_images_keeps_keras_order() -> None:
    model = keras.Sequential([keras.Input(SHAPE), L.Conv2D(4, 3, data_format=FIRST)])
    network = from_json(model.to_json())
    assert (None, *network.output_shape) == model.output_shape


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (lambda: L.BatchNormalization(axis=2), "axis=2, expected -1, the channels, or 1"),
        (lambda: L.Softmax(axis=(1, 2)), r"axis=\(1, 2\), expected -1"),
        (
            lambda: L.Conv2D(2, 1, data_format=FIRST, activation="softmax"),
            "activation='softmax' with data_format='channels_first'.*Softmax",
        ),
    ],
)
def test_what_runs_along_other_axes_is_refused(layer: Any, message: str) -> None:
    model = keras.Sequential(
        [keras.Input(SHAPE), L.Conv2D(4, 3, data_format=FIRST), layer(), L.Flatten()]
    )
    with pytest.raises(UnsupportedLayerError, match=message):
        from_json(model.to_json())
