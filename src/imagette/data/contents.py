"""What a source holds, before anything is divided: every reader of a format gives this.

Either `Contents`, images that are arrays already, or a `Listing` of encoded pictures, which
`decoding.py` turns into `Contents`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.duplicates import content_hashes
from imagette.data.names import Names
from imagette.data.selection import Images, select
from imagette.errors import PictureError

_INTEGER = re.compile(r"-?[0-9]{1,18}")  # of up to 64 bits


class Split(IntEnum):
    """Where a source itself puts an image; `ANY` where it does not say."""

    ANY = 0
    TRAIN = 1
    VALIDATION = 2
    TEST = 3


# What people call the splits, in folders, columns and files' names.
SPLIT_NAMES = {
    "train": Split.TRAIN, "training": Split.TRAIN,
    "val": Split.VALIDATION, "valid": Split.VALIDATION, "validation": Split.VALIDATION,
    "dev": Split.VALIDATION,
    "test": Split.TEST, "testing": Split.TEST,
}  # fmt: skip

NO_LABEL = -1


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Contents:
    """Labelled images as a source has them.

    Attributes:
        images: uint8 (n, height, width, channels).
        labels: int64 (n,), positions in `class_names`; NO_LABEL where there is none.
        class_names: in the order in which they are numbered.
        names: what each image is called in the source.
        splits: int8 (n,) of `Split`.
        groups: int64 (n,), or None; images of one group never lie in two splits.
        mirror: whether its images mean the same mirrored left to right.
        notes: what was detected or decided, a sentence each, for the user.
        skipped: what could not be read.
    """

    images: Images
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    names: Names
    splits: NDArray[np.int8]
    groups: NDArray[np.int64] | None = None
    mirror: bool = False
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def hashes(self) -> NDArray[np.int64]:
        """A hash of the pixels of each image, int64 (n,); only for this process."""
        return content_hashes(self.images)

    def labelled(self) -> "Contents":
        """The images that have a label."""
        has_label = self.labels != NO_LABEL
        return self if has_label.all() else self.select(np.flatnonzero(has_label))

    def select(self, positions: NDArray[np.int64]) -> "Contents":
        """The images at `positions`, int64 (n,), in that order, with all that is said of each.

        Raises:
            IndexError: a position that there is not.
        """
        return replace(
            self,
            images=select(self.images, positions),
            labels=self.labels[positions],
            names=self.names.take(positions),
            splits=self.splits[positions],
            groups=None if self.groups is None else self.groups[positions],
        )


Pictures = Iterator[bytes | PictureError]


@dataclass(frozen=True, eq=False)
class Listing:
    """Encoded pictures with what is known of each; nothing is decoded.

    Attributes:
        names: what each picture is called in the source, a path with slashes (n,).
        labels: int64 (n,), positions in `class_names`; NO_LABEL where there is none.
        class_names: in the order in which they are numbered.
        splits: int8 (n,) of `Split`.
        read: gives the bytes of all pictures, in order; for one that cannot be read the
            error. It can be called several times, and reads as it is iterated.
        identity: changes whenever the source does; cheap: paths, sizes, times, not contents.
        groups: texts (n,), or None.
        notes: what was detected or decided, a sentence each, for the user.
    """

    names: Sequence[str]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    splits: NDArray[np.int8]
    read: Callable[[], Pictures]
    identity: str
    groups: Sequence[str] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)


def number_classes(labels: Sequence[Any]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Texts as numbers, and the class names: by value if all are integers, else by letters.

    Of the same class written in two ways ("01" and "1") each is a class of its own.
    """
    texts = list(map(str, labels))
    order = sorted(set(texts), key=natural_order(set(texts)))
    numbers = {name: number for number, name in enumerate(order)}
    return np.array([numbers[text] for text in texts], np.int64), tuple(order)


def natural_order(names: "set[str] | Sequence[str]") -> Callable[[str], Any]:
    """The key by which class names are sorted: as integers when all are, else by letters."""
    if all(_INTEGER.fullmatch(name) for name in names):
        return lambda name: (int(name), name)
    return lambda name: name
