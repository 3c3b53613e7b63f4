"""Convolutions over images."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.initializers import check_initializer
from imagette.network.layer import Layer, NodeWriter, Weights, WeightSpec
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
class Conv2D(Layer):
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
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def __post_init__(self) -> None:
        self._require(self.filters >= 1, "filters", "at least 1")
        self._require(self.padding in PADDINGS, "padding", "'valid' or 'same'")
        self._require(
            self.groups >= 1 and self.filters % self.groups == 0,
            "groups",
            f"a divisor of filters={self.filters}",
        )
        self._normalise(
            kernel_size=pair(self.kernel_size, "kernel_size"),
            strides=pair(self.strides, "strides"),
            dilation_rate=pair(self.dilation_rate, "dilation_rate"),
            activation=check_activation(self.activation),
            kernel_initializer=check_initializer(self.kernel_initializer),
            bias_initializer=check_initializer(self.bias_initializer),
        )

    @property
    def window(self) -> Pair:
        """Height and width that the dilated kernel covers."""
        size = pair(self.kernel_size, "kernel_size")
        dilation = pair(self.dilation_rate, "dilation_rate")
        return (size[0] - 1) * dilation[0] + 1, (size[1] - 1) * dilation[1] + 1

    def padding_of(self, shape: Shape) -> tuple[Pair, Pair]:
        """(top, bottom), (left, right) zeros for an input of `shape`."""
        return window_padding(shape, self.window, pair(self.strides, "strides"), self.padding)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_image(shape, self.label)
        self._require(shape[2] % self.groups == 0, "groups", f"a divisor of {shape[2]} channels")
        strides = pair(self.strides, "strides")
        return (*slide(shape, self.window, strides, self.padding, self.label), self.filters)

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        kernel = (*pair(self.kernel_size, "kernel_size"), inputs[0][2] // self.groups, self.filters)
        specs = {"kernel": WeightSpec(kernel, self.kernel_initializer)}
        if self.use_bias:
            specs["bias"] = WeightSpec((self.filters,), self.bias_initializer)
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
        (top, bottom), (left, right) = self.padding_of(shapes[0])
        value = nodes.node(
            "Conv",
            [inputs[0], kernel, *bias],
            self.name,
            kernel_shape=self.kernel_size,
            strides=self.strides,
            dilations=self.dilation_rate,
            group=self.groups,
            pads=[top, left, bottom, right],
        )
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation")
