"""Models within models, shared layers, frozen layers: read into one graph, computing the same."""

import json
from typing import Any

import keras
import numpy as np
import pytest
import torch

from imagette.errors import NetworkError, UnsupportedLayerError
from imagette.network import from_json, to_json
from imagette.training.step_generator import StepGenerator
from tests.reference import agrees_with_keras, keras_weights, lowered

L = keras.layers


def _block(name: str, kind: str) -> Any:
    """A small model of one convolution, as either kind of model."""
    layers = [keras.Input((8, 8, 2)), L.Conv2D(2, 3, padding="same", name="conv"), L.ReLU()]
    if kind == "sequential":
        return keras.Sequential(layers, name=name)
    x = layers[0]
    return keras.Model(x, layers[2](layers[1](x)), name=name)


@pytest.mark.parametrize("inner", ["sequential", "functional"])
@pytest.mark.parametrize("outer", ["sequential", "functional"])
def test_a_model_within_a_model(inner: str, outer: str) -> None:
    block = _block("block", inner)
    if outer == "sequential":
        model = keras.Sequential([keras.Input((8, 8, 2)), block, L.Flatten(), L.Dense(3)])
    else:
        x = keras.Input((8, 8, 2))
        model = keras.Model(x, L.Dense(3)(L.Flatten()(block(x))))
    network = agrees_with_keras(model)
    assert "block__conv/kernel" in network.weight_specs()
    assert network.input_shape == (8, 8, 2)


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_a_shared_model_has_one_set_of_weights(kind: str) -> None:
    x = keras.Input((8, 8, 2))
    block = _block("block", kind)
    y = L.Add()([block(x), block(block(x))])
    network = agrees_with_keras(keras.Model(x, L.Dense(3, name="head")(L.Flatten()(y))))
    assert set(network.weight_specs()) == {
        "block__conv/kernel",
        "block__conv/bias",
        "head/kernel",
        "head/bias",
    }


def test_models_three_deep_with_the_same_names_inside() -> None:
    inner = [
        keras.Sequential([keras.Input((8, 8, 2)), _block("b", "functional")], name=n) for n in "xy"
    ]
    model = keras.Sequential([keras.Input((8, 8, 2)), *inner, L.Flatten(), L.Dense(3)])
    network = agrees_with_keras(model)
    assert {"x__b__conv/kernel", "y__b__conv/kernel"} < set(network.weight_specs())


def test_a_sequential_that_starts_with_a_model_takes_its_input() -> None:
    model = keras.Sequential([_block("block", "functional"), L.Flatten(), L.Dense(3)])
    document = json.loads(model.to_json())
    document["config"].pop("build_input_shape", None)
    document["config"]["layers"] = [
        entry for entry in document["config"]["layers"] if entry["class_name"] != "InputLayer"
    ]
    assert from_json(json.dumps(document)).input_shape == (8, 8, 2)


def test_what_is_flattened_goes_back_to_keras() -> None:
    x = keras.Input((8, 8, 2))
    block = _block("block", "sequential")
    network = from_json(keras.Model(x, L.Dense(3)(L.Flatten()(block(block(x))))).to_json())
    model = keras.models.model_from_json(to_json(network))
    assert model.count_params() == sum(network.parameters())
    assert to_json(from_json(model.to_json())) == to_json(network)


def test_frozen_layers_and_frozen_models_stay_frozen() -> None:
    block = keras.Sequential(
        [keras.Input((8, 8, 2)), L.Conv2D(2, 3, name="conv"), L.BatchNormalization(name="norm")],
        name="block",
    )
    block.trainable = False
    head = L.Dense(3, trainable=False, name="head", kernel_regularizer="l2")
    free = L.Dense(4, name="free")
    model = keras.Sequential([keras.Input((8, 8, 2)), block, L.Flatten(), free, head])
    network = agrees_with_keras(model)
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert network.parameters() == (trainable, model.count_params() - trainable)
    assert network.penalties() == {}
    frozen = {node.layer.name for node in network.nodes if not node.layer.trainable}
    assert frozen == {"block__conv", "block__norm", "head"}


def test_a_model_that_says_it_is_frozen_freezes_what_is_in_it() -> None:
    document = json.loads(
        keras.Sequential([keras.Input((8, 8, 2)), _block("block", "sequential")]).to_json()
    )
    document["config"]["layers"][1]["config"]["trainable"] = False
    network = from_json(json.dumps(document))
    assert network.parameters()[0] == 0


