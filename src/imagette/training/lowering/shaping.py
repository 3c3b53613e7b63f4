"""Layers that move values and do not change them, in PyTorch."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.shapes import Shape, pair
from imagette.training.lowering.step import Operation, channels_first, channels_last


def flatten(layer: layers.Flatten, shapes: Sequence[Shape]) -> Operation:
    return lambda inputs, step: channels_last(inputs[0]).flatten(1)


def reshape(layer: layers.Reshape, shapes: Sequence[Shape]) -> Operation:
    target = layer.output_shape(*shapes)
    return lambda inputs, step: channels_first(
        channels_last(inputs[0]).reshape(len(inputs[0]), *target)
    )


def permute(layer: layers.Permute, shapes: Sequence[Shape]) -> Operation:
    order = layer.inner()
    images = len(shapes[0]) == 3
    memory = torch.channels_last if images else torch.contiguous_format
    return lambda inputs, step: inputs[0].permute(order).contiguous(memory_format=memory)


def zero_padding(layer: layers.ZeroPadding2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.padding
    return lambda inputs, step: F.pad(inputs[0], (left, right, top, bottom))


def cropping(layer: layers.Cropping2D, shapes: Sequence[Shape]) -> Operation:
    (top, bottom), (left, right) = layer.cropping
    height, width, _ = shapes[0]
    return lambda inputs, step: inputs[0][:, :, top : height - bottom, left : width - right]


def up_sampling(layer: layers.UpSampling2D, shapes: Sequence[Shape]) -> Operation:
    height, width, _ = shapes[0]
    rows, columns = pair(layer.size, "size")
    size = (height * rows, width * columns)
    if layer.interpolation == "nearest":
        return lambda inputs, step: F.interpolate(inputs[0], size)
    return lambda inputs, step: F.interpolate(inputs[0], size, mode="bilinear", align_corners=False)
