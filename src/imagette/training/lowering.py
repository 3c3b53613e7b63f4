"""One row a layer: how it runs in PyTorch.

A lowering takes the layer and its inputs' shapes, once, and gives the function that runs
at each step. Images are (batch, channels, height, width) tensors in channels_last memory,
that is, stored as Keras stores them, so that Flatten moves nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.layer import Layer
from imagette.network.layers.preprocessing import per_channel
from imagette.network.shapes import Shape, pair
from imagette.training.activations import ACTIVATIONS
from imagette.training.dropout import MaskSource


@dataclass
class Pass:
    """What one forward pass needs besides the images.

    `weights` are in the precision that is computed in, in PyTorch's layouts; `statistics`
    are BatchNormalization's moving ones, float32, changed in place in training.
    """

    weights: Mapping[str, torch.Tensor]
    statistics: Mapping[str, torch.Tensor]
    dtype: torch.dtype
    masks: MaskSource | None = None  # None: not training

    @property
    def training(self) -> bool:
        return self.masks is not None


Operation = Callable[[Sequence[torch.Tensor], Pass], torch.Tensor]
Lowering = Callable[[Any, Sequence[Shape]], Operation]


@dataclass(frozen=True)
class Layout:
    """How a Keras array lies in memory here, and how PyTorch's functions view that memory.

    `stored` and `viewed` are permutations of axes; `precise` weights are computed with in
    float32 always.
    """

    stored: tuple[int, ...]
    viewed: tuple[int, ...]
    precise: bool = False


# Kernels (height, width, in, out) lie as (out, height, width, in), channels_last.
LAYOUTS: dict[tuple[type[Layer], str], Layout] = {
    (layers.Conv2D, "kernel"): Layout((3, 0, 1, 2), (0, 3, 1, 2)),
    (layers.Dense, "kernel"): Layout((1, 0), (0, 1)),
    (layers.BatchNormalization, "gamma"): Layout((0,), (0,), precise=True),
    (layers.BatchNormalization, "beta"): Layout((0,), (0,), precise=True),
}


def lower(layer: Layer, shapes: Sequence[Shape]) -> Operation:
    """The function that runs `layer` on inputs of `shapes`."""
    return LOWERINGS[type(layer)](layer, shapes)


def _conv2d(layer: layers.Conv2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding_of(shapes[0])
    uneven = top != bottom or left != right
    padding = (0, 0) if uneven else (top, left)
    strides, dilation = pair(layer.strides, "strides"), pair(layer.dilation_rate, "dilation_rate")
    kernel, bias = f"{layer.name}/kernel", f"{layer.name}/bias"

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0].to(step.dtype)
        if uneven:
            x = F.pad(x, (left, right, top, bottom))
        weights = step.weights
        return F.conv2d(
            x, weights[kernel], weights.get(bias), strides, padding, dilation, layer.groups
        )

    return run


def _dense(layer: layers.Dense, shapes: Sequence[Shape]) -> Operation:
    kernel, bias = f"{layer.name}/kernel", f"{layer.name}/bias"
    return lambda inputs, step: F.linear(
        inputs[0].to(step.dtype), step.weights[kernel], step.weights.get(bias)
    )


def _max_pooling(layer: layers.MaxPooling2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding_of(shapes[0])
    size, strides = pair(layer.pool_size, "pool_size"), pair(layer.strides, "strides")
    padded = any((top, bottom, left, right))

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if padded:
            x = F.pad(x, (left, right, top, bottom), value=float("-inf"))
        return F.max_pool2d(x, size, strides)

    return run


def _average_pooling(layer: layers.AveragePooling2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding_of(shapes[0])
    size, strides = pair(layer.pool_size, "pool_size"), pair(layer.strides, "strides")
    padded = any((top, bottom, left, right))

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if not padded:
            return F.avg_pool2d(x, size, strides)
        # Padding does not count: divide by how many real pixels each window holds.
        real = F.pad(torch.ones_like(x[:1, :1]), (left, right, top, bottom))
        sums = F.avg_pool2d(F.pad(x, (left, right, top, bottom)), size, strides)
        return sums / F.avg_pool2d(real, size, strides)

    return run


def _batch_normalization(layer: layers.BatchNormalization, shapes: Sequence[Shape]) -> Operation:
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
        # Momentum 1 gives this batch's own statistics. PyTorch's variance divides by n - 1
        # and Keras's by n.
        batch_mean = moving_mean.new_zeros(channels)
        batch_variance = moving_variance.new_zeros(channels)
        y = F.batch_norm(x, batch_mean, batch_variance, scale, shift, True, 1.0, layer.epsilon)
        count = x.numel() // channels
        moving_mean.lerp_(batch_mean, 1 - layer.momentum)
        moving_variance.lerp_(batch_variance * ((count - 1) / count), 1 - layer.momentum)
        return y

    return run


def _rescaling(layer: layers.Rescaling, shapes: Sequence[Shape]) -> Operation:
    rank = len(shapes[0])
    scale = torch.from_numpy(per_channel(layer.scale, rank))
    offset = torch.from_numpy(per_channel(layer.offset, rank))
    return lambda inputs, step: torch.addcmul(
        offset.to(inputs[0].device), inputs[0].float(), scale.to(inputs[0].device)
    )


def _normalization(layer: layers.Normalization, shapes: Sequence[Shape]) -> Operation:
    rank = len(shapes[0])
    mean = torch.from_numpy(per_channel(layer.mean, rank))
    deviation = torch.from_numpy(per_channel(layer.deviation(), rank))
    return lambda inputs, step: (
        (inputs[0].float() - mean.to(inputs[0].device)) / deviation.to(inputs[0].device)
    )


def _dropout(layer: layers.Dropout, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return x if step.masks is None else x * step.masks.dropout(x, layer.rate)

    return run


def _flatten(layer: layers.Flatten, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).flatten(1)

    return run


def _zero_padding(layer: layers.ZeroPadding2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding
    return lambda inputs, step: F.pad(inputs[0], (left, right, top, bottom))


def _activation(layer: layers.Activation, shapes: Sequence[Shape]) -> Operation:
    function = ACTIVATIONS[layer.activation]
    return lambda inputs, step: function(inputs[0])


def _relu(layer: layers.ReLU, shapes: Sequence[Shape]) -> Operation:
    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        y = F.leaky_relu(x, layer.negative_slope) if layer.negative_slope else F.relu(x)
        return y if layer.max_value is None else y.clamp(max=layer.max_value)

    return run


def _concatenate(layer: layers.Concatenate, shapes: Sequence[Shape]) -> Operation:
    position = layer.position(shapes[0])
    axis = (2, 3, 1)[position] if len(shapes[0]) == 3 else position + 1
    return lambda inputs, step: torch.cat(tuple(inputs), dim=axis)


def _global_pooling(reduce: Callable[..., torch.Tensor]) -> Lowering:
    def lowering(layer: layers.pooling.GlobalPooling2D, shapes: Sequence[Shape]) -> Operation:
        return lambda inputs, step: reduce(inputs[0], dim=(2, 3), keepdim=layer.keepdims)

    return lowering


LOWERINGS: dict[type[Layer], Lowering] = {
    layers.Activation: _activation,
    layers.Add: lambda layer, shapes: lambda inputs, step: sum(inputs[1:], inputs[0]),
    layers.AveragePooling2D: _average_pooling,
    layers.BatchNormalization: _batch_normalization,
    layers.Concatenate: _concatenate,
    layers.Conv2D: _conv2d,
    layers.Dense: _dense,
    layers.Dropout: _dropout,
    layers.Flatten: _flatten,
    layers.GlobalAveragePooling2D: _global_pooling(torch.mean),
    layers.GlobalMaxPooling2D: _global_pooling(torch.amax),
    layers.MaxPooling2D: _max_pooling,
    layers.Normalization: _normalization,
    layers.ReLU: _relu,
    layers.Rescaling: _rescaling,
    layers.Softmax: lambda layer, shapes: lambda inputs, step: F.softmax(inputs[0], dim=1),
    layers.ZeroPadding2D: _zero_padding,
}
