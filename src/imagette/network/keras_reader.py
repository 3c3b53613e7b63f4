"""A network from Keras 3's JSON, read without Keras.

Reading builds layers of our own list and nothing else: a Lambda, a custom class or an
argument that imagette does not have is refused, by name and place, before anything is built.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

from imagette.errors import NetworkError, UnsupportedLayerError, nearest_names
from imagette.network.graph import Network
from imagette.network.layer import Layer, SymbolicTensor, snake_case
from imagette.network.layers import LAYERS, InputLayer

_CLASSES = {layer.__name__: layer for layer in LAYERS}

# Arguments that imagette leaves out, with the values that mean what imagette does.
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "data_format": (None, "channels_last"),
    "kernel_regularizer": (None,),
    "bias_regularizer": (None,),
    "activity_regularizer": (None,),
    "kernel_constraint": (None,),
    "bias_constraint": (None,),
    "beta_initializer": ("zeros",),
    "gamma_initializer": ("ones",),
    "moving_mean_initializer": ("zeros",),
    "moving_variance_initializer": ("ones",),
    "beta_regularizer": (None,),
    "gamma_regularizer": (None,),
    "beta_constraint": (None,),
    "gamma_constraint": (None,),
    "renorm": (False,),
    "renorm_clipping": (None,),
    "synchronized": (False,),
    "noise_shape": (None,),
    "lora_rank": (None,),
    "lora_alpha": (None,),
    "quantization_config": (None,),
    "input_dim": (None,),
    "optional": (False,),
    "sparse": (False,),
    "ragged": (False,),
}
# Arguments that say nothing about what the layer computes.
_IGNORED = {"dtype", "seed", "batch_input_shape", "build_config", "renorm_momentum"}


def from_json(text: str) -> Network:
    """The network that Keras's JSON describes.

    Raises:
        NetworkError: this is not Keras's JSON of one model with one input and one output.
        UnsupportedLayerError: a layer or an argument that imagette does not have.
    """
    try:
        document = json.loads(text)
        config, kind = document["config"], document["class_name"]
        if kind == "Sequential":
            return _read_sequential(config)
        if kind in ("Functional", "Model"):
            return _read_functional(config)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise NetworkError(
            f"this is not the JSON of a Keras model ({type(error).__name__}: {error}). "
            "Write it with model.to_json()"
        ) from error
    raise UnsupportedLayerError(
        f"a model of class {kind!r}: imagette reads Sequential and Functional models"
    )


def _read_sequential(config: Mapping[str, Any]) -> Network:
    first, *others = config["layers"]
    if first["class_name"] == "InputLayer":
        layer = read_layer(first, 1)
    else:
        shape = config.get("build_input_shape")
        if shape is None:
            raise NetworkError(
                f"model {config.get('name')!r} does not say what shape its input has. "
                "Start it with keras.Input((height, width, channels))"
            )
        layer, others = InputLayer(tuple(shape[1:])), [first, *others]
    start = value = layer()
    for place, entry in enumerate(others, start=2):
        value = read_layer(entry, place)(value)
    return Network(start, value, config.get("name", "sequential"))


def _read_functional(config: Mapping[str, Any]) -> Network:
    layers = {
        entry["config"]["name"]: read_layer(entry, place)
        for place, entry in enumerate(config["layers"], start=1)
    }
    calls = {entry["config"]["name"]: entry["inbound_nodes"] for entry in config["layers"]}
    values: dict[tuple[str, int], SymbolicTensor] = {}
    waiting = [(name, index) for name, uses in calls.items() for index in range(len(uses))]
    for name, layer in layers.items():
        if isinstance(layer, InputLayer):
            values[name, 0] = layer()
    while waiting:
        later = []
        for name, index in waiting:
            references = list(_references(calls[name][index]["args"]))
            if all(reference in values for reference in references):
                values[name, index] = layers[name](*(values[r] for r in references))
            else:
                later.append((name, index))
        if len(later) == len(waiting):
            raise NetworkError(f"layer {waiting[0][0]!r} depends on itself or on nothing")
        waiting = later
    start = _only_end(config["input_layers"], "input")
    end = _only_end(config["output_layers"], "output")
    return Network(values[start], values[end], config.get("name", "functional"))


def _only_end(ends: Any, what: str) -> tuple[str, int]:
    """Keras writes one end as ["name", 0, 0] or as a list of one such."""
    if isinstance(ends[0], list):
        if len(ends) != 1:
            raise UnsupportedLayerError(
                f"a model with {len(ends)} {what}s: imagette's networks have one"
            )
        ends = ends[0]
    return ends[0], ends[1]


def _references(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, index, _ = value["config"]["keras_history"]
        yield name, index


def read_layer(entry: Mapping[str, Any], place: int) -> Layer:
    """One layer from its entry in Keras's JSON; `place` counts from 1, for messages."""
    class_name, config = entry["class_name"], dict(entry["config"])
    name = config.get("name", "")
    where = f"layer {place}, {class_name} {name!r}"
    if class_name not in _CLASSES or entry.get("registered_name") not in (None, class_name):
        raise UnsupportedLayerError(
            f"{where}: imagette does not have this layer{nearest_names(class_name, _CLASSES)}. "
            f"It has {', '.join(sorted(_CLASSES))}"
        )
    if class_name == "InputLayer":
        shape = config.get("batch_shape") or config["batch_input_shape"]
        return InputLayer(tuple(shape[1:]), name=name)
    cls = _CLASSES[class_name]
    arguments = {}
    known = {field.name for field in dataclasses.fields(cls)}
    for key, value in config.items():
        value = _read_value(value)
        if key in known:
            arguments[key] = value
        elif key not in _IGNORED and value not in _NEUTRAL.get(key, ()):
            raise UnsupportedLayerError(
                f"{where}: imagette does not have {key}={value!r} for this layer. "
                f"It has {', '.join(sorted(known))}"
            )
    return cls(**arguments)


def _read_value(value: Any) -> Any:
    """Lists as tuples; {"class_name": "GlorotUniform", ...} as "glorot_uniform"."""
    if isinstance(value, list):
        return tuple(_read_value(item) for item in value)
    if isinstance(value, dict) and "class_name" in value:
        options = {k for k, v in value.get("config", {}).items() if k != "seed" and v is not None}
        known = not options or value["class_name"] == "DTypePolicy"
        return snake_case(value["class_name"]) if known else json.dumps(value)
    return value
