"""ONNX nodes for answers that are the mean over an image and its mirror image.

Both go through the network in one batch, first the images and then their mirror images. Knows where
to join the two again, and nothing of what comes before or after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.network.activations import ACTIVATIONS
from imagette.network.graph import Node
from imagette.network.layer import NodeWriter
from imagette.network.layers.dense import Dense


def with_mirror_images(nodes: NodeWriter, images: str) -> str:
    """Images (batch, height, width, channels), followed by their mirror images, left to right."""
    bounds = {"starts": -1, "ends": np.iinfo(np.int64).min, "axes": 2, "steps": -1}
    names = [
        nodes.constant(f"mirror/{name}", np.array([value], np.int64))
        for name, value in bounds.items()
    ]
    mirrored = nodes.node("Slice", [images, *names], "mirror/images")
    return nodes.node("Concat", [images, mirrored], "mirror/both", axis=0)


def mean_of_views(nodes: NodeWriter, value: str, shape: Sequence[int]) -> str:
    """The mean over image and mirror image of a value (2 * batch, *shape)."""
    apart = _apart(nodes, value, shape)
    return nodes.node("ReduceMean", [apart], f"{value}/mean", axes=[0], keepdims=0)


def of_images(nodes: NodeWriter, value: str, shape: Sequence[int]) -> str:
    """The part of a value (2 * batch, *shape) that is of the images themselves."""
    first = nodes.constant("mirror/first", np.int64(0))
    return nodes.node("Gather", [_apart(nodes, value, shape), first], f"{value}/own", axis=0)


def write_head(
    nodes: NodeWriter,
    head: Node,
    inputs: Sequence[str],
    weights: Mapping[str, NDArray[Any]],
    mirrored: bool,
) -> tuple[str, str]:
    """Write the head of a network; returns its logits, and those after its own activation.

    If `mirrored`, the logits are the means of both views.
    """
    layer = head.layer
    assert isinstance(layer, Dense)  # as `network.head` finds it
    linear = replace(layer, activation="linear")
    logits = linear.onnx(nodes, inputs, head.input_shapes, weights)
    if mirrored:
        logits = mean_of_views(nodes, logits, head.shape)
    activation = ACTIVATIONS[str(layer.activation)]
    return logits, activation(nodes, logits, f"{layer.name}/activation", len(head.shape))


def _apart(nodes: NodeWriter, value: str, shape: Sequence[int]) -> str:
    """The value (2 * batch, *shape) as (2, batch, *shape)."""
    sizes = nodes.constant(f"{value}/views", np.array([2, -1, *_onnx_shape(shape)], np.int64))
    return nodes.node("Reshape", [value, sizes], f"{value}/apart")


def _onnx_shape(shape: Sequence[int]) -> Sequence[int]:
    """The shape inside ONNX: images (height, width, channels) have their channels first there."""
    return (shape[2], shape[0], shape[1]) if len(shape) == 3 else shape
