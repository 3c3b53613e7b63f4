"""Dividing images into sides: stratified, seeded, and disjoint also in content.

Exact duplicates always go to one side together. scikit-learn's stratified splits do not
know of duplicates, and its grouped ones are not exact in their shares; the shares here
agree with scikit-learn's where there are no duplicates (`tests/test_splits.py`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.errors import DatasetError
from imagette.randomness import generator


def take_out(dataset: Dataset, share: float, seed: int, what: str) -> tuple[Dataset, Dataset]:
    """Divide `dataset` into the rest and, of each class, a `share` (at least one image).

    `what` names the part that is taken out ("validation"), for its generator and for messages.
    Both parts keep the order of the images.

    Raises:
        DatasetError: a class has too few different images to lie on both sides.
    """
    if not 0 < share < 1:
        raise DatasetError(f"{what} share {share}: expected more than 0 and less than 1")
    group, first = _duplicates(dataset)
    labels = dataset.labels[first]
    random = generator(seed, "split", what)
    chosen = np.zeros(len(first), bool)
    for number, count in enumerate(_shares(labels, len(dataset.class_names), share)):
        members = np.flatnonzero(labels == number)
        if len(members) < 2:
            conflicts = int((labels[group] != dataset.labels).sum())
            raise DatasetError(
                f"class {dataset.class_names[number]!r} has {len(members)} different "
                f"image{'s' * (len(members) != 1)}, expected at least 2, so that one "
                f"can be set aside for {what}. Add images or drop the class"
                + f" ({conflicts} images have the pixels of another class's)"
                * (conflicts > 0)
            )
        chosen[random.permutation(members)[:count]] = True
    taken = chosen[group]
    return dataset.select(np.flatnonzero(~taken)), dataset.select(np.flatnonzero(taken))


def count_duplicates(test: Dataset, *others: Dataset) -> int:
    """How many images of `test` are also in one of `others`, pixel for pixel."""
    contents = {image.tobytes() for other in others for image in other.images}
    return sum(image.tobytes() in contents for image in test.images)


def require_trainable(dataset: Dataset) -> None:
    """Raise DatasetError where there is nothing to tell apart."""
    classes = len(dataset.class_names)
    if classes < 2:
        raise DatasetError(
            f"there is one class only, {', '.join(map(repr, dataset.class_names)) or 'none'}: "
            "expected two or more, to tell apart. Add images of another class"
        )
    if len(dataset) < classes:
        raise DatasetError(
            f"there are {len(dataset)} images for {classes} classes: expected several of each "
            "class. Add images or drop classes"
        )


def _shares(labels: NDArray[np.integer[Any]], classes: int, share: float) -> NDArray[np.int64]:
    """Images to take of each class: its share rounded down, and the largest remainders up."""
    sizes = np.bincount(labels, minlength=classes)
    exact = sizes * share
    counts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = round(float(exact.sum())) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    # At least one on either side; where there are fewer than two, `take_out` refuses.
    return np.clip(counts, 1, np.maximum(sizes - 1, 1))


def _duplicates(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each image the number of its content, and for each content its first image."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    group = np.empty(len(dataset), np.int64)
    for position, image in enumerate(dataset.images):
        content = image.tobytes()
        number = numbers.setdefault(content, len(first))
        if number == len(first):
            first.append(position)
        group[position] = number
    return group, np.array(first, np.int64)
