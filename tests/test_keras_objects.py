"""Objects in Keras's JSON that are none of Keras's are refused, wherever they stand."""

import functools
import json
import operator
from collections.abc import Iterator
from typing import Any

import keras
import pytest

from imagette.errors import NetworkError, UnsupportedLayerError
from imagette.network import from_json
from imagette.network.keras_objects import of_the_network

POPEN = {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", "pwned"]}}
FOREIGN = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}}
FOREIGN = FOREIGN | {"registered_name": "mine>Policy"}


def document() -> Any:
    """A Functional model: Dropout, a convolution with all kinds of objects, Dense."""
    x = keras.Input((8, 8, 1))
    y = keras.layers.Dropout(0.1, seed=3, name="drop")(x)
    y = keras.layers.Conv2D(
        2,
        3,
        activation=keras.activations.relu,
        kernel_initializer=keras.initializers.RandomNormal(seed=keras.random.SeedGenerator(3)),
        bias_initializer="zeros",
        kernel_regularizer=keras.regularizers.L2(0.01),
        dtype="mixed_bfloat16",
        name="conv",
    )(y)
    y = keras.layers.Dense(2, name="head")(keras.layers.Flatten(name="flat")(y))
    return json.loads(keras.Model(x, y, name="mine").to_json())


def test_what_keras_itself_writes_is_read() -> None:
    network = from_json(json.dumps(document()))
    assert [node.layer.name for node in network.nodes][1:] == ["drop", "conv", "flat", "head"]


@pytest.mark.parametrize("layer", [0, 1, 2, 3])
@pytest.mark.parametrize("value", [POPEN, FOREIGN, 5, ["float32"], {"class_name": "Policy"}])
def test_a_type_is_text_or_a_policy(layer: int, value: Any) -> None:
    given = document()
    given["config"]["layers"][layer]["config"]["dtype"] = value
    with pytest.raises(UnsupportedLayerError, match="dtype is .*expected null, text or a DTypeP"):
        from_json(json.dumps(given))


@pytest.mark.parametrize("value", [POPEN, "3", [3], {"class_name": "SeedGenerator"}])
def test_a_seed_is_a_number_or_a_generator(value: Any) -> None:
    given = document()
    drop, conv = given["config"]["layers"][1:3]
    drop["config"]["seed"] = value
    with pytest.raises(UnsupportedLayerError, match="Dropout 'drop': seed is .*a SeedGenerator"):
        from_json(json.dumps(given))
    drop["config"]["seed"] = None
    conv["config"]["kernel_initializer"]["config"]["seed"] = value
    with pytest.raises(UnsupportedLayerError, match="Conv2D 'conv': seed is .*a SeedGenerator"):
        from_json(json.dumps(given))


@pytest.mark.parametrize("key", ["kernel_initializer", "bias_initializer", "kernel_regularizer"])
@pytest.mark.parametrize(
    "change", [{"module": "subprocess"}, {"module": "kerasx"}, {"registered_name": "mine>Own"}]
)
def test_other_modules_and_registered_names_are_refused(key: str, change: Any) -> None:
    given = document()
    given["config"]["layers"][2]["config"][key].update(change)
    with pytest.raises(UnsupportedLayerError, match="Conv2D 'conv': it names .*without classes"):
        from_json(json.dumps(given))


def test_so_is_an_activation() -> None:
    given = document()
    activation = {"module": "subprocess", "class_name": "relu", "config": {}}
    given["config"]["layers"][2]["config"]["activation"] = activation
    with pytest.raises(UnsupportedLayerError, match=r"it names .*'subprocess'.*expected a module"):
        from_json(json.dumps(given))


def test_a_layer_of_another_module_is_none_of_ours() -> None:
    given = document()
    given["config"]["layers"][4]["module"] = "subprocess"
    with pytest.raises(UnsupportedLayerError, match="Dense 'head': imagette does not have this"):
        from_json(json.dumps(given))


