"""Reads one layer from its entry in Keras 3's JSON; errors name what imagette does not have."""

import dataclasses
import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from imagette.errors import NetworkError, UnsupportedLayerError, nearest_names
from imagette.network.initializers import read_initializer
from imagette.network.keras_objects import is_of_keras, require_keras
from imagette.network.layer import Layer
from imagette.network.layers import LAYERS, InputLayer
from imagette.network.naming import snake_case
from imagette.network.regularizers import REGULARIZERS, read_regularizer
from imagette.numerals import is_finite_number

_CLASSES = {layer.__name__: layer for layer in LAYERS}

# Layers that Keras gives a data_format: "channels_last" or "channels_first".
WITH_DATA_FORMAT = {
    "AveragePooling2D", "Conv2D", "Cropping2D", "DepthwiseConv2D", "Flatten",
    "GlobalAveragePooling2D", "GlobalMaxPooling2D", "MaxPooling2D", "RandomFlip",
    "RandomRotation", "RandomTranslation", "RandomZoom", "SeparableConv2D", "SpatialDropout2D",
    "UpSampling2D", "ZeroPadding2D",
}  # fmt: skip
# Layers that act along one axis, which must be the channels'.
WITH_CHANNEL_AXIS = {
    "BatchNormalization", "GroupNormalization", "LayerNormalization", "Normalization", "Softmax",
}  # fmt: skip
# Operations of keras.ops that compute the same as the layer of that name.
_OPERATIONS = {"Add", "Maximum", "Minimum", "Multiply", "Subtract"}

