"""What a classifier said of each image: enough for every number, and small for many classes.

Knows probabilities and labels; no model, no file and no picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError
from imagette.evaluation.temperature import with_temperature

MOST_CLASSES = 10  # whose probabilities are kept of each image
_BATCH = 2**22  # probabilities that are ranked at a time


@dataclass(frozen=True, eq=False)
class Judgements:
    """The answers of a classifier to n labelled images, in the order of the images.

    Attributes:
        labels: positions of the right classes, int32 (n,).
        classes: the likeliest classes of each image, the likeliest first, int32 (n, k), with k
            the number of classes, at most 10. Of equal ones the first comes first.
        probabilities: theirs, as the classifier gives them, float32 (n, k).
        of_label: the probability of the label, float32 (n,).
        rejected: which images get no answer, bool (n,); None where nothing can be rejected.
        uncalibrated: the largest probability as it was before the temperature, float32 (n,);
            None where none was fitted.
        images: how many were judged; more than n where only the first of them were kept.
    """

    labels: NDArray[np.int32]
    classes: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    of_label: NDArray[np.float32]
    rejected: NDArray[np.bool_] | None
    uncalibrated: NDArray[np.float32] | None
    images: int

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def predictions(self) -> NDArray[np.int32]:
        """The likeliest class of each image (n,)."""
        return self.classes[:, 0]

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of that class (n,)."""
        return self.probabilities[:, 0]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether that class is the label (n,)."""
        return np.asarray(self.predictions == self.labels)

    def first(self, count: int) -> Judgements:
        """Those of the first `count` images; `images` stays."""
        return Judgements(
            self.labels[:count],
            self.classes[:count],
            self.probabilities[:count],
            self.of_label[:count],
            None if self.rejected is None else self.rejected[:count],
            None if self.uncalibrated is None else self.uncalibrated[:count],
            self.images,
        )


def judge(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    *,
    temperature: float | None = None,
    rejected: NDArray[np.bool_] | None = None,
) -> Judgements:
    """What `probabilities` (n, classes) say of images with `labels` (n,).

    `temperature` is the one that is in them already; `rejected` (n,).

    Raises:
        DatasetError: the shapes do not match, a label is none of the classes, or there is nothing
            to judge.
    """
    if probabilities.ndim != 2 or len(probabilities) != len(labels) or not probabilities.size:
        raise DatasetError(
            f"probabilities are {probabilities.shape}, expected ({len(labels)}, classes): a row "
            "for each label, a column for each class, and one of each at least"
        )
    if labels.min() < 0 or labels.max() >= probabilities.shape[1]:
        raise DatasetError(
            f"labels are {labels.min()} to {labels.max()}, expected 0 to "
            f"{probabilities.shape[1] - 1}: positions in the classes"
        )
    exact = probabilities.astype(np.float32, copy=False)
    rows = max(1, _BATCH // exact.shape[1])
    parts = [exact[start : start + rows] for start in range(0, len(exact), rows)]
    classes, best = (np.concatenate(some) for some in zip(*map(_ranked, parts), strict=True))
    uncalibrated = None
    if temperature is not None:  # undoes the division of the logits
        before = [with_temperature(part, 1 / temperature).max(axis=1) for part in parts]
        uncalibrated = np.concatenate(before).astype(np.float32)
    return Judgements(
        labels=labels.astype(np.int32),
        classes=classes,
        probabilities=best,
        of_label=exact[np.arange(len(labels)), labels],
        rejected=rejected,
        uncalibrated=uncalibrated,
        images=len(labels),
    )


def _ranked(
    probabilities: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The likeliest classes of each row and their probabilities, both (n, k)."""
    classes = probabilities.shape[1]
    kept = min(classes, MOST_CLASSES)
    # Bits of floats that are not negative rank as the floats do; below them stands the class,
    # counted from the end, so that no two keys of a row are equal.
    bits = (probabilities + np.float32(0)).view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys = bits | np.arange(classes, dtype=np.uint64)[::-1]
    best = np.sort(np.partition(keys, classes - kept, axis=1)[:, classes - kept :], axis=1)
    best = best[:, ::-1]
    found = classes - 1 - (best & np.uint64(0xFFFFFFFF)).astype(np.int32)
    values = (best >> np.uint64(32)).astype(np.uint32).view(np.float32)
    return found.astype(np.int32), values
