"""The network: a graph of layers from one input of images to one output, with shapes and costs.

Holds no arrays and computes nothing: weights are dictionaries beside it, keyed
"layer/weight", in Keras's layouts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NetworkError, ShapeError
from imagette.network.initializers import initialize
from imagette.network.layer import Layer, SymbolicTensor, WeightSpec
from imagette.network.layers.activation import Softmax
from imagette.network.layers.shaping import InputLayer
from imagette.network.naming import snake_case
from imagette.network.shapes import Shape
from imagette.randomness import generator

Rewrite = Callable[[Layer, tuple[SymbolicTensor, ...]], SymbolicTensor]


@dataclass(frozen=True)
class Node:
    """One use of a layer: `inputs` are positions of earlier nodes in `Network.nodes`."""

    layer: Layer
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape


class Network:
    """A graph of layers, in the order in which they can be computed.

    Layers without a name get Keras's: conv2d, conv2d_1, ... counted within the network.
    A layer object that is called twice is shared: one name, one set of weights.
    """

    def __init__(self, inputs: SymbolicTensor, outputs: SymbolicTensor, name: str = "network"):
        if not isinstance(inputs.layer, InputLayer):
            raise NetworkError("a network starts at an Input: Network(inputs=Input(...), ...)")
        self.name = name
        tensors = _in_order(outputs)
        if [t for t in tensors if isinstance(t.layer, InputLayer)] != [inputs]:
            raise NetworkError(
                f"network {name!r} must depend on its input and on no other: "
                "imagette's networks have one input"
            )
        layers = _named([tensor.layer for tensor in tensors])
        position = {id(tensor): index for index, tensor in enumerate(tensors)}
        self.nodes: tuple[Node, ...] = tuple(
            Node(
                layers[id(tensor.layer)],
                tuple(position[id(value)] for value in tensor.inputs),
                tuple(value.shape for value in tensor.inputs),
                tensor.shape,
            )
            for tensor in tensors
        )

    @property
    def input_shape(self) -> Shape:
        """(height, width, channels) of the images."""
        return next(node.shape for node in self.nodes if isinstance(node.layer, InputLayer))

    @property
    def output_shape(self) -> Shape:
        """(classes,) for a classifier."""
        return self.nodes[-1].shape

    @property
    def gives_probabilities(self) -> bool:
        """Whether the last layer is a softmax; otherwise the network gives logits."""
        last = self.nodes[-1].layer
        return isinstance(last, Softmax) or getattr(last, "activation", None) == "softmax"

    def first_uses(self) -> Iterator[Node]:
        """The nodes, without the later uses of shared layers."""
        seen: set[str] = set()
        for node in self.nodes:
            if node.layer.name not in seen:
                seen.add(node.layer.name)
                yield node

    def weight_specs(self) -> dict[str, WeightSpec]:
        """Every weight by "layer/weight", in the order of the layers and, within one, of Keras."""
        return {
            f"{node.layer.name}/{key}": spec
            for node in self.first_uses()
            for key, spec in node.layer.weight_specs(*node.input_shapes).items()
        }

    def initial_weights(self, seed: int) -> dict[str, NDArray[np.float32]]:
        """Fresh weights, float32 by "layer/weight" in Keras's layouts, by Keras's initializers.

        Each array comes from a generator of its own.
        """
        return {
            key: initialize(spec.initializer, spec.shape, generator(seed, "initial weights", key))
            for key, spec in self.weight_specs().items()
        }

    def check_weights(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Raise unless `weights`, by "layer/weight", are this network's in Keras's layouts.

        Raises:
            NetworkError: one is missing, has the wrong shape, is not float32, or is not this
                network's.
        """
        expected = {key: f"float32 {spec.shape}" for key, spec in self.weight_specs().items()}
        received = {key: f"{array.dtype} {array.shape}" for key, array in weights.items()}
        for key in sorted(expected.keys() | received.keys()):
            if expected.get(key) != received.get(key):
                raise NetworkError(
                    f"weight {key!r}: received {received.get(key, 'nothing')}, "
                    f"expected {expected.get(key, 'nothing')}. Use the weights of this network"
                )

    def parameters(self) -> tuple[int, int]:
        """The numbers of trainable and of other parameters."""
        counts = {True: 0, False: 0}
        for node in self.first_uses():
            for spec in node.layer.weight_specs(*node.input_shapes).values():
                counts[spec.trainable and node.layer.trainable] += int(np.prod(spec.shape))
        return counts[True], counts[False]

    def penalties(self) -> dict[str, tuple[float, float]]:
        """The factors (l1, l2) of every weight w that adds l1 * sum|w| + l2 * sum w^2 to the loss.

        As in Keras, untrained weights add nothing.
        """
        return {
            f"{node.layer.name}/{key}": (spec.regularizer.l1, spec.regularizer.l2)
            for node in self.first_uses()
            for key, spec in node.layer.weight_specs(*node.input_shapes).items()
            if spec.regularizer and spec.trainable and node.layer.trainable
        }

    def require_fit(self, input_shape: Shape, classes: int) -> None:
        """Raise ShapeError unless the network maps images of `input_shape` to `classes` classes."""
        if (self.input_shape, self.output_shape) != (input_shape, (classes,)):
            raise ShapeError(
                f"network {self.name!r} takes images {self.input_shape} and gives "
                f"{self.output_shape}; the data has images {input_shape} of {classes} classes, "
                f"expected ({classes},). Change the network's input or its last layer"
            )

    # Only keras_models imports Keras; it reads and writes JSON, and so needs this file.

    @classmethod
    def from_keras(cls, model: Any) -> Network:
        """The architecture of a built Keras model, on any backend.

        Raises:
            NetworkError: it is not built, or not of one input and one output.
            UnsupportedLayerError: a layer or an argument that imagette does not have.
        """
        from imagette.network.keras_models import from_keras
        from imagette.network.keras_reader import from_json

        return from_json(from_keras(model)[0])

    def to_keras(self, weights: Mapping[str, NDArray[np.float32]] | None = None) -> Any:
        """Keras's model of this network, with `weights` or fresh ones from Keras.

        Raises:
            NetworkError: Keras is not installed.
        """
        from imagette.network.keras_models import to_keras
        from imagette.network.keras_writer import to_json

        return to_keras(to_json(self), weights)

    def multiply_adds(self) -> int:
        """Multiply-adds for one image, in convolutions and matrix products."""
        return sum(node.layer.multiply_adds(*node.input_shapes) for node in self.nodes)

    def map(self, rewrite: Rewrite) -> Network:
        """The network with every use of a layer replaced by what `rewrite(layer, inputs)` gives.

        An input must stay an input. Layers keep their names, so that weights still fit.
        """
        values: list[SymbolicTensor] = []
        for node in self.nodes:
            values.append(rewrite(node.layer, tuple(values[index] for index in node.inputs)))
        inputs = next(value for value in values if isinstance(value.layer, InputLayer))
        return Network(inputs, values[-1], self.name)

    def resized(self, input_shape: Shape) -> Network:
        """The network with the same layers, and so the same weights, for another input shape.

        Raises:
            ShapeError: a layer does not fit such images, or the shape of a weight or of the output
                depends on theirs.
        """

        def rewrite(layer: Layer, inputs: tuple[SymbolicTensor, ...]) -> SymbolicTensor:
            if isinstance(layer, InputLayer):
                return replace(layer, shape=input_shape)()
            return layer(*inputs)

        network = self.map(rewrite)
        others = network.weight_specs()
        shapes = {
            f"weight {key!r}": (spec.shape, others[key].shape)
            for key, spec in self.weight_specs().items()
        }
        shapes["its output"] = self.output_shape, network.output_shape
        for what, (own, other) in shapes.items():
            if own != other:
                raise ShapeError(
                    f"{what} has the shape {own} for images {self.input_shape}, and {other} for "
                    f"{input_shape}"
                )
        return network


