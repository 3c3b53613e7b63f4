"""Layers that make one tensor of several."""

from collections.abc import Sequence
from dataclasses import dataclass

from imagette.errors import ShapeError
from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """Keras's Add: the sum of inputs of one shape."""

    arity = None

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(set(inputs)) > 1:
            raise ShapeError(
                f"{self.label} needs inputs of one shape, and was given {_listed(inputs)}"
            )
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return nodes.node("Sum", inputs, self.name)


@dataclass(frozen=True, eq=False)
class Concatenate(Layer):
    """Keras's Concatenate along `axis`; axes are counted with the batch, which is axis 0."""

    axis: int = -1

    arity = None

    def position(self, shape: Shape) -> int:
        """The axis as a position in a shape without the batch."""
        position = self.axis + len(shape) if self.axis < 0 else self.axis - 1
        self._require(
            0 <= position < len(shape), "axis", f"one of the {len(shape)} after the batch"
        )
        return position

    def output_shape(self, *inputs: Shape) -> Shape:
        position = self.position(inputs[0])
        others = {(*shape[:position], *shape[position + 1 :]) for shape in inputs}
        if len(others) > 1 or len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(
                f"{self.label} needs inputs that differ along axis {self.axis} only, "
                f"and was given {_listed(inputs)}"
            )
        joined = sum(shape[position] for shape in inputs)
        return (*inputs[0][:position], joined, *inputs[0][position + 1 :])

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        position = self.position(shapes[0])
        axis = (2, 3, 1)[position] if len(shapes[0]) == 3 else position + 1
        return nodes.node("Concat", inputs, self.name, axis=axis)


def _listed(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(str, shapes))
