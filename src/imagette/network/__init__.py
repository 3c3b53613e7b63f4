"""The architecture: a graph of layers in Keras's vocabulary, its shapes, costs and JSON."""

from imagette.network import layers
from imagette.network.graph import Network, Node, Sequential
from imagette.network.initializers import Initializer
from imagette.network.keras_reader import from_json
from imagette.network.keras_writer import to_json
from imagette.network.layers import *  # noqa: F403 - the layers, under Keras's names
from imagette.network.regularizers import L1, L1L2, L2

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "Initializer",
    "Network",
    "Node",
    "Sequential",
    "from_json",
    "to_json",
]
__all__ += layers.__all__
