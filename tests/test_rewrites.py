"""Each rewriting computes the same: outputs and gradients.

(That splitting off activations does is seen in `test_layers.py`, against Keras.)
"""

import dataclasses

import numpy as np
import pytest
import torch
from scipy.special import softmax

from imagette.network import (
    ELU,
    LAYERS,
    Activation,
    Add,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Input,
    InputLayer,
    LeakyReLU,
    MaxPooling2D,
    Network,
    PReLU,
    ReLU,
    SeparableConv2D,
    Sequential,
    Softmax,
)
from imagette.network.activations import ACTIVATIONS
from imagette.network.layer import Layer
from imagette.training import rewrites
from imagette.training.step_generator import StepGenerator
from tests.reference import lowered, random_weights


def _pooled(activation: str) -> Network:
    return Sequential(
        [
            Input((8, 8, 2)),
            Conv2D(3, 3, padding="same", activation=activation),
            MaxPooling2D(3, 2, "same"),
            Flatten(),
            Dense(4),
        ]
    )


def _output_and_gradient(
    network: Network, source: Network, monkeypatch: pytest.MonkeyPatch
) -> tuple[torch.Tensor, torch.Tensor]:
    """Of `network` as it is, without the rewritings, with the weights of `source`."""
    monkeypatch.setattr("imagette.training.lowered.prepare", lambda network: network)
    low = lowered(network, random_weights(source))
    images = np.random.default_rng(0).integers(0, 256, (5, *network.input_shape), dtype=np.uint8)
    output = low.logits(torch.from_numpy(images), StepGenerator(0, 0))
    low.parameters.differentiate(
        (output * torch.linspace(-1, 1, output.numel()).view_as(output)).sum()
    )
    return output.detach(), low.parameters.gradient


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
def test_pooling_first_changes_no_output_and_no_gradient(
    activation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = rewrites.split_activations(_pooled(activation))
    rewritten = rewrites.pool_before_activation(network)
    before = _output_and_gradient(network, network, monkeypatch)
    after = _output_and_gradient(rewritten, network, monkeypatch)
    torch.testing.assert_close(after[0], before[0], rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(after[1], before[1], rtol=1e-4, atol=1e-3)


def test_pooling_comes_before_what_never_falls_and_before_nothing_else() -> None:
    def order(activation: str) -> list[str]:
        network = rewrites.prepare(_pooled(activation))
        return [type(node.layer).__name__ for node in network.nodes][1:4]

    assert order("relu") == ["Conv2D", "MaxPooling2D", "Activation"]
    for falls in ("gelu", "silu"):
        assert order(falls) == ["Conv2D", "Activation", "MaxPooling2D"]
    kept = rewrites.prepare(
        Sequential([Input((4, 4, 1)), ReLU(negative_slope=-0.5), MaxPooling2D(2), Flatten()])
    )
    assert isinstance(kept.nodes[1].layer, ReLU)


@pytest.mark.parametrize(
    "end", [[Dense(3, "softmax")], [Dense(3), Softmax()], [Dense(3), Activation("softmax")]]
)
def test_the_last_softmax_is_left_to_the_loss(end: list[Dense]) -> None:
    network = Sequential([Input((4, 4, 1)), Flatten(), *end])
    prepared = rewrites.prepare(network)
    assert not prepared.gives_probabilities
    assert isinstance(prepared.nodes[-1].layer, Dense)
    assert rewrites.prepare(prepared).nodes[-1].layer == prepared.nodes[-1].layer


def test_of_a_softmax_used_twice_only_the_last_use_is_left_to_the_loss() -> None:
    shared = Activation("softmax")
    x = Input((1, 1, 4))
    network = Network(x, shared(Dense(3)(shared(Dense(5)(Flatten()(x))))))
    weights = random_weights(network)
    images = np.random.default_rng(0).integers(0, 9, (6, 1, 1, 4), dtype=np.uint8)
    values = images.reshape(6, 4).astype(np.float64)
    for name in ("dense", "dense_1"):
        values = softmax(values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"], axis=1)
    found = lowered(network, weights).probabilities(torch.from_numpy(images))
    np.testing.assert_allclose(found, values, atol=1e-5)


def test_shared_layers_stay_shared() -> None:
    x = Input((4, 4, 2))
    shared = Conv2D(2, 1, activation="relu")
    network = Network(x, Flatten()(Add()(shared(x), shared(shared(x)))))
    prepared = rewrites.prepare(network)
    assert prepared.weight_specs() == network.weight_specs()


@pytest.mark.parametrize(
    "layer",
    [
        Conv2D(3, 3, activation="gelu"),
        Dense(3, "elu"),
        DepthwiseConv2D(3, activation="relu6"),
        SeparableConv2D(3, 3, activation="tanh"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_every_layer_with_an_activation_is_split(layer: Layer) -> None:
    network = Sequential([Input((6, 6, 2)), layer, Flatten()])
    split = rewrites.split_activations(network)
    kinds = [type(node.layer) for node in split.nodes]
    assert kinds == [InputLayer, type(layer), Activation, Flatten]
    assert split.weight_specs() == network.weight_specs()


def test_no_layer_with_an_activation_is_left_out() -> None:
    with_activation = {
        layer
        for layer in LAYERS
        if "activation" in {field.name for field in dataclasses.fields(layer)}
    }
    assert with_activation == {Activation, Conv2D, Dense, DepthwiseConv2D, SeparableConv2D}


@pytest.mark.parametrize(
    ("layer", "rises"),
    [(LeakyReLU(), True), (ELU(0.3), True), (ELU(-0.3), False), (PReLU(), False)],
)
def test_pooling_comes_before_layers_that_never_fall(layer: Layer, rises: bool) -> None:
    network = Sequential([Input((6, 6, 2)), layer, MaxPooling2D(2), Flatten()])
    prepared = rewrites.prepare(network)
    assert isinstance(prepared.nodes[1].layer, MaxPooling2D) == rises
