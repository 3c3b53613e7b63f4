"""What `open_data` gave, as a source once more: its splits stay as they are."""

from typing import cast

import numpy as np

from imagette.data.contents import Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.names import Names
from imagette.data.selection import Images, Selection
from imagette.errors import DatasetError


def opened_contents(source: Splits | Dataset) -> Contents:
    """All images of `Splits`, or those of a `Dataset`, which is yet to be divided.

    Raises:
        DatasetError: splits of other classes, or of images of another shape.
    """
    if isinstance(source, Dataset):
        splits = np.full(len(source), Split.ANY, np.int8)
        images, names = source.images, source.names
        labels = source.labels.astype(np.int64, copy=False)
        return Contents(images, labels, source.class_names, names, splits)
    datasets = source.named()
    for split, dataset in datasets.items():
        if (dataset.class_names, dataset.shape) != (source.class_names, source.shape):
            raise DatasetError(
                f"the {split} images are {dataset.shape} of {len(dataset.class_names)} classes, "
                f"expected {source.shape} and the {len(source.class_names)} classes of the "
                "training images, in their order"
            )
    codes = [Split[split.upper()] for split in datasets]
    return Contents(
        images=_joined([dataset.images for dataset in datasets.values()]),
        labels=np.concatenate([dataset.labels for dataset in datasets.values()]),
        class_names=source.class_names,
        names=Names.joined({split: dataset.names for split, dataset in datasets.items()}),
        splits=np.repeat(np.array(codes, np.int8), list(map(len, datasets.values()))),
        mirror=source.mirror,
        notes=source.notes,
    )


def _joined(parts: list[Images]) -> Images:
    """All images in order; those that one file holds stay there."""
    first: object = parts[0]
    positions = []
    for part in cast(list[object], parts):
        if not isinstance(first, Selection) or not isinstance(part, Selection):
            return np.concatenate(parts)
        if part.stored is not first.stored:
            return np.concatenate(parts)
        positions.append(part.positions)
    return cast(Images, Selection(cast(Selection, first).stored, np.concatenate(positions)))
