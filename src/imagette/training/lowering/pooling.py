"""Pooling in PyTorch."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.shapes import Shape, pair
from imagette.training.lowering.step import Lowering, Operation, Pass
from imagette.training.max_pooling import max_pool

_LARGE = 120  # pixels of a map


def max_pooling(layer: layers.MaxPooling2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding_of(shapes[0])
    size, strides = pair(layer.pool_size, "pool_size"), pair(layer.strides, "strides")
    padded = any((top, bottom, left, right))
    # PyTorch's kernel takes 32 channels at a time: where that comes out even it is as fast, but
    # for large maps, whose 64-bit indices fill the cache.
    rows, columns, channels = shapes[0]
    slow = size == strides and (channels % 32 != 0 or rows * columns >= _LARGE)

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        x = inputs[0]
        if padded:
            x = F.pad(x, (left, right, top, bottom), value=float("-inf"))
        if slow and x.dtype == torch.bfloat16 and x.device.type == "cpu":
            return max_pool(x, size)
        return F.max_pool2d(x, size, strides)

    return run


def average_pooling(layer: layers.AveragePooling2D, shapes: Sequence[Shape]) -> Operation:
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


def global_pooling(reduce: Callable[..., torch.Tensor]) -> Lowering:
    def lowering(layer: layers.pooling.GlobalPooling2D, shapes: Sequence[Shape]) -> Operation:
        return lambda inputs, step: reduce(inputs[0], dim=(2, 3), keepdim=layer.keepdims)

    return lowering
