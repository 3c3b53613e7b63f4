"""Every layer computes what Keras's layer of that name computes, in PyTorch and in ONNX."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from imagette.errors import NetworkError, ShapeError
from imagette.inference.classifier import Classifier
from imagette.network import (
    LAYERS,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
    InputLayer,
    MaxPooling2D,
    Network,
    Normalization,
    ReLU,
    Rescaling,
    Softmax,
    ZeroPadding2D,
)
from imagette.network.activations import ACTIVATIONS
from imagette.network.layer import SymbolicTensor
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from imagette.training.lowering import LOWERINGS
from tests.reference import keras_model, keras_output, lowered, random_weights

SHAPE = (9, 11, 3)
Body = Callable[[SymbolicTensor], SymbolicTensor]


def body(*layers: Callable[[SymbolicTensor], SymbolicTensor]) -> Body:
    """Layers one behind the other."""

    def build(x: SymbolicTensor) -> SymbolicTensor:
        for layer in layers:
            x = layer(x)
        return x

    return build


CASES: dict[str, Body] = {
    "conv": body(Conv2D(5, 3)),
    "conv even same": body(Conv2D(5, 4, padding="same", activation="relu")),
    "conv strides same": body(Conv2D(4, 3, 2, "same")),
    "conv strides uneven": body(Conv2D(4, (2, 5), (2, 3), use_bias=False)),
    "conv dilated": body(Conv2D(4, 3, dilation_rate=2, padding="same")),
    "conv groups": body(Conv2D(6, 3, groups=3)),
    "max pool": body(MaxPooling2D()),
    "max pool same": body(MaxPooling2D(3, 2, "same")),
    "max pool after relu": body(Conv2D(4, 3, activation="relu"), MaxPooling2D(2)),
    "average pool": body(AveragePooling2D(2)),
    "average pool same": body(AveragePooling2D(3, 2, "same")),
    "global average": body(GlobalAveragePooling2D()),
    "global average keepdims": body(GlobalAveragePooling2D(keepdims=True)),
    "global max": body(GlobalMaxPooling2D()),
    "batch normalization": body(BatchNormalization(epsilon=0.01)),
    "batch normalization bare": body(BatchNormalization(center=False, scale=False)),
    "batch normalization of vectors": body(Flatten(), BatchNormalization()),
    "dense": body(Flatten(), Dense(7, activation="tanh")),
    "dense no bias": body(Flatten(), Dense(7, use_bias=False)),
    "dropout": body(Dropout(0.4)),
    "zero padding": body(ZeroPadding2D(((1, 0), (2, 3)))),
    "rescaling": body(Rescaling(1 / 255, offset=-0.5)),
    "rescaling by channel": body(Rescaling((0.1, 0.2, 0.3), (1.0, 2.0, 3.0))),
    "normalization": body(Normalization(mean=(1.0, 2.0, 3.0), variance=(4.0, 5.0, 0.0))),
    "normalization one number": body(Normalization(mean=100.0, variance=400.0)),
    "relu cut": body(Conv2D(4, 3), ReLU(max_value=0.5, negative_slope=0.1)),
    "relu": body(Conv2D(4, 3), ReLU()),
    "softmax": body(Conv2D(4, 3), Softmax()),
    "add": lambda x: Add()([Conv2D(3, 1)(x), x, Conv2D(3, 3, padding="same")(x)]),
    "concatenate": lambda x: Concatenate()([x, Conv2D(2, 1)(x)]),
    "concatenate rows": lambda x: Concatenate(axis=1)([x, MaxPooling2D((2, 1))(x)]),
    "concatenate vectors": lambda x: Concatenate()([Flatten()(x), GlobalMaxPooling2D()(x)]),
} | {f"activation {name}": body(Conv2D(4, 3), Activation(name)) for name in ACTIVATIONS}


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
        (lambda x: Dense(4)(x), r"needs a vector.*\(9, 11, 3\).*Flatten"),
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
