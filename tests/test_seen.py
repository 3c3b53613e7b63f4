"""The batch that is shown is the batch that training gets."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from imagette.network import (
    Conv2D,
    Dense,
    Flatten,
    GaussianNoise,
    GlobalAveragePooling2D,
    Input,
    Network,
    RandomFlip,
    RandomTranslation,
    Rescaling,
    Sequential,
)
from imagette.network.layer import Layer
from imagette.randomness import generator
from imagette.recipes import recipe
from imagette.settings import Settings
from imagette.training.lowered import LoweredNetwork
from imagette.training.seen import Seen, first_batch
from imagette.training.steps import Training
from tests.conftest import make_splits

SPLITS = make_splits((12, 10, 1))
FLOAT = Settings(batch_size=32, precision="float32", device="cpu", seed=5)


def network_of(*layers: Layer) -> Network:
    return Sequential([Input((12, 10, 1)), *layers, Flatten(), Dense(3, activation="softmax")])


def given_to_the_network(
    network: Network, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> NDArray[np.uint8]:
    """The images that a training's first step hands to the forward pass."""
    received: list[torch.Tensor] = []
    logits = LoweredNetwork.logits

    def listening(self: LoweredNetwork, images: torch.Tensor, random: object) -> torch.Tensor:
        received.append(images)
        return logits(self, images, random)  # type: ignore[arg-type]

    monkeypatch.setattr(LoweredNetwork, "logits", listening)
    Training(network, network.initial_weights(settings.seed), SPLITS, settings).step()
    monkeypatch.undo()
    return received[0].numpy()


def test_it_is_small_where_the_first_steps_see_small_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = FLOAT.override(shift=0.2, small_share=0.5)
    for layers in ([Conv2D(3, 3)], [RandomFlip(), Conv2D(3, 3)]):
        network = Sequential([Input((12, 10, 1)), *layers, GlobalAveragePooling2D()])
        seen = first_batch(network, SPLITS, settings)
        assert seen.stored.shape == (32, 12, 10, 1)
        assert seen.shown.shape == (32, 9, 7, 1)
    network = Sequential([Input((12, 10, 1)), Conv2D(3, 3), GlobalAveragePooling2D()])
    seen = first_batch(network, SPLITS, settings)
    assert np.array_equal(seen.shown, given_to_the_network(network, settings, monkeypatch))


@pytest.mark.parametrize("mirror", ["no", "yes"])
def test_it_is_what_the_first_step_gets(mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = FLOAT.override(shift=0.2, mirror=mirror, rotation=0.1, zoom=0.2, erasing=0.5)
    network = network_of(Rescaling(1 / 255))
    seen = first_batch(network, SPLITS, settings)
    assert np.array_equal(seen.shown, given_to_the_network(network, settings, monkeypatch))
    order = generator(5, "order", 0).permutation(len(SPLITS.train))[:32]
    assert np.array_equal(seen.stored, SPLITS.train.images[order])
    assert np.array_equal(seen.labels, SPLITS.train.labels[order])
    assert (seen.stored != seen.shown).any()


def test_without_augmentation_it_is_as_stored() -> None:
    seen = first_batch(network_of(Rescaling(1 / 255)), SPLITS, FLOAT)
    assert np.array_equal(seen.stored, seen.shown)


def flips(seen: Seen) -> list[bool]:
    """Which images are mirrored; asserts that the others are as stored."""
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(seen.shown, seen.stored, strict=True)]
    for image, stored, is_mirrored in zip(seen.shown, seen.stored, mirrored, strict=True):
        assert is_mirrored or np.array_equal(image, stored)
    return mirrored


@pytest.mark.parametrize("scale", [Rescaling(1 / 255), Rescaling(2 / 255, -1.0)])
def test_random_layers_of_the_network_are_seen_in_pixels(scale: Layer) -> None:
    behind = first_batch(network_of(scale, RandomFlip("horizontal")), SPLITS, FLOAT)
    before = first_batch(network_of(RandomFlip("horizontal"), scale), SPLITS, FLOAT)
    assert flips(behind) == flips(before)
    assert 0 < sum(flips(behind)) < 32


def test_noise_and_shifts_of_the_network_are_seen() -> None:
    moved = first_batch(
        network_of(Rescaling(1 / 255), RandomTranslation(0.2, 0.2), GaussianNoise(0.1)),
        SPLITS,
        FLOAT,
    )
    assert moved.shown.dtype == np.uint8
    difference = moved.shown.astype(int) - moved.stored
    assert (difference.reshape(32, -1).std(axis=1) > 5).all()


def test_random_layers_after_a_weighing_one_are_not_of_the_image() -> None:
    late = network_of(Rescaling(1 / 255), Conv2D(1, 3, padding="same"), RandomFlip("horizontal"))
    seen = first_batch(late, SPLITS, FLOAT)
    assert np.array_equal(seen.stored, seen.shown)


def test_a_recipe_as_it_is() -> None:
    standard = recipe("standard")
    network = standard.network(SPLITS.shape, 3)
    seen = first_batch(network, SPLITS, standard.settings)
    assert len(seen.shown) == len(SPLITS.train)  # fewer than a batch
    assert np.array_equal(seen.stored, seen.shown)  # noise has no border to shift into
    seen = first_batch(network, SPLITS, standard.settings.override(shift_within_border=False))
    assert (seen.stored != seen.shown).any()
