"""Normalisation and scaling in PyTorch. Statistics are taken in float32."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.layers.preprocessing import per_channel
from imagette.network.shapes import Shape
from imagette.training.lowering.step import Operation, Pass, channels_first, channels_last


def batch_normalization(layer: layers.BatchNormalization, shapes: Sequence[Shape]) -> Operation:
    gamma, beta = f"{layer.name}/gamma", f"{layer.name}/beta"
    mean, variance = f"{layer.name}/moving_mean", f"{layer.name}/moving_variance"
    channels = shapes[0][-1]

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        moving_mean, moving_variance = step.statistics[mean], step.statistics[variance]
        scale, shift = step.weights.get(gamma), step.weights.get(beta)
        if not step.training or not layer.trainable:
            return F.batch_norm(
                x, moving_mean, moving_variance, scale, shift, False, 0.0, layer.epsilon
            )
        batch_mean = moving_mean.new_zeros(channels)
        batch_variance = moving_variance.new_zeros(channels)
        count = x.numel() // channels
        if count == 1:  # PyTorch refuses statistics of a single value: itself, and 0
            batch_mean.copy_(x.detach().reshape(channels))
            zeros = torch.zeros_like(batch_mean)
            y = F.batch_norm(x - x, zeros, zeros, scale, shift, False, 0.0, layer.epsilon)
        else:
            # Momentum 1 gives this batch's own statistics. PyTorch's variance divides by n - 1
            # and Keras's by n.
            y = F.batch_norm(x, batch_mean, batch_variance, scale, shift, True, 1.0, layer.epsilon)
            batch_variance = batch_variance * ((count - 1) / count)
        moving_mean.lerp_(batch_mean, 1 - layer.momentum)
        moving_variance.lerp_(batch_variance, 1 - layer.momentum)
        return y

    return run if len(shapes[0]) in (1, 3) else _with_channels_second(run)


def layer_normalization(layer: layers.LayerNormalization, shapes: Sequence[Shape]) -> Operation:
    gamma, beta = f"{layer.name}/gamma", f"{layer.name}/beta"
    channels = shapes[0][-1:]

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        weights = step.weights
        y = F.layer_norm(
            channels_last(x).float(), channels, weights.get(gamma), weights.get(beta), layer.epsilon
        )
        return channels_first(y).to(x.dtype)

    return run


def group_normalization(layer: layers.GroupNormalization, shapes: Sequence[Shape]) -> Operation:
    gamma, beta = f"{layer.name}/gamma", f"{layer.name}/beta"
    groups = layer.groups_of(shapes[0])

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x, scale, shift = inputs[0], step.weights.get(gamma), step.weights.get(beta)
        # Scale and shift apart: with them PyTorch 2.13's backward pass crashes where the input,
        # or one of the two, needs no gradient.
        y = F.group_norm(x.float(), groups, None, None, layer.epsilon)
        sizes = (-1, *(1,) * (x.dim() - 2))
        y = y if scale is None else y * scale.view(sizes)
        y = y if shift is None else y + shift.view(sizes)
        return y.to(x.dtype)

    return run if len(shapes[0]) in (1, 3) else _with_channels_second(run)


def rescaling(layer: layers.Rescaling, shapes: Sequence[Shape]) -> Operation:
    rank = len(shapes[0])
    scale = torch.from_numpy(per_channel(layer.scale, rank))
    offset = torch.from_numpy(per_channel(layer.offset, rank))
    return lambda inputs, step: torch.addcmul(
        offset.to(inputs[0].device), inputs[0].float(), scale.to(inputs[0].device)
    )


def normalization(layer: layers.Normalization, shapes: Sequence[Shape]) -> Operation:
    rank = len(shapes[0])
    mean = torch.from_numpy(per_channel(layer.mean, rank))
    deviation = torch.from_numpy(per_channel(layer.deviation(), rank))
    return lambda inputs, step: (
        (inputs[0].float() - mean.to(inputs[0].device)) / deviation.to(inputs[0].device)
    )


def _with_channels_second(operation: Operation) -> Operation:
    """For inputs that are neither vectors nor images: PyTorch wants (batch, channels, ...)."""
    return lambda inputs, step: operation([inputs[0].movedim(-1, 1)], step).movedim(1, -1)