def test_penalties_are_those_of_keras() -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            L.Conv2D(2, 3, name="first", kernel_regularizer=keras.regularizers.L2(0.003)),
            L.DepthwiseConv2D(3, depthwise_regularizer="l1", bias_regularizer="l2"),
            L.SeparableConv2D(2, 3, pointwise_regularizer=keras.regularizers.L1L2(0.1, 0.2)),
            L.PReLU(alpha_regularizer="l2"),
            L.BatchNormalization(gamma_regularizer="l1", beta_regularizer="l2"),
            L.Flatten(),
            L.Dense(3, kernel_regularizer="l1"),
        ]
    )
    weights = {key: np.asarray(value) + 0.1 for key, value in keras_weights(model).items()}
    network = from_json(model.to_json())
    model.set_weights(list(weights.values()))
    expected = sum(model.losses).detach().item()
    penalties = network.penalties()
    received = sum(
        l1 * np.abs(weights[key]).sum() + l2 * np.square(weights[key]).sum()
        for key, (l1, l2) in penalties.items()
    )
    assert received == pytest.approx(expected, rel=1e-5)
    assert penalties["first/kernel"] == (0.0, 0.003)
    assert len(penalties) == 8
    again = from_json(keras.models.model_from_json(to_json(network)).to_json())
    assert again.penalties() == penalties


@pytest.mark.parametrize("training", [None, False])
def test_a_call_that_fixes_training_is_overruled_as_in_keras(training: bool | None) -> None:
    x = keras.Input((8, 8, 2))
    y = L.BatchNormalization(name="norm")(L.Dropout(0.0)(x), training=training)
    model = keras.Model(x, L.Flatten()(y))
    network = agrees_with_keras(model)
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (4, 8, 8, 2)))
    received = lowered(network, keras_weights(model)).logits(images, StepGenerator(0, 0))
    expected = model(images.float(), training=True)
    torch.testing.assert_close(received, expected, rtol=1e-4, atol=1e-4)


def test_a_call_with_other_arguments_is_refused() -> None:
    x = keras.Input((8, 8, 2))
    document = json.loads(keras.Model(x, L.ReLU(name="act")(x)).to_json())
    document["config"]["layers"][1]["inbound_nodes"][0]["kwargs"] = {"slope": 2}
    with pytest.raises(UnsupportedLayerError, match="layer 'act' is called with slope=2"):
        from_json(json.dumps(document))


def test_sums_of_tensors_are_layers_and_other_operations_are_refused() -> None:
    x = keras.Input((8, 8, 2))
    y = x + L.Conv2D(2, 1)(x)
    agrees_with_keras(keras.Model(x, L.Dense(3)(L.Flatten()(y * y - x))))
    with pytest.raises(UnsupportedLayerError, match="called on 2.0.*Rescaling"):
        from_json(keras.Model(x, x * 2.0).to_json())
    with pytest.raises(UnsupportedLayerError, match="does not have this operation of keras.ops"):
        from_json(keras.Model(x, keras.ops.exp(x)).to_json())


def test_names_that_an_error_gives_lead_to_the_layer() -> None:
    inner = keras.Sequential([keras.Input((8, 8, 2)), L.Conv2D(2, 3, name="conv")], name="inner")
    document = json.loads(keras.Sequential([keras.Input((8, 8, 2)), inner]).to_json())
    inside = document["config"]["layers"][1]["config"]["layers"]
    inside[1]["class_name"] = "Conv3D"
    with pytest.raises(UnsupportedLayerError, match="layer 2 of model 'inner', Conv3D 'conv'"):
        from_json(json.dumps(document))
    inside[1]["class_name"] = "Conv2D"
    inside[1]["config"]["activation"] = "rellu"
    with pytest.raises(NetworkError, match="layer 2 of model 'inner', Conv2D 'conv'.*'rellu'"):
        from_json(json.dumps(document))


@pytest.mark.parametrize("activation", ["swish", "silu", "relu6", "hard_sigmoid", None])
def test_activations_under_all_their_names(activation: str | None) -> None:
    layers = [keras.Input((8, 8, 2)), L.Conv2D(2, 3, activation=activation, use_bias=False)]
    agrees_with_keras(keras.Sequential([*layers, L.Flatten(), L.Dense(3)]))


def test_two_layers_of_one_name_are_refused() -> None:
    document = json.loads(
        keras.Sequential([keras.Input((8, 8, 2)), L.ReLU(name="a"), L.ReLU(name="b")]).to_json()
    )
    document["config"]["layers"][2]["config"]["name"] = "a"
    with pytest.raises(NetworkError, match="two layers have this name, expected one of each. Give"):
        from_json(json.dumps(document))


def test_a_model_of_two_inputs_within_a_model_is_refused() -> None:
    a, b = keras.Input((8, 8, 2)), keras.Input((8, 8, 2))
    two = keras.Model([a, b], L.Add()([a, b]), name="two")
    x = keras.Input((8, 8, 2))
    with pytest.raises(
        UnsupportedLayerError, match="model 'two' has 2 inputs: imagette reads models of one input"
    ):
        from_json(keras.Model(x, two([x, L.ReLU()(x)])).to_json())
