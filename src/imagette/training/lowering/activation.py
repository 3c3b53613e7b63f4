"""Activations that are layers of their own, in PyTorch."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.shapes import Shape
from imagette.training.activations import ACTIVATIONS
from imagette.training.lowering.step import Operation, Pass


def activation(layer: layers.Activation, shapes: Sequence[Shape]) -> Operation:
    function = ACTIVATIONS[layer.activation]
    return lambda inputs, step: function(inputs[0])


def softmax(layer: layers.Softmax, shapes: Sequence[Shape]) -> Operation:
    function = ACTIVATIONS["softmax"]
    return lambda inputs, step: function(inputs[0])


def relu(layer: layers.ReLU, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        y = F.leaky_relu(x, layer.negative_slope) if layer.negative_slope else F.relu(x)
        return y if layer.max_value is None else y.clamp(max=layer.max_value)

    return run


def leaky_relu(layer: layers.LeakyReLU, shapes: Sequence[Shape]) -> Operation:
    return lambda inputs, step: F.leaky_relu(inputs[0], layer.negative_slope)


def elu(layer: layers.ELU, shapes: Sequence[Shape]) -> Operation:
    return lambda inputs, step: F.elu(inputs[0], layer.alpha)


def prelu(layer: layers.PReLU, shapes: Sequence[Shape]) -> Operation:
    alpha = f"{layer.name}/alpha"

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0].to(step.dtype)
        slope = step.weights[alpha]
        if slope.dim() == 3:
            slope = slope.permute(2, 0, 1)
        # As Keras writes it, so that the gradient at 0 is Keras's too.
        return F.relu(x) - slope * F.relu(-x)

    return run
