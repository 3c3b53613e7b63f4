"""Convolutions of each channel by itself (Chollet 2017, arXiv:1610.02357)."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from imagette.network.activations import ACTIVATIONS, check_activation
from imagette.network.initializers import Initializer, check_initializer
from imagette.network.layer import NodeWriter, Weights, WeightSpec
from imagette.network.layers.window import Window
from imagette.network.regularizers import L1L2, check_regularizer
from imagette.network.shapes import Pair, Shape, pair


class Depthwise(Window):
    """The base of both layers: `depth_multiplier` filters for each channel."""

    depth_multiplier: int
    activation: str | None
    use_bias: bool
    depthwise_initializer: str | Initializer
    bias_initializer: str | Initializer
    depthwise_regularizer: L1L2 | str | None
    bias_regularizer: L1L2 | str | None

    def _check(self) -> None:
        self._require(self.depth_multiplier >= 1, "depth_multiplier", "at least 1")
        self._check_window()
        self._normalise(
            activation=check_activation(self.activation),
            depthwise_initializer=check_initializer(self.depthwise_initializer),
            bias_initializer=check_initializer(self.bias_initializer),
            depthwise_regularizer=check_regularizer(self.depthwise_regularizer),
            bias_regularizer=check_regularizer(self.bias_regularizer),
        )

    def _kernel_spec(self, shape: Shape) -> WeightSpec:
        """The spec of the kernel (height, width, in, depth_multiplier)."""
        size = pair(self.kernel_size, "kernel_size")
        return WeightSpec(
            (*size, shape[2], self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=check_regularizer(self.depthwise_regularizer),
        )

    def _bias_spec(self, channels: int) -> WeightSpec:
        penalty = check_regularizer(self.bias_regularizer)
        return WeightSpec((channels,), self.bias_initializer, regularizer=penalty)

    def _depthwise_cost(self, shape: Shape) -> int:
        height, width = self.slide(shape)
        rows, columns = pair(self.kernel_size, "kernel_size")
        return height * width * rows * columns * shape[2] * self.depth_multiplier

    def _write_depthwise(
        self,
        nodes: NodeWriter,
        inputs: Sequence[str],
        shape: Shape,
        kernel: str,
        weights: Weights,
        name: str,
    ) -> str:
        """Write the convolution as one node; `inputs` are the images and, if any, a bias."""
        rows, columns = pair(self.kernel_size, "kernel_size")
        filters = weights[kernel].transpose(2, 3, 0, 1).reshape(-1, 1, rows, columns)
        constant = nodes.constant(f"{self.name}/{kernel}", filters)
        return nodes.node(
            "Conv",
            [inputs[0], constant, *inputs[1:]],
            name,
            **self.onnx_window(shape),
            group=shape[2],
        )

    def _bias(self, nodes: NodeWriter, weights: Weights) -> list[str]:
        return [nodes.constant(f"{self.name}/bias", weights["bias"])] if self.use_bias else []


@dataclass(frozen=True, eq=False)
class DepthwiseConv2D(Depthwise):
    """Keras's DepthwiseConv2D. The kernel is (height, width, in, depth_multiplier)."""

    kernel_size: int | Pair
    strides: int | Pair = (1, 1)
    padding: str = "valid"
    depth_multiplier: int = 1
    _: KW_ONLY
    dilation_rate: int | Pair = (1, 1)
    activation: str | None = None
    use_bias: bool = True
    depthwise_initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    depthwise_regularizer: L1L2 | str | None = None
    bias_regularizer: L1L2 | str | None = None

    def __post_init__(self) -> None:
        self._check()

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self.slide(inputs[0]), inputs[0][2] * self.depth_multiplier)

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        specs = {"kernel": self._kernel_spec(inputs[0])}
        if self.use_bias:
            specs["bias"] = self._bias_spec(inputs[0][2] * self.depth_multiplier)
        return specs

    def multiply_adds(self, *inputs: Shape) -> int:
        return self._depthwise_cost(inputs[0])

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        ends = [inputs[0], *self._bias(nodes, weights)]
        value = self._write_depthwise(nodes, ends, shapes[0], "kernel", weights, self.name)
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation", 3)


@dataclass(frozen=True, eq=False)
class SeparableConv2D(Depthwise):
    """Keras's SeparableConv2D: a depthwise convolution, then a 1x1 convolution of all channels."""

    filters: int
    kernel_size: int | Pair
    strides: int | Pair = (1, 1)
    padding: str = "valid"
    _: KW_ONLY
    dilation_rate: int | Pair = (1, 1)
    depth_multiplier: int = 1
    activation: str | None = None
    use_bias: bool = True
    depthwise_initializer: str | Initializer = "glorot_uniform"
    pointwise_initializer: str | Initializer = "glorot_uniform"
    bias_initializer: str | Initializer = "zeros"
    depthwise_regularizer: L1L2 | str | None = None
    pointwise_regularizer: L1L2 | str | None = None
    bias_regularizer: L1L2 | str | None = None

    def __post_init__(self) -> None:
        self._require(self.filters >= 1, "filters", "at least 1")
        self._check()
        self._normalise(
            pointwise_initializer=check_initializer(self.pointwise_initializer),
            pointwise_regularizer=check_regularizer(self.pointwise_regularizer),
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        return (*self.slide(inputs[0]), self.filters)

    def weight_specs(self, *inputs: Shape) -> dict[str, WeightSpec]:
        between = inputs[0][2] * self.depth_multiplier
        specs = {
            "depthwise_kernel": self._kernel_spec(inputs[0]),
            "pointwise_kernel": WeightSpec(
                (1, 1, between, self.filters),
                self.pointwise_initializer,
                regularizer=check_regularizer(self.pointwise_regularizer),
            ),
        }
        if self.use_bias:
            specs["bias"] = self._bias_spec(self.filters)
        return specs

    def multiply_adds(self, *inputs: Shape) -> int:
        height, width = self.slide(inputs[0])
        pointwise = height * width * inputs[0][2] * self.depth_multiplier * self.filters
        return self._depthwise_cost(inputs[0]) + pointwise

    def onnx(
        self, nodes: NodeWriter, inputs: Sequence[str], shapes: Sequence[Shape], weights: Weights
    ) -> str:
        depthwise = self._write_depthwise(
            nodes, inputs, shapes[0], "depthwise_kernel", weights, f"{self.name}/depthwise"
        )
        kernel = weights["pointwise_kernel"].transpose(3, 2, 0, 1)
        pointwise = nodes.constant(f"{self.name}/pointwise_kernel", kernel)
        value = nodes.node(
            "Conv",
            [depthwise, pointwise, *self._bias(nodes, weights)],
            self.name,
            kernel_shape=(1, 1),
        )
        return ACTIVATIONS[str(self.activation)](nodes, value, f"{self.name}/activation", 3)
