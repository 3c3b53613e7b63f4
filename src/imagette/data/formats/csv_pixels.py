"""CSV of pixels, as Kaggle has it: a line an image, a label and the pixels, in whatever order.

What was detected is said in the notes of the contents. How columns are told apart is in
`csv_layout.py`, how lines are read in `csv_rows.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.assembly import Part, assembled
from imagette.data.arrays.blocks import blocks_of
from imagette.data.cache import Allocate, in_memory, key_of, stored_contents
from imagette.data.contents import SPLIT_NAMES, Contents, Split
from imagette.data.formats.csv_layout import CsvLayout, detect
from imagette.data.formats.csv_rows import FractionsError, Rows, all_rows, told
from imagette.data.names import LineNames
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.data.progress import DataProgress
from imagette.errors import SourceError

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_VERSION = 2  # raise it when the same file reads as other contents: it makes the cache stale
_KEPT = 2**24  # bytes of a file from which on its contents are kept in the cache


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Contents:
    """Square images, gray or in colour, and their labels if there are any.

    A large file is read once, and then mapped from the cache.

    Raises:
        SourceError: damaged, or a line is not as the others, or a field no pixel; or neither
            disk nor memory has room for the images.
        DatasetError: labels that cannot be such.
    """
    with told(path):
        key = key_of("csv", _VERSION, identity(path), options.groups)
        small = path.stat().st_size < _KEPT

    def make(allocate: Allocate) -> Contents:
        return _contents(path, options, allocate, progress or DataProgress())

    return make(in_memory) if small else stored_contents(key, make)


def read_once(path: Path) -> Contents:
    """As `read`, all of it in memory: for a file that will not be opened again."""
    return _contents(path, DataOptions(), in_memory, DataProgress())


def _contents(
    path: Path, options: DataOptions, allocate: Allocate, progress: DataProgress
) -> Contents:
    with told(path):
        layout = detect(path, options.groups)
    try:
        rows = all_rows(path, layout, allocate, progress)
    except FractionsError:
        layout = replace(layout, floats=True)
        rows = all_rows(path, layout, allocate, progress)
    names = LineNames(rows.lines)
    part = Part(
        Split.ANY,
        blocks_of(rows.pixels),
        _labels(rows, layout),
        None if layout.groups is None else rows.texts[layout.groups],
        "in the file",
    )
    contents = assembled(
        [part],
        str(path),
        names=names,
        class_names=layout.class_names,
        allocate=allocate,
        progress=progress,
    )
    if layout.split is not None:
        contents = replace(contents, splits=_splits(path, rows.texts[layout.split], names))
    size, *others = contents.notes  # the first is on the images' size
    return replace(contents, notes=(f"{layout.note}, {size}", *others))


def _labels(rows: Rows, layout: CsvLayout) -> NDArray[Any] | None:
    """One-hot, whole numbers or texts; None if there are none."""
    if layout.hot:
        return rows.hot
    if not layout.labels:
        return None
    texts = rows.texts[layout.labels[0]]
    if np.char.isdigit(texts).all():
        return texts  # "01" and "1" stay two classes
    try:
        return texts.astype(np.float64)
    except ValueError:
        return texts


def _splits(path: Path, texts: NDArray[np.bytes_], names: Sequence[str]) -> NDArray[np.int8]:
    """What a column says of each image's side."""
    values, positions = np.unique(np.char.lower(texts), return_inverse=True)
    known = [SPLIT_NAMES.get(value.decode("utf-8", "replace")) for value in values.tolist()]
    for number, split in enumerate(known):
        if split is None:
            first = int(np.flatnonzero(positions == number)[0])
            raise SourceError(
                f"{path}, {names[first]}: the split is {texts[first].decode(errors='replace')!r}, "
                "expected train, validation or test"
            )
    return np.array(known, np.int8)[positions]


def write(path: Path, images: NDArray[np.uint8], labels: NDArray[np.integer[Any]]) -> None:
    """Write images (n, height, width[, 1]) and labels (n,), so that `read` gives them back."""
    import pyarrow as pa
    from pyarrow import csv

    pixels = images.reshape(len(images), -1)
    columns = {"label": pa.array(labels)}
    columns |= {f"pixel{n + 1}": pa.array(pixels[:, n]) for n in range(pixels.shape[1])}
    with path.open("wb") as file:
        file.write((",".join(columns) + "\n").encode())  # pyarrow would put names into quotes
        csv.write_csv(pa.table(columns), file, csv.WriteOptions(include_header=False))
