"""`benchmarks/ideas.py`: that each idea does what its name says."""

from typing import TypeVar

import numpy as np
import pytest
import torch
from benchmarks.ideas import (
    IDEAS,
    Averaged,
    BiasRate,
    Growing,
    Lookahead,
    Plain,
    identities,
    trial,
    whitened,
)

from imagette.data.dataset import Splits
from imagette.recipes import recipe
from tests.conftest import make_splits

Idea = TypeVar("Idea", bound=Plain)

SHAPE = (28, 28, 1)


@pytest.fixture(scope="module")
def large() -> Splits:
    return make_splits(SHAPE)


def begun(kind: type[Idea], splits: Splits, name: str = "standard", **changes: object) -> Idea:
    chosen = recipe(name)
    network = chosen.network(splits.shape, 3)
    settings = chosen.settings.override(**{"precision": "float32", "batch_size": 24} | changes)
    training = kind(network, network.initial_weights(0), splits, settings)
    training.network = network
    return training


def test_whitened_filters_answer_patches_independently(large: Splits) -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (200, 28, 28, 1), dtype=np.uint8)
    images[:, :, 1:] //= 2
    images[:, :, 1:] += images[:, :, :-1] // 2  # neighbours depend on one another
    kernel = random.normal(size=(3, 3, 1, 20)).astype(np.float32)
    found = whitened({"conv/kernel": kernel}, images)["conv/kernel"]
    windows = np.lib.stride_tricks.sliding_window_view(images[..., 0] / 255, (3, 3), (1, 2))
    patches = windows[:, ::2, ::2].reshape(-1, 9)
    answers = np.cov(patches @ found.reshape(9, 20), rowvar=False)
    np.testing.assert_allclose(answers[:9, :9], np.eye(9), atol=0.05)
    np.testing.assert_array_equal(found[..., 9:18], -found[..., :9])
    np.testing.assert_array_equal(found[..., 18:], kernel[..., 18:])


def test_a_kernel_that_begins_as_identity_hands_on_its_input() -> None:
    random = np.random.default_rng(0)
    shapes = {"first/kernel": (3, 3, 1, 4), "second/kernel": (3, 3, 4, 6), "second/bias": (6,)}
    weights = {key: random.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    found = identities(weights, np.zeros((1, 8, 8, 1), np.uint8))
    kernel = torch.from_numpy(found["second/kernel"].transpose(3, 2, 0, 1))
    x = torch.from_numpy(random.normal(size=(1, 4, 8, 8)).astype(np.float32))
    torch.testing.assert_close(torch.conv2d(x, kernel, padding=1)[:, :4], x)
    for key in ("first/kernel", "second/bias"):
        np.testing.assert_array_equal(found[key], weights[key])


def test_biases_move_eight_times_as_far(large: Splits) -> None:
    plain, faster = begun(Plain, large), begun(BiasRate, large)
    start = plain.state.values.clone()
    plain.step()
    faster.step()
    moved, further = plain.state.values - start, faster.state.values - start
    biases = faster.biases
    assert biases.sum() == 32 + 64 + 128
    torch.testing.assert_close(further[biases], 8 * moved[biases])
    torch.testing.assert_close(further[~biases], moved[~biases])


def test_the_mean_of_the_weights_is_what_remains(large: Splits) -> None:
    plain, averaged = (begun(kind, large, epochs=5, minimum_steps=0) for kind in (Plain, Averaged))
    share, mean = 10 / plain.plan.steps, torch.empty(0)
    while not plain.finished:
        plain.step()
        averaged.step()
        mean = mean.lerp(plain.state.values, share) if len(mean) else plain.state.values.clone()
    torch.testing.assert_close(averaged.state.values, mean)


def test_lookahead_goes_back_every_five_steps(large: Splits) -> None:
    plain, behind = begun(Plain, large), begun(Lookahead, large)
    start = plain.state.values.clone()
    for number in range(1, 6):
        plain.step()
        behind.step()
        assert torch.equal(behind.state.values, plain.state.values) == (number < 5)
    share = 5 / plain.plan.steps
    expected = start.lerp(plain.state.values, 1 - 0.95**5 * share**3)
    torch.testing.assert_close(behind.state.values, expected)


def test_growing_batches_use_every_image_once_an_epoch(large: Splits) -> None:
    training = begun(Growing, large, epochs=3, minimum_steps=0)
    sizes, labels = [], []
    for step in range(training.plan.steps):
        training.state.step = step
        _, found = training.batch()
        sizes.append(len(found))
        labels.append(found)
    assert sizes[0] < 15
    assert sizes[-1] > 33
    assert sizes == sorted(sizes)
    counts = torch.bincount(torch.cat(labels))
    assert counts.tolist() == [3 * 32] * 3


@pytest.mark.parametrize("name", [name for name in IDEAS if name != "smaller images at first"])
def test_every_idea_trains(name: str, large: Splits) -> None:
    changes = {"epochs": 2, "batch_size": 24, "minimum_steps": 0}
    found = trial(IDEAS[name], recipe("standard"), large, changes)
    assert 0 <= found.right <= 100
    assert found.log_loss > 0
