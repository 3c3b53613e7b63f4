"""Layers that scale pixels so that a network learns well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import ShapeError
from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Shape

Numbers = float | tuple[float, ...]

# The least standard deviation, as in Keras, so that a constant channel does not divide by zero.
NORMALIZATION_FLOOR = 1e-7


@dataclass(frozen=True, eq=False)
class Rescaling(Layer):
    """Keras's Rescaling: input * scale + offset, with one number or one for each channel."""

    scale: Numbers
    offset: Numbers = 0.0

    def __post_init__(self) -> None:
        self._normalise(scale=_numbers(self.scale), offset=_numbers(self.offset))

    @property
    def is_uniform(self) -> bool:
        """Whether all channels are scaled equally."""
        return not isinstance(self.scale, tuple) and not isinstance(self.offset, tuple)

    def output_shape(self, *inputs: Shape) -> Shape:
        _require_per_channel(self, inputs[0], self.scale, self.offset)
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        rank = len(shapes[0])
        scale = nodes.constant(f"{self.name}/scale", per_channel(self.scale, rank))
        scaled = nodes.node("Mul", [inputs[0], scale], self.name)
        if not np.any(self.offset):
            return scaled
        offset = nodes.constant(f"{self.name}/offset", per_channel(self.offset, rank))
        return nodes.node("Add", [scaled, offset], f"{self.name}/shifted")


@dataclass(frozen=True, eq=False)
class Normalization(Layer):
    """Keras's Normalization with given statistics: (input - mean) / standard deviation.

    `mean` and `variance` are one number or one for each channel, in the input's unit.
    """

    axis: int | tuple[int] | None = -1
    mean: Numbers | None = None
    variance: Numbers | None = None
    invert: bool = False

    def __post_init__(self) -> None:
        self._require(self.mean is not None, "mean", "numbers: imagette does not adapt() a layer")
        self._require(self.variance is not None, "variance", "numbers, as for mean")
        self._require(not self.invert, "invert", "False")
        if isinstance(self.axis, tuple) and len(self.axis) == 1:  # as Keras writes it
            self._normalise(axis=self.axis[0])
        self._require(self.axis in (-1, None), "axis", "-1, the channels, or None")
        self._normalise(mean=_numbers(self.mean), variance=_numbers(self.variance))

    def output_shape(self, *inputs: Shape) -> Shape:
        _require_per_channel(self, inputs[0], self.mean, self.variance)
        return inputs[0]

    def deviation(self) -> Numbers:
        """The standard deviation that the layer divides by."""
        return _numbers(np.maximum(np.sqrt(np.asarray(self.variance)), NORMALIZATION_FLOOR))

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        rank = len(shapes[0])
        mean = nodes.constant(f"{self.name}/mean", per_channel(self.mean, rank))
        deviation = nodes.constant(f"{self.name}/deviation", per_channel(self.deviation(), rank))
        centred = nodes.node("Sub", [inputs[0], mean], f"{self.name}/centred")
        return nodes.node("Div", [centred, deviation], self.name)


def per_channel(numbers: Any, rank: int) -> NDArray[np.float32]:
    """`numbers` shaped to broadcast along the channels of images, channels first, or of vectors."""
    values = np.asarray(numbers, np.float32)
    return values.reshape(-1, 1, 1) if values.ndim and rank == 3 else values


def _numbers(value: Any) -> Numbers:
    """A flat tuple from lists nested as Keras writes them; a float from one number."""
    values = np.asarray(value, np.float64)
    return tuple(values.ravel().tolist()) if values.size > 1 else float(values.reshape(-1)[0])


def _require_per_channel(layer: Layer, shape: Shape, *arguments: Numbers | None) -> None:
    for numbers in arguments:
        if isinstance(numbers, tuple) and len(numbers) != shape[-1]:
            raise ShapeError(
                f"{layer.label} holds {len(numbers)} numbers, and {shape[-1]} channels reach it. "
                "Give one number, or one for each channel"
            )
