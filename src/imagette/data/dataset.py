"""Images with labels, and the three sides on which they lie."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images.

    Attributes:
        images: uint8 (n, height, width, channels).
        labels: integers (n,), kept as int64: positions in `class_names`.
        class_names: in the order that is stored with every classifier.

    Raises:
        DatasetError: arrays of another type or shape, or that do not match.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.integer[Any]]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.ndim != 4:
            raise DatasetError(
                f"images are {images.dtype} {images.shape}, "
                "expected uint8 (n, height, width, channels)"
            )
        if not np.issubdtype(labels.dtype, np.integer) or labels.shape != images.shape[:1]:
            raise DatasetError(
                f"labels are {labels.dtype} {labels.shape}, "
                f"expected integers ({len(images)},): one for each image"
            )
        outside = (labels < 0) | (labels >= len(self.class_names))
        if outside.any():
            first = int(np.flatnonzero(outside)[0])
            raise DatasetError(
                f"image {first} has the label {labels[first]}, expected 0 to "
                f"{len(self.class_names) - 1}, one of the {len(self.class_names)} classes"
            )
        object.__setattr__(self, "labels", labels.astype(np.int64, copy=False))

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of shapes, pixels, labels and class names, in hexadecimal."""
        digest = hashlib.sha256(repr((self.images.shape, self.class_names)).encode())
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels, "<i8").data)
        return digest.hexdigest()

    def counts(self) -> NDArray[np.int64]:
        """Images of each class."""
        return np.bincount(self.labels, minlength=len(self.class_names))

    def select(self, positions: NDArray[np.int64]) -> "Dataset":
        """The images at `positions`, in that order."""
        return Dataset(self.images[positions], self.labels[positions], self.class_names)


@dataclass(frozen=True, eq=False)
class Splits:
    """Training, validation and test images of one source.

    Attributes:
        name: what the source is called.
        mirror: whether its images mean the same mirrored left to right (garments do, digits
            do not).
        test_duplicates: test images that are also among the training or validation images,
            pixel for pixel; more than 0 only where the source's own test set has such.
    """

    name: str
    train: Dataset
    validation: Dataset
    test: Dataset
    mirror: bool = False
    test_duplicates: int = 0

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.train.class_names

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        return self.train.shape
