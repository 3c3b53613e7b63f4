"""Tells whether a network scales its pixels itself, and makes it do so.

imagette's images are pixels from 0 to 255. A Keras model often expects numbers from 0 to 1,
because its user divided by 255 outside of it.
"""

from imagette.network.graph import Network
from imagette.network.layer import SymbolicTensor
from imagette.network.layers import BatchNormalization, InputLayer, Normalization, Rescaling


def scales_pixels(network: Network) -> bool:
    """Whether the network rescales or normalises its input before the first layer with weights."""
    for node in network.nodes:
        if isinstance(node.layer, Rescaling | Normalization | BatchNormalization):
            return True
        if node.layer.weight_specs(*node.input_shapes):
            return False
    return False


def rescaled(network: Network, scale: float = 1 / 255) -> Network:
    """The network with a Rescaling in front; all weights keep their names."""
    taken = {node.layer.name for node in network.nodes}
    name = "rescaling"
    while name in taken:
        name += "_0"
    start: SymbolicTensor | None = None
    values: list[SymbolicTensor] = []
    for node in network.nodes:
        if isinstance(node.layer, InputLayer):
            start = node.layer()
            values.append(Rescaling(scale, name=name)(start))
        else:
            values.append(node.layer(*(values[index] for index in node.inputs)))
    assert start is not None  # every network has its input
    return Network(start, values[-1], network.name)
