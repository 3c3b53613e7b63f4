"""Members beside one another: the mean of what they give, as PyTorch, Keras and ONNX compute it."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import special

from imagette.errors import NetworkError
from imagette.inference import Classifier
from imagette.network import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Network,
    Rescaling,
    Sequential,
    Softmax,
)
from imagette.network.ensemble import ensemble, ensemble_weights
from imagette.network.head import head
from imagette.network.layer import SymbolicTensor
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from tests.reference import keras_model, keras_output, lowered, random_weights

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 6, 6, 1), np.uint8)


def residual(end: Callable[[SymbolicTensor], SymbolicTensor]) -> Network:
    """A network with a layer that is used twice, and with `end` behind its 4 features."""
    images = Input((6, 6, 1))
    x = Conv2D(4, 3, padding="same", activation="relu")(Rescaling(1 / 255)(images))
    shared = Conv2D(4, 3, padding="same")
    x = Add()([x, BatchNormalization()(shared(shared(x)))])
    return Network(images, end(GlobalAveragePooling2D()(x)))


NETWORKS: dict[str, Network] = {
    "softmax within": residual(Dense(3, "softmax")),
    "softmax behind": residual(lambda x: Softmax()(Dense(3)(x))),
    "activation behind": residual(lambda x: Activation("softmax")(Dense(3)(x))),
    "logits": residual(Dense(3)),
    "without bias": residual(Dense(3, "softmax", use_bias=False)),
    "linear": Sequential([Input((6, 6, 1)), Flatten(), Dense(3, "softmax")]),
    "softmax of a sum": residual(lambda x: Softmax()(Add()([x, Dense(4)(x)]))),
    "logits of a sum": residual(lambda x: Add()([x, Dense(4)(x)])),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_it_gives_the_mean_of_its_members(name: str) -> None:
    network = NETWORKS[name]
    members = [random_weights(network, seed) for seed in range(3)]
    whole, weights = ensemble(network, 3), ensemble_weights(network, members)
    whole.check_weights(weights)
    images = torch.from_numpy(IMAGES)
    with torch.inference_mode():
        logits = [lowered(network, own).logits(images).numpy() for own in members]
        received = lowered(whole, weights).probabilities(images).numpy()
    expected = special.softmax(np.mean(logits, axis=0), axis=1)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    answers = keras_output(keras_model(whole, weights), IMAGES)
    answers = special.softmax(answers, axis=1) if "logits" in name else answers
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    names = tuple(map(str, range(network.output_shape[0])))
    metadata = Metadata(names, (6, 6, 1), {"kind": "resize"}, None, None, {})
    classifier = Classifier(build_model(whole, weights, metadata))
    np.testing.assert_allclose(classifier.probabilities(IMAGES), expected, atol=1e-5)


def test_what_scales_the_pixels_stands_once() -> None:
    network = NETWORKS["softmax within"]
    names = [node.layer.name for node in ensemble(network, 2).nodes]
    assert [name for name in names if not name.startswith("member")] == [
        "input_layer", "rescaling", "concatenate", "dense",
    ]  # fmt: skip
    assert [name for name in names if name.startswith("member2")] == [
        "member2_conv2d", "member2_conv2d_1", "member2_conv2d_1",
        "member2_batch_normalization", "member2_add", "member2_global_average_pooling2d",
    ]  # fmt: skip


def test_it_has_a_head_and_can_be_a_member_itself() -> None:
    network = NETWORKS["softmax within"]
    whole = ensemble(network, 2)
    found = head(whole)
    assert found is not None
    assert found.input_shapes == ((8,),)
    assert ensemble(whole, 3).parameters()[0] == 6 * network.parameters()[0] - 5 * 3


def test_probabilities_of_a_layer_that_is_used_twice_have_no_mean() -> None:
    images = Input((6, 6, 1))
    shared = Dense(36, "softmax", name="last")
    network = Network(images, shared(shared(Flatten()(images))))
    with pytest.raises(NetworkError, match=r"ends in Dense 'last', expected .* used once"):
        ensemble(network, 2)


def test_one_member_is_the_network_itself() -> None:
    network = NETWORKS["logits"]
    weights = random_weights(network)
    assert ensemble(network, 1) is network
    assert ensemble_weights(network, [weights]) == weights
