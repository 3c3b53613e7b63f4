"""Dividing images into folds, each to be judged by what was trained on the others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import DatasetError, SettingsError
from imagette.randomness import generator
from imagette.settings import a_number

_MOST = 50


def assign_folds(
    labels: NDArray[np.integer[Any]], units: NDArray[np.int64], folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each image, int64 (n,) from 0 to `folds` - 1: as many of each class in each.

    Images of one of `units`, int64 (n,) counted from 0, come into one fold: duplicates, and
    groups that must stay together. The largest units are placed first, each where images of
    its classes are missing most.

    Raises:
        SettingsError: no number of folds from 2 to 50.
        DatasetError: fewer units than folds.
    """
    if not 2 <= a_number("folds", folds, int) <= _MOST:
        raise SettingsError(f"`folds={folds}`: expected 2 to {_MOST}")
    sizes = np.bincount(units)
    if len(sizes) < folds:
        raise DatasetError(
            f"there are {len(sizes)} different images, or groups, for {folds} folds: expected at "
            "least one for each. Add images, or ask for fewer folds"
        )
    order = generator(seed, "folds").permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    members = np.split(np.argsort(units, kind="stable"), np.cumsum(sizes)[:-1])
    counts = np.zeros((folds, int(labels.max()) + 1))
    totals = np.zeros(folds)
    fold_of = np.empty(len(sizes), np.int64)
    for unit in order:
        present = labels[members[unit]]
        fold = int(np.lexsort((totals, counts[:, present].sum(axis=1)))[0])
        fold_of[unit] = fold
        np.add.at(counts[fold], present, 1)
        totals[fold] += len(present)
    return fold_of[units]
