"""Writes `model.onnx`: uint8 images in, probabilities and novelty out, all else inside.

It is written node by node from the graph, so that names are the network's own, and needs only ONNX
Runtime to answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from imagette.runs.mirror_nodes import mean_of_views, of_images, with_mirror_images, write_head
from imagette.runs.novelty_nodes import write_novelty, write_traces

INPUT, OUTPUT, NOVELTY = "images", "probabilities", "novelty"
TRACES = ("features", "statistics", "logits")
# Old enough for every ONNX Runtime since 1.12, new enough for all that the layers use.
_OPSET, _IR_VERSION = 17, 8


@dataclass(frozen=True)
class _Written:
    """The name of each node's value, and that of the logits, if the network has a head."""

    values: Sequence[str]
    logits: str | None


def build_model(
    network: Network,
    weights: Mapping[str, NDArray[np.float32]],
    metadata: Metadata,
    novelty: Novelty | None = None,
    mirrored: bool = False,
) -> bytes:
    """The classifier as the bytes of an ONNX file, checked by `onnx.checker`.

    `novelty`, only for a network with a `head`, becomes a second output (batch,). If `mirrored`,
    the logits, or without a `head` the probabilities, are the mean over an image and its mirror
    image, left to right.
    """
    writer = _Writer()
    written = _write_network(writer, network, weights, mirrored)
    probabilities = written.values[-1]
    if not network.gives_probabilities:
        probabilities = writer.node("Softmax", [probabilities], "softmax", axis=1)
    outputs: dict[str, tuple[str, Sequence[int]]] = {OUTPUT: (probabilities, network.output_shape)}
    if novelty:
        traces = _write_traces(writer, network, written, mirrored)
        names = (traces[name][0] for name in TRACES)
        outputs[NOVELTY] = (write_novelty(writer, novelty, *names), ())
    model = _model(writer, network, outputs)
    helper.set_model_props(model, metadata.to_properties())
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def build_traces_model(
    network: Network, weights: Mapping[str, NDArray[np.float32]], mirrored: bool = False
) -> bytes:
    """A model that gives the traces of images in a network that has a `head`.

    Its outputs are the fields of `Traces`; if `mirrored`, its logits are the means of both views.
    """
    writer = _Writer()
    written = _write_network(writer, network, weights, mirrored)
    outputs = _write_traces(writer, network, written, mirrored)
    return bytes(_model(writer, network, outputs).SerializeToString())


def _write_network(
    writer: "_Writer",
    network: Network,
    weights: Mapping[str, NDArray[np.float32]],
    mirrored: bool,
) -> _Written:
    """Write all layers; if `mirrored`, on images and mirror images, up to the logits."""
    floats = writer.node("Cast", [INPUT], "images/float", to=TensorProto.FLOAT)
    if mirrored:
        floats = with_mirror_images(writer, floats)
    answer = head(network)
    logits = None
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
        if node is answer:
            logits, value = write_head(writer, node, inputs, own, mirrored)
        else:
            value = node.layer.onnx(writer, inputs, node.input_shapes, own)
        values.append(value)
    if mirrored and not answer:
        values[-1] = mean_of_views(writer, values[-1], network.output_shape)
    return _Written(values, logits)


def _write_traces(
    writer: "_Writer", network: Network, written: _Written, mirrored: bool
) -> dict[str, tuple[str, Sequence[int]]]:
    """The value and the shape of each of `TRACES`."""
    if written.logits is None:
        raise NetworkError(
            f"network {network.name!r} ends in {network.nodes[-1].layer.label}, expected Dense "
            "and a softmax: it has no novelty"
        )
    last = max(index for index, node in enumerate(network.nodes) if len(node.shape) == 3)
    maps, shape = written.values[last], network.nodes[last].shape
    if mirrored:
        maps = of_images(writer, maps, shape)
    (features, width), (statistics, numbers) = write_traces(writer, maps, shape)
    logits = (written.logits, network.output_shape)
    found = ((features, (width,)), (statistics, (numbers,)), logits)
    return dict(zip(TRACES, found, strict=True))


def _model(
    writer: "_Writer", network: Network, outputs: Mapping[str, tuple[str, Sequence[int]]]
) -> onnx.ModelProto:
    """The model of all that was written; `outputs` gives each output's value and shape."""
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
    """The same classifier with other metadata."""
    changed = onnx.load_from_string(model)
    del changed.metadata_props[:]
    helper.set_model_props(changed, metadata.to_properties())
    return bytes(changed.SerializeToString())


class _Writer:
    """Collects nodes and constants; the `NodeWriter` that layers write to.

    A layer that is used twice gives the same names again: its constants are then shared, and its
    nodes numbered.
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
