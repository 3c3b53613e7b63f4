"""The head: found where there is one, and divided without changing an answer."""

import json

import numpy as np
import pytest
import torch
from scipy import special

from imagette.network import (
    Activation,
    Add,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Network,
    Sequential,
    Softmax,
    to_json,
)
from imagette.network.head import head, with_logits_divided
from imagette.network.layer import Layer
from tests.reference import keras_model, lowered, random_weights

ENDS: dict[str, list[Layer]] = {
    "softmax within": [Dense(3, "softmax", name="last")],
    "softmax behind": [Dense(3, name="last"), Softmax()],
    "activation behind": [Dense(3, name="last"), Activation("softmax")],
    "logits": [Dense(3, name="last")],
}


@pytest.mark.parametrize("end", ENDS)
def test_dividing_by_a_temperature_keeps_every_answer(end: str) -> None:
    network = Sequential([Input((4, 4, 1)), Flatten(), Dense(5, "relu"), *ENDS[end]])
    weights = random_weights(network)
    node = head(network)
    assert node is not None
    assert node.layer.name == "last"
    divided = with_logits_divided(network, weights, 0.4)
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 9, (50, 4, 4, 1), np.uint8))
    with torch.inference_mode():
        before, after = (lowered(network, w).logits(images).numpy() for w in (weights, divided))
        np.testing.assert_allclose(after, before / 0.4, rtol=1e-5, atol=1e-4)
        expected = special.softmax(before / 0.4, axis=1)
        if end != "logits":  # Keras's model answers alike
            answers = keras_model(network, divided)(images.float(), training=False).numpy()
            np.testing.assert_allclose(answers, expected, atol=1e-5)
    np.testing.assert_array_equal(after.argmax(1), before.argmax(1))
    untouched = [key for key in weights if not key.startswith("last/")]
    assert all(divided[key] is weights[key] for key in untouched)


def test_other_ends_have_none() -> None:
    x = Input((4, 4, 3))
    shared = Dense(3, name="shared")
    flat = Dense(3)(GlobalAveragePooling2D()(x))
    ends = [
        GlobalAveragePooling2D()(x),
        Dense(3, "sigmoid")(Flatten()(x)),
        Softmax()(Dense(3, "relu")(Flatten()(x))),
        Softmax()(Softmax()(flat)),
        Flatten()(Dense(3)(x)),
        Add()(flat, flat),
        shared(shared(flat)),
    ]
    for end in ends:
        network = Network(x, end)
        assert head(network) is None, json.loads(to_json(network))
