"""Convolutions over images."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.initializers import Initializer, check_initializer
from imagette.network.layer import NodeWriter, Weights, WeightSpec
from imagette.network.layers.window import Window
from imagette.network.regularizers import L1L2, check_regularizer
from imagette.network.shapes import Pair, Shape, pair


@dataclass(frozen=True, eq=False)
class Conv2D(Window):
    """Keras's Conv2D. The kernel is (height, width, in, filters)."""

    filters: int
    kernel_size: int | Pair
    strides: int | Pair = (1, 1)
    padding: str = "valid"
    _: KW_ONLY
    dilation_rate: int | Pair = (1, 1)
    groups: int = 1
    activation: str | None = None
    use_bias: bool = True
    kernel_initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    kernel_regularizer: L1L2 | str | None = None
    bias_regularizer: L1L2 | str | None = None

    def __post_init__(self) -> None:
        self._require(self.filters >= 1, "filters", "at least 1")
        self._require(
            self.groups >= 1 and self.filters % self.groups == 0,
            "groups",
            f"a divisor of filters={self.filters}",
        )
        self._check_window()
        self._normalise(
            activation=check_activation(self.activation),
            kernel_initializer=check_initializer(self.kernel_initializer),
            bias_initializer=check_initializer(self.bias_initializer),
            kernel_regularizer=check_regularizer(self.kernel_regularizer),
            bias_regularizer=check_regularizer(self.bias_regularizer),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width = self.slide(inputs[0])
        channels = inputs[0][2]
        self._require(channels % self.groups == 0, "groups", f"a divisor of {channels} channels")
        return height, width, self.filters

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        kernel = (*pair(self.kernel_size, "kernel_size"), inputs[0][2] // self.groups, self.filters)
        penalty, bias_penalty = (
            check_regularizer(self.kernel_regularizer),
            check_regularizer(self.bias_regularizer),
        )
        specs = {"kernel": WeightSpec(kernel, self.kernel_initializer, regularizer=penalty)}
        if self.use_bias:
            specs["bias"] = WeightSpec(
                (self.filters,), self.bias_initializer, regularizer=bias_penalty
            )
        return specs

    def multiply_adds(self, *inputs: Shape) -> int:
        height, width, filters = self.output_shape(*inputs)
        vertical, horizontal = pair(self.kernel_size, "kernel_size")
        return height * width * filters * vertical * horizontal * (inputs[0][2] // self.groups)

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        kernel = nodes.constant(f"{self.name}/kernel", weights["kernel"].transpose(3, 2, 0, 1))
        bias = [nodes.constant(f"{self.name}/bias", weights["bias"])] if self.use_bias else []
        value = nodes.node(
            "Conv",
            [inputs[0], kernel, *bias],
            self.name,
            **self.onnx_window(shapes[0]),
            group=self.groups,
        )
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation", 3)
