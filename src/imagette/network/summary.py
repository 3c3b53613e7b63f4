"""Summarizes a network: layers, shapes, parameters and multiply-adds. Formats nothing."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from imagette.network.ensemble import member_of
from imagette.network.graph import Network
from imagette.network.shapes import Shape


@dataclass(frozen=True)
class LayerSummary:
    """One use of a layer. A shared layer's parameters count at its first use.

    Attributes:
        sources: the names of the layers whose outputs it takes.
        members: the number of ensemble members with such a layer; the first stands for all.
    """

    name: str
    kind: str
    shape: Shape
    parameters: int
    multiply_adds: int
    sources: tuple[str, ...]
    members: int = 1


@dataclass(frozen=True)
class NetworkSummary:
    """The layers in order, and totals; multiply-adds are for one image."""

    layers: tuple[LayerSummary, ...]
    trainable: int
    other: int
    multiply_adds: int


def summarize(network: Network) -> NetworkSummary:
    """The layers of `network`, with shapes and costs, and the totals."""
    names = [node.layer.name for node in network.nodes]
    different = set(names)
    members = Counter(own for number, own in map(member_of, different) if number)
    own_names = {name: _own_name(name, different) for name in different}
    rows, seen = [], set()
    for node in network.nodes:
        layer = node.layer
        own, folded = own_names[layer.name], own_names[layer.name] != layer.name
        if folded and member_of(layer.name)[0] > 1:
            continue
        specs = {} if layer.name in seen else layer.weight_specs(*node.input_shapes)
        seen.add(layer.name)
        rows.append(
            LayerSummary(
                name=own,
                kind=type(layer).__name__,
                shape=node.shape,
                parameters=sum(int(np.prod(spec.shape)) for spec in specs.values()),
                multiply_adds=layer.multiply_adds(*node.input_shapes),
                sources=tuple(dict.fromkeys(own_names[names[index]] for index in node.inputs)),
                members=members[own] if folded else 1,
            )
        )
    trainable, other = network.parameters()
    return NetworkSummary(tuple(rows), trainable, other, network.multiply_adds())


def _own_name(name: str, names: Set[str]) -> str:
    """The name of a layer within its member, if the first two members have it; else `name`."""
    number, own = member_of(name)
    both = f"member1_{own}" in names and f"member2_{own}" in names
    return own if number and both else name
