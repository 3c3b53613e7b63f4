"""Fully connected layers."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from imagette.errors import ShapeError
from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.initializers import check_initializer
from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
from imagette.network.shapes import Shape


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """Keras's Dense, on vectors. The kernel is (in, units)."""

    units: int
    activation: str | None = None
    _: KW_ONLY
    use_bias: bool = True
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def __post_init__(self) -> None:
        self._require(self.units >= 1, "units", "at least 1")
        self._normalise(
            activation=check_activation(self.activation),
            kernel_initializer=check_initializer(self.kernel_initializer),
            bias_initializer=check_initializer(self.bias_initializer),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(inputs[0]) != 1:
            raise ShapeError(
                f"{self.label} needs a vector, and what reaches it has the shape {inputs[0]}. "
                "Put Flatten or GlobalAveragePooling2D before it"
            )
        return (self.units,)

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        specs = {"kernel": WeightSpec((inputs[0][0], self.units), self.kernel_initializer)}
        if self.use_bias:
            specs["bias"] = WeightSpec((self.units,), self.bias_initializer)
        return specs

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0][0] * self.units

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        kernel = nodes.constant(f"{self.name}/kernel", weights["kernel"])
        bias = [nodes.constant(f"{self.name}/bias", weights["bias"])] if self.use_bias else []
        value = nodes.node("Gemm", [inputs[0], kernel, *bias], self.name)
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation")
