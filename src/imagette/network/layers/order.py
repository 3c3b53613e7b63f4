"""ONNX nodes that convert images between ONNX's order, channels first, and Keras's."""

from collections.abc import Sequence
from math import prod

import numpy as np

from imagette.network.layer import NodeWriter
from imagette.network.shapes import Shape


def channels_last(nodes: NodeWriter, value: str, shape: Shape, name: str) -> str:
    """Images as (batch, height, width, channels); other ranks stay as they are."""
    if len(shape) != 3:
        return value
    return nodes.node("Transpose", [value], name, perm=[0, 2, 3, 1])


def channels_first(nodes: NodeWriter, value: str, shape: Shape, name: str) -> str:
    """Images as (batch, channels, height, width) again; other ranks stay as they are."""
    if len(shape) != 3:
        return value
    return nodes.node("Transpose", [value], name, perm=[0, 3, 1, 2])


def reshape(nodes: NodeWriter, value: str, target: Sequence[int], name: str) -> str:
    """`value` reshaped to the batch size followed by the sizes `target`."""
    sizes = nodes.constant(f"{name}/sizes", np.array([0, *target], np.int64))
    return nodes.node("Reshape", [value, sizes], name)


def moves_nothing(shape: Shape) -> bool:
    """Whether values of this shape have the same order in both layouts: one channel or pixel."""
    return len(shape) != 3 or shape[2] == 1 or prod(shape[:2]) == 1
