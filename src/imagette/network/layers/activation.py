"""Activations as layers of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Shape, last_axis


@dataclass(frozen=True, eq=False)
class Activation(Layer):
    """Keras's Activation: any activation by its name."""

    activation: str

    def __post_init__(self) -> None:
        self._normalise(activation=check_activation(self.activation))

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return ACTIVATIONS[self.activation](nodes, inputs[0], self.name, len(shapes[0]))


@dataclass(frozen=True, eq=False)
class ReLU(Layer):
    """Keras's ReLU: `negative_slope` below 0, cut at `max_value`. Its threshold must be 0."""

    max_value: float | None = None
    negative_slope: float = 0.0
    threshold: float = 0.0

    def __post_init__(self) -> None:
        self._require(self.threshold == 0, "threshold", "0")

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        if self.negative_slope:
            value = nodes.node("LeakyRelu", inputs, self.name, alpha=float(self.negative_slope))
        else:
            value = nodes.node("Relu", inputs, self.name)
        if self.max_value is None:
            return value
        limit = nodes.constant(f"{self.name}/max_value", np.float32(self.max_value))
        return nodes.node("Min", [value, limit], f"{self.name}/cut")


@dataclass(frozen=True, eq=False)
class Softmax(Layer):
    """Keras's Softmax over the last axis."""

    axis: int = -1

    def output_shape(self, *inputs: Shape) -> Shape:
        self._require(last_axis(self.axis, len(inputs[0])), "axis", "-1, the last axis")
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return ACTIVATIONS["softmax"](nodes, inputs[0], self.name, len(shapes[0]))
