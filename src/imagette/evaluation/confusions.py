"""A confusion matrix as people read it: few enough classes, those that are confused together.

Takes counts (classes, classes), a row a label; knows no names and draws nothing.
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
MOST = 20  # classes of a matrix that can still be read
DARKEST = 0.5  # share of a class that is taken for another: its cell has the darkest colour


def most_confused(matrix: Counts, most: int) -> NDArray[np.int64]:
    """Positions of `most` classes: pair by pair, those with the most errors first.

    `matrix` is int64 (classes, classes); the positions are int64 (`most`,), or of all classes if
    there are fewer, and ascend.
    """
    classes = len(matrix)
    if classes <= most:
        return np.arange(classes)
    errors = _between(matrix)
    first, second = np.triu_indices(classes, 1)
    chosen: dict[int, None] = {}
    for pair in np.argsort(-errors[first, second], kind="stable"):
        new = [int(one) for one in (first[pair], second[pair]) if int(one) not in chosen]
        chosen |= dict.fromkeys(new[: most - len(chosen)])
        if len(chosen) == most:
            break
    return np.sort(np.array(list(chosen), np.int64))


def by_confusion(matrix: Counts) -> NDArray[np.int64]:
    """An order of all classes, int64 (classes,), in which confused ones stand side by side.

    It starts with the class with the most errors; each next one is confused the most with the
    one before it or, where it is with none, the one with the most errors of those left.
    """
    errors = _between(matrix)
    totals = errors.sum(axis=1)
    order: list[int] = []
    left = np.ones(len(matrix), bool)
    while left.any():
        near = np.where(left, errors[order[-1]], -1) if order else np.zeros(len(matrix), np.int64)
        best = int(near.argmax()) if near.max() > 0 else int(np.where(left, totals, -1).argmax())
        order.append(best)
        left[best] = False
    return np.array(order, np.int64)


def by_size(matrix: Counts) -> NDArray[np.int64]:
    """An order of all classes, int64 (classes,), those with the most images first."""
    return np.argsort(-matrix.sum(axis=1), kind="stable")


def _between(matrix: Counts) -> Counts:
    """Errors between two classes, either way (classes, classes)."""
    both = matrix + matrix.T
    np.fill_diagonal(both, 0)
    return both
