"""Writes a network as Keras 3's JSON, without Keras."""

import json
from typing import Any

from imagette.network.graph import Network
from imagette.network.keras_layer import WITH_DATA_FORMAT
from imagette.network.layer import Layer


def to_json(network: Network, indent: int | None = 2) -> str:
    """The network as Keras's JSON, which keras.models.model_from_json reads."""
    chain = all(node.inputs in ((), (index - 1,)) for index, node in enumerate(network.nodes))
    unique = len({node.layer.name for node in network.nodes}) == len(network.nodes)
    config = _sequential(network) if chain and unique else _functional(network)
    return json.dumps(config, indent=indent)


def _sequential(network: Network) -> dict[str, Any]:
    layers = [_layer(node.layer) for node in network.nodes]
    shape = [None, *network.input_shape]
    config = {"name": network.name, "trainable": True, "layers": layers}
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": config | {"build_input_shape": shape},
        "registered_name": None,
        "build_config": {"input_shape": shape},
    }


def _functional(network: Network) -> dict[str, Any]:
    uses: dict[str, list[dict[str, Any]]] = {}
    references = []
    for node in network.nodes:
        calls = uses.setdefault(node.layer.name, [])
        references.append((node.layer.name, len(calls), 0))
        if node.inputs:
            calls.append(_call([(references[i], network.nodes[i].shape) for i in node.inputs]))
    layers = [
        _layer(node.layer) | {"name": node.layer.name, "inbound_nodes": uses[node.layer.name]}
        for node in network.first_uses()
    ]
    start = next(r for r, node in zip(references, network.nodes, strict=True) if not node.inputs)
    config = {
        "name": network.name,
        "trainable": True,
        "layers": layers,
        "input_layers": list(start),
        "output_layers": list(references[-1]),
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": config,
        "registered_name": "Functional",
    }


def _layer(layer: Layer) -> dict[str, Any]:
    class_name = type(layer).__name__
    # Without it Keras takes the default of the machine that reads the file.
    layout = {"data_format": "channels_last"} if class_name in WITH_DATA_FORMAT else {}
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": layer.config() | layout,
        "registered_name": None,
    }


def _call(inputs: list[tuple[tuple[str, int, int], tuple[int, ...]]]) -> dict[str, Any]:
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {
                "shape": [None, *shape],
                "dtype": "float32",
                "keras_history": list(reference),
            },
        }
        for reference, shape in inputs
    ]
    return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}
