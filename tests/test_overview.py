"""What is computed of a source before it is drawn, against plain NumPy."""

from pathlib import Path

import numpy as np

from imagette.data.dataset import Dataset, Splits
from imagette.data.overview import class_means, drawn, overview
from imagette.data.selection import select
from tests.conftest import make_dataset, make_splits


def mapped(dataset: Dataset, path: Path) -> Dataset:
    """The same images, mapped from a file."""
    np.save(path, dataset.images)
    stored = np.load(path, mmap_mode="r")
    return Dataset(select(stored, np.arange(len(dataset))), dataset.labels, dataset.class_names)


def test_counts_and_pixels_of_each_split() -> None:
    splits = make_splits((9, 7, 3), classes=4)
    numbers = overview(splits)
    assert (numbers.name, numbers.shape) == ("corners", (9, 7, 3))
    assert [split.name for split in numbers.splits] == ["train", "validation", "test"]
    for split, dataset in zip(
        numbers.splits, (splits.train, splits.validation, splits.test), strict=True
    ):
        assert split.images == len(dataset)
        assert split.counts.tolist() == [(dataset.labels == label).sum() for label in range(4)]
        assert (split.lowest, split.highest) == (dataset.images.min(), dataset.images.max())
        assert split.mean is not None
        assert split.deviation is not None
        assert abs(split.mean - dataset.images.mean()) < 1e-9
        assert abs(split.deviation - dataset.images.std()) < 1e-9
    assert numbers.counts["test"].tolist() == splits.test.counts().tolist()


def test_a_split_without_images_has_no_pixels() -> None:
    splits = make_splits()
    empty = splits.test.select(np.array([], np.int64))
    split = overview(Splits("half", splits.train, splits.validation, empty)).splits[2]
    assert split.images == 0
    assert (split.lowest, split.highest, split.mean, split.deviation) == (None,) * 4


def test_class_means_against_a_loop(tmp_path: Path) -> None:
    dataset = make_dataset(50, (6, 5, 3), classes=3)
    dataset = Dataset(dataset.images, dataset.labels, (*dataset.class_names, "nobody"))
    means = class_means(dataset)
    assert means.shape == (4, 6, 5, 3)
    for label in range(3):
        expected = dataset.images[dataset.labels == label].astype(np.float64).mean(axis=0)
        assert np.allclose(means[label], expected, rtol=0, atol=1e-9)
    assert not means[3].any()
    assert np.array_equal(class_means(dataset, 2), means[:2])
    assert np.array_equal(class_means(dataset, 9), means)
    assert np.array_equal(class_means(mapped(dataset, tmp_path / "images.npy")), means)


def test_class_means_over_several_batches() -> None:
    """Images of a million pixels are read sixteen at a time."""
    images = np.zeros((19, 1024, 1024, 1), np.uint8)
    images += np.arange(19, dtype=np.uint8)[:, None, None, None]
    means = class_means(Dataset(images, np.arange(19) % 2, ("even", "odd")))
    assert (means == 9).all()


def test_samples_are_of_their_class_different_and_seeded() -> None:
    dataset = make_dataset(40, classes=3)
    dataset = Dataset(dataset.images, dataset.labels, (*dataset.class_names, "nobody"))
    positions = drawn(dataset, 5, seed=1, classes=4)
    assert [len(chosen) for chosen in positions] == [5, 5, 5, 0]
    for label, chosen in enumerate(positions):
        assert (dataset.labels[chosen] == label).all()
        assert len(set(chosen.tolist())) == len(chosen)
    again, other = drawn(dataset, 5, 1, 4), drawn(dataset, 5, 2, 4)
    assert [a.tolist() for a in again] == [p.tolist() for p in positions]
    assert [a.tolist() for a in other] != [p.tolist() for p in positions]
    assert sorted(drawn(dataset, 100, 1, 2)[1].tolist()) == list(range(1, 40, 3))
