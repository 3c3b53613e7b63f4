"""Layers that act in training only, in PyTorch."""

from collections.abc import Sequence

import torch

from imagette.network import layers
from imagette.network.shapes import Shape
from imagette.training.lowering.step import Operation, Pass


def dropout(layer: layers.Dropout, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return x if step.random is None else x * step.random.dropout(x, layer.rate)

    return run


def spatial_dropout(layer: layers.SpatialDropout2D, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return x if step.random is None else x * step.random.dropout(x[:, :, :1, :1], layer.rate)

    return run


def gaussian_noise(layer: layers.GaussianNoise, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return x if step.random is None else x + step.random.normal(x, layer.stddev)

    return run
