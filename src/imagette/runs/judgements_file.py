"""`judgements.safetensors`: a run's classifier's answers to all validation and test images.

With them, numbers and pictures can be made later without the data. The file is not trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from imagette.evaluation.judgements import MOST_CLASSES, Judgements
from imagette.runs.arrays_file import Arrays, damaged, read_arrays
from imagette.runs.files import write_atomically
from imagette.runs.run import Run

JUDGEMENTS = "judgements.safetensors"
_SPLITS = ("validation", "test")
MOST_IMAGES = 100_000  # of a split: of larger ones only the first are kept
_LARGEST = 64 * 2**20  # bytes of the file at most; two full splits have 20 million
_VERSION = 1
_KINDS = {  # dtype, dimensions
    "labels": (np.int32, 1),
    "classes": (np.int32, 2),
    "probabilities": (np.float32, 2),
    "of_label": (np.float32, 1),
    "rejected": (np.bool_, 1),
    "uncalibrated": (np.float32, 1),
    "images": (np.int64, 1),
}
_OPTIONAL = ("rejected", "uncalibrated")
_REMEDY = "imagette evaluate RUN makes it anew"


def to_bytes(validation: Judgements, test: Judgements) -> bytes:
    """The contents of the file; of each split the first 100,000 images are kept."""
    arrays: Arrays = {"version": np.array([_VERSION])}
    for split, whole in zip(_SPLITS, (validation, test), strict=True):
        kept = whole.first(MOST_IMAGES)
        for name in _KINDS:
            value = getattr(kept, name)
            if value is not None:
                arrays[f"{split}.{name}"] = np.ascontiguousarray(np.atleast_1d(value))
    return bytes(safetensors.numpy.save(arrays))


def write_judgements(folder: Path, validation: Judgements, test: Judgements) -> None:
    """Write the judgements into the run folder `folder`.

    Raises:
        RunError: the file cannot be written.
    """
    write_atomically(folder / JUDGEMENTS, to_bytes(validation, test))


def has_judgements(folder: Path) -> bool:
    """Whether the run folder has the file, even if damaged."""
    return (folder / JUDGEMENTS).is_file()


def read_judgements(folder: Path, classes: int) -> dict[str, Judgements]:
    """The judgements of the splits "validation" and "test" in the run folder `folder`.

    `classes` is the number of classes of the run.

    Raises:
        RunError: the file is missing or damaged.
    """
    path = folder / JUDGEMENTS
    missing = f"{folder} has no {JUDGEMENTS}, which training writes"
    arrays = read_arrays(path, _LARGEST, _REMEDY, f"{missing}. {_REMEDY}")
    try:
        _require_known(arrays)
        return {split: _split(arrays, split, classes) for split in _SPLITS}
    except ValueError as error:
        raise damaged(path, str(error), _REMEDY) from error


def judgements_of(run: Run) -> dict[str, Judgements]:
    """The judgements of a run, checked to be of as many images as it was measured on.

    Raises:
        RunError: the file is missing, damaged, or another run's.
    """
    read = read_judgements(run.path, len(run.data["class_names"]))
    for split, measured in (("validation", run.validation), ("test", run.test)):
        if (images := read[split].images) != measured.images:
            reason = f"{split}.images is {images}, and the run has {measured.images}"
            raise damaged(run.path / JUDGEMENTS, reason, _REMEDY)
    return read


def _require_known(arrays: Arrays) -> None:
    """Raise unless the arrays are of this version and all known; removes the version."""
    version = arrays.pop("version", None)
    if version is None or version.tolist() != [_VERSION]:
        raise ValueError(f"its version is {version}, expected [{_VERSION}]")
    known = {f"{split}.{name}" for split in _SPLITS for name in _KINDS}
    if unknown := sorted(arrays.keys() - known):
        raise ValueError(f"it holds {unknown[0]!r}, which is not expected")


def _split(arrays: Mapping[str, NDArray[Any]], split: str, classes: int) -> Judgements:
    values = {name: _array(arrays, split, name) for name in _KINDS}
    labels, images = values["labels"], values["images"]
    count, kept = len(labels), min(classes, MOST_CLASSES)
    for name, value in values.items():
        expected = (1,) if name == "images" else (count, kept)[: _KINDS[name][1]]
        if value is not None and value.shape != expected:
            raise ValueError(f"{split}.{name} is {value.shape}, expected {expected}")
    for name in ("labels", "classes"):
        if not ((values[name] >= 0) & (values[name] < classes)).all():
            raise ValueError(f"{split}.{name} are not all from 0 to {classes - 1}")
    for name in ("probabilities", "of_label", "uncalibrated"):
        value = values[name]
        if value is not None and not ((value >= 0) & (value <= 1 + 1e-3)).all():
            raise ValueError(f"{split}.{name} are not all from 0 to 1")
    if not 1 <= count <= images[0]:
        raise ValueError(f"{split}.images is {images[0]}, expected {max(count, 1)} or more")
    return Judgements(**values | {"images": int(images[0])})


def _array(arrays: Mapping[str, NDArray[Any]], split: str, name: str) -> Any:
    key = f"{split}.{name}"
    if key not in arrays:
        if name in _OPTIONAL:
            return None
        raise ValueError(f"{key} is missing")
    dtype, dimensions = _KINDS[name]
    array = arrays[key]
    if array.dtype != dtype or array.ndim != dimensions:
        words = f"{array.dtype} of {array.ndim} dimensions"
        raise ValueError(f"{key} is {words}, expected {np.dtype(dtype)} of {dimensions}")
    return array
