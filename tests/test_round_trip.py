"""The same images written in each format that holds arrays come back bit for bit."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

import imagette
from imagette.data.contents import Split
from imagette.data.dataset import Dataset
from imagette.data.formats import csv_pixels, idx
from imagette.data.options import DataOptions
from imagette.data.sources import open_contents

Pair = tuple[NDArray[np.uint8], NDArray[np.integer[Any]]]


def made() -> tuple[Pair, Pair]:
    """Images as MNIST's, where MNIST is not to be had."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (700, 28, 28), dtype=np.uint8)
    images[:, :4] = images[:, -4:] = 0
    labels = np.arange(700) % 10
    return (images[:600], labels[:600]), (images[600:], labels[600:])


def of_mnist() -> tuple[Pair, Pair]:
    mnist = imagette.open_data("mnist")
    train, test = (
        (np.asarray(split.images[:count, ..., 0]), split.labels[:count])
        for split, count in ((mnist.train, 600), (mnist.test, 100))
    )
    return train, test


@pytest.fixture(params=["made", "mnist"])
def splits(request: pytest.FixtureRequest) -> tuple[Pair, Pair]:
    if request.param == "mnist":
        request.getfixturevalue("mnist")  # skips without it
        return of_mnist()
    return made()


def write_npz(folder: Path, train: Pair, test: Pair) -> Any:
    arrays = {"x_train": train[0], "y_train": train[1], "x_test": test[0], "y_test": test[1]}
    np.savez_compressed(folder / "a.npz", **arrays)  # type: ignore[arg-type]
    return folder / "a.npz"


def write_npy(folder: Path, train: Pair, test: Pair) -> Any:
    for split, (images, labels) in (("train", train), ("test", test)):
        np.save(folder / f"{split}_images.npy", images)
        np.save(folder / f"{split}_labels.npy", np.eye(10)[labels])
    return folder


def write_idx(folder: Path, train: Pair, test: Pair) -> Any:
    for split, (images, labels) in (("train", train), ("t10k", test)):
        for name, array in (("images-idx3", images), ("labels-idx1", labels.astype(np.uint8))):
            content = gzip.compress(idx.header(array.shape) + array.tobytes())
            (folder / f"emnist-{split}-{name}-ubyte.gz").write_bytes(content)
    return folder / "emnist"


def write_parquet(folder: Path, train: Pair, test: Pair) -> Any:
    for split, (images, labels) in (("train", train), ("test", test)):
        pictures = []
        for image in images:
            file = io.BytesIO()
            Image.fromarray(image).save(file, "PNG")
            pictures.append({"bytes": file.getvalue(), "path": None})
        table = pa.table({"image": pictures, "label": labels})
        pq.write_table(table, folder / f"{split}-00000-of-00001.parquet", row_group_size=100)
    return folder


def give(folder: Path, train: Pair, test: Pair) -> Any:
    (x_train, y_train), (x_test, y_test) = train, test
    return (x_train.reshape(-1, 784) / 255, y_train), (x_test[:, np.newaxis] / 255, y_test)


def fingerprints(source: Any) -> tuple[str, str]:
    contents = open_contents(source, DataOptions())
    dataset = Dataset(contents.images, contents.labels, contents.class_names)
    of_test = contents.splits == Split.TEST
    train, test = (dataset.select(np.flatnonzero(rows)) for rows in (~of_test, of_test))
    return train.fingerprint, test.fingerprint


@pytest.mark.parametrize("write", [write_npz, write_npy, write_idx, write_parquet, give])
def test_the_fingerprints_of_both_splits_are_the_same(
    write: Callable[[Path, Pair, Pair], Any], splits: tuple[Pair, Pair], tmp_path: Path
) -> None:
    assert fingerprints(write(tmp_path, *splits)) == expected(splits)


def test_a_csv_of_each_split_comes_back(splits: tuple[Pair, Pair], tmp_path: Path) -> None:
    for (images, labels), fingerprint in zip(splits, expected(splits), strict=True):
        csv_pixels.write(tmp_path / "a.csv", images, labels)
        assert fingerprints(tmp_path / "a.csv")[0] == fingerprint


def expected(splits: tuple[Pair, Pair]) -> tuple[str, str]:
    names = tuple(map(str, range(10)))
    train, test = (
        Dataset(images[..., np.newaxis], labels, names).fingerprint for images, labels in splits
    )
    return train, test
