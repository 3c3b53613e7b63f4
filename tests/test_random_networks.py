"""Layers with drawn arguments, and whole drawn networks: against Keras, ONNX and their own JSON."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imagette.errors import NetworkError
from imagette.inference.classifier import Classifier
from imagette.network import (
    ELU,
    Activation,
    Add,
    Average,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    GroupNormalization,
    Input,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Multiply,
    Network,
    Node,
    Permute,
    PReLU,
    RandomFlip,
    Rescaling,
    SeparableConv2D,
    SpatialDropout2D,
    UpSampling2D,
    ZeroPadding2D,
    from_json,
    to_json,
)
from imagette.network.activations import ACTIVATIONS
from imagette.network.layer import Layer, SymbolicTensor
from imagette.network.layers.window import Window
from imagette.network.shapes import pair
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from tests.reference import keras_model, keras_output, lowered, random_weights
from tests.test_gradients import assert_gradients_agree

# Keras warns of a softmax of one channel, which drawn layers may well have.
pytestmark = pytest.mark.filterwarnings("ignore:.*softmax over axis")

Draw = Callable[[st.SearchStrategy[Any]], Any]

PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))
PADDINGS = st.sampled_from(["valid", "same"])
NAMES = st.sampled_from([None, *ACTIVATIONS])
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
FEW = settings(max_examples=120, derandomize=True, deadline=None, database=None)


def _sliding(draw: Draw) -> dict[str, Any]:
    """Arguments of a window; Keras has no strides together with dilation."""
    dilated = draw(st.booleans())
    return {
        "kernel_size": draw(PAIRS),
        "padding": draw(PADDINGS),
        "strides": (1, 1) if dilated else draw(PAIRS),
        "dilation_rate": draw(PAIRS) if dilated else (1, 1),
        "activation": draw(NAMES),
        "use_bias": draw(st.booleans()),
    }


def _conv(draw: Draw, channels: int) -> Layer:
    groups = draw(st.sampled_from([n for n in range(1, channels + 1) if channels % n == 0]))
    return Conv2D(groups * draw(st.integers(1, 3)), groups=groups, **_sliding(draw))


def _depthwise(draw: Draw, channels: int) -> Layer:
    return DepthwiseConv2D(depth_multiplier=draw(st.integers(1, 3)), **_sliding(draw))


def _separable(draw: Draw, channels: int) -> Layer:
    multiplier = draw(st.integers(1, 2))
    return SeparableConv2D(draw(st.integers(1, 4)), depth_multiplier=multiplier, **_sliding(draw))


def _dense(draw: Draw, channels: int) -> Layer:
    return Dense(draw(st.integers(1, 5)), draw(NAMES), use_bias=draw(st.booleans()))


def _pooling(draw: Draw, channels: int) -> Layer:
    kind = draw(st.sampled_from([MaxPooling2D, AveragePooling2D]))
    layer: Layer = kind(draw(PAIRS), draw(st.none() | PAIRS), draw(PADDINGS))
    return layer


def _normalization(draw: Draw, channels: int) -> Layer:
    which = {"center": draw(st.booleans()), "scale": draw(st.booleans()), "epsilon": 0.01}
    groups = draw(st.sampled_from([-1, *(n for n in range(1, channels + 1) if channels % n == 0)]))
    choices: list[Layer] = [
        BatchNormalization(**which),
        LayerNormalization(**which),
        GroupNormalization(groups, **which),
    ]
    return choices[draw(st.integers(0, len(choices) - 1))]


def _border(draw: Draw, channels: int) -> Layer:
    edges = ((draw(st.integers(0, 2)), draw(st.integers(0, 2))), draw(PAIRS))
    interpolation = draw(st.sampled_from(["nearest", "bilinear"]))
    choices: list[Layer] = [
        ZeroPadding2D(edges),
        Cropping2D(edges),
        UpSampling2D(draw(PAIRS), interpolation=interpolation),
    ]
    return choices[draw(st.integers(0, len(choices) - 1))]


def _rest(draw: Draw, channels: int) -> Layer:
    axes = draw(st.sampled_from([None, (1,), (2,), (1, 2), (1, 2, 3)]))
    dims = draw(st.permutations([1, 2, 3]))
    choices: list[Layer] = [
        Activation(draw(NAMES) or "linear"),
        ELU(0.5),
        LeakyReLU(),
        PReLU(shared_axes=axes),
        Permute(tuple(dims)),
        Dropout(0.3),
        SpatialDropout2D(0.3),
        RandomFlip(),
    ]
    return choices[draw(st.integers(0, len(choices) - 1))]


KINDS = [_conv, _depthwise, _separable, _dense, _pooling, _normalization, _border, _rest]


def _merged(draw: Draw, x: SymbolicTensor, y: SymbolicTensor) -> SymbolicTensor:
    """`x` and `y` in one, where they fit."""
    kind = draw(st.sampled_from([Add, Multiply, Average, Concatenate]))
    merged: SymbolicTensor = kind()([x, y])
    return merged


@st.composite
def networks(draw: Draw, deepest: int) -> Network:
    """Networks of up to `deepest` layers with branches; what does not fit is left out."""
    start = Input(draw(SIZES))
    x = Rescaling(1 / 255)(start)
    for _ in range(draw(st.integers(1, deepest))):
        layer = draw(st.sampled_from(KINDS))(draw, x.shape[-1])
        try:
            y = layer(x)
            x = _merged(draw, x, y) if deepest > 1 and draw(st.booleans()) else y
        except NetworkError:
            continue
    end = draw(st.sampled_from([Flatten, GlobalAveragePooling2D, GlobalMaxPooling2D]))()
    return Network(start, Dense(3, draw(st.sampled_from([None, "softmax"])))(end(x)))


def _is_comparable(network: Network) -> bool:
    """Whether Keras on PyTorch computes what Keras on TensorFlow and JAX does."""
    return not any(_repeats_the_edge(node) or _is_misread(node) for node in network.nodes)


def _repeats_the_edge(node: Node) -> bool:
    """Means over uneven padding: there the edge is repeated and counted, elsewhere it is not."""
    if not isinstance(node.layer, AveragePooling2D):
        return False
    (top, bottom), (left, right) = node.layer.padding_of(node.input_shapes[0])
    return top != bottom or left != right


def _is_misread(node: Node) -> bool:
    """What PyTorch 2.13 itself gets wrong; see training/lowering/convolution.py."""
    if not isinstance(node.layer, Window) or node.input_shapes[0][2] > 1:
        return False
    rows, columns = pair(node.layer.strides, "strides")
    return rows == 1 < columns


def _images(network: Network) -> np.ndarray[Any, np.dtype[np.uint8]]:
    shape = (3, *network.input_shape)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def _ours(network: Network, weights: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Probabilities by PyTorch."""
    return lowered(network, weights).probabilities(torch.from_numpy(_images(network))).numpy()


