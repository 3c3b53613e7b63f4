"""Arrays in memory as a source: NumPy's, PyTorch's, anything with `__array__`.

And what `open_data` gave, as a whole or one of its splits.
"""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.assembly import Part, assembled
from imagette.data.arrays.blocks import blocks_of
from imagette.data.contents import Contents, Split
from imagette.data.dataset import Dataset, Splits
from imagette.data.named_arrays import contents_of
from imagette.data.opened import opened_contents
from imagette.errors import DatasetError, SourceError

ARRAYS = "arrays"  # what such a source is called in messages, run folders and records
_EXPECTED = (
    "expected (images, labels), ((x_train, y_train), (x_test, y_test)) as Keras's load_data "
    'gives, or {"x_train": ..., "y_train": ...}'
)
_SPLITS = {2: (Split.TRAIN, Split.TEST), 3: (Split.TRAIN, Split.VALIDATION, Split.TEST)}


def is_given(source: object) -> bool:
    """Whether a source is given itself, and not by its name or path."""
    return not isinstance(source, str | PathLike)


def given_contents(
    source: Any, groups: str | None = None, class_names: tuple[str, ...] | None = None
) -> Contents:
    """Images and labels of (images, labels), of pairs of them, of a mapping by names, of `Splits`,
    or of a `Dataset`.

    `class_names` are those that whole numbers of a pair stand for; else each of them is a class.

    Raises:
        SourceError: it is none of these.
        DatasetError: an array is of another type or shape.
    """
    if isinstance(source, Splits | Dataset) and groups is None:
        return opened_contents(source)
    if isinstance(source, Mapping):
        arrays = {str(name): _array(array, str(name)) for name, array in source.items()}
        return contents_of(arrays, ARRAYS, groups)
    if groups is not None:
        raise SourceError(
            f"{ARRAYS} have no names, and groups {groups!r} were asked for: give a mapping, "
            f'{{"x": images, "y": labels, {groups!r}: ...}}'
        )
    if not isinstance(source, tuple | list):
        raise SourceError(f"the source is {_described(source)}, {_EXPECTED}")
    if len(source) in _SPLITS and all(isinstance(pair, tuple) for pair in source):
        splits = zip(_SPLITS[len(source)], source, strict=True)
        parts = [_part(split, pair) for split, pair in splits]
        return assembled(parts, ARRAYS, class_names=class_names)
    return assembled([_part(Split.ANY, source)], ARRAYS, class_names=class_names)


def _part(split: Split, pair: Any) -> Part:
    if len(pair) != 2:
        raise SourceError(f"the source is {len(pair)} arrays, {_EXPECTED}")
    name = "" if split == Split.ANY else f"_{split.name.lower()}"
    images, labels = _array(pair[0], f"x{name}"), _array(pair[1], f"y{name}")
    return Part(split, blocks_of(images), labels, title=f"y{name}")


def _array(value: Any, name: str) -> NDArray[Any]:
    if isinstance(value, np.memmap):  # np.asarray would hide that it is mapped
        return value
    try:
        array: NDArray[Any] = np.asarray(value)
    except Exception as error:  # whatever __array__ raises, and ragged lists
        raise DatasetError(
            f"{name} is {_described(value)} and cannot be taken as an array ({error}). "
            "Give arrays in memory, all images of one size"
        ) from error
    return array


def _described(value: object) -> str:
    return f"of type {type(value).__module__}.{type(value).__qualname__}"
