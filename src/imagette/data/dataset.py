"""Images with labels, and the three splits in which they lie."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.names import Names
from imagette.data.selection import Images, select
from imagette.errors import DatasetError
from imagette.numerals import counted

_BATCH = 2**24  # bytes of images that are read at a time


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Labelled images.

    Attributes:
        images: uint8 (n, height, width, channels). Where they are mapped from a file, an
            index, a slice or positions read what they name, and arithmetic reads all.
        labels: integers (n,), kept as int64: positions in `class_names`.
        class_names: in the order that is stored with every classifier.
        names: what each image is called in its source.

    Raises:
        DatasetError: arrays of another type or shape, or that do not match.
    """

    images: Images
    labels: NDArray[np.integer[Any]]
    class_names: tuple[str, ...]
    names: Names = None  # type: ignore[assignment]  # by default their positions

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
        if self.names is None:
            object.__setattr__(self, "names", Names(blocks={"image": len(images)}))
        elif len(self.names) != len(images):
            raise DatasetError(
                f"there are {len(self.names)} names for {len(images)} images: expected one for each"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        """How many images of what, on one line: not a page of pixels in a notebook."""
        return f"<Dataset: {len(self):,} images, {_kind(self)}>"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of shapes, pixels, labels and class names, in hexadecimal."""
        digest = hashlib.sha256(repr((self.images.shape, self.class_names)).encode())
        for batch in self.batches():
            digest.update(np.ascontiguousarray(batch).data)
        digest.update(np.ascontiguousarray(self.labels, "<i8").data)
        return digest.hexdigest()

    def counts(self) -> NDArray[np.int64]:
        """Images of each class, int64 (classes,)."""
        return np.bincount(self.labels, minlength=len(self.class_names))

    def batches(self) -> Iterator[NDArray[np.uint8]]:
        """All images in order, uint8 (some, height, width, channels), at most 16 MB at a time.

        One image at least, however large.
        """
        step = max(1, _BATCH // max(1, int(np.prod(self.shape))))
        return (self.images[start : start + step] for start in range(0, len(self), step))

    def select(self, positions: NDArray[np.int64]) -> "Dataset":
        """The images at `positions`, int64 (n,), in that order; one may come several times.

        Raises:
            IndexError: a position that there is not.
        """
        return Dataset(
            select(self.images, positions),
            self.labels[positions],
            self.class_names,
            self.names.take(positions),
        )


SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False, repr=False)
class Splits:
    """Training, validation and test images of one source.

    Attributes:
        name: what the source is called.
        mirror: whether its images mean the same mirrored left to right (garments do, digits
            do not).
        test_duplicates: test images that are also among the training or validation images,
            pixel for pixel; more than 0 only where the source's own test set has such.
        notes: what was detected or decided on opening, a sentence each, for the user.
    """

    name: str
    train: Dataset
    validation: Dataset
    test: Dataset
    mirror: bool = False
    test_duplicates: int = 0
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        counts = (len(dataset) for dataset in self.named().values())
        train, validation, test = (f"{count:,}" for count in counts)
        images = f"{train} training, {validation} validation and {test} test images"
        return f"<Splits {self.name}: {images}, {_kind(self.train)}>"

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.train.class_names

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        return self.train.shape

    def named(self) -> dict[str, Dataset]:
        """The three, in the order of `SPLITS`."""
        return dict(zip(SPLITS, (self.train, self.validation, self.test), strict=True))


def _kind(dataset: Dataset) -> str:
    """Size and channels of the images, and how many classes, in words."""
    size = "x".join(map(str, dataset.shape))
    return f"{size}, {counted(len(dataset.class_names), 'class', 'classes')}"
