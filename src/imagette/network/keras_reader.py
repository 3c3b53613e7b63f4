"""Reads a network from Keras 3's JSON, without Keras.

Reading builds only layers of our own list: a Lambda, a custom class or an argument that imagette
does not have is refused, by name and place, before anything is built.

Models within models are flattened into one graph. A layer "conv2d" of a model "encoder" within the
outermost model becomes "encoder__conv2d", one "__" per level, as Keras allows no "/" in names. So
the path of a layer in Keras, its names joined by "__", is its name here (`inner_name`), and its
weights have Keras's names, order and shapes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagette.errors import NetworkError, UnsupportedLayerError
from imagette.network.graph import Network
from imagette.network.keras_layer import KerasLayer, read_layer
from imagette.network.keras_layout import Layouts, Value, arrange
from imagette.network.keras_objects import (
    MODELS,
    is_of_keras,
    require_call,
    require_keras,
    require_nothing_else,
)
from imagette.network.layers import InputLayer


@dataclass(frozen=True)
class KerasModel:
    """A model as Keras's JSON describes it, with its layers, read, by name in their order."""

    config: Mapping[str, Any]
    sequential: bool
    members: Mapping[str, "KerasLayer | KerasModel"]

    def leaves(self) -> Iterator[KerasLayer]:
        """All layers, including those of inner models."""
        for member in self.members.values():
            yield from member.leaves() if isinstance(member, KerasModel) else (member,)


def from_json(text: str) -> Network:
    """The network that Keras's JSON describes.

    A model whose images are channels_first becomes one of channels_last images: its input
    is (height, width, channels), and its layers compute the same with the same weights.

    Raises:
        NetworkError: this is not Keras's JSON of one model with one input and one output.
        UnsupportedLayerError: imagette does not have a layer or an argument.
    """
    try:
        document = json.loads(text)
        kind = document["class_name"]
        if kind in MODELS:
            network = _network(_read_model(document, "", True))
            require_nothing_else(document)
            return network
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise NetworkError(
            f"this is not the JSON of a Keras model ({type(error).__name__}: {error}). "
            "Write it with model.to_json()"
        ) from error
    raise UnsupportedLayerError(
        f"a model of class {kind!r}: imagette reads Sequential and Functional models"
    )


def inner_name(outer: str, name: str) -> str:
    """Our name of the layer, or model, `name` in the model that we call `outer`.

    The outermost model is called "", so that its own layers keep their names.
    """
    return f"{outer}__{name}" if outer else name


def _read_model(entry: Mapping[str, Any], outer: str, trainable: bool) -> KerasModel:
    """A model with all its layers; `outer` is our name of it."""
    config = entry["config"]
    _require_plain_model(entry, f"model {config.get('name')!r}")
    trainable = trainable and config.get("trainable", True)
    members: dict[str, KerasLayer | KerasModel] = {}
    for place, member in enumerate(config["layers"], start=1):
        name = member["config"].get("name", "")
        if member["class_name"] in MODELS:
            require_keras(member.get("inbound_nodes"), f"model {name!r}")
            members[name] = _read_model(member, inner_name(outer, name), trainable)
            continue
        within = f" of model {config.get('name')!r}" if outer else ""
        where = f"layer {place}{within}, {member['class_name']} {name!r}"
        require_keras(member.get("inbound_nodes"), where)
        if name and name in members:
            raise NetworkError(
                f"{where}: two layers have this name, expected one of each. Give layers names that "
                "differ"
            )
        members[name or str(place)] = read_layer(member, where, inner_name(outer, name), trainable)
    return KerasModel(config, entry["class_name"] == "Sequential", members)


def _require_plain_model(entry: Mapping[str, Any], where: str) -> None:
    """Raise UnsupportedLayerError for a class that is not Keras's, or such an argument."""
    if not is_of_keras(entry):
        raise UnsupportedLayerError(
            f"{where} is of {entry.get('module')}, {entry.get('registered_name')!r}: imagette "
            "reads Keras's own Sequential and Functional models. Make it one of these"
        )
    own = {key: value for key, value in entry["config"].items() if key != "layers"}
    require_keras(own, where)


def _network(model: KerasModel) -> Network:
    channels_first = _takes_channels_first(model)
    given = _input_layer(model)
    if channels_first:
        channels, height, width = given.shape
        given = InputLayer((height, width, channels), name=given.name)
    start = given()
    end = _call(model, Value(start, channels_first), Layouts())
    default = "sequential" if model.sequential else "functional"
    return Network(start, arrange(end, False).tensor, model.config.get("name", default))


def _takes_channels_first(model: KerasModel) -> bool:
    """Whether the images are channels_first, by the first layer that has a layout."""
    if len(_input_layer(model).shape) != 3:
        return False
    for leaf in model.leaves():
        if type(leaf.layer).__name__ in ("Permute", "Reshape"):
            return False
        if leaf.data_format is not None:
            return leaf.data_format == "channels_first"
    return False