@pytest.mark.parametrize("key", ["dtype", "trainable", "extra"])
def test_of_a_model_too(key: str) -> None:
    given = document()
    given["config"][key] = POPEN
    with pytest.raises(UnsupportedLayerError, match="model 'mine': "):
        from_json(json.dumps(given))


def test_a_model_of_another_module_is_refused() -> None:
    with pytest.raises(UnsupportedLayerError, match="model 'mine' is of subprocess, 'Functional'"):
        from_json(json.dumps(document() | {"module": "subprocess"}))


def test_an_object_that_no_network_has_is_told() -> None:
    given = document()
    given["extra"] = {"module": "keras.optimizers", "class_name": "Adam", "config": {}}
    message = (
        "the model, extra: it holds an object of class 'Adam', expected layers, initializers and "
        "regularizers that imagette has"
    )
    with pytest.raises(UnsupportedLayerError, match=message):
        from_json(json.dumps(given))


@pytest.mark.parametrize(
    ("key", "expected"), [("mask", "null or tensors"), ("training", "true, false or null")]
)
def test_a_call_with_another_object_says_what_is_expected(key: str, expected: str) -> None:
    given = document()
    given["config"]["layers"][1]["inbound_nodes"][0]["kwargs"][key] = 5
    message = f"layer 'drop': {key} is 5, expected {expected}"
    with pytest.raises(UnsupportedLayerError, match=message):
        from_json(json.dumps(given))


@pytest.mark.parametrize("key", ["mask", "training"])
def test_what_is_left_out_of_a_call_is_nothing_new(key: str) -> None:
    given = document()
    given["config"]["layers"][1]["inbound_nodes"][0]["kwargs"][key] = POPEN
    with pytest.raises(UnsupportedLayerError, match="layer 2, Dropout 'drop': it names"):
        from_json(json.dumps(given))
    given["config"]["layers"][1]["inbound_nodes"][0]["kwargs"][key] = FOREIGN | {
        "registered_name": None
    }
    with pytest.raises(UnsupportedLayerError, match=f"layer 'drop': {key} is .* expected "):
        from_json(json.dumps(given))


def test_an_input_is_called_on_nothing() -> None:
    given = document()
    call = {"args": [{"module": "keras.utils", "class_name": "get_file", "config": {}}]}
    given["config"]["layers"][0]["inbound_nodes"] = [call | {"kwargs": {}}]
    with pytest.raises(NetworkError, match="input .* is called on something, expected nothing"):
        from_json(json.dumps(given))


def test_the_network_alone_is_left() -> None:
    given = document()
    given["compile_config"] = given["config"]["layers"][2]["build_config"] = POPEN
    from_json(json.dumps(given))
    text = of_the_network(json.dumps(given))
    assert "config" in text and "subprocess" not in text and "build_config" not in text
    model = keras.models.model_from_json(text)
    assert model.built and model.count_params() == sum(from_json(text).parameters())


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value within a JSON value, but for itself."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from _places(item, (*path, key))


@pytest.mark.parametrize(
    "evil",
    [
        POPEN,
        {"module": "keras.utils", "class_name": "get_file", "config": {"fname": "pwned"}},
        {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "pwned"}},
        {"class_name": "__lambda__", "config": {"value": "pwned"}},
    ],
)
def test_wherever_a_foreign_object_stands_it_never_reaches_keras(evil: Any) -> None:
    text = json.dumps(document())
    for *path, last in _places(document()):
        for added in False, True:
            given = json.loads(text)
            place = functools.reduce(operator.getitem, path, given)
            if not added:
                place[last] = evil
            elif isinstance(place[last], dict):
                place[last]["extra"] = evil
            elif isinstance(place[last], list):
                place[last].append(evil)
            try:
                from_json(json.dumps(given))
            except NetworkError:
                continue
            assert "pwned" not in of_the_network(json.dumps(given)), (path, last)
