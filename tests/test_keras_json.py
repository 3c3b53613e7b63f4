"""Keras's JSON, both ways: Keras loads ours, we load Keras's."""

import json

import keras
import numpy as np
import pytest

from imagette.errors import NetworkError, UnsupportedLayerError
from imagette.network import Input, Network, from_json, to_json
from imagette.recipes import RECIPES, Recipe
from tests.layer_cases import CASES, SHAPE
from tests.reference import keras_model, random_weights


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_keras_loads_the_recipes_and_counts_the_same(recipe: Recipe, mirrored: bool) -> None:
    network = recipe.suited(mirrored).network((28, 28, 1), 10)
    model = keras.models.model_from_json(to_json(network))
    assert model.count_params() == sum(network.parameters())
    assert [layer.name for layer in model.layers] == [
        node.layer.name for node in network.nodes if node.inputs
    ] or model.layers[0].name == network.nodes[0].layer.name
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize("name", CASES)
def test_round_trip_through_keras(name: str) -> None:
    x = Input(SHAPE)
    network = Network(x, CASES[name](x))
    again = from_json(keras.models.model_from_json(to_json(network)).to_json())
    assert to_json(again) == to_json(network)
    assert to_json(from_json(to_json(network))) == to_json(network)


def test_keras_own_functional_model_with_a_shared_layer() -> None:
    x = keras.Input((6, 6, 2))
    shared = keras.layers.Conv2D(2, 1, name="shared")
    y = keras.layers.Add()([shared(x), shared(shared(x))])
    model = keras.Model(x, keras.layers.Dense(3)(keras.layers.Flatten()(y)))
    network = from_json(model.to_json())
    assert sum(network.parameters()) == model.count_params()
    images = np.random.default_rng(0).integers(0, 256, (2, 6, 6, 2)).astype(np.float32)
    weights = random_weights(network)
    assert keras_model(network, weights)(images).shape == (2, 3)


def test_keras_sequential_without_an_input_needs_to_be_built() -> None:
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(NetworkError, match="does not say what shape its input has"):
        from_json(model.to_json())
    model.build((None, 4, 4, 1))
    assert from_json(model.to_json()).input_shape == (4, 4, 1)


def _with_layer(layer: object) -> str:
    """The JSON of a small Sequential model whose second layer is `layer`."""
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    document = json.loads(model.to_json())
    document["config"]["layers"][1] = layer
    return json.dumps(document)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            {"class_name": "Lambda", "config": {"name": "trick", "function": "evil"}},
            "layer 2, Lambda 'trick': imagette does not have this layer.*It has Activation",
        ),
        (
            {"class_name": "Conv3D", "config": {"name": "c"}},
            "layer 2, Conv3D 'c'.*did you mean 'Conv2D'",
        ),
        (
            {"class_name": "Dense", "registered_name": "mine>Dense", "config": {"name": "d"}},
            "Dense 'd': imagette does not have this layer",
        ),
        (
            {
                "class_name": "Conv2D",
                "config": {"name": "c", "filters": 2, "kernel_size": 3, "data_format": "odd"},
            },
            "does not have data_format='odd'",
        ),
        (
            {
                "class_name": "Dense",
                "config": {"name": "d", "units": 2, "kernel_constraint": {"class_name": "MaxNorm"}},
            },
            "does not have kernel_constraint='max_norm'.*leave it out",
        ),
        (
            {
                "class_name": "Dense",
                "config": {
                    "name": "d",
                    "units": 2,
                    "kernel_regularizer": {
                        "class_name": "OrthogonalRegularizer",
                        "config": {"factor": 0.01, "mode": "rows"},
                    },
                },
            },
            "layer 2, Dense 'd': imagette does not have kernel_regularizer=.*Orthogonal.*L1L2",
        ),
        (
            {
                "class_name": "Dense",
                "config": {"name": "d", "units": 2, "activity_regularizer": {"class_name": "L2"}},
            },
            "does not have activity_regularizer=",
        ),
        (
            {"class_name": "RandomRotation", "config": {"name": "r", "factor": 0.1, "value": 1}},
            "layer 2, RandomRotation 'r': imagette does not have value=1",
        ),
    ],
)
def test_what_imagette_does_not_have_is_named(layer: object, message: str) -> None:
    with pytest.raises(UnsupportedLayerError, match=message):
        from_json(_with_layer(layer))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"class_name": "Sequential", "config": {"layers": []}}',
     '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}}',
     _with_layer({"class_name": "Dense", "config": {"units": "many", "name": "d"}}),
     _with_layer({"class_name": "Dense", "config": {"name": "d"}})],
)  # fmt: skip
def test_damaged_json_is_a_network_error(text: str) -> None:
    with pytest.raises(NetworkError):
        from_json(text)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Dense", {"units": 2.5}, "units=2.5: expected a whole number"),
        ("Dense", {"units": True}, "units=True: expected a whole number"),
        ("Dense", {"units": 2, "use_bias": "no"}, "use_bias='no': expected true or false"),
        ("Conv2D", {"filters": 1e308, "kernel_size": 3}, "filters=1e.308: expected a whole number"),
        ("Conv2D", {"filters": 2, "kernel_size": True}, "kernel_size=True: expected one integer"),
        ("ReLU", {"max_value": "x"}, "max_value='x': expected a finite number or null"),
        ("ReLU", {"negative_slope": "x"}, "negative_slope='x': expected a finite number"),
        ("ELU", {"alpha": None}, "alpha=None: expected a finite number"),
        ("BatchNormalization", {"epsilon": []}, "epsilon=.*: expected a finite number"),
        ("LayerNormalization", {"epsilon": "x"}, "epsilon='x': expected a finite number"),
        ("LayerNormalization", {"epsilon": 10**400}, "epsilon=10+: expected a finite number"),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2.5}, ".*a whole number"),
        ("Dropout", {"rate": "x"}, "rate='x': expected a finite number"),
    ],
)
def test_arguments_of_another_type_are_told(
    name: str, arguments: dict[str, object], message: str
) -> None:
    layer = {"class_name": name, "config": {"name": "odd", **arguments}}
    with pytest.raises(NetworkError, match=f"layer 2, {name} 'odd': {message}"):
        from_json(_with_layer(layer))


def test_a_graph_that_is_none_is_told() -> None:
    x = keras.Input((4, 4, 1), name="x")
    y = keras.layers.Dense(2, name="head")(keras.layers.Flatten(name="flat")(x))
    text = keras.Model(x, y, name="mine").to_json()
    given = json.loads(text)
    given["config"]["layers"][2]["config"]["name"] = "flat"
    with pytest.raises(NetworkError, match="two layers have this name, expected one of each. Give"):
        from_json(json.dumps(given))
    round_and_round = text.replace('["x", 0, 0]}', '["head", 0, 0]}')
    with pytest.raises(NetworkError, match="'flat' depends on itself or on nothing, expected a g"):
        from_json(round_and_round)
    empty = {"class_name": "Sequential", "config": {"name": "mine", "layers": []}}
    with pytest.raises(NetworkError, match="model 'mine' has no layers, expected an input .* Save"):
        from_json(json.dumps(empty))


def test_several_inputs_or_outputs_are_refused() -> None:
    a, b = keras.Input((2, 2, 1)), keras.Input((2, 2, 1))
    model = keras.Model([a, b], keras.layers.Add()([a, b]))
    with pytest.raises(UnsupportedLayerError, match="a model with 2 inputs"):
        from_json(model.to_json())
    with pytest.raises(UnsupportedLayerError, match="a model of class 'MyModel'"):
        from_json('{"class_name": "MyModel", "config": {}}')
