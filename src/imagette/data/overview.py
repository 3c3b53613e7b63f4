"""What a divided source looks like in numbers: what is drawn and tabled is computed here."""

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset, Splits
from imagette.randomness import generator

_PIXELS = 2**20  # that are counted at a time


@dataclass(frozen=True, eq=False)
class SplitOverview:
    """One split's images.

    Attributes:
        name: "train", "validation" or "test".
        counts: images of each class, int64 (classes,).
        lowest, highest, mean, deviation: of all its pixels, 0 to 255; None without images.
    """

    name: str
    counts: NDArray[np.int64]
    lowest: int | None
    highest: int | None
    mean: float | None
    deviation: float | None

    @property
    def images(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True, eq=False)
class Overview:
    """A source's classes and its three splits; `shape` is (height, width, channels)."""

    name: str
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    splits: tuple[SplitOverview, ...]
    test_duplicates: int = 0
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, NDArray[np.int64]]:
        """Images of each class, by split."""
        return {split.name: split.counts for split in self.splits}

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "name": self.name,
            "image_shape": list(self.shape),
            "class_names": list(self.class_names),
            "splits": {
                split.name: {
                    "images": split.images,
                    "counts": split.counts.tolist(),
                    "lowest": split.lowest,
                    "highest": split.highest,
                    "mean": split.mean,
                    "standard_deviation": split.deviation,
                }
                for split in self.splits
            },
            "test_duplicates": self.test_duplicates,
            "notes": list(self.notes),
        }


def overview(splits: Splits) -> Overview:
    """Counts and pixels of all three splits; reads every image once."""
    datasets = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    return Overview(
        name=splits.name,
        class_names=splits.class_names,
        shape=splits.shape,
        splits=tuple(_split(name, dataset) for name, dataset in datasets.items()),
        test_duplicates=splits.test_duplicates,
        notes=splits.notes,
    )


def class_means(dataset: Dataset, classes: int | None = None) -> NDArray[np.float64]:
    """The mean image of each of the first `classes`, float64 (classes, height, width, channels).

    That of a class without images is 0 everywhere.
    """
    classes = min(len(dataset.class_names), classes or sys.maxsize)
    sums = np.zeros((classes, *dataset.shape), np.int64)
    start = 0
    for batch in dataset.batches():
        labels = dataset.labels[start : start + len(batch)]
        start += len(batch)
        order = np.argsort(labels, kind="stable")
        order = order[labels[order] < classes]
        if len(order):
            present, first = np.unique(labels[order], return_index=True)
            sums[present] += np.add.reduceat(batch[order], first, axis=0, dtype=np.int64)
    counts = np.maximum(dataset.counts()[:classes], 1)
    means: NDArray[np.float64] = sums / counts[:, None, None, None]
    return means


def drawn(dataset: Dataset, each: int, seed: int, classes: int) -> list[NDArray[np.int64]]:
    """Positions of up to `each` random images of each of the first `classes`."""
    order = np.argsort(dataset.labels, kind="stable")
    bounds = np.searchsorted(dataset.labels[order], np.arange(classes + 1))
    return [
        generator(seed, "samples", number).permutation(order[start:stop])[:each]
        for number, (start, stop) in enumerate(itertools.pairwise(bounds))
    ]


def _split(name: str, dataset: Dataset) -> SplitOverview:
    histogram = np.zeros(256, np.int64)
    for pixels in _pixels(dataset):
        histogram += np.bincount(pixels, minlength=256)
    values, total = np.arange(256), int(histogram.sum())
    if not total:
        return SplitOverview(name, dataset.counts(), None, None, None, None)
    present = np.flatnonzero(histogram)
    mean = float(histogram @ values) / total
    deviation = float(np.sqrt(histogram @ (values - mean) ** 2 / total))
    return SplitOverview(name, dataset.counts(), int(present[0]), int(present[-1]), mean, deviation)


def _pixels(dataset: Dataset) -> Iterator[NDArray[np.uint8]]:
    for batch in dataset.batches():
        flat = batch.reshape(-1)
        yield from (flat[start : start + _PIXELS] for start in range(0, len(flat), _PIXELS))
