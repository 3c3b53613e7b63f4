"""`model.onnx`: its input, its output, its names, and that it agrees with PyTorch."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from imagette.data.dataset import Splits
from imagette.inference.classifier import Classifier
from imagette.network import (
    Add,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Network,
    Sequential,
)
from imagette.recipes import RECIPES, Recipe
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model
from imagette.settings import Settings
from imagette.training.loop import fit
from tests.reference import lowered, random_weights


def metadata(network: Network) -> Metadata:
    names = tuple(map(str, range(network.output_shape[0])))
    height, width, channels = network.input_shape
    return Metadata(names, (height, width, channels), {"kind": "resize"}, None, None, {})


@pytest.mark.parametrize("shape", [(28, 28, 1), (40, 33, 3)])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_recipe_answers_as_pytorch_does(
    recipe: Recipe, mirrored: bool, shape: tuple[int, int, int]
) -> None:
    network = recipe.suited(mirrored).network(shape, 10)
    weights = network.initial_weights(0)
    images = np.random.default_rng(0).integers(0, 256, (7, *shape), dtype=np.uint8)
    answers = Classifier(build_model(network, weights, metadata(network))).probabilities(images)
    expected = lowered(network, weights).probabilities(torch.from_numpy(images)).numpy()
    # Where pixels are not rescaled logits reach a hundred, which float32 rounds by 8e-6; and by as
    # much of itself a probability is off.
    np.testing.assert_allclose(answers, expected, atol=1e-5, rtol=3e-5)
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)


def test_input_output_and_names() -> None:
    network = RECIPES[-1].network((28, 28, 1), 10)
    content = build_model(network, network.initial_weights(0), metadata(network))
    session = onnxruntime.InferenceSession(content)
    (images,), (probabilities,) = session.get_inputs(), session.get_outputs()
    assert (images.name, images.type, images.shape) == (
        "images", "tensor(uint8)", ["batch", 28, 28, 1],
    )  # fmt: skip
    assert (probabilities.name, probabilities.shape) == ("probabilities", ["batch", 10])
    model = onnx.load_from_string(content)
    assert {"conv2d", "conv2d_1", "max_pooling2d", "dense", "dense_1"} <= {
        node.name for node in model.graph.node
    }
    assert {"conv2d/kernel", "dense_1/bias"} <= {value.name for value in model.graph.initializer}
    for batch in (0, 1, 3):
        (answer,) = session.run(None, {"images": np.zeros((batch, 28, 28, 1), np.uint8)})
        assert answer.shape == (batch, 10)


def test_a_shared_layer_is_written_once_and_used_twice() -> None:
    x = Input((4, 4, 3))
    shared = Conv2D(3, 1, name="shared")
    y = Add()(shared(x), shared(shared(x)))
    network = Network(x, Dense(2, "softmax")(GlobalAveragePooling2D()(y)))
    weights = random_weights(network)
    content = build_model(network, weights, metadata(network))
    names = [node.name for node in onnx.load_from_string(content).graph.node]
    assert [name for name in names if name.startswith("shared")] == [
        "shared", "shared_1", "shared_2",
    ]  # fmt: skip
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 3), dtype=np.uint8)
    expected = lowered(network, weights).probabilities(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(Classifier(content).probabilities(images), expected, atol=1e-5)


def test_a_network_that_gives_logits_answers_probabilities() -> None:
    network = Sequential([Input((4, 4, 1)), Flatten(), Dense(3)])
    content = build_model(network, network.initial_weights(0), metadata(network))
    answer = Classifier(content).probabilities(np.full((2, 4, 4, 1), 9, np.uint8))
    np.testing.assert_allclose(answer.sum(1), 1, atol=1e-6)


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_it_agrees_with_pytorch_on_all_mnist_test_images(mnist: Splits, precision: str) -> None:
    sprint = next(recipe for recipe in RECIPES if recipe.name == "sprint")
    network = sprint.network(mnist.shape, 10)
    settings = Settings(epochs=1, batch_size=512, learning_rate=0.005, precision=precision)
    small = Splits("part", mnist.train.select(np.arange(4000)), mnist.validation, mnist.test)
    weights = fit(network, network.initial_weights(0), small, settings).weights
    answers = Classifier(build_model(network, weights, metadata(network))).probabilities(
        mnist.test.images
    )
    expected = lowered(network, weights).probabilities(torch.from_numpy(mnist.test.images)).numpy()
    assert len(answers) == 10_000
    assert np.abs(answers - expected).max() <= 1e-4
    np.testing.assert_array_equal(answers.argmax(1), expected.argmax(1))
