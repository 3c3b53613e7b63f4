"""A network as a table: layers, shapes, parameters and multiply-adds. Formats nothing."""

from dataclasses import dataclass

import numpy as np

from imagette.network.graph import Network
from imagette.network.shapes import Shape


@dataclass(frozen=True)
class LayerSummary:
    """One use of a layer. A shared layer's parameters count at its first use."""

    name: str
    kind: str
    shape: Shape
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class NetworkSummary:
    """The layers in order, and totals; multiply-adds are for one image."""

    layers: tuple[LayerSummary, ...]
    trainable: int
    other: int
    multiply_adds: int


def summarize(network: Network) -> NetworkSummary:
    """Shapes and costs of `network`."""
    rows, seen = [], set()
    for node in network.nodes:
        layer = node.layer
        specs = {} if layer.name in seen else layer.weight_specs(*node.input_shapes)
        seen.add(layer.name)
        rows.append(
            LayerSummary(
                name=layer.name,
                kind=type(layer).__name__,
                shape=node.shape,
                parameters=sum(int(np.prod(spec.shape)) for spec in specs.values()),
                multiply_adds=layer.multiply_adds(*node.input_shapes),
            )
        )
    trainable, other = network.parameters()
    return NetworkSummary(tuple(rows), trainable, other, network.multiply_adds())
