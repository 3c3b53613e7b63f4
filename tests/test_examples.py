"""Training from a map gives the bits that training from memory gives, and never copies it."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from imagette.data.cache import mapped
from imagette.data.contents import Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.divide import divide
from imagette.data.duplicates import content_hashes
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.selection import Selection
from imagette.jobs.experiment import Experiment
from imagette.network import Conv2D, Dense, Flatten, Input, Network, Rescaling, Sequential
from imagette.settings import Settings
from imagette.training.examples import Examples
from imagette.training.loop import fit
from tests.conftest import make_dataset

CPU = torch.device("cpu")
SETTINGS = Settings(epochs=2, batch_size=16, shift=0.1, mirror="yes")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMAGETTE_CACHE", str(tmp_path / "cache"))


def small_network() -> Network:
    layers = [Rescaling(1 / 255), Conv2D(4, 3, activation="relu"), Flatten()]
    return Sequential([Input((12, 12, 1)), *layers, Dense(3, activation="softmax")])


def as_map(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    key = hashlib.sha256(images.tobytes()).hexdigest()
    return mapped(key, images.shape, lambda array: np.copyto(array, images))


def contents(images: NDArray[np.uint8], dataset: Dataset) -> Contents:
    splits = np.full(len(images), Split.ANY, np.int8)
    names = Names(blocks={"image": len(images)})
    return Contents(images, dataset.labels.astype(np.int64), dataset.class_names, names, splits)


def both() -> tuple[Splits, Splits]:
    """The same images divided in memory, and from a map."""
    dataset = make_dataset(120)
    images: Any = dataset.images
    return (
        divide("x", contents(images, dataset), DataOptions()),
        divide("x", contents(as_map(images), dataset), DataOptions()),
    )


def test_a_map_is_divided_as_an_array_is_without_a_copy() -> None:
    in_memory, from_map = both()
    others = from_map.named()
    for split, one in in_memory.named().items():
        other = others[split]
        assert one.fingerprint == other.fingerprint
        np.testing.assert_array_equal(content_hashes(one.images), content_hashes(other.images))
        images: object = other.images
        assert isinstance(images, Selection)
        assert isinstance(images.stored, np.memmap)


def test_the_same_bits_come_of_a_map_and_of_memory() -> None:
    network = small_network()
    weights = network.initial_weights(0)
    one, other = (fit(network, weights, splits, SETTINGS) for splits in both())
    assert one.weights.keys() == other.weights.keys()
    for name, values in one.weights.items():
        np.testing.assert_array_equal(values, other.weights[name])
    for first, second in zip(one.history, other.history, strict=True):
        assert replace(first, seconds=0, images_per_second=0) == replace(
            second, seconds=0, images_per_second=0
        )


def test_the_same_run_comes_of_a_map_and_of_memory(tmp_path: Path) -> None:
    one, other = (
        Experiment("small", small_network(), splits, SETTINGS, "x").run(tmp_path)
        for splits in both()
    )
    assert (one.test, one.validation) == (other.test, other.validation)
    assert {**one.data} == {**other.data}


@pytest.mark.parametrize("mode", ["c", "r"])
@pytest.mark.parametrize("selected", [True, False])
def test_tensors_of_a_map_are_the_map(mode: Any, selected: bool, tmp_path: Path) -> None:
    images = make_dataset(30).images
    path = tmp_path / "images"
    images.tofile(path)
    array: Any = np.memmap(path, np.uint8, mode, shape=images.shape)
    positions = np.arange(30)[::-2].copy()
    dataset = make_dataset(30)
    given = Dataset(array, dataset.labels, dataset.class_names)
    if selected:
        given = given.select(positions)
    expected = images[positions] if selected else images
    examples = Examples(given, CPU)
    assert examples.stored.data_ptr() == array.ctypes.data
    part, labels = examples.part(3, 9)
    np.testing.assert_array_equal(part.numpy(), expected[3:9])
    np.testing.assert_array_equal(labels.numpy(), given.labels[3:9])
    chosen = torch.tensor([4, 0, 7])
    taken = examples.stored.index_select(0, examples.located(chosen))
    np.testing.assert_array_equal(taken.numpy(), expected[[4, 0, 7]])
