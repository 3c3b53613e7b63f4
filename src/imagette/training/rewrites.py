"""Rewrites a network into one that computes the same, at less cost in training.

Each rewriting takes a network and gives a network of the same kinds of layers, with the same
weights under the same names. `tests/test_rewrites.py` shows that outputs and gradients stay the
same.
"""

import itertools
from dataclasses import replace
from typing import Any

from imagette.network import ELU, Activation, LeakyReLU, MaxPooling2D, Network, ReLU
from imagette.network.layer import Layer, SymbolicTensor

# Monotone functions: the largest of a window can be taken before or after them.
_MONOTONE = {
    "relu", "relu6", "leaky_relu", "elu", "selu", "tanh", "sigmoid", "hard_sigmoid", "softplus",
}  # fmt: skip


def prepare(network: Network) -> Network:
    """Apply all rewritings; the result gives logits, since the loss applies softmax itself."""
    return pool_before_activation(without_softmax(split_activations(network)))


def split_activations(network: Network) -> Network:
    """Split layers such as Conv2D(activation="relu") into Conv2D and Activation("relu")."""

    def rewrite(layer: Layer, inputs: tuple[SymbolicTensor, ...]) -> SymbolicTensor:
        name = getattr(layer, "activation", None)
        if isinstance(layer, Activation) or name in (None, "linear"):
            return layer(*inputs)
        if layer.name not in split:  # once, so that a shared layer stays shared
            activation = Activation(str(name), name=f"{layer.name}/{name}")
            split[layer.name] = replace(layer, **linearly), activation
        linear, activation = split[layer.name]
        return activation(linear(*inputs))

    linearly: dict[str, Any] = {"activation": None}
    split: dict[str, tuple[Layer, Activation]] = {}
    return network.map(rewrite)


def pool_before_activation(network: Network) -> Network:
    """Turn MaxPooling2D(relu(x)) into relu(MaxPooling2D(x)), exact, on a quarter of the values."""

    def rewrite(layer: Layer, inputs: tuple[SymbolicTensor, ...]) -> SymbolicTensor:
        if isinstance(layer, MaxPooling2D) and _is_monotone(inputs[0].layer):
            before = inputs[0]
            return before.layer(layer(*before.inputs))
        return layer(*inputs)

    return network.map(rewrite)


def without_softmax(network: Network) -> Network:
    """Drop the softmax at the end, so that the network gives logits."""
    if not network.gives_probabilities:
        return network
    left = itertools.count(len(network.nodes) - 1, -1)

    def rewrite(layer: Layer, inputs: tuple[SymbolicTensor, ...]) -> SymbolicTensor:
        # Found by its place, as the same layer may also stand before it.
        return layer(*inputs) if next(left) else inputs[0]

    return network.map(rewrite)


def _is_monotone(layer: Layer) -> bool:
    if isinstance(layer, ReLU | LeakyReLU):
        return layer.negative_slope >= 0
    if isinstance(layer, ELU):
        return layer.alpha >= 0
    return isinstance(layer, Activation) and layer.activation in _MONOTONE