def Sequential(  # noqa: N802 - Keras's name
    layers: Sequence[Layer | SymbolicTensor], name: str = "sequential"
) -> Network:
    """A chain of layers, as keras.Sequential; the first is an Input.

    Raises:
        NetworkError: there are no layers, the first is no Input, there is a second Input, a layer
            takes several inputs, or two layers have the same name.
        ShapeError: a layer does not fit its input.
    """
    if not layers:
        raise NetworkError("Sequential([]) has no layers: start with Input((28, 28, 1))")
    first, *others = layers
    if isinstance(first, Layer) and not isinstance(first, InputLayer):
        raise NetworkError(f"Sequential starts with {first.label}: start with Input((28, 28, 1))")
    start = value = first() if isinstance(first, Layer) else first
    for layer in others:
        if isinstance(layer, SymbolicTensor):
            raise NetworkError("Sequential takes one Input, at its start")
        value = layer(value)
    return Network(start, value, name)


def _in_order(output: SymbolicTensor) -> list[SymbolicTensor]:
    """Everything that `output` needs, inputs before uses; without recursion, for deep networks."""
    ordered: dict[int, SymbolicTensor] = {}
    stack = [(output, False)]
    while stack:
        tensor, inputs_done = stack.pop()
        if id(tensor) in ordered:
            continue
        if inputs_done:
            ordered[id(tensor)] = tensor
        else:
            stack.append((tensor, True))
            stack.extend((value, False) for value in reversed(tensor.inputs))
    return list(ordered.values())


def _named(layers: Sequence[Layer]) -> dict[int, Layer]:
    """The layers by `id`, each with a name: its own, or one by Keras's rule."""
    unique = {id(layer): layer for layer in layers}
    counts: Counter[str] = Counter()
    named: dict[int, Layer] = {}
    taken = {layer.name for layer in unique.values() if layer.name}
    given = [layer.name for layer in unique.values() if layer.name]
    for name, count in Counter(given).items():
        if count > 1:
            raise NetworkError(f"{count} layers are named {name!r}: names must differ")
    for key, layer in unique.items():
        if layer.name:
            named[key] = layer
            continue
        stem = snake_case(type(layer).__name__)
        while (name := f"{stem}_{counts[stem]}" if counts[stem] else stem) in taken:
            counts[stem] += 1
        counts[stem] += 1
        named[key] = replace(layer, name=name)
    return named
