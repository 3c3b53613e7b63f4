"""Dividing images into splits: stratified, seeded, and disjoint also in content.

Exact duplicates always go to one split together, and so do the images of one group (a
writer, a patient). scikit-learn's stratified splits do not know of duplicates, and its
grouped ones are not exact in their shares; the shares here agree with scikit-learn's where
there are neither (`tests/test_splits.py`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Dataset
from imagette.data.duplicates import content_hashes, joined, numbered
from imagette.errors import DatasetError
from imagette.randomness import generator

Groups = NDArray[np.int64] | None


def torn_groups(groups: NDArray[np.int64], splits: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The groups that lie in more than one split; of each image its group and its split, (n,)."""
    pairs = np.unique(np.stack((groups, splits)), axis=1)[0]
    return np.unique(pairs[1:][pairs[1:] == pairs[:-1]])


def take_out(dataset: Dataset, share: float, seed: int, what: str) -> tuple[Dataset, Dataset]:
    """Divide `dataset` into the rest and, of each class, a `share` (at least one image).

    As `choose`; both parts keep the order of the images.
    """
    taken = choose(
        dataset.labels, dataset.class_names, content_hashes(dataset.images), share, seed, what
    )
    return dataset.select(np.flatnonzero(~taken)), dataset.select(np.flatnonzero(taken))


def choose(
    labels: NDArray[np.integer[Any]],
    class_names: tuple[str, ...],
    contents: NDArray[np.int64],
    share: float,
    seed: int,
    what: str,
    groups: Groups = None,
) -> NDArray[np.bool_]:
    """Which images to take out, bool (n,): a `share` of each class, at least one image.

    `what` names the part that is taken out ("validation"), for its generator and for messages.
    Images of equal `contents` (hashes), and those of one of `groups`, int64 (n,) each, are
    taken together or not at all.

    Raises:
        DatasetError: a class has too few different images, or groups, to lie in both splits.
    """
    if not 0 < share < 1:
        raise DatasetError(f"{what} share {share}: expected more than 0 and less than 1")
    random = generator(seed, "split", what)
    units = numbered(contents)
    if groups is not None:
        return _whole_groups(labels, joined(units, groups), share, random, what)
    _, first = np.unique(units, return_index=True)
    different = labels[first]
    chosen = np.zeros(len(first), bool)
    for number, count in enumerate(_shares(different, len(class_names), share)):
        members = np.flatnonzero(different == number)
        if len(members) < 2:
            conflicts = int((different[units] != labels).sum())
            raise DatasetError(
                f"class {class_names[number]!r} has {len(members)} different "
                f"image{'s' * (len(members) != 1)}, expected at least 2, so that one "
                f"can be set aside for {what}. Add images or drop the class"
                + f" ({conflicts} images have the pixels of another class's)"
                * (conflicts > 0)
            )
        chosen[random.permutation(members)[:count]] = True
    taken: NDArray[np.bool_] = chosen[units]
    return taken


def _whole_groups(
    labels: NDArray[np.integer[Any]],
    units: NDArray[np.int64],
    share: float,
    random: np.random.Generator,
    what: str,
) -> NDArray[np.bool_]:
    """Units in random order, each taken if that brings the classes' counts closer to the share."""
    counts = np.zeros((int(units.max()) + 1, int(labels.max()) + 1))
    np.add.at(counts, (units, labels), 1)
    wanted, taken = counts.sum(axis=0) * share, np.zeros(len(counts), bool)
    missing = wanted.copy()
    for unit in random.permutation(len(counts)):
        after = missing - counts[unit]
        if (after**2).sum() < (missing**2).sum():
            missing, taken[unit] = after, True
    if not taken.any() or taken.all():
        raise DatasetError(
            f"there are {len(counts)} groups, too few or of too different sizes for {share:g} of "
            f"the images to be set aside for {what}. Add groups, or change the share"
        )
    return taken[units]


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
    # At least one on either side; where there are fewer than two, `choose` refuses.
    return np.clip(counts, 1, np.maximum(sizes - 1, 1))