@FEW
@given(networks(1))
def test_layers_with_drawn_arguments_agree_with_keras(network: Network) -> None:
    assume(_is_comparable(network))
    weights = random_weights(network)
    expected = torch.from_numpy(keras_output(keras_model(network, weights), _images(network)))
    if not network.gives_probabilities:
        expected = expected.softmax(1)
    np.testing.assert_allclose(_ours(network, weights), expected, atol=2e-5)


@settings(FEW, max_examples=80)
@given(networks(1))
def test_gradients_with_drawn_arguments_agree_with_keras(network: Network) -> None:
    assume(_is_comparable(network) and not network.gives_probabilities)  # training gives logits
    assert_gradients_agree(network)


@FEW
@given(networks(6))
def test_drawn_networks_agree_with_keras_and_onnx(network: Network) -> None:
    weights = random_weights(network)
    received = _ours(network, weights)
    height, width, channels = network.input_shape
    metadata = Metadata(
        ("a", "b", "c"), (height, width, channels), {"kind": "resize"}, None, None, {}
    )
    answers = Classifier(build_model(network, weights, metadata)).probabilities(_images(network))
    np.testing.assert_allclose(answers, received, atol=1e-4)
    if not _is_comparable(network):
        return
    expected = torch.from_numpy(keras_output(keras_model(network, weights), _images(network)))
    if not network.gives_probabilities:
        expected = expected.softmax(1)
    np.testing.assert_allclose(received, expected, atol=1e-4)


@FEW
@given(networks(6))
def test_drawn_networks_go_through_keras_and_come_back(network: Network) -> None:
    text = to_json(network)
    assert to_json(from_json(text)) == text
    model = keras.models.model_from_json(text)
    again = from_json(model.to_json())
    assert model.count_params() == sum(network.parameters()) == sum(again.parameters())
    assert again.weight_specs() == network.weight_specs()
    assert again.multiply_adds() == network.multiply_adds()
