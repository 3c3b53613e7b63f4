"""Layers that change the shape and not the values, and the input itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from imagette.errors import NetworkError
from imagette.network.layer import Layer, NodeWriter, SymbolicTensor, Weights
from imagette.network.shapes import Shape, pair, require_image


@dataclass(frozen=True, eq=False)
class InputLayer(Layer):
    """Where images enter: `shape` is (height, width, channels), pixels are 0 to 255."""

    shape: Shape

    arity = 0

    def __post_init__(self) -> None:
        self._normalise(shape=tuple(self.shape))
        valid = all(isinstance(size, int) and size >= 1 for size in self.shape)
        self._require(valid, "shape", "sizes of at least 1: (height, width, channels)")

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        raise NetworkError("an input has no ONNX nodes: whoever writes the graph declares it")

    def config(self) -> dict[str, Any]:
        return {"name": self.name, "batch_shape": [None, *self.shape], "dtype": "float32"}


def Input(shape: Shape, name: str = "") -> SymbolicTensor:  # noqa: N802 - Keras's name
    """The start of a network, as keras.Input: images of `shape` (height, width, channels)."""
    return InputLayer(shape, name=name)()


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """Keras's Flatten: row by row, pixel by pixel, channel by channel."""

    def output_shape(self, *inputs: Shape) -> Shape:
        size = 1
        for extent in inputs[0]:
            size *= extent
        return (size,)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        value = inputs[0]
        if len(shapes[0]) == 3 and shapes[0][2] > 1 and shapes[0][:2] != (1, 1):
            value = nodes.node("Transpose", [value], f"{self.name}/rows", perm=[0, 2, 3, 1])
        return nodes.node("Flatten", [value], self.name, axis=1)


@dataclass(frozen=True, eq=False)
class ZeroPadding2D(Layer):
    """Keras's ZeroPadding2D: p, (vertical, horizontal) or ((top, bottom), (left, right))."""

    padding: Any = (1, 1)

    def __post_init__(self) -> None:
        first, second = (self.padding,) * 2 if isinstance(self.padding, int) else self.padding
        self._normalise(padding=(pair(first, "padding", 0), pair(second, "padding", 0)))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        rows, columns = self.padding
        return shape[0] + sum(rows), shape[1] + sum(columns), shape[2]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        (top, bottom), (left, right) = self.padding
        pads = np.array([0, 0, top, left, 0, 0, bottom, right], np.int64)
        return nodes.node("Pad", [inputs[0], nodes.constant(f"{self.name}/pads", pads)], self.name)
