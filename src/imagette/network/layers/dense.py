"""Fully connected layers."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from math import prod

from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.initializers import Initializer, check_initializer
from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
from imagette.network.regularizers import L1L2, check_regularizer
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """Keras's Dense, on the last axis: vectors, or every pixel alike. The kernel is (in, units)."""

    units: int
    activation: str | None = None
    _: KW_ONLY
    use_bias: bool = True
    kernel_initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    kernel_regularizer: L1L2 | str | None = None
    bias_regularizer: L1L2 | str | None = None

    def __post_init__(self) -> None:
        self._require(self.units >= 1, "units", "at least 1")
        self._normalise(
            activation=check_activation(self.activation),
            kernel_initializer=check_initializer(self.kernel_initializer),
            bias_initializer=check_initializer(self.bias_initializer),
            kernel_regularizer=check_regularizer(self.kernel_regularizer),
            bias_regularizer=check_regularizer(self.bias_regularizer),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*inputs[0][:-1], self.units)

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        specs = {
            "kernel": WeightSpec(
                (inputs[0][-1], self.units),
                self.kernel_initializer,
                regularizer=check_regularizer(self.kernel_regularizer),
            )
        }
        if self.use_bias:
            penalty = check_regularizer(self.bias_regularizer)
            specs["bias"] = WeightSpec((self.units,), self.bias_initializer, regularizer=penalty)
        return specs

    def multiply_adds(self, *inputs: Shape) -> int:
        return prod(inputs[0]) * self.units

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        rank = len(shapes[0])
        write = {1: self._on_vectors, 3: self._on_images}.get(rank, self._on_the_last_axis)
        bias = [nodes.constant(f"{self.name}/bias", weights["bias"])] if self.use_bias else []
        value = write(nodes, inputs[0], weights, bias)
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation", rank)

    def _on_vectors(self, nodes: NodeWriter, value: str, weights: Weights, bias: list[str]) -> str:
        kernel = nodes.constant(f"{self.name}/kernel", weights["kernel"])
        return nodes.node("Gemm", [value, kernel, *bias], self.name)

    def _on_images(self, nodes: NodeWriter, value: str, weights: Weights, bias: list[str]) -> str:
        """Write it as a 1x1 convolution, which needs no transposition."""
        kernel = nodes.constant(f"{self.name}/kernel", weights["kernel"].T[:, :, None, None])
        return nodes.node("Conv", [value, kernel, *bias], self.name, kernel_shape=(1, 1))

    def _on_the_last_axis(
        self, nodes: NodeWriter, value: str, weights: Weights, bias: list[str]
    ) -> str:
        kernel = nodes.constant(f"{self.name}/kernel", weights["kernel"])
        product = nodes.node("MatMul", [value, kernel], self.name)
        return nodes.node("Add", [product, *bias], f"{self.name}/shifted") if bias else product
