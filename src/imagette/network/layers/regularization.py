"""Layers that act in training only."""

from collections.abc import Sequence
from dataclasses import dataclass

from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Keras's Dropout: `rate` of the values become 0, the rest grow by 1 / (1 - rate)."""

    rate: float

    def __post_init__(self) -> None:
        self._require(0 <= self.rate < 1, "rate", "at least 0 and below 1")

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return inputs[0]
