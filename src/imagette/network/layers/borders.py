"""Layers that change the size of images: their borders and their resolution."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from imagette.errors import NetworkError, ShapeError
from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Pair, Shape, pair, require_image

# ONNX Runtime (seen with 1.31) merges a padding with zeros into a pooling that follows, where
# padding does not count, and then gives wrong values or refuses the model. It does not do so with
# the least normal number.
NEARLY_ZERO = np.float32(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class ZeroPadding2D(Layer):
    """Keras's ZeroPadding2D: p, (vertical, horizontal) or ((top, bottom), (left, right))."""

    padding: Any = (1, 1)

    def __post_init__(self) -> None:
        self._normalise(padding=_edges(self.padding, "padding"))

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
        constants = [
            nodes.constant(f"{self.name}/pads", pads),
            nodes.constant(f"{self.name}/zero", NEARLY_ZERO),
        ]
        return nodes.node("Pad", [inputs[0], *constants], self.name)


@dataclass(frozen=True, eq=False)
class Cropping2D(Layer):
    """Keras's Cropping2D: c, (vertical, horizontal) or ((top, bottom), (left, right))."""

    cropping: Any = ((0, 0), (0, 0))

    def __post_init__(self) -> None:
        self._normalise(cropping=_edges(self.cropping, "cropping"))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        height, width = (size - sum(cut) for size, cut in zip(shape, self.cropping, strict=False))
        if min(height, width) < 1:
            raise ShapeError(
                f"{self.label} cuts {self.cropping} off {shape[0]}x{shape[1]} pixels and leaves "
                "nothing. Cut less, or use larger images"
            )
        return height, width, shape[2]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        (top, bottom), (left, right) = self.cropping
        height, width, _ = shapes[0]
        parts = {"starts": [top, left], "ends": [height - bottom, width - right], "axes": [2, 3]}
        constants = [
            nodes.constant(f"{self.name}/{key}", np.array(value, np.int64))
            for key, value in parts.items()
        ]
        return nodes.node("Slice", [inputs[0], *constants], self.name)


@dataclass(frozen=True, eq=False)
class UpSampling2D(Layer):
    """Keras's UpSampling2D by whole numbers: pixels repeated, or interpolated between centres."""

    size: int | Pair = (2, 2)
    _: KW_ONLY
    interpolation: str = "nearest"

    def __post_init__(self) -> None:
        self._normalise(size=pair(self.size, "size"))
        self._require(
            self.interpolation in ("nearest", "bilinear"),
            "interpolation",
            "'nearest' or 'bilinear'",
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        rows, columns = pair(self.size, "size")
        return shape[0] * rows, shape[1] * columns, shape[2]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        scales = np.array([1, 1, *pair(self.size, "size")], np.float32)
        ends = [inputs[0], "", nodes.constant(f"{self.name}/scales", scales)]
        if self.interpolation == "bilinear":
            attributes = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        else:
            attributes = {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            }
        return nodes.node("Resize", ends, self.name, **attributes)


def _edges(value: Any, argument: str) -> tuple[Pair, Pair]:
    """(top, bottom), (left, right) from any of the three forms that Keras takes."""
    sides = (value, value) if isinstance(value, int) else tuple(value)
    if len(sides) != 2:
        raise NetworkError(
            f"{argument}={value!r}: expected p, (vertical, horizontal) "
            "or ((top, bottom), (left, right))"
        )
    return pair(sides[0], argument, 0), pair(sides[1], argument, 0)
