"""Layers that merge several tensors into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from imagette.errors import ShapeError
from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.layers.order import reshape
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class Merging(Layer):
    """The base of layers that merge inputs of one shape element by element.

    As in Keras sizes of 1 are broadcast, and a vector (channels,) to every pixel of an image, as
    squeeze-and-excitation (Hu et al. 2018, arXiv:1709.01507) needs.
    """

    arity: ClassVar[int | None] = None
    onnx_op: ClassVar[str]

    def output_shape(self, *inputs: Shape) -> Shape:
        rank = max(map(len, inputs))
        aligned = [(1,) * (rank - len(s)) + s if len(s) == 1 else s for s in inputs]
        if any(len(shape) != rank for shape in aligned):
            raise self._misfit(inputs)
        shape = tuple(max(sizes) for sizes in zip(*aligned, strict=True))
        fits = [{1, whole} >= set(sizes) for whole, *sizes in zip(shape, *aligned, strict=True)]
        if not all(fits):
            raise self._misfit(inputs)
        return shape

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        rank = max(map(len, shapes))
        aligned = [
            self._spread(nodes, value, shape[0], rank, index) if len(shape) < rank else value
            for index, (value, shape) in enumerate(zip(inputs, shapes, strict=True))
        ]
        return self._write(nodes, aligned)

    def _spread(self, nodes: NodeWriter, value: str, channels: int, rank: int, index: int) -> str:
        """A vector shaped to broadcast along the channels of inputs of a higher rank."""
        sizes = (channels, 1, 1) if rank == 3 else (*(1,) * (rank - 1), channels)
        return reshape(nodes, value, sizes, f"{self.name}/{index}")

    def _write(self, nodes: NodeWriter, inputs: Sequence[str]) -> str:
        return nodes.node(self.onnx_op, inputs, self.name)

    def _misfit(self, shapes: Sequence[Shape]) -> ShapeError:
        return ShapeError(
            f"{self.label} needs inputs of one shape, up to sizes of 1, "
            f"and was given {_listed(shapes)}"
        )


@dataclass(frozen=True, eq=False)
class Add(Merging):
    """Keras's Add: the sum of its inputs."""

    onnx_op = "Sum"


@dataclass(frozen=True, eq=False)
class Subtract(Merging):
    """Keras's Subtract: the first of two inputs less the second."""

    arity = 2
    onnx_op = "Sub"


@dataclass(frozen=True, eq=False)
class Multiply(Merging):
    """Keras's Multiply: the product of its inputs."""

    onnx_op = "Mul"

    def _write(self, nodes: NodeWriter, inputs: Sequence[str]) -> str:
        product = inputs[0]
        for value in inputs[1:]:
            product = nodes.node("Mul", [product, value], self.name)
        return product


@dataclass(frozen=True, eq=False)
class Average(Merging):
    """Keras's Average: the mean of its inputs."""

    onnx_op = "Mean"


@dataclass(frozen=True, eq=False)
class Maximum(Merging):
    """Keras's Maximum: the largest of its inputs."""

    onnx_op = "Max"


@dataclass(frozen=True, eq=False)
class Minimum(Merging):
    """Keras's Minimum: the smallest of its inputs."""

    onnx_op = "Min"


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
