"""Several networks of one architecture as one network, which gives the mean of their logits.

Members stand side by side on one input. If the architecture has a `head`, the heads become one: a
Dense over all members' features, whose kernel is theirs stacked, divided by their number. So
whatever reads a network (ONNX, Keras, a temperature) sees a single one, and no ensemble.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imagette.errors import NetworkError
from imagette.network.graph import Network, Node
from imagette.network.head import closing_softmax, head
from imagette.network.layer import Layer, SymbolicTensor
from imagette.network.layers.merging import Average, Concatenate

Weights = Mapping[str, NDArray[np.float32]]

_MEMBER = re.compile(r"member([1-9]\d{0,2})_(.+)")  # as `_prefix` writes it


def ensemble(network: Network, count: int) -> Network:
    """A network of `count` members like `network`; `network` itself if `count` is 1.

    Members' layers are named `member1_` and so on, followed by their own names. What comes before
    the first weights (scaling) is the same for all, and stands once.

    Raises:
        NetworkError: the network ends neither in a Dense, nor in a softmax, nor in logits.
    """
    if count == 1:
        return network
    common = _common(network)
    values: dict[int, SymbolicTensor] = {}
    for index in sorted(common):
        node = network.nodes[index]
        values[index] = node.layer(*(values[source] for source in node.inputs))
    answer, closing = head(network), closing_softmax(network)
    if network.gives_probabilities and not (answer or closing):
        raise NetworkError(
            f"network {network.name!r} ends in {network.nodes[-1].layer.label}, expected a Dense "
            "that is used once, or a softmax: several members have no logits to take the mean of"
        )
    joint = answer or closing
    end = network.nodes.index(joint) if joint else len(network.nodes)
    members = [_member(network, number, end, values) for number in range(1, count + 1)]
    last = joint.inputs[0] if joint else end - 1
    outputs = [member[last] for member in members]
    value = answer.layer(Concatenate()(outputs)) if answer else Average()(outputs)
    if closing:
        value = closing.layer(value)
    return Network(values[0], value, network.name)


def ensemble_weights(
    network: Network, members: Sequence[Weights]
) -> dict[str, NDArray[np.float32]]:
    """The weights of `ensemble(network, len(members))`, from those of its members."""
    if len(members) == 1:
        return dict(members[0])
    answer = head(network)
    own = f"{answer.layer.name}/" if answer else None
    joined = {
        f"{_prefix(number)}{key}": array
        for number, weights in enumerate(members, 1)
        for key, array in weights.items()
        if own is None or not key.startswith(own)
    }
    for key in members[0]:
        if own and key.startswith(own):
            arrays = [weights[key] for weights in members]
            whole = np.concatenate(arrays) if arrays[0].ndim > 1 else np.sum(arrays, axis=0)
            joined[key] = whole / np.float32(len(members))
    return joined


def member_of(name: str) -> tuple[int, str]:
    """The number of the member to which a layer of this name belongs, and its own name.

    The number is 0 for layers that all members share, and in a network without members.
    """
    match = _MEMBER.fullmatch(name)
    return (int(match[1]), match[2]) if match else (0, name)


def _common(network: Network) -> set[int]:
    """Positions of the nodes that all members share: those before the first weights."""
    common: set[int] = set()
    for index, node in enumerate(network.nodes):
        weighs = node.layer.weight_specs(*node.input_shapes)
        if not weighs and common.issuperset(node.inputs):
            common.add(index)
    return common


def _member(
    network: Network, number: int, end: int, common: Mapping[int, SymbolicTensor]
) -> dict[int, SymbolicTensor]:
    """One member's values of all nodes before `end`."""
    values = dict(common)
    layers: dict[str, Layer] = {}  # a shared layer stays one
    for index, node in enumerate(network.nodes[:end]):
        if index not in values:
            layer = layers.setdefault(node.layer.name, _renamed(node, number))
            values[index] = layer(*(values[source] for source in node.inputs))
    return values


def _renamed(node: Node, number: int) -> Layer:
    return replace(node.layer, name=f"{_prefix(number)}{node.layer.name}")


def _prefix(number: int) -> str:
    return f"member{number}_"
