"""Writing `model.onnx`: uint8 images in, probabilities out, all else inside.

Written node by node from the graph, so that names are the network's own, and needing
nothing but ONNX Runtime to answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from imagette.network import InputLayer, Network
from imagette.runs.metadata import Metadata

INPUT, OUTPUT = "images", "probabilities"
# Old enough for every ONNX Runtime since 1.12, new enough for all that the layers use.
_OPSET, _IR_VERSION = 17, 8


def build_model(
    network: Network, weights: Mapping[str, NDArray[np.float32]], metadata: Metadata
) -> bytes:
    """The classifier as the bytes of an ONNX file, checked by `onnx.checker`."""
    writer = _Writer()
    height, width, channels = network.input_shape
    floats = writer.node("Cast", [INPUT], "images/float", to=TensorProto.FLOAT)
    values = []
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
    probabilities = values[-1]
    if not network.gives_probabilities:
        probabilities = writer.node("Softmax", [probabilities], "softmax", axis=1)
    writer.nodes.append(helper.make_node("Identity", [probabilities], [OUTPUT], name=OUTPUT))
    graph = helper.make_graph(
        writer.nodes,
        network.name,
        [
            helper.make_tensor_value_info(
                INPUT, TensorProto.UINT8, ["batch", height, width, channels]
            )
        ],
        [
            helper.make_tensor_value_info(
                OUTPUT, TensorProto.FLOAT, ["batch", *network.output_shape]
            )
        ],
        list(writer.constants.values()),
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="imagette",
    )
    helper.set_model_props(model, metadata.to_properties())
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


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
