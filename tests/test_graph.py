"""The network: building, names, shapes, counts, and what it refuses."""

from typing import Any

import numpy as np
import pytest

from imagette.errors import NetworkError
from imagette.network import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    InputLayer,
    Network,
    Rescaling,
    Sequential,
)
from imagette.network.ensemble import ensemble
from imagette.network.naming import snake_case
from imagette.network.summary import summarize


def small() -> Network:
    return Sequential(
        [
            Input((8, 8, 1)),
            Conv2D(2, 3),
            Conv2D(3, 3, name="second"),
            Conv2D(4, 3),
            BatchNormalization(),
            Flatten(),
            Dense(5),
        ]
    )


def test_unnamed_layers_get_keras_names() -> None:
    names = [node.layer.name for node in small().nodes]
    assert names == [
        "input_layer", "conv2d", "second", "conv2d_1", "batch_normalization", "flatten", "dense",
    ]  # fmt: skip


def test_a_name_that_is_taken_is_not_given_again() -> None:
    network = Sequential([Input((8, 8, 1)), Conv2D(2, 1), Conv2D(2, 1, name="conv2d"), Flatten()])
    assert [node.layer.name for node in network.nodes][1:3] == ["conv2d_1", "conv2d"]


def test_snake_case_follows_keras() -> None:
    import keras

    for name in ("Conv2D", "MaxPooling2D", "ReLU", "BatchNormalization", "ZeroPadding2D", "PReLU"):
        assert snake_case(name) == keras.src.utils.naming.to_snake_case(name)


def test_a_shared_layer_has_one_set_of_weights() -> None:
    x = Input((4, 4, 3))
    shared = Conv2D(3, 1)
    network = Network(x, GlobalAveragePooling2D()(Add()(shared(x), shared(shared(x)))))
    assert list(network.weight_specs()) == ["conv2d/kernel", "conv2d/bias"]
    assert network.parameters() == (12, 0)
    assert network.multiply_adds() == 3 * 16 * 9
    assert sum(row.parameters for row in summarize(network).layers) == 12


def test_members_of_an_ensemble_are_told_once() -> None:
    member = small()
    found = summarize(ensemble(member, 3))
    assert [row.members for row in found.layers] == [1, 3, 3, 3, 3, 3, 1, 1]
    assert [row.name for row in found.layers[1:-2]] == [n.layer.name for n in member.nodes[1:-1]]
    alone = summarize(member)
    for row, own in zip(found.layers[1:-2], alone.layers[1:-1], strict=True):
        assert (row.parameters, row.multiply_adds) == (own.parameters, own.multiply_adds)
    assert found.layers[-2].sources == (found.layers[-3].name,)
    assert found.multiply_adds > 2.9 * sum(row.multiply_adds for row in alone.layers[:-1])


def test_layers_that_are_only_called_like_members_are_all_told() -> None:
    layers = [Dense(4, name=name) for name in ("dense", "member2_dense", "member3_dense")]
    found = summarize(Sequential([Input((2, 2, 1)), Flatten(), *layers])).layers[2:]
    assert [row.name for row in found] == ["dense", "member2_dense", "member3_dense"]
    assert [row.members for row in found] == [1, 1, 1]


def test_branches_are_ordered_before_their_join() -> None:
    x = Input((4, 4, 3))
    left, right = Conv2D(2, 1)(x), Conv2D(2, 1)(x)
    network = Network(x, GlobalAveragePooling2D()(Add()([left, right])))
    assert all(i < n for n, node in enumerate(network.nodes) for i in node.inputs)
    assert network.output_shape == (2,)


def test_a_chain_of_thousands_of_layers_is_no_problem() -> None:
    network = Sequential([Input((2, 2, 1)), *(Rescaling(1.0) for _ in range(3000)), Flatten()])
    assert len(network.nodes) == 3002


def test_counts_tell_trainable_from_other_parameters() -> None:
    assert small().parameters() == (
        (9 * 2 + 2) + (9 * 2 * 3 + 3) + (9 * 3 * 4 + 4) + 8 + (16 * 5 + 5),
        8,
    )
    frozen = Sequential([Input((4, 4, 1)), Conv2D(2, 1, trainable=False), Flatten(), Dense(2)])
    assert frozen.parameters() == (66, 4)


def test_map_keeps_names_and_weights() -> None:
    network = small()
    same = network.map(lambda layer, inputs: layer(*inputs))
    assert [node.layer for node in same.nodes] == [node.layer for node in network.nodes]
    assert same.weight_specs() == network.weight_specs()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "has no layers"),
        ([Conv2D(2, 3)], "starts with Conv2D: start with Input"),
        ([Input((8, 8, 1)), Input((8, 8, 1))], "one Input, at its start"),
        ([Input((8, 8, 1)), Conv2D(2, 1, name="a"), Flatten(name="a")], "2 layers are named 'a'"),
        ([Input((8, 8, 1)), Add()], "Add takes two inputs or more, and was given 1"),
    ],
)
def test_sequential_refuses(layers: list[object], message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        Sequential(layers)  # type: ignore[arg-type]


def test_a_network_starts_at_its_input() -> None:
    x, other = Input((4, 4, 1)), Input((4, 4, 1))
    with pytest.raises(NetworkError, match="on no other"):
        Network(x, Add()(x, other))
    with pytest.raises(NetworkError, match="starts at an Input"):
        Network(Conv2D(2, 1)(x), Flatten()(x))
    with pytest.raises(NetworkError, match=r"shape=\(0, 4, 1\)"):
        InputLayer((0, 4, 1))


def test_weights_of_another_network_are_refused() -> None:
    network = small()
    weights = network.initial_weights(0)
    network.check_weights(weights)
    weights["dense/kernel"] = np.zeros((3, 5), np.float32)
    message = r"'dense/kernel': received float32 \(3, 5\), expected float32 \(16, 5\)"
    with pytest.raises(NetworkError, match=message):
        network.check_weights(weights)
    for dtype in (np.float64, np.uint64):
        wider: Any = weights | {"dense/kernel": np.zeros((16, 5), dtype)}
        message = rf"received {np.dtype(dtype)} \(16, 5\), expected float32 \(16, 5\)"
        with pytest.raises(NetworkError, match=message):
            network.check_weights(wider)
    del weights["dense/kernel"]
    with pytest.raises(NetworkError, match="received nothing"):
        network.check_weights(weights)


def test_whether_a_network_gives_probabilities() -> None:
    x = Input((4, 4, 1))
    assert Network(x, Dense(2, activation="softmax")(Flatten()(x))).gives_probabilities
    assert not Network(x, Dense(2)(Flatten()(x))).gives_probabilities
