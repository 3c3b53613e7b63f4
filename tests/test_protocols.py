"""The splits of published texts are those that their authors' tools make."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from imagette.data import protocols
from imagette.data.dataset import Dataset, Splits


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> tuple[Dataset, Dataset]:
    """A small data set of 28x28 images in the place of those of the catalogue."""
    random = np.random.default_rng(0)
    names = tuple("0123456789")
    train, test = (
        Dataset(random.integers(0, 256, (n, 28, 28, 1), dtype=np.uint8), np.arange(n) % 10, names)
        for n in (203, 40)
    )
    monkeypatch.setattr(
        protocols, "open_published_splits", lambda name, progress: (train, test, True)
    )
    return train, test


def test_nothing_held_out_and_the_test_images_watched(sides: tuple[Dataset, Dataset]) -> None:
    splits = protocols.open_protocol("mnist", "test is validation")
    assert (splits.train, splits.validation, splits.test) == (sides[0], sides[1], sides[1])


def test_the_last_tenth_as_keras_takes_it(sides: tuple[Dataset, Dataset]) -> None:
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    splits = protocols.open_protocol("mnist", "last tenth")
    train, test = sides
    (expected_train, _), (expected_validation, _) = train_validation_split(
        (train.images, train.labels), validation_split=0.1
    )
    np.testing.assert_array_equal(splits.train.images, expected_train)
    np.testing.assert_array_equal(splits.validation.images, expected_validation)
    assert splits.test is test


def test_thirty_per_cent_at_random_through_csv(sides: tuple[Dataset, Dataset]) -> None:
    splits = protocols.open_protocol("fashion-mnist", "30 % at random")
    train, test = sides
    expected = train_test_split(train.images, train.labels, test_size=0.3, random_state=42)
    kept, held_out = splits.train, splits.validation
    received = (kept.images, held_out.images, kept.labels, held_out.labels)
    for ours, theirs in zip(received, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(splits.test.images, test.images)
    assert splits.test.fingerprint == test.fingerprint


def test_on_real_mnist(mnist: Splits) -> None:
    splits = protocols.open_protocol("mnist", "last tenth")
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (54_000, 6_000, 10_000)
    assert splits.test.fingerprint == mnist.test.fingerprint
