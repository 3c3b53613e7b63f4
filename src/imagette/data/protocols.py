"""The splits of published texts, as their authors made them.

Honest splits are in `splits.py`; these are for reproducing what was done.
"""

import tempfile
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from imagette.data.dataset import Dataset, Splits
from imagette.data.download import DownloadProgress
from imagette.data.formats import csv_pixels
from imagette.data.sources import open_published_splits

Protocol = Literal["test is validation", "last tenth", "30 % at random"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)


def open_protocol(
    name: str, protocol: Protocol, downloads: DownloadProgress | None = None
) -> Splits:
    """The images of a data set of the catalogue, divided as a text divides them.

    "test is validation": nothing held out, the test images watched. "last tenth": Keras's
    validation_split=0.1. "30 % at random": scikit-learn's train_test_split with test_size=0.3
    and random_state=42, of images that have gone through Kaggle's CSV files.

    Raises:
        SourceError: the data set cannot be found or downloaded.
    """
    train, test, mirror = open_published_splits(name, downloads)
    if protocol == "test is validation":
        return Splits(name, train, test, test, mirror)
    if protocol == "last tenth":
        # As Keras counts: the first part is rounded down.
        first = int(len(train) * (1 - 0.1))
        everything = np.arange(len(train))
        return Splits(
            name, train.select(everything[:first]), train.select(everything[first:]), test, mirror
        )
    train, test = (_through_csv(split) for split in (train, test))
    from sklearn.model_selection import train_test_split

    kept, held_out = train_test_split(np.arange(len(train)), test_size=0.3, random_state=42)
    return Splits(name, train.select(kept), train.select(held_out), test, mirror)


def _through_csv(dataset: Dataset) -> Dataset:
    """The images written as Kaggle's CSV and read back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images.csv"
        csv_pixels.write(path, dataset.images, dataset.labels)
        read = csv_pixels.read_once(path)
    labels = np.array(read.class_names, np.int64)[read.labels]
    return Dataset(read.images, labels, dataset.class_names)
