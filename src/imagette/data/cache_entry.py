"""The files of an entry of the cache: contents as raw pixels, .npy and JSON; no pickle."""

import json
import os
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import NO_LABEL, Contents, Skipped, Split
from imagette.data.names import Names

IMAGES = "images.u8"
_INDEX = "index.json"

# What a damaged entry may raise when it is read.
DAMAGES = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError)


def write_entry(folder: Path, contents: Contents) -> None:
    """Write everything but the pixels, which are in `folder` already; and see all onto the disk.

    Raises:
        OSError: there is no room.
    """
    arrays: dict[str, NDArray[Any] | None]
    arrays = {"labels": contents.labels, "splits": contents.splits, "groups": contents.groups}
    for name, array in arrays.items():
        if array is not None:
            with (folder / f"{name}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
                _see_onto_disk(file)
    index = {
        "shape": contents.images.shape,
        "class_names": contents.class_names,
        "names": contents.names.to_json(),
        "grouped": contents.groups is not None,
        "mirror": contents.mirror,
        "notes": contents.notes,
        "skipped": [astuple(skipped) for skipped in contents.skipped],
    }
    with (folder / _INDEX).open("wb") as file:
        file.write(json.dumps(index).encode())
        _see_onto_disk(file)
    with (folder / IMAGES).open("r+b") as file:
        with suppress(OSError):  # Windows shortens no file that is mapped
            file.truncate(contents.images.size)
        _see_onto_disk(file)


def read_entry(folder: Path) -> Contents:
    """The contents in `folder`, their images mapped: writes to them change no file.

    Raises:
        OSError, ValueError, KeyError, TypeError: it is not there, or damaged.
    """
    index = json.loads((folder / _INDEX).read_bytes())
    shape = tuple(map(int, index["shape"]))
    labels = _array(folder, "labels", np.int64, shape[0])
    splits = _array(folder, "splits", np.int8, shape[0])
    groups = _array(folder, "groups", np.int64, shape[0]) if index["grouped"] else None
    names, class_names = Names.from_json(index["names"]), tuple(map(str, index["class_names"]))
    if shape[0]:
        _require(labels.min() >= NO_LABEL and labels.max() < len(class_names))
        _require(min(Split) <= splits.min() and splits.max() <= max(Split))
    _require(len(names) == shape[0])
    return Contents(
        images=_images(folder / IMAGES, shape),
        labels=labels,
        class_names=class_names,
        names=names,
        splits=splits,
        groups=groups,
        mirror=bool(index["mirror"]),
        notes=tuple(map(str, index["notes"])),
        skipped=tuple(Skipped(*map(str, pair)) for pair in index["skipped"]),
    )


def _images(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    if 0 in shape:
        return np.zeros(shape, np.uint8)
    _require(path.stat().st_size >= int(np.prod(shape, dtype=np.int64)))
    # Copy on write: PyTorch wants an array that can be written to, and the file must not change.
    return np.memmap(path, np.uint8, "c", shape=shape)


def _array(folder: Path, name: str, dtype: Any, count: int) -> NDArray[Any]:
    with (folder / f"{name}.npy").open("rb") as file:
        array: NDArray[Any] = np.load(file, allow_pickle=False)
    _require(array.dtype == dtype and array.shape == (count,))
    return array


def _require(sound: "bool | np.bool_") -> None:
    if not sound:
        raise ValueError("the entry is damaged")


def _see_onto_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
