"""The gradients of every layer, of its weights and of its input, are those of Keras."""

from typing import Any

import keras
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from imagette.network import BatchNormalization, Conv2D, Dense, Flatten, Input, Network, Rescaling
from imagette.network.layers.regularization import TrainingOnly
from imagette.training.lowered import LoweredNetwork
from imagette.training.step_generator import StepGenerator
from tests.layer_cases import CASES, SHAPE
from tests.reference import Weights, keras_model, keras_weights, lowered, random_weights

Gradients = dict[str, NDArray[np.float32]]


def our_gradients(
    network: Network, weights: Weights, images: torch.Tensor, coefficients: torch.Tensor
) -> Gradients:
    """Of sum(coefficients * output), by weight, in Keras's layouts."""
    ours = lowered(network, weights)
    output = ours.logits(images, StepGenerator(0, 0) if _trains(network) else None)
    ours.parameters.differentiate((output * coefficients).sum())
    ours.parameters.values.copy_(ours.parameters.gradient)
    every = ours.parameters.to_keras()
    frozen = {node.layer.name for node in network.nodes if not node.layer.trainable}
    return {
        key: every[key]
        for key, spec in network.weight_specs().items()
        if spec.trainable and key.rpartition("/")[0] not in frozen
    }


def keras_gradients(
    model: Any, images: torch.Tensor, coefficients: torch.Tensor, training: bool
) -> Gradients:
    """The same, by Keras."""
    output = model(images.float(), training=training)
    (output * coefficients).sum().backward()
    names = {id(w): key for key, w in _variables(model).items()}
    return {names[id(w)]: w.value.grad.numpy() for w in model.trainable_weights}


def _variables(model: Any) -> dict[str, Any]:
    return {f"{layer.name}/{w.name}": w for layer in model.layers for w in layer.weights}


def _trains(network: Network) -> bool:
    """Whether batch statistics are taken; layers that draw are compared where they do nothing."""
    return not any(isinstance(node.layer, TrainingOnly) for node in network.nodes)


def assert_gradients_agree(network: Network, count: int = 4) -> None:
    """Compare ours with Keras's on random weights and `count` images."""
    weights = random_weights(network)
    model = keras_model(network, weights)
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (count, *network.input_shape), dtype=np.uint8)
    images = torch.from_numpy(pixels)
    coefficients = torch.from_numpy(random.normal(size=network.output_shape).astype(np.float32))
    expected = keras_gradients(model, images, coefficients, _trains(network))
    received = our_gradients(network, weights, images, coefficients)
    assert received.keys() == expected.keys()
    # A bias before a normalisation has the gradient 0, and what is left of sums that cancel.
    largest = max(float(np.abs(gradient).max()) for gradient in expected.values())
    for key, gradient in expected.items():
        scale = float(np.abs(gradient).max())
        np.testing.assert_allclose(
            received[key], gradient, rtol=0, atol=5e-5 * scale + 2e-5 * largest, err_msg=key
        )


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_keras(name: str) -> None:
    x = Input(SHAPE)
    # The gradient of this convolution shows that of the case's input.
    first = Conv2D(SHAPE[2], 1, name="first")(Rescaling(1 / 255)(x))
    assert_gradients_agree(Network(x, Flatten()(CASES[name](first))))


def test_statistics_of_batches_move_as_in_keras() -> None:
    x = Input(SHAPE)
    y = CASES["batch normalization of rows"](CASES["batch normalization"](Rescaling(1 / 255)(x)))
    network = Network(x, Flatten()(y))
    weights = random_weights(network)
    model = keras_model(network, weights)
    images = torch.from_numpy(
        np.random.default_rng(1).integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    )
    ours = lowered(network, weights)
    with torch.inference_mode():
        ours.logits(images, StepGenerator(0, 0))
    with torch.no_grad():
        model(images.float(), training=True)
    received, expected = ours.parameters.to_keras(), keras_weights(model)
    for key in received:
        np.testing.assert_allclose(received[key], expected[key], rtol=1e-5, atol=1e-6, err_msg=key)


def test_the_reference_runs_on_pytorch() -> None:
    assert keras.backend.backend() == "torch"


@pytest.mark.parametrize("name", CASES)
def test_bfloat16_trains_every_layer_near_float32(name: str) -> None:
    x = Input(SHAPE)
    first = Conv2D(SHAPE[2], 1, name="first")(Rescaling(1 / 255)(x))
    network = Network(x, Flatten()(CASES[name](first)))
    weights = random_weights(network)
    random = np.random.default_rng(1)
    images = torch.from_numpy(random.integers(0, 256, (4, *SHAPE), dtype=np.uint8))
    precise = lowered(network, weights).logits(images)
    rough = LoweredNetwork(network, weights, torch.device("cpu"), torch.bfloat16)
    scale = float(precise.detach().abs().max())
    np.testing.assert_allclose(
        rough.logits(images).detach() / scale, precise.detach() / scale, atol=0.1
    )
    rough.parameters.differentiate(rough.logits(images, StepGenerator(0, 0)).sum())
    assert torch.isfinite(rough.parameters.gradient).all()


@pytest.mark.parametrize("strides", [(1, 2), (1, 3), (1, 4), (2, 1), (2, 2)])
def test_convolutions_of_one_channel_are_right_in_values_and_gradients(
    strides: tuple[int, int],
) -> None:
    """Against float64: PyTorch's own float32, and so Keras on it, is wrong for strides (1, n)."""
    for height, width, kernel in [(7, 5, (2, 4)), (9, 4, (3, 3)), (5, 3, (3, 3)), (8, 5, (4, 3))]:
        x = Input((height, width, 1))
        network = Network(x, Flatten()(Conv2D(3, kernel, strides, "same", name="c")(x)))
        weights = random_weights(network)
        pixels = np.random.default_rng(0).integers(0, 256, (3, height, width, 1), dtype=np.uint8)
        images = torch.from_numpy(pixels)
        precise = LoweredNetwork(network, weights, torch.device("cpu"), torch.float64)
        ours = lowered(network, weights)
        torch.testing.assert_close(
            ours.logits(images), precise.logits(images), rtol=1e-4, atol=1e-3
        )
        for each in (ours, precise):
            each.parameters.differentiate(each.logits(images).square().sum())
        received, expected = ours.parameters.gradient, precise.parameters.gradient
        scale = expected.abs().max()
        torch.testing.assert_close(received / scale, expected / scale, rtol=0, atol=1e-5)


def test_a_batch_of_one_value_normalises_as_keras_does() -> None:
    """The last batch of an epoch may be of one image; PyTorch takes no statistics of one."""
    x = Input(SHAPE)
    y = Dense(5)(BatchNormalization()(Dense(4)(Flatten()(Rescaling(1 / 255)(x)))))
    assert_gradients_agree(Network(x, y), count=1)
