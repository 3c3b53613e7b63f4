"""Pooling layers: the largest or the mean of a window, or of the whole image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import (
    PADDINGS,
    Pair,
    Shape,
    pair,
    require_image,
    slide,
    window_padding,
)


@dataclass(frozen=True, eq=False)
class Pooling2D(Layer):
    """The base of MaxPooling2D and AveragePooling2D; padding never enters the result."""

    pool_size: int | Pair = (2, 2)
    strides: int | Pair | None = None
    padding: str = "valid"

    onnx_op: ClassVar[str]

    def __post_init__(self) -> None:
        self._require(self.padding in PADDINGS, "padding", "'valid' or 'same'")
        size = pair(self.pool_size, "pool_size")
        strides = size if self.strides is None else pair(self.strides, "strides")
        self._normalise(pool_size=size, strides=strides)

    def padding_of(self, shape: Shape) -> tuple[Pair, Pair]:
        """The pixels (top, bottom), (left, right) added around an input of `shape`."""
        return window_padding(
            shape, pair(self.pool_size, "pool_size"), pair(self.strides, "strides"), self.padding
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        size, strides = pair(self.pool_size, "pool_size"), pair(self.strides, "strides")
        return (*slide(shape, size, strides, self.padding, self.label), shape[2])

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        (top, bottom), (left, right) = self.padding_of(shapes[0])
        return nodes.node(
            self.onnx_op,
            inputs,
            self.name,
            kernel_shape=self.pool_size,
            strides=self.strides,
            pads=[top, left, bottom, right],
        )


@dataclass(frozen=True, eq=False)
class MaxPooling2D(Pooling2D):
    """Keras's MaxPooling2D."""

    onnx_op = "MaxPool"


@dataclass(frozen=True, eq=False)
class AveragePooling2D(Pooling2D):
    """Keras's AveragePooling2D."""

    onnx_op = "AveragePool"


@dataclass(frozen=True, eq=False)
class GlobalPooling2D(Layer):
    """The base of global pooling layers: (height, width, channels) becomes (channels,)."""

    keepdims: bool = False

    onnx_op: ClassVar[str]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        return (1, 1, shape[2]) if self.keepdims else (shape[2],)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        pooled = nodes.node(self.onnx_op, inputs, self.name)
        if self.keepdims:
            return pooled
        return nodes.node("Flatten", [pooled], f"{self.name}/flat", axis=1)


@dataclass(frozen=True, eq=False)
class GlobalAveragePooling2D(GlobalPooling2D):
    """Keras's GlobalAveragePooling2D."""

    onnx_op = "GlobalAveragePool"


@dataclass(frozen=True, eq=False)
class GlobalMaxPooling2D(GlobalPooling2D):
    """Keras's GlobalMaxPooling2D."""

    onnx_op = "GlobalMaxPool"
