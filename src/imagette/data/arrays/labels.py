"""Arrays of labels become positions in class names: whole numbers, texts, one-hot rows."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.class_names import class_name
from imagette.data.contents import natural_order
from imagette.errors import DatasetError


def numbered_labels(
    arrays: Mapping[str, NDArray[Any]], where: str, class_names: tuple[str, ...] | None = None
) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
    """All labels as positions int64 (n,) in class names; these names; and notes.

    Whole numbers are in the order of their values, texts in that of `natural_order`. With
    `class_names`, numbers are positions in those, and texts in their order, if they are among them.

    Raises:
        DatasetError: labels that are neither whole numbers nor texts nor one-hot, or two classes of
            one name.
    """
    notes: list[str] = []
    flat = [_flat(name, array, where, notes) for name, array in arrays.items()]
    if len({labels.dtype.kind for labels in flat}) > 1:
        flat = [labels.astype(str) for labels in flat]
    values, positions = np.unique(np.concatenate(flat), return_inverse=True)
    numbers = positions.astype(np.int64)
    names = None if class_names is None else tuple(map(class_name, class_names))
    if names is not None and values.dtype.kind == "i":
        return values[numbers], _known(values, names, where), tuple(notes)
    stored = [class_name(str(value)) for value in values.tolist()]
    texts = list(dict.fromkeys(stored))
    places = {text: place for place, text in enumerate(texts)}
    numbers = np.array([places[text] for text in stored], np.int64)[numbers]
    if names is not None and set(texts) <= set(names):
        _require_different(names, where)
        return np.array(list(map(names.index, texts)), np.int64)[numbers], names, tuple(notes)
    key = natural_order(texts)
    order = sorted(range(len(texts)), key=lambda position: key(texts[position]))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[numbers], tuple(texts[position] for position in order), tuple(notes)


def _known(values: NDArray[Any], names: tuple[str, ...], where: str) -> tuple[str, ...]:
    _require_different(names, where)
    if len(values) and (values[0] < 0 or values[-1] >= len(names)):
        wrong = values[0] if values[0] < 0 else values[-1]
        raise DatasetError(
            f"{where}: a label is {wrong}, expected 0 to {len(names) - 1}, one of the "
            f"{len(names)} class names"
        )
    return names


def _require_different(names: tuple[str, ...], where: str) -> None:
    name, count = Counter(names).most_common(1)[0] if names else ("", 0)
    if count > 1:
        raise DatasetError(
            f"{where}: {count} classes are called {name!r}, expected names that differ. Rename them"
        )


def _flat(name: str, array: NDArray[Any], where: str, notes: list[str]) -> NDArray[Any]:
    """The labels of one array as int64 or texts (n,)."""
    called = name if name == "labels" else f"labels {name}"
    what = f"{where}: {called} are {array.dtype} {array.shape}"
    if array.ndim == 2 and array.shape[1] > 1:
        notes[:] = [f"labels are one-hot, {array.shape[1]} classes"]
        return _from_one_hot(array, what)
    if array.ndim not in (1, 2) or array.shape[1:] not in ((), (1,)):
        raise DatasetError(f"{what}, expected one for each image: (n,), or one-hot (n, classes)")
    labels = array.ravel()
    if labels.dtype.kind == "O":
        labels = _from_objects(labels, what)
    if labels.dtype.kind == "S":
        labels = _decoded(labels, what)
    if labels.dtype.kind == "f":
        return _from_floats(labels, what, notes)
    if labels.dtype.kind in "bui":
        if labels.size and int(labels.max()) > np.iinfo(np.int64).max:
            raise DatasetError(f"{where}: a label is {labels.max()}, expected at most 2**63 - 1")
        return labels.astype(np.int64)
    if labels.dtype.kind in "UT":
        return labels.astype(str)
    raise DatasetError(f"{what}, expected whole numbers, texts, or one-hot rows of 0 and 1")


def _from_one_hot(array: NDArray[Any], what: str) -> NDArray[np.int64]:
    if array.dtype.kind not in "buif" or not ((array == 0) | (array == 1)).all():
        raise DatasetError(
            f"{what}, expected one for each image: (n,), or one-hot (n, classes) of 0 and 1"
        )
    ones = (array == 1).sum(axis=1)
    if (ones != 1).any():
        first = int(np.flatnonzero(ones != 1)[0])
        raise DatasetError(
            f"{what}, and row {first} has {ones[first]} ones: expected one in each row. "
            "imagette gives every image one class"
        )
    positions: NDArray[np.int64] = np.argmax(array, axis=1)
    return positions


def _from_floats(labels: NDArray[Any], what: str, notes: list[str]) -> NDArray[np.int64]:
    whole = np.isfinite(labels) & (np.abs(labels) < 2**53)
    whole[whole] = labels[whole] == np.rint(labels[whole])
    if not whole.all():
        first = int(np.flatnonzero(~whole)[0])
        raise DatasetError(
            f"{what}, and label {first} is {labels[first]}: expected whole numbers, or texts"
        )
    notes[:] = ["labels are floats, all of them whole numbers"]
    return labels.astype(np.int64)


def _from_objects(labels: NDArray[Any], what: str) -> NDArray[Any]:
    """Texts or whole numbers that stand in an array of Python objects."""
    for position, label in enumerate(labels):
        if not isinstance(label, str | int | np.integer):
            raise DatasetError(
                f"{what}, and label {position} is {type(label).__name__} {str(label)[:40]!r}: "
                "expected a whole number or a text"
            )
    numbers = all(not isinstance(label, str) for label in labels)
    try:
        return labels.astype(np.int64) if numbers else labels.astype(str)
    except OverflowError as error:
        raise DatasetError(f"{what}, and one is beyond 2**63 - 1") from error


def _decoded(labels: NDArray[Any], what: str) -> NDArray[Any]:
    try:
        return np.char.decode(labels, "utf-8")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{what}, and some are not UTF-8: give them as texts") from error