def _input_layer(model: KerasModel) -> InputLayer:
    """The model's input layer, in Keras's layout."""
    config = model.config
    if not model.sequential:
        name, _ = _only_end(config["input_layers"], "input")
        member = model.members[name]
        if isinstance(member, KerasLayer) and isinstance(member.layer, InputLayer):
            return member.layer
    first = next(iter(model.members.values()), None)
    if first is None:
        raise NetworkError(
            f"model {config.get('name')!r} has no layers, expected an input and others. Save it "
            "again with its layers"
        )
    if isinstance(first, KerasModel):
        return _input_layer(first)
    if isinstance(first.layer, InputLayer):
        return first.layer
    shape = config.get("build_input_shape")
    if shape is None:
        raise NetworkError(
            f"model {config.get('name')!r} does not say what shape its input has. "
            "Start it with keras.Input((height, width, channels))"
        )
    return InputLayer(tuple(shape[1:]))


def _call(model: "KerasLayer | KerasModel", value: Value, layouts: Layouts) -> Value:
    """The output of a layer or a model for one input."""
    if isinstance(model, KerasLayer):
        return layouts.call(model, [value])
    if not model.sequential:
        return _call_functional(model, value, layouts)
    for member in model.members.values():
        if not _is_input(member):
            value = _call(member, value, layouts)
    return value


def _call_functional(model: KerasModel, value: Value, layouts: Layouts) -> Value:
    entries = {entry["config"]["name"]: entry for entry in model.config["layers"]}
    values = {_only_end(model.config["input_layers"], "input"): value}
    called = [n for n, m in model.members.items() if _is_input(m) and entries[n]["inbound_nodes"]]
    if called:
        raise NetworkError(
            f"input {called[0]!r} is called on something, expected nothing before it. Write the "
            "file with model.to_json()"
        )
    waiting = [
        (name, index)
        for name, member in model.members.items()
        for index in range(len(entries[name]["inbound_nodes"]))
        if not _is_input(member)
    ]
    while waiting:
        later = []
        for name, index in waiting:
            member, call = model.members[name], entries[name]["inbound_nodes"][index]
            references = list(_references(call["args"], name))
            if not all(reference in values for reference in references):
                later.append((name, index))
                continue
            _check_keywords(call.get("kwargs") or {}, name)
            values[name, index] = _call_with(member, [values[r] for r in references], layouts)
        if len(later) == len(waiting):
            raise NetworkError(
                f"layer {waiting[0][0]!r} depends on itself or on nothing, expected a graph from "
                "the input to the output. Write it with model.to_json()"
            )
        waiting = later
    return values[_only_end(model.config["output_layers"], "output")]


def _call_with(member: "KerasLayer | KerasModel", inputs: list[Value], layouts: Layouts) -> Value:
    if isinstance(member, KerasLayer):
        return layouts.call(member, inputs)
    if len(inputs) != 1:
        raise UnsupportedLayerError(
            f"model {member.config.get('name')!r} has {len(inputs)} inputs: imagette reads models "
            "of one input"
        )
    return _call(member, inputs[0], layouts)


def _is_input(member: "KerasLayer | KerasModel") -> bool:
    return isinstance(member, KerasLayer) and isinstance(member.layer, InputLayer)


def _only_end(ends: Any, what: str) -> tuple[str, int]:
    """The one input or output, which Keras writes as ["name", 0, 0] or as a list of one such."""
    if isinstance(ends[0], list):
        if len(ends) != 1:
            raise UnsupportedLayerError(
                f"a model with {len(ends)} {what}s: imagette's networks have one"
            )
        ends = ends[0]
    return ends[0], ends[1]


def _references(value: Any, name: str) -> Iterator[tuple[str, int]]:
    """The tensors among the arguments of a call, by layer and number of its call."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item, name)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        layer, index, _ = value["config"]["keras_history"]
        yield layer, index
    elif value is not None:
        raise UnsupportedLayerError(
            f"layer {name!r} is called on {value!r}: imagette's layers take tensors. "
            "Use Rescaling for a number that multiplies or is added"
        )


def _check_keywords(keywords: Mapping[str, Any], name: str) -> None:
    """Raise UnsupportedLayerError for arguments of a call that would change what the layer does.

    `training` is none of them: Keras writes it for layers that were called without it, and a model
    that is trained or asked passes on its own.
    """
    require_call(keywords, f"layer {name!r}")
    given = {k: v for k, v in keywords.items() if v is not None and k not in ("mask", "training")}
    if given:
        raise UnsupportedLayerError(
            f"layer {name!r} is called with {', '.join(f'{k}={v!r}' for k, v in given.items())}: "
            "imagette's layers take tensors and nothing else"
        )
