"""Every layer computes what Keras's layer of that name computes, in PyTorch and in ONNX."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from imagette.errors import NetworkError, ShapeError
from imagette.inference.classifier import Classifier
from imagette.network import (
    L1L2,
    LAYERS,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GaussianNoise,
    GroupNormalization,
    Input,
    InputLayer,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Multiply,
    Network,
    Normalization,
    Permute,
    PReLU,
    RandomFlip,
    RandomRotation,
    RandomZoom,
    ReLU,
    Rescaling,
    Reshape,
    SeparableConv2D,
    Softmax,
    SpatialDropout2D,
    Subtract,
    UpSampling2D,
)
from imagette.network.layer import SymbolicTensor
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from imagette.training.lowering import LOWERINGS
from tests.layer_cases import CASES, SHAPE
from tests.reference import keras_model, keras_output, lowered, random_weights


@pytest.mark.parametrize("name", CASES)
def test_forward_agrees_with_keras_in_pytorch_and_onnx(name: str) -> None:
    x = Input(SHAPE)
    y = CASES[name](Rescaling(1 / 255)(x))
    head = y if len(y.shape) == 1 else Flatten()(y)
    network = Network(x, head)
    weights = random_weights(network)
    images = np.random.default_rng(1).integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    expected = keras_output(keras_model(network, weights), images)

    with torch.inference_mode():
        received = lowered(network, weights).logits(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(received, expected, atol=2e-5, rtol=2e-5)

    names = tuple(map(str, range(network.output_shape[0])))
    metadata = Metadata(names, SHAPE, {"kind": "resize"}, None, None, {})
    answers = Classifier(build_model(network, weights, metadata)).probabilities(images)
    softmax = torch.from_numpy(expected).softmax(1).numpy()
    np.testing.assert_allclose(answers, softmax, atol=1e-5)


def test_every_layer_has_a_lowering_and_a_case() -> None:
    assert set(LOWERINGS) == set(LAYERS) - {InputLayer}
    used = set()
    for case in CASES.values():
        x = Input(SHAPE)
        used |= {type(node.layer) for node in Network(x, case(x)).nodes}
    assert used | {Rescaling} == set(LAYERS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv2D(0, 3), "filters=0, expected at least 1"),
        (lambda: Conv2D(4, (3, 0)), r"kernel_size=\(3, 0\): expected one integer or two"),
        (lambda: Conv2D(4, 3, padding="full"), "padding='full', expected 'valid' or 'same'"),
        (lambda: Conv2D(4, 3, activation="rellu"), "no activation 'rellu'.*did you mean 'relu'"),
        (lambda: Conv2D(4, 3, kernel_initializer="x"), "no initializer 'x'"),
        (lambda: Conv2D(4, 3, groups=3), "groups=3, expected a divisor of filters=4"),
        (lambda: Dense(0), "units=0"),
        (lambda: Dropout(1.0), "rate=1.0, expected at least 0 and below 1"),
        (lambda: Normalization(), "mean=None, expected numbers"),
        (lambda: ReLU(threshold=1.0), "threshold=1.0, expected 0"),
        (lambda: SeparableConv2D(0, 3), "filters=0, expected at least 1"),
        (lambda: DepthwiseConv2D(3, depth_multiplier=0), "depth_multiplier=0, expected at least"),
        (lambda: Conv2D(4, 3, 2, dilation_rate=2), r"dilation_rate=\(2, 2\), expected 1 where"),
        (lambda: Conv2D(4, 3, kernel_regularizer="l3"), "no regularizer 'l3'; there are l1, l2"),
        (lambda: Dense(4, kernel_regularizer=L1L2(-1)), "expected two factors of at least 0"),
        (lambda: LeakyReLU(-0.1), "negative_slope=-0.1, expected at least 0"),
        (lambda: PReLU(shared_axes=3)(Flatten()(Input(SHAPE))), r"shared_axes=\(3,\), expected"),
        (lambda: SpatialDropout2D(1.0), "rate=1.0, expected"),
        (lambda: GaussianNoise(2.0), "stddev=2.0, expected between 0 and 1"),
        (lambda: RandomFlip("sideways"), "mode='sideways', expected one of horizontal"),
        (lambda: RandomRotation(2.0), "factor=2.0, expected one number, or two, from -1 to 1"),
        (lambda: RandomRotation(0.1, "mirror"), "fill_mode='mirror', expected one of reflect"),
        (lambda: RandomZoom(0.1, 0.1, "wrap", "cubic"), "interpolation='cubic', expected one of"),
        (lambda: UpSampling2D(2, interpolation="bicubic"), "interpolation='bicubic', expected"),
        (lambda: Cropping2D((1, 2, 3)), "expected p, "),
        (lambda: Reshape(()), r"target_shape=\(\), expected one size or more"),
        (lambda: Reshape((-1, -1)), "one of them may be -1"),
        (lambda: Permute((0, 1, 2)), r"dims=\(0, 1, 2\), expected the axes after the batch"),
        (lambda: Permute((2, 1))(Input(SHAPE)), r"dims=\(2, 1\), expected 3 axes"),
        (lambda: GroupNormalization(2)(Input(SHAPE)), "groups=2, expected a divisor of 3"),
        (lambda: LayerNormalization(axis=1)(Input(SHAPE)), "axis=1, expected -1"),
        (lambda: Subtract()([Input(SHAPE)] * 3), "takes 2 inputs, and was given 3"),
        (lambda: Softmax(axis=1)(Input(SHAPE)), "axis=1, expected -1"),
        (lambda: BatchNormalization(axis=1)(Input(SHAPE)), "axis=1, expected -1"),
    ],
)
def test_bad_arguments_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: Conv2D(4, 10)(x), "covers 10x10 pixels, and what reaches it has 9x11"),
        (lambda x: SpatialDropout2D(0.1)(Flatten()(x)), "needs images.*before Flatten"),
        (lambda x: RandomFlip()(Flatten()(x)), "needs images.*before Flatten"),
        (lambda x: UpSampling2D()(Flatten()(x)), "needs images.*before Flatten"),
        (lambda x: DepthwiseConv2D(12)(x), "covers 12x12 pixels"),
        (lambda x: Cropping2D((5, 0))(x), r"cuts \(\(5, 5\), \(0, 0\)\) off 9x11.*Cut less"),
        (lambda x: Reshape((2, 3))(x), r"makes \(2, 3\) of 297 values.*product is 297"),
        (lambda x: Reshape((-1, 7))(x), r"makes \(-1, 7\) of 297 values"),
        (lambda x: Multiply()(x, Dense(4)(Flatten()(x))), "inputs of one shape"),
        (lambda x: Add()(x, Reshape((11, 27))(x)), "inputs of one shape"),
        (lambda x: Conv2D(4, 3)(Flatten()(x)), "needs images.*before Flatten"),
        (lambda x: Rescaling((1.0, 2.0))(x), "holds 2 numbers, and 3 channels"),
        (lambda x: Add()(x, Conv2D(4, 1)(x)), "inputs of one shape"),
        (lambda x: Concatenate()(x, MaxPooling2D(2)(x)), "differ along axis -1 only"),
    ],
)
def test_layers_that_do_not_fit_say_why(
    make: Callable[[SymbolicTensor], object], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        make(Input(SHAPE))


def test_dense_on_images_costs_what_it_multiplies() -> None:
    x = Input((4, 5, 3))
    assert Network(x, Dense(7)(x)).multiply_adds() == 4 * 5 * 3 * 7
    assert Network(x, Conv2D(7, 1)(x)).multiply_adds() == 4 * 5 * 3 * 7
    assert Network(x, DepthwiseConv2D(2)(x)).multiply_adds() == 3 * 4 * 3 * 4
    assert Network(x, SeparableConv2D(6, 2)(x)).multiply_adds() == 3 * 4 * 3 * (4 + 6)


def test_a_network_that_ends_in_images_is_not_trained() -> None:
    x = Input((4, 5, 3))
    network = Network(x, Dense(7)(x))
    with pytest.raises(ShapeError, match=r"ends in the shape \(4, 5, 7\).*Flatten"):
        lowered(network, random_weights(network))


def test_pixels_may_reach_any_layer_first() -> None:
    x = Input(SHAPE)
    network = Network(x, Flatten()(MaxPooling2D()(x)))
    pixels = torch.full((2, *SHAPE), 200, dtype=torch.uint8)
    assert (lowered(network, {}).logits(pixels) == 200).all()
