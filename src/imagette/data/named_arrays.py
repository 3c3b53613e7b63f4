"""Arrays by their names (x_train, y_train, ...) as contents of a source."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.assembly import Part, assembled
from imagette.data.arrays.blocks import Blocks, blocks_of
from imagette.data.arrays.roles import class_names_among, named_splits
from imagette.data.contents import Contents, Split
from imagette.data.names import Names
from imagette.data.progress import DataProgress


def contents_of(
    arrays: Mapping[str, NDArray[Any]], where: str, groups: str | None = None
) -> Contents:
    """Images and labels of a training set and, if there are such, of other splits.

    Raises:
        SourceError: an array is missing.
        DatasetError: an array is of another type or shape.
    """
    return contents_by_name(
        arrays, arrays.__getitem__, lambda name: blocks_of(arrays[name]), where, groups
    )


def contents_by_name(
    names: Iterable[str],
    read: Callable[[str], NDArray[Any]],
    blocks: Callable[[str], Blocks],
    where: str,
    groups: str | None = None,
    key: str | None = None,
    progress: DataProgress | None = None,
) -> Contents:
    """As `contents_of`, for arrays that are read only when their names say what they are.

    `read` gives an array by its name, `blocks` one of images; `key` is that of the cache.
    """
    names = list(names)
    parts = [
        Part(
            arrays.split,
            blocks(arrays.images),
            read(arrays.labels) if arrays.labels else None,
            read(arrays.groups) if arrays.groups else None,
            arrays.labels or "",
        )
        for arrays in named_splits(names, where, groups)
    ]
    named = class_names_among(names)
    class_names = tuple(map(str, np.ravel(read(named)).tolist())) if named else None
    labels = [part.labels for part in parts if part.labels is not None]
    images = sum(each.shape[0] for each in labels if each.ndim)
    if class_names is not None and named == "names" and len(class_names) == images:
        class_names = None  # they may as well be those of the images
    return assembled(parts, where, key=key, class_names=class_names, progress=progress)


def joined_splits(
    images: list[NDArray[np.uint8]],
    labels: NDArray[np.int64],
    class_names: tuple[str, ...],
    splits: list[str],
    mirror: bool = False,
) -> Contents:
    """The images of several splits, with all their labels (n,), as one."""
    counts = {split: len(pictures) for split, pictures in zip(splits, images, strict=True)}
    codes = np.array([Split[split.upper()] for split in splits], np.int8)
    return Contents(
        images=np.concatenate(images),
        labels=labels,
        class_names=class_names,
        names=Names(blocks=counts),
        splits=np.repeat(codes, list(counts.values())),
        mirror=mirror,
    )


def with_channels(images: NDArray[Any]) -> NDArray[Any]:
    """(n, height, width) as (n, height, width, 1)."""
    return images[..., np.newaxis] if images.ndim == 3 else images
