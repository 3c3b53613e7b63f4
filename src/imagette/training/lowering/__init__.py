"""One row a layer: how it runs in PyTorch; one file a family.

A lowering takes the layer and its inputs' shapes, once, and gives the function that runs
at each step. Images are (batch, channels, height, width) tensors in channels_last memory,
that is, stored as Keras stores them, so that Flatten moves nothing. All other ranks are in
Keras's order.
"""

from collections.abc import Sequence

import torch

from imagette.network import layers
from imagette.network.layer import Layer
from imagette.network.shapes import Shape
from imagette.training.lowering import (
    activation,
    augmentation,
    convolution,
    merging,
    normalization,
    pooling,
    regularization,
    shaping,
)
from imagette.training.lowering.step import Layout, Lowering, Operation, Pass

__all__ = ["KERNEL", "LAYOUTS", "LOWERINGS", "Layout", "Operation", "Pass", "lower"]

_VECTOR = Layout((0,), (0,), precise=True)
KERNEL = Layout((3, 0, 1, 2), (0, 3, 1, 2))
_DEPTHWISE = Layout((2, 3, 0, 1), (0, 1, 2, 3))

# Kernels (height, width, in, out) lie as (out, height, width, in), channels_last; depthwise
# ones (height, width, in, multiplier) as (in, multiplier, height, width).
LAYOUTS: dict[tuple[type[Layer], str], Layout] = {
    (layers.Conv2D, "kernel"): KERNEL,
    (layers.DepthwiseConv2D, "kernel"): _DEPTHWISE,
    (layers.SeparableConv2D, "depthwise_kernel"): _DEPTHWISE,
    (layers.SeparableConv2D, "pointwise_kernel"): KERNEL,
    (layers.Dense, "kernel"): Layout((1, 0), (0, 1)),
    (layers.BatchNormalization, "gamma"): _VECTOR,
    (layers.BatchNormalization, "beta"): _VECTOR,
    (layers.GroupNormalization, "gamma"): _VECTOR,
    (layers.GroupNormalization, "beta"): _VECTOR,
    (layers.LayerNormalization, "gamma"): _VECTOR,
    (layers.LayerNormalization, "beta"): _VECTOR,
}

LOWERINGS: dict[type[Layer], Lowering] = {
    layers.Activation: activation.activation,
    layers.Add: merging.merging(torch.add),
    layers.Average: merging.average,
    layers.AveragePooling2D: pooling.average_pooling,
    layers.BatchNormalization: normalization.batch_normalization,
    layers.Concatenate: merging.concatenate,
    layers.Conv2D: convolution.conv2d,
    layers.Cropping2D: shaping.cropping,
    layers.Dense: convolution.dense,
    layers.DepthwiseConv2D: convolution.depthwise_conv2d,
    layers.Dropout: regularization.dropout,
    layers.ELU: activation.elu,
    layers.Flatten: shaping.flatten,
    layers.GaussianNoise: regularization.gaussian_noise,
    layers.GlobalAveragePooling2D: pooling.global_pooling(torch.mean),
    layers.GlobalMaxPooling2D: pooling.global_pooling(torch.amax),
    layers.GroupNormalization: normalization.group_normalization,
    layers.LayerNormalization: normalization.layer_normalization,
    layers.LeakyReLU: activation.leaky_relu,
    layers.MaxPooling2D: pooling.max_pooling,
    layers.Maximum: merging.merging(torch.maximum),
    layers.Minimum: merging.merging(torch.minimum),
    layers.Multiply: merging.merging(torch.mul),
    layers.Normalization: normalization.normalization,
    layers.PReLU: activation.prelu,
    layers.Permute: shaping.permute,
    layers.RandomFlip: augmentation.random_flip,
    layers.RandomRotation: augmentation.random_rotation,
    layers.RandomTranslation: augmentation.random_translation,
    layers.RandomZoom: augmentation.random_zoom,
    layers.ReLU: activation.relu,
    layers.Rescaling: normalization.rescaling,
    layers.Reshape: shaping.reshape,
    layers.SeparableConv2D: convolution.separable_conv2d,
    layers.Softmax: activation.softmax,
    layers.SpatialDropout2D: regularization.spatial_dropout,
    layers.Subtract: merging.merging(torch.sub),
    layers.UpSampling2D: shaping.up_sampling,
    layers.ZeroPadding2D: shaping.zero_padding,
}


def lower(layer: Layer, shapes: Sequence[Shape]) -> Operation:
    """The function that runs `layer` on inputs of `shapes`."""
    return LOWERINGS[type(layer)](layer, shapes)
