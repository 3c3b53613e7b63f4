"""The input layer, and layers that change the shape but not the values."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from imagette.errors import NetworkError, ShapeError
from imagette.network.layer import Layer, NodeWriter, SymbolicTensor, Weights
from imagette.network.layers.order import channels_first, channels_last, moves_nothing, reshape
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class InputLayer(Layer):
    """The input of images: `shape` is (height, width, channels), pixels are 0 to 255."""

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
        return (prod(inputs[0]),)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        value = inputs[0]
        if not moves_nothing(shapes[0]):
            value = channels_last(nodes, value, shapes[0], f"{self.name}/rows")
        return nodes.node("Flatten", [value], self.name, axis=1)


@dataclass(frozen=True, eq=False)
class Reshape(Layer):
    """Keras's Reshape: the same values, row by row, in `target_shape`; one size may be -1."""

    target_shape: Shape

    def __post_init__(self) -> None:
        sizes = tuple(self.target_shape)
        valid = sizes and all(isinstance(n, int) and (n >= 1 or n == -1) for n in sizes)
        self._require(
            bool(valid) and sizes.count(-1) < 2,
            "target_shape",
            "one size or more, each at least 1; one of them may be -1",
        )
        self._normalise(target_shape=sizes)

    def output_shape(self, *inputs: Shape) -> Shape:
        count, known = prod(inputs[0]), abs(prod(self.target_shape))
        fits = count % known == 0 if -1 in self.target_shape else count == known
        if not fits:
            raise ShapeError(
                f"{self.label} makes {self.target_shape} of {count} values, the shape "
                f"{inputs[0]}: the numbers of values differ. Give sizes whose product is {count}"
            )
        return tuple(count // known if size == -1 else size for size in self.target_shape)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        value, shape, target = inputs[0], shapes[0], self.output_shape(*shapes)
        if not moves_nothing(shape):
            value = channels_last(nodes, value, shape, f"{self.name}/rows")
        if len(target) == 3 and moves_nothing(target):
            return reshape(nodes, value, (target[2], *target[:2]), self.name)
        value = reshape(nodes, value, target, self.name)
        return channels_first(nodes, value, target, f"{self.name}/channels_first")


@dataclass(frozen=True, eq=False)
class Permute(Layer):
    """Keras's Permute: axis i of the output is axis `dims[i]` of the input, counted from 1."""

    dims: tuple[int, ...]

    def __post_init__(self) -> None:
        self._normalise(dims=tuple(self.dims))
        valid = sorted(self.dims) == list(range(1, len(self.dims) + 1))
        self._require(valid, "dims", "the axes after the batch, 1 and up, each once")

    def output_shape(self, *inputs: Shape) -> Shape:
        rank = len(inputs[0])
        self._require(len(self.dims) == rank, "dims", f"{rank} axes, for the shape {inputs[0]}")
        return tuple(inputs[0][axis - 1] for axis in self.dims)

    def inner(self) -> tuple[int, ...]:
        """The permutation in PyTorch and ONNX, with the batch; images have channels first there."""
        if len(self.dims) != 3:
            return (0, *self.dims)
        place = {1: 2, 2: 3, 3: 1}
        rows, columns, channels = (place[axis] for axis in self.dims)
        return 0, channels, rows, columns

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return nodes.node("Transpose", inputs, self.name, perm=list(self.inner()))
