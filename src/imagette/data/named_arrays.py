"""Arrays by Keras's names (x_train, y_train, x_test, y_test) as contents of a source."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import Contents, Side
from imagette.data.names import Names
from imagette.errors import DatasetError, SourceError

NAMES = ("x_train", "y_train", "x_test", "y_test")


def contents_of(arrays: Mapping[str, NDArray[Any]], where: str) -> Contents:
    """Images and labels of a training and, if there is one, a test set.

    Raises:
        SourceError: an array is missing.
        DatasetError: an array is of another type or shape.
    """
    if "x_train" not in arrays or "y_train" not in arrays:
        raise SourceError(
            f"{where} has no arrays x_train and y_train. Name them so, and x_test and y_test "
            "if there is a test set"
        )
    if ("x_test" in arrays) != ("y_test" in arrays):
        raise SourceError(f"{where} has one of x_test and y_test: give both, or neither")
    sides = [side for side in ("train", "test") if f"x_{side}" in arrays]
    labels = [_labels(arrays[f"y_{side}"], where) for side in sides]
    images = [_images(arrays[f"x_{side}"], where) for side in sides]
    for side, pictures, numbers in zip(sides, images, labels, strict=True):
        if len(pictures) != len(numbers):
            raise DatasetError(
                f"{where}: labels y_{side} are {numbers.dtype} {numbers.shape}, "
                f"expected integers ({len(pictures)},): one for each image"
            )
        if not len(pictures):
            raise DatasetError(
                f"{where} has a {side} set of 0 images: give it some, or leave it out"
            )
        if pictures.shape[1:] != images[0].shape[1:]:
            raise DatasetError(
                f"{where}: {side} images are {pictures.shape[1:]}, expected "
                f"{images[0].shape[1:]} as in training"
            )
    values, numbers = np.unique(np.concatenate(labels), return_inverse=True)
    return by_side(images, numbers.astype(np.int64), tuple(map(str, values.tolist())), sides)


def by_side(
    images: list[NDArray[np.uint8]],
    labels: NDArray[np.int64],
    class_names: tuple[str, ...],
    sides: list[str],
    mirror: bool = False,
) -> Contents:
    """The images of several sides, with all their labels (n,), as one."""
    counts = {side: len(pictures) for side, pictures in zip(sides, images, strict=True)}
    return Contents(
        images=images[0] if len(images) == 1 else np.concatenate(images),
        labels=labels,
        class_names=class_names,
        names=Names(blocks=counts),
        sides=np.repeat(_codes(sides), list(counts.values())),
        mirror=mirror,
    )


def _codes(sides: list[str]) -> NDArray[np.int8]:
    """A training set alone is no side: it is yet to be divided."""
    if sides == ["train"]:
        return np.array([Side.ANY], np.int8)
    return np.array([Side[side.upper()] for side in sides], np.int8)


def with_channels(images: NDArray[Any]) -> NDArray[Any]:
    """(n, height, width) as (n, height, width, 1)."""
    return images[..., np.newaxis] if images.ndim == 3 else images


def _labels(array: NDArray[Any], where: str) -> NDArray[np.int64]:
    column = array.shape[1:] in ((), (1,))
    if not np.issubdtype(array.dtype, np.integer) or not array.ndim or not column:
        raise DatasetError(
            f"{where}: labels are {array.dtype} {array.shape}, expected integers (n,)"
        )
    if array.size and array.max() > np.iinfo(np.int64).max:
        raise DatasetError(f"{where}: a label is {array.max()}, expected at most 2**63 - 1")
    return array.ravel().astype(np.int64)


def _images(images: NDArray[Any], where: str) -> NDArray[np.uint8]:
    """With their channels; raises DatasetError for other arrays."""
    shaped = with_channels(images)
    if images.dtype != np.uint8 or shaped.ndim != 4 or shaped.shape[3] not in (1, 3):
        raise DatasetError(
            f"{where}: images are {images.dtype} {images.shape}, expected uint8 (n, height, width) "
            "or (n, height, width, 1 or 3). Numbers from 0 to 1: multiply by 255, .astype(np.uint8)"
        )
    if not all(shaped.shape[1:]):
        raise DatasetError(f"{where}: images are {images.shape}: they have no pixels")
    return shaped
