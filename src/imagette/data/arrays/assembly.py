"""Images and labels of several splits become the contents of one source."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.blocks import Blocks
from imagette.data.arrays.labels import numbered_labels
from imagette.data.arrays.layout import layout_of
from imagette.data.arrays.pixels import pixels
from imagette.data.cache import Allocate, in_memory
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.names import Names
from imagette.data.progress import DataProgress
from imagette.errors import DatasetError


@dataclass(frozen=True, eq=False)
class Part:
    """The arrays of one split.

    Attributes:
        split: ANY where the source does not say; it counts as training beside others.
        images: numbers (n, ...), in any of the layouts that `layout.py` knows.
        labels: (n,) or one-hot (n, classes); None where there are none.
        groups: (n,), equal for images that belong together.
        title: what the labels are called in messages.
    """

    split: Split
    images: Blocks
    labels: NDArray[Any] | None = None
    groups: NDArray[Any] | None = None
    title: str = "y"

    @property
    def name(self) -> str:
        return "image" if self.split == Split.ANY else self.split.name.lower()


def assembled(
    parts: Sequence[Part],
    where: str,
    *,
    key: str | None = None,
    names: Sequence[str] | None = None,
    class_names: tuple[str, ...] | None = None,
    allocate: Allocate = in_memory,
    progress: DataProgress | None = None,
) -> Contents:
    """All images of `parts`, one after another.

    `key` is that of the cache, for images that memory should not hold; `names` are those of
    the images, by default numbers; `class_names` those that numbers as labels stand for;
    `allocate` gives an array for images that must be changed.

    Raises:
        DatasetError: arrays of other types or shapes, or that do not match.
    """
    if len(parts) > 1:
        parts = [replace(part, split=part.split or Split.TRAIN) for part in parts]
    for part in parts:
        _require_match(part, where)
    blocks = {part.name: len(part.images) for part in parts}
    called = Names(blocks=blocks) if names is None else Names(texts=names)
    arrays = {part.name: part.images for part in parts}
    images, image_notes = pixels(arrays, where, called, key, allocate, progress)
    labels = np.full(len(called), NO_LABEL, np.int64)
    classes: tuple[str, ...] = class_names or ()
    label_notes: tuple[str, ...] = ()
    if all(part.labels is not None for part in parts):
        given = {part.title: part.labels for part in parts if part.labels is not None}
        labels, classes, label_notes = numbered_labels(given, where, class_names)
    return Contents(
        images=images,
        labels=labels,
        class_names=classes,
        names=called,
        splits=np.repeat(_codes(parts), list(blocks.values())),
        groups=_numbered_groups(parts),
        notes=(*image_notes, *label_notes),
    )


def _require_match(part: Part, where: str) -> None:
    count = len(part.images)
    if len(part.images.shape) < 2:
        layout_of(part.images, where)  # says what images are
    for what, array in (("labels", part.labels), ("groups", part.groups)):
        if array is not None and array.shape[:1] != (count,):
            called = what if what == part.title else f"{what} {part.title}"
            raise DatasetError(
                f"{where}: {called} are {array.dtype} {array.shape}, expected "
                f"({count},): one for each image"
            )
    if not count:
        raise DatasetError(
            f"{where} has a {part.name} set of 0 images: give it some, or leave it out"
        )


def _codes(parts: Sequence[Part]) -> NDArray[np.int8]:
    """A training set alone is no split: it is yet to be divided."""
    if {part.split for part in parts} <= {Split.ANY, Split.TRAIN}:
        return np.full(len(parts), Split.ANY, np.int8)
    return np.array([part.split for part in parts], np.int8)


def _numbered_groups(parts: Sequence[Part]) -> NDArray[np.int64] | None:
    groups = [part.groups for part in parts if part.groups is not None]
    if len(groups) < len(parts):
        return None
    texts = len({array.dtype.kind for array in groups}) > 1
    flat = [array.astype(str) if texts else array for array in groups]
    return np.unique(np.concatenate(flat), return_inverse=True)[1].astype(np.int64)
