"""Layers that act in training only, on any values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagette.network.layer import Layer, NodeWriter, Weights
from imagette.network.shapes import Shape, require_image


class TrainingOnly(Layer):
    """The base of layers that keep the shape and, outside training, the values."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return inputs[0]


@dataclass(frozen=True, eq=False)
class Dropout(TrainingOnly):
    """Keras's Dropout: a share `rate` of the values becomes 0, the rest grow by 1 / (1 - rate)."""

    rate: float

    def __post_init__(self) -> None:
        self._require(0 <= self.rate < 1, "rate", "at least 0 and below 1")


@dataclass(frozen=True, eq=False)
class SpatialDropout2D(TrainingOnly):
    """Keras's SpatialDropout2D: Dropout of whole channels (Tompson et al. 2014)."""

    rate: float

    def __post_init__(self) -> None:
        self._require(0 <= self.rate < 1, "rate", "at least 0 and below 1")

    def output_shape(self, *inputs: Shape) -> Shape:
        require_image(inputs[0], self.label)
        return inputs[0]

    def config(self) -> dict[str, Any]:
        """The arguments without `trainable`, which Keras's SpatialDropout2D refuses."""
        config = super().config()
        del config["trainable"]
        return config


@dataclass(frozen=True, eq=False)
class GaussianNoise(TrainingOnly):
    """Keras's GaussianNoise: adds normal numbers of standard deviation `stddev`."""

    stddev: float

    def __post_init__(self) -> None:
        self._require(0 <= self.stddev <= 1, "stddev", "between 0 and 1, as in Keras")