# Arguments that imagette does not have, with the values that match what it does.
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "activity_regularizer": (None,),
    "alpha_constraint": (None,),
    "beta_constraint": (None,),
    "beta_initializer": ("zeros",),
    "bias_constraint": (None,),
    "bounding_box_format": (None,),
    "data_format": (None, "channels_last"),
    "depthwise_constraint": (None,),
    "gamma_constraint": (None,),
    "gamma_initializer": ("ones",),
    "input_dim": (None,),
    "kernel_constraint": (None,),
    "lora_alpha": (None,),
    "lora_rank": (None,),
    "moving_mean_initializer": ("zeros",),
    "moving_variance_initializer": ("ones",),
    "noise_shape": (None,),
    "optional": (False,),
    "pointwise_constraint": (None,),
    "quantization_config": (None,),
    "ragged": (False,),
    "renorm": (False,),
    "renorm_clipping": (None,),
    "rms_scaling": (False,),
    "sparse": (False,),
    "synchronized": (False,),
}
# Arguments that do not affect what the layer computes.
_IGNORED = {"dtype", "seed", "batch_input_shape", "build_config", "renorm_momentum"}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# Requirements on arguments, by the types of our layers' fields: in words, and as a test.
_TYPES: dict[Any, tuple[str, Callable[[Any], bool]]] = {
    int: ("a whole number", _is_whole),
    float: ("a finite number", is_finite_number),
    float | None: ("a finite number or null", lambda v: v is None or is_finite_number(v)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
}


@dataclass(frozen=True)
class KerasLayer:
    """A layer of ours, and the layout of its inputs in Keras.

    `data_format` is "channels_last" or "channels_first", None where the layer has none; `axis` is
    Keras's, with the batch as 0, for layers that act along the channels.
    """

    layer: Layer
    data_format: str | None = None
    axis: int | None = None


def read_layer(entry: Mapping[str, Any], where: str, name: str, trainable: bool) -> KerasLayer:
    """The layer that an entry of Keras's JSON describes.

    `where` names its place in messages; `name` is the layer's name here. A layer within a
    model that is not trainable is not trainable.

    Raises:
        UnsupportedLayerError: imagette does not have the layer, or one of its arguments.
        NetworkError: an argument has a value that the layer does not take.
    """
    class_name = entry["class_name"]
    _check_class(entry, where)
    require_keras(entry["config"], where)
    if class_name == "InputLayer":
        shape = entry["config"].get("batch_shape") or entry["config"]["batch_input_shape"]
        return KerasLayer(InputLayer(tuple(shape[1:]), name=name))
    config = {key: _read_value(value) for key, value in entry["config"].items()}
    data_format = axis = None
    if class_name in WITH_DATA_FORMAT:
        data_format = _data_format(config, where)
    if class_name in WITH_CHANNEL_AXIS:
        axis = _single(config.pop("axis", -1))
    arguments = _arguments(class_name, config, where)
    _check_types(_CLASSES[class_name], arguments, where)
    arguments["name"] = name
    arguments["trainable"] = trainable and config.get("trainable", True)
    try:
        return KerasLayer(_CLASSES[class_name](**arguments), data_format, axis)
    except NetworkError as error:
        raise type(error)(f"{where}: {error}") from error


def _check_class(entry: Mapping[str, Any], where: str) -> None:
    class_name = entry["class_name"]
    own = is_of_keras(entry)
    module = entry.get("module") or "keras.layers"
    operation = module.startswith(("keras.src.ops", "keras.ops"))
    if class_name not in _CLASSES or not own or operation > (class_name in _OPERATIONS):
        raise UnsupportedLayerError(
            f"{where}: imagette does not have this "
            f"{'operation of keras.ops; use layers' if operation else 'layer'}"
            f"{nearest_names(class_name, _CLASSES)}. It has {', '.join(sorted(_CLASSES))}"
        )


def _arguments(class_name: str, config: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The arguments in `config` that our class takes; UnsupportedLayerError for any other."""
    known = {field.name for field in dataclasses.fields(_CLASSES[class_name])}
    for key, value in config.items():
        penalty = key.endswith("_regularizer") and isinstance(value, str | tuple)
        if key in known and not (penalty and value not in REGULARIZERS):
            continue
        if key not in _IGNORED and value not in _NEUTRAL.get(key, ()):
            raise UnsupportedLayerError(
                f"{where}: imagette does not have {key}={value!r} for this layer. "
                + _remedy(key, known)
            )
    return {key: value for key, value in config.items() if key in known}


def _check_types(layer: type[Layer], arguments: Mapping[str, Any], where: str) -> None:
    """Raise unless numbers and flags have the right types: layers only check ranges."""
    hints = typing.get_type_hints(layer)
    for key, value in arguments.items():
        words, holds = _TYPES.get(hints[key], ("", lambda value: True))
        if not holds(value):
            raise NetworkError(f"{where}: {key}={value!r}: expected {words}")


def _remedy(key: str, known: set[str]) -> str:
    if key.endswith("_constraint"):
        return "It trains without constraints: leave it out"
    if key in known:
        return "It has L1, L2 and L1L2"
    return f"It has {', '.join(sorted(known))}"


def _data_format(config: dict[str, Any], where: str) -> str:
    data_format = config.pop("data_format", None) or "channels_last"
    if data_format not in ("channels_last", "channels_first"):
        raise UnsupportedLayerError(
            f"{where}: imagette does not have data_format={data_format!r}. "
            "It has 'channels_last' and 'channels_first'"
        )
    return str(data_format)


def _single(axis: Any) -> Any:
    """The axis, which Keras writes as a number or as a list of one."""
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis


def _read_value(value: Any) -> Any:
    """Turn lists into tuples, and {"class_name": "GlorotUniform", ...} into "glorot_uniform"."""
    if isinstance(value, list):
        return tuple(_read_value(item) for item in value)
    if isinstance(value, dict) and "class_name" in value:
        if (penalty := read_regularizer(value)) is not None:
            return penalty
        if (initializer := read_initializer(value)) is not None:
            return initializer
        options = {k for k, v in value.get("config", {}).items() if k != "seed" and v is not None}
        known = not options or value["class_name"] == "DTypePolicy"
        return snake_case(value["class_name"]) if known else json.dumps(value)
    return value
