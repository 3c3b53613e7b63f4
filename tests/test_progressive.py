"""Smaller images in the first steps of a training."""

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from imagette.data.dataset import Dataset
from imagette.errors import NetworkError, ShapeError
from imagette.network import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Network,
    ReLU,
    Rescaling,
    Sequential,
)
from imagette.settings import Settings
from imagette.training import progressive
from imagette.training.lowered import LoweredNetwork
from imagette.training.steps import Training
from tests.conftest import make_splits

SHAPE = (14, 21, 1)
# 8 steps. By SGD, since Adam's first steps hang on the sign of the smallest gradient.
SETTINGS = Settings(
    epochs=2, batch_size=24, optimizer="sgd", learning_rate=0.1, precision="float32"
)


def averaging(shape: tuple[int, int, int] = SHAPE) -> Network:
    """A network whose weights do not depend on the size of its images."""
    return Sequential(
        [
            *(Input(shape), Rescaling(1 / 255)),
            *(Conv2D(8, 3, padding="same"), BatchNormalization(), ReLU()),
            *(GlobalAveragePooling2D(), Dense(3, activation="softmax")),
        ]
    )


def start(network: Network, splits: Any, **changes: Any) -> Training:
    return Training(network, network.initial_weights(0), splits, SETTINGS.override(**changes))


def shrink(images: np.ndarray) -> np.ndarray:
    """Images (n, 14, 21, 1) of 10x15, as a training shrinks them."""
    lowered = LoweredNetwork(
        averaging(), averaging().initial_weights(0), torch.device("cpu"), torch.float32
    )
    small = progressive.Small(lowered, SHAPE, Settings(small_share=0.5))
    return small.shrunk(torch.from_numpy(np.array(images))).numpy()


def test_early_steps_are_those_of_smaller_images_and_late_ones_those_of_whole() -> None:
    splits = make_splits(SHAPE)
    train = splits.train
    halved = dataclasses.replace(
        splits, train=Dataset(shrink(train.images), train.labels, train.class_names)
    )
    training, whole = start(averaging(), splits, small_share=0.5), start(averaging(), splits)
    smaller = start(averaging((10, 15, 1)), halved)
    assert training.plan.steps == 8
    for step in range(8):
        same = smaller if step < 4 else whole
        same.resume(copy.deepcopy(training.state))
        training.step()
        same.step()
        torch.testing.assert_close(training.state.values, same.state.values, atol=1e-6, rtol=0)
        for key, statistics in training.state.statistics.items():
            torch.testing.assert_close(statistics, same.state.statistics[key], atol=1e-6, rtol=0)


def test_images_are_shrunk_as_pillow_shrinks_them() -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), dtype=np.uint8)
    bilinear = Image.Resampling.BILINEAR
    pictures = [Image.fromarray(image[:, :, 0]).resize((15, 10), bilinear) for image in images]
    expected = np.stack([np.asarray(picture) for picture in pictures])
    found = shrink(images)
    assert found.dtype == np.uint8
    # Pillow rounds twice, once in each direction.
    np.testing.assert_allclose(found[..., 0].astype(float), expected, atol=1)


@pytest.mark.parametrize("stop", [2, 4, 6])
def test_a_training_resumed_after_any_step_goes_on_to_the_same_bits(stop: int) -> None:
    splits = make_splits(SHAPE)
    changes: dict[str, Any] = {"small_share": 0.5, "shift": 0.1, "frozen_share": 0.3}
    straight, resumed = (start(averaging(), splits, **changes) for _ in range(2))
    for step in range(8):
        if step == stop:
            resumed.resume(copy.deepcopy(straight.state))
        straight.step()
    while not resumed.finished:
        resumed.step()
    expected = straight.lowered.parameters.to_keras()
    for key, array in resumed.lowered.parameters.to_keras().items():
        np.testing.assert_array_equal(array, expected[key], err_msg=key)


def test_what_depends_on_the_size_of_its_images_is_told() -> None:
    network = Sequential([Input((14, 14, 1)), Flatten(), Dense(3, activation="softmax")])
    splits = make_splits((14, 14, 1))
    expected = (
        r"`small_share=0.2`: expected a network whose weights and output do not depend on the size "
        r"of its images, but weight 'dense/kernel' has the shape \(196, 3\) for images "
        r"\(14, 14, 1\), and \(100, 3\) for \(10, 10, 1\). End it with GlobalAveragePooling2D, or "
        r"leave `small_share` out"
    )
    with pytest.raises(NetworkError, match=expected):
        start(network, splits, small_share=0.2)
    start(network, splits, small_share=0.0).step()


def test_a_network_has_the_same_weights_for_images_of_another_size() -> None:
    network = averaging()
    smaller = network.resized((10, 15, 1))
    assert smaller.input_shape == (10, 15, 1)
    assert smaller.name == network.name
    weights = network.initial_weights(3)
    smaller.check_weights(weights)
    assert [n.layer.name for n in smaller.nodes] == [n.layer.name for n in network.nodes]
    with pytest.raises(ShapeError, match=r"weight 'conv2d/kernel' has the shape \(3, 3, 1, 8\)"):
        network.resized((14, 21, 3))
    few = Sequential(
        [Input((21, 21, 1)), Conv2D(1, 3, padding="same"), AveragePooling2D((7, 15)), Flatten()]
    )
    with pytest.raises(ShapeError, match=r"its output has the shape \(3,\) for images .*\(2,\)"):
        few.resized((15, 15, 1))
    valid = Sequential([Input((9, 9, 1)), Conv2D(2, 7), GlobalAveragePooling2D(), Dense(3)])
    with pytest.raises(ShapeError):
        valid.resized((6, 6, 1))
