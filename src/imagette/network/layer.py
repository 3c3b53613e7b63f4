"""What every layer is: arguments, shapes, cost, weights, Keras's config, ONNX nodes.

A layer is a description and holds no arrays. Calling it on symbolic tensors, as in
Keras, records where it stands in the graph.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NetworkError
from imagette.network.initializers import Initializer
from imagette.network.regularizers import L1L2
from imagette.network.shapes import Shape

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class WeightSpec:
    """One weight array of a layer, in Keras's layout."""

    shape: Shape
    initializer: str | Initializer
    trainable: bool = True
    regularizer: L1L2 | None = None


@dataclass(frozen=True, eq=False)
class SymbolicTensor:
    """A layer's future output: its shape, without the batch, and where it comes from."""

    shape: Shape
    layer: Layer
    inputs: tuple[SymbolicTensor, ...]


class NodeWriter(Protocol):
    """Takes ONNX nodes. Images are (batch, channels, height, width) there."""

    def node(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Add a node with one output; returns the output's name."""

    def constant(self, name: str, value: Any) -> str:
        """Add a constant array; returns its name."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer(ABC):
    """The base of all layers: frozen dataclasses whose fields are Keras's arguments."""

    name: str = ""
    trainable: bool = True

    # The number of tensors that the layer takes; None: two or more.
    arity: ClassVar[int | None] = 1

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the output; raises ShapeError if the layer does not fit the inputs."""

    @abstractmethod
    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        """Write the layer, as it is after training, as ONNX nodes; returns its output's name.

        `shapes` are those of the inputs, (height, width, channels) or (features,). Inside ONNX only
        images have another order of axes; other ranks are as in Keras.
        """

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        """The layer's weights in Keras's order, for inputs of these shapes."""
        return {}

    def multiply_adds(self, *inputs: Shape) -> int:
        """Multiply-adds for one image."""
        return 0

    def config(self) -> dict[str, Any]:
        """The arguments as Keras's JSON holds them."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def __call__(self, *inputs: SymbolicTensor | Sequence[SymbolicTensor]) -> SymbolicTensor:
        """The layer's output for `inputs`: one tensor, several, or a list of them as in Keras."""
        tensors: list[SymbolicTensor] = []
        for value in inputs:
            tensors.extend([value] if isinstance(value, SymbolicTensor) else value)
        if len(tensors) < 2 if self.arity is None else len(tensors) != self.arity:
            wanted = {None: "two inputs or more", 1: "1 input"}.get(
                self.arity, f"{self.arity} inputs"
            )
            raise NetworkError(f"{self.label} takes {wanted}, and was given {len(tensors)}")
        shape = self.output_shape(*(tensor.shape for tensor in tensors))
        return SymbolicTensor(shape, self, tuple(tensors))

    @property
    def label(self) -> str:
        """The layer as messages name it."""
        return f"{type(self).__name__} {self.name!r}" if self.name else type(self).__name__

    def _normalise(self, **arguments: Any) -> None:
        """Replace arguments by their checked, canonical form; only for __post_init__."""
        for name, value in arguments.items():
            object.__setattr__(self, name, value)

    def _require(self, condition: bool, argument: str, expected: str) -> None:
        if not condition:
            received = getattr(self, argument)
            raise NetworkError(f"{self.label}: {argument}={received!r}, expected {expected}")


def _plain(value: Any) -> Any:
    if isinstance(value, L1L2 | Initializer):
        return value.config()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
