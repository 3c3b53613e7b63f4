"""The head of a network: the Dense layer whose numbers become probabilities.

What enters it are the network's features; what leaves it are the logits.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from imagette.network.graph import Network, Node
from imagette.network.layers.activation import Activation, Softmax
from imagette.network.layers.dense import Dense


def head(network: Network) -> Node | None:
    """The last Dense, followed by at most a softmax; None where the network ends otherwise."""
    layer = network.nodes[-1].layer
    closing = closing_softmax(network)
    node = network.nodes[closing.inputs[0] if closing else -1]
    fits = isinstance(node.layer, Dense) and (
        node.layer.activation == "linear" or (node.layer is layer and network.gives_probabilities)
    )
    shared = sum(other.layer is node.layer for other in network.nodes) > 1
    vectors = len(node.shape) == 1 and len(node.input_shapes[0]) == 1
    return node if fits and vectors and not shared else None


def closing_softmax(network: Network) -> Node | None:
    """The last node, if it is only a softmax; else None."""
    last = network.nodes[-1]
    layer = last.layer
    alone = isinstance(layer, Activation) and layer.activation == "softmax"
    return last if alone or isinstance(layer, Softmax) else None


def with_logits_divided(
    network: Network, weights: Mapping[str, NDArray[np.float32]], temperature: float
) -> dict[str, NDArray[np.float32]]:
    """The weights that make the network give its logits divided by `temperature`.

    The kernel and the bias of its `head` are divided; without a head nothing is.
    """
    node = head(network)
    own = f"{node.layer.name}/" if node else None
    return {
        key: (array / np.float32(temperature) if own and key.startswith(own) else array)
        for key, array in weights.items()
    }
