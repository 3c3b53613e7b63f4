"""Writing `model.onnx`: uint8 images in, probabilities and novelty out, all else inside.

Written node by node from the graph, so that names are the network's own, and needing
nothing but ONNX Runtime to answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from imagette.errors import NetworkError
from imagette.evaluation.novelty import Novelty
from imagette.network import InputLayer, Network
from imagette.network.head import head
from imagette.runs.metadata import Metadata
from imagette.runs.novelty_nodes import write_novelty, write_traces

INPUT, OUTPUT, NOVELTY = "images", "probabilities", "novelty"
TRACES = ("features", "statistics", "logits")
# Old enough for every ONNX Runtime since 1.12, new enough for all that the layers use.
_OPSET, _IR_VERSION = 17, 8


def build_model(
    network: Network,
    weights: Mapping[str, NDArray[np.float32]],
    metadata: Metadata,
    novelty: Novelty | None = None,
) -> bytes:
    """The classifier as the bytes of an ONNX file, checked by `onnx.checker`.

    `novelty`, for a network that has a `head`, is given as a second output (batch,).
    """
    writer = _Writer()
    values = _write_network(writer, network, weights)
    probabilities = values[-1]
    if not network.gives_probabilities:
        probabilities = writer.node("Softmax", [probabilities], "softmax", axis=1)
    outputs: dict[str, tuple[str, Sequence[int]]] = {OUTPUT: (probabilities, network.output_shape)}
    if novelty:
        traces = _write_traces(writer, network, values)
        names = (traces[name][0] for name in TRACES)
        outputs[NOVELTY] = (write_novelty(writer, novelty, *names), ())
    model = _model(writer, network, outputs)
    helper.set_model_props(model, metadata.to_properties())
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def build_traces_model(network: Network, weights: Mapping[str, NDArray[np.float32]]) -> bytes:
    """A model that gives what images leave in a network that has a `head`.

    Its outputs are the fields of `Traces`.
    """
    writer = _Writer()
    values = _write_network(writer, network, weights)
    outputs = _write_traces(writer, network, values)
    return bytes(_model(writer, network, outputs).SerializeToString())


def _write_network(
    writer: "_Writer", network: Network, weights: Mapping[str, NDArray[np.float32]]
) -> list[str]:
    """Write all layers; returns the name of each node's value."""
    floats = writer.node("Cast", [INPUT], "images/float", to=TensorProto.FLOAT)
    values: list[str] = []
    for node in network.nodes:
        if isinstance(node.layer, InputLayer):
            # Inside the graph images are (batch, channels, height, width).
            values.append(
                writer.node("Transpose", [floats], "images/channels_first", perm=[0, 3, 1, 2])
            )
            continue
        prefix = f"{node.layer.name}/"
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        inputs = [values[index] for index in node.inputs]
        values.append(node.layer.onnx(writer, inputs, node.input_shapes, own))
    return values


def _write_traces(
    writer: "_Writer", network: Network, values: Sequence[str]
) -> dict[str, tuple[str, Sequence[int]]]:
    """Each of `TRACES`: its value and shape."""
    node = head(network)
    if node is None:
        raise NetworkError(
            f"network {network.name!r} ends in {network.nodes[-1].layer.label}, expected Dense "
            "and a softmax: it has no novelty"
        )
    last = max(index for index, node in enumerate(network.nodes) if len(node.shape) == 3)
    widths = write_traces(writer, values[last], network.nodes[last].shape)
    (features, width), (statistics, numbers) = widths
    found = ((features, (width,)), (statistics, (numbers,)), (node.layer.name, node.shape))
    return dict(zip(TRACES, found, strict=True))


def _model(
    writer: "_Writer", network: Network, outputs: Mapping[str, tuple[str, Sequence[int]]]
) -> onnx.ModelProto:
    """All that was written, with these outputs: for each the value and its shape."""
    height, width, channels = network.input_shape
    images = helper.make_tensor_value_info(
        INPUT, TensorProto.UINT8, ["batch", height, width, channels]
    )
    for name, (value, _) in outputs.items():
        writer.nodes.append(helper.make_node("Identity", [value], [name], name=name))
    infos = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])
        for name, (_, shape) in outputs.items()
    ]
    constants = list(writer.constants.values())
    return helper.make_model(
        helper.make_graph(writer.nodes, network.name, [images], infos, constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="imagette",
    )


def with_metadata(model: bytes, metadata: Metadata) -> bytes:
    """The same classifier, knowing something else of itself."""
    changed = onnx.load_from_string(model)
    del changed.metadata_props[:]
    helper.set_model_props(changed, metadata.to_properties())
    return bytes(changed.SerializeToString())


class _Writer:
    """Collects nodes and constants; the `NodeWriter` that layers write to.

    A layer that is used twice gives the same names again: constants are then shared, and
    nodes get a number.
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self._taken: set[str] = set()

    def node(self, op: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        unique, number = name, 1
        while unique in self._taken:
            unique, number = f"{name}_{number}", number + 1
        self._taken.add(unique)
        self.nodes.append(helper.make_node(op, list(inputs), [unique], name=unique, **attributes))
        return unique

    def constant(self, name: str, value: Any) -> str:
        if name not in self.constants:
            array = np.ascontiguousarray(value) if np.ndim(value) else np.asarray(value)
            self.constants[name] = numpy_helper.from_array(array, name)
        return name
