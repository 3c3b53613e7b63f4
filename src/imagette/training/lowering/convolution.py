"""Convolutions and matrix products in PyTorch."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.network import layers
from imagette.network.layers.window import Window
from imagette.network.shapes import Shape, pair
from imagette.training import small_maps
from imagette.training.lowering.step import Operation, Pass, channels_first, channels_last

Convolve = Callable[[torch.Tensor, torch.Tensor, torch.Tensor | None], torch.Tensor]


def conv2d(layer: layers.Conv2D, shapes: Sequence[Shape]) -> Operation:
    convolve = _convolution(layer, shapes[0], layer.groups)
    kernel, bias = f"{layer.name}/kernel", f"{layer.name}/bias"
    return lambda inputs, step: convolve(
        inputs[0].to(step.dtype), step.weights[kernel], step.weights.get(bias)
    )


def depthwise_conv2d(layer: layers.DepthwiseConv2D, shapes: Sequence[Shape]) -> Operation:
    convolve = _convolution(layer, shapes[0], shapes[0][2])
    kernel, bias = f"{layer.name}/kernel", f"{layer.name}/bias"
    return lambda inputs, step: convolve(
        inputs[0].to(step.dtype), _filters(step.weights[kernel]), step.weights.get(bias)
    )


def separable_conv2d(layer: layers.SeparableConv2D, shapes: Sequence[Shape]) -> Operation:
    convolve = _convolution(layer, shapes[0], shapes[0][2])
    depthwise, pointwise = f"{layer.name}/depthwise_kernel", f"{layer.name}/pointwise_kernel"
    bias = f"{layer.name}/bias"

    def run(inputs: Sequence[torch.Tensor], step: Pass) -> torch.Tensor:
        weights = step.weights
        between = convolve(inputs[0].to(step.dtype), _filters(weights[depthwise]), None)
        return F.conv2d(between, weights[pointwise], weights.get(bias))

    return run


def dense(layer: layers.Dense, shapes: Sequence[Shape]) -> Operation:
    kernel, bias = f"{layer.name}/kernel", f"{layer.name}/bias"
    return lambda inputs, step: channels_first(
        F.linear(
            channels_last(inputs[0].to(step.dtype)), step.weights[kernel], step.weights.get(bias)
        )
    )


def _convolution(layer: Window, shape: Shape, groups: int) -> Convolve:
    """conv2d with the padding, strides and dilation of `layer` for inputs of `shape`."""
    (top, bottom), (left, right) = layer.padding_of(shape)
    uneven = top != bottom or left != right
    padding = (0, 0) if uneven else (top, left)
    strides, dilation = pair(layer.strides, "strides"), pair(layer.dilation_rate, "dilation_rate")
    # PyTorch 2.13 misreads channels_last images of one channel where it steps along columns
    # only: wrong values, or NaN. With channels-first strides to the same memory it is right.
    misread = shape[2] == 1 and strides[0] == 1 < strides[1]
    plain = groups == 1 and strides == dilation == (1, 1)
    rows, columns = layer.slide(shape)
    small = plain and rows * columns <= small_maps.LARGEST

    def run(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        if uneven:
            x = F.pad(x, (left, right, top, bottom))
        if misread:
            x, kernel = x.flatten().view(x.shape), kernel.flatten().view(kernel.shape)
        if small and x.dtype == torch.bfloat16 and x.device.type == "cpu":
            return small_maps.conv2d(x, kernel, bias, padding)
        return F.conv2d(x, kernel, bias, strides, padding, dilation, groups)

    return run


def _filters(kernel: torch.Tensor) -> torch.Tensor:
    """(in, multiplier, height, width) as (in * multiplier, 1, height, width), one a group."""
    return kernel.flatten(0, 1).unsqueeze(1)
