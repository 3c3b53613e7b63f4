"""Checks the objects within Keras's JSON before any is made: only Keras's own are allowed.

Keras makes an object of any class and module that its JSON names, even in arguments that our reader
leaves out or does not check.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from imagette.errors import UnsupportedLayerError
from imagette.network.activations import ACTIVATIONS
from imagette.network.initializers import INITIALIZERS, INITIALIZERS_WITH_OPTIONS
from imagette.network.layers import LAYERS
from imagette.network.naming import snake_case

MODELS = ("Sequential", "Functional", "Model")
_POLICIES = ("DTypePolicy", "FloatDTypePolicy")  # the latter in Keras 3.1 to 3.3
_TENSOR = "__keras_tensor__"
_CLASSES = {
    *(layer.__name__ for layer in LAYERS), *MODELS, *INITIALIZERS_WITH_OPTIONS, "L1", "L2", "L1L2",
    *_POLICIES, "SeedGenerator", _TENSOR,
}  # fmt: skip
_IN_A_WORD = {*INITIALIZERS, *ACTIVATIONS}  # names in snake case of further classes
# Keras calls methods of layers, optimizers and losses with these. A network needs none of them.
_NOT_OF_THE_NETWORK = ("build_config", "compile_config")


def require_keras(value: Any, where: str) -> None:
    """Raise unless every object within a value of Keras's JSON is Keras's own.

    Types must be texts or DTypePolicy, seeds numbers or SeedGenerator, and "trainable" true or
    false: our reader does not check these. `where` is for messages.

    Raises:
        UnsupportedLayerError: an object is not Keras's, or one of these values is another.
    """
    for _, one in _within(value):
        if "class_name" in one:
            _require_own(one, where)
        for key, (holds, expected) in _KINDS.items():
            if key in one and not holds(one[key]):
                raise _refused(where, f"{key} is {_short(one[key])}", expected)


def require_nothing_else(document: Any) -> None:
    """Raise if a model's JSON holds, in any place, an object of a class that no network needs.

    Our reader has better messages for what it refuses; this is for what it does not check.

    Raises:
        UnsupportedLayerError: there is such an object.
    """
    for place, one in _within(document, "the model"):
        if "class_name" in one:
            _require_own(one, place)
            name = one["class_name"]
            if name not in _CLASSES and snake_case(name) not in _IN_A_WORD:
                expected = "layers, initializers and regularizers that imagette has"
                raise _refused(place, f"it holds an object of class {_short(name)}", expected)


def _within(value: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The place of each mapping in a value, and the mapping, except for what Keras never sees."""
    if isinstance(value, list):
        for item in value:
            yield from _within(item, place)
    elif isinstance(value, dict):
        yield place, value
        for key, item in value.items():
            if key not in _NOT_OF_THE_NETWORK:
                yield from _within(item, place if key == "config" else f"{place}, {key}")


def require_call(keywords: Mapping[str, Any], where: str) -> None:
    """Raise unless "mask" and "training", which our reader leaves out of a call, are harmless.

    Raises:
        UnsupportedLayerError: they hold other objects than tensors and flags.
    """
    mask, training = keywords.get("mask"), keywords.get("training")
    for one in mask if isinstance(mask, list) else [mask]:
        if one is not None and not _is_object(one, (_TENSOR,)):
            raise _refused(where, f"mask is {_short(mask)}", "null or tensors")
    if not isinstance(training, bool | None):
        raise _refused(where, f"training is {_short(training)}", "true, false or null")


def is_of_keras(entry: Mapping[str, Any]) -> bool:
    """Whether an object's module and registered name are those of Keras's own classes."""
    module = entry.get("module")
    ours = module in (None, "builtins", "keras") or str(module).startswith("keras.")
    return ours and entry.get("registered_name") in (None, entry["class_name"])


def of_the_network(text: str) -> str:
    """The JSON of a model without the parts by which Keras would compile and build it."""
    return json.dumps(_without(json.loads(text)))


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {k: _without(v) for k, v in value.items() if k not in _NOT_OF_THE_NETWORK}


def _require_own(entry: Mapping[str, Any], where: str) -> None:
    if not is_of_keras(entry):
        names = {key: entry.get(key) for key in ("module", "class_name", "registered_name")}
        expected = 'a module of Keras ("keras...") and no registered name of another class'
        raise _refused(where, f"it names {_short(names)}", expected)


def _is_object(value: Any, class_names: tuple[str, ...]) -> bool:
    return isinstance(value, dict) and value.get("class_name") in class_names and is_of_keras(value)


def _is_type(value: Any) -> bool:
    if _is_object(value, _POLICIES):
        config = value.get("config")
        return isinstance(config, dict) and all(isinstance(item, str) for item in config.values())
    return isinstance(value, str | None)


def _is_seed(value: Any) -> bool:
    if _is_object(value, ("SeedGenerator",)):
        config = value.get("config")
        plain = str | int | float | None
        return isinstance(config, dict) and all(isinstance(item, plain) for item in config.values())
    return isinstance(value, int | float | None)


_KINDS = {
    "dtype": (_is_type, "null, text or a DTypePolicy"),
    "seed": (_is_seed, "null, a number or a SeedGenerator"),
    "trainable": (lambda value: isinstance(value, bool), "true or false"),
}


def _refused(where: str, received: str, expected: str) -> UnsupportedLayerError:
    return UnsupportedLayerError(
        f"{where}: {received}, expected {expected}. Save the model again with Keras, without "
        "classes and functions of its own"
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
