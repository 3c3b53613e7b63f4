"""Converts the two layouts of Keras's images into one.

Here every image is (height, width, channels). Keras's models may also compute with (channels,
height, width): `data_format="channels_first"`. Such tensors are read as channels_last, so that
nothing is moved; where a layer needs Keras's own order of axes, as a Flatten before Dense may, a
Permute is inserted. Weights stay as they are in Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imagette.errors import UnsupportedLayerError
from imagette.network.keras_layer import KerasLayer
from imagette.network.layer import Layer, SymbolicTensor
from imagette.network.layers import (
    Activation,
    Concatenate,
    Dense,
    Flatten,
    Permute,
    PReLU,
    Rescaling,
    Reshape,
)

_TO_CHANNELS_FIRST, _TO_CHANNELS_LAST = (3, 1, 2), (2, 3, 1)
# Where the axes of a channels_first batch stand in the channels_last one.
_TRANSLATED = {0: 0, 1: 3, 2: 1, 3: 2}


@dataclass(frozen=True)
class Value:
    """A tensor of a Keras model.

    With `channels_first`, Keras has it as (channels, height, width), and `tensor` is its
    transposed form; otherwise both have the same axes. Only images can be channels_first.
    """

    tensor: SymbolicTensor
    channels_first: bool = False

    @property
    def is_image(self) -> bool:
        return len(self.tensor.shape) == 3


class Layouts:
    """Calls Keras's layers on values, each in the layout that it needs."""

    def __init__(self) -> None:
        self._translated: dict[str, Layer] = {}

    def call(self, described: KerasLayer, inputs: Sequence[Value]) -> Value:
        """The layer's output for `inputs`."""
        layer = described.layer
        if isinstance(layer, Flatten):
            return Value(layer(_flat_order(described, inputs[0])))
        if isinstance(layer, Permute) and inputs[0].channels_first:
            return Value(_permute(arrange(inputs[0], False).tensor, layer.dims))
        wanted = _wanted(described, inputs)
        tensors = [arrange(value, wanted).tensor for value in inputs]
        if isinstance(layer, Concatenate) and wanted:
            layer = self._along_translated_axis(layer)
        output = layer(*tensors)
        return Value(output, wanted and len(output.shape) == 3)

    def _along_translated_axis(self, layer: Concatenate) -> Layer:
        axis = layer.axis % 4 if -4 <= layer.axis < 4 else layer.axis
        # Once per layer, so that a shared one stays shared.
        return self._translated.setdefault(
            layer.name, replace(layer, axis=_TRANSLATED.get(axis, axis))
        )


def arrange(value: Value, channels_first: bool) -> Value:
    """`value` with its tensor in the wanted layout, through a Permute if needed."""
    if not value.is_image or value.channels_first == channels_first:
        return value
    dims = _TO_CHANNELS_LAST if channels_first else _TO_CHANNELS_FIRST
    return Value(_permute(value.tensor, dims), channels_first)


def _permute(tensor: SymbolicTensor, dims: tuple[int, ...]) -> SymbolicTensor:
    """`tensor` permuted; two successive permutations become one, or none."""
    before = tensor.layer
    if isinstance(before, Permute):
        tensor, dims = tensor.inputs[0], tuple(before.dims[axis - 1] for axis in dims)
    return tensor if dims == tuple(range(1, len(dims) + 1)) else Permute(dims)(tensor)


def _flat_order(described: KerasLayer, value: Value) -> SymbolicTensor:
    """The input for a Flatten that makes its values come out in Keras's order.

    With data_format="channels_first" Keras moves axis 1 to the end first.
    """
    channels_first = described.data_format == "channels_first"
    rank = len(value.tensor.shape)
    if rank == 3:
        return arrange(value, channels_first).tensor
    if channels_first and rank > 1:
        return _permute(value.tensor, (*range(2, rank + 1), 1))
    return value.tensor


def _wanted(described: KerasLayer, inputs: Sequence[Value]) -> bool:
    """Whether the layer needs its images as channels_first."""
    layer, first = described.layer, inputs[0]
    if not first.is_image:
        if described.axis is not None:
            _check_axis(described, len(first.tensor.shape))
        return False
    if described.axis is not None:
        return _check_axis(described, 3)
    if described.data_format is not None:
        _check_softmax(described)
        return described.data_format == "channels_first"
    in_keras_order = (
        isinstance(layer, Dense | Permute | PReLU | Reshape)
        or (isinstance(layer, Activation) and layer.activation == "softmax")
        or (isinstance(layer, Rescaling) and not layer.is_uniform)
        or any(not value.is_image for value in inputs)
    )
    return first.channels_first and not in_keras_order


def _check_axis(described: KerasLayer, rank: int) -> bool:
    """Whether the layer acts along axis 1 of images, their channels; raises for other axes."""
    axis = described.axis
    if axis in (-1, rank):
        return False
    if rank == 3 and axis in (1, -3):
        return True
    raise UnsupportedLayerError(
        f"{described.layer.label}: axis={axis!r}, expected -1, the channels"
        + (", or 1 for channels_first images" if rank == 3 else "")
    )


def _check_softmax(described: KerasLayer) -> None:
    softmax = getattr(described.layer, "activation", None) == "softmax"
    if softmax and described.data_format == "channels_first":
        raise UnsupportedLayerError(
            f"{described.layer.label}: activation='softmax' with "
            "data_format='channels_first' runs along the columns, as Keras has it. "
            "Use a Softmax(axis=1) layer after it for the channels"
        )
