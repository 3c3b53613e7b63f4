"""Activations that differ below zero, as layers of their own."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np

from imagette.network.initializers import Initializer, check_initializer
from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
from imagette.network.regularizers import L1L2, check_regularizer
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class LeakyReLU(Layer):
    """Keras's LeakyReLU: x * `negative_slope` below 0."""

    negative_slope: float = 0.3

    def __post_init__(self) -> None:
        self._require(self.negative_slope >= 0, "negative_slope", "at least 0")

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return nodes.node("LeakyRelu", inputs, self.name, alpha=float(self.negative_slope))


@dataclass(frozen=True, eq=False)
class ELU(Layer):
    """Keras's ELU: alpha * (exp(x) - 1) below 0 (Clevert et al. 2015, arXiv:1511.07289)."""

    alpha: float = 1.0

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        return nodes.node("Elu", inputs, self.name, alpha=float(self.alpha))


@dataclass(frozen=True, eq=False)
class PReLU(Layer):
    """Keras's PReLU: x * alpha below 0, alpha learned (He et al. 2015, arXiv:1502.01852).

    There is one alpha for each value of an image, except along `shared_axes`, which count
    the batch as axis 0: (1, 2) gives one for each channel.
    """

    alpha_initializer: str | Initializer = "zeros"
    alpha_regularizer: L1L2 | str | None = None
    _: KW_ONLY
    shared_axes: int | tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        axes = (self.shared_axes,) if isinstance(self.shared_axes, int) else self.shared_axes
        self._normalise(
            alpha_initializer=check_initializer(self.alpha_initializer),
            alpha_regularizer=check_regularizer(self.alpha_regularizer),
            shared_axes=None if axes is None else tuple(axes),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        rank = len(inputs[0])
        fits = all(axis in range(1, rank + 1) for axis in self._shared)
        self._require(fits, "shared_axes", f"axes of the {rank} after the batch, from 1")
        return inputs[0]

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        shape = tuple(
            1 if axis in self._shared else size for axis, size in enumerate(inputs[0], start=1)
        )
        penalty = check_regularizer(self.alpha_regularizer)
        return {"alpha": WeightSpec(shape, self.alpha_initializer, regularizer=penalty)}

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        alpha = weights["alpha"]
        slope = alpha.transpose(2, 0, 1) if alpha.ndim == 3 else alpha
        constant = nodes.constant(f"{self.name}/alpha", np.ascontiguousarray(slope))
        return nodes.node("PRelu", [inputs[0], constant], self.name)

    @property
    def _shared(self) -> tuple[int, ...]:
        axes = self.shared_axes
        return (axes,) if isinstance(axes, int) else axes or ()
