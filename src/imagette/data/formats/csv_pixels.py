"""CSV of pixels, as Kaggle has it: a line an image, a label and the pixels, in whatever order.

What was detected is said in the notes of the contents. How columns are told apart is in
`csv_layout.py`, how lines are read in `csv_rows.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.assembly import Part, assembled
from imagette.data.arrays.blocks import Blocks
from imagette.data.cache import key_of
from imagette.data.contents import SIDES, Contents, Side
from imagette.data.formats.csv_layout import CsvLayout, detect
from imagette.data.formats.csv_rows import FractionsError, Rows, read_rows, told
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.errors import SourceError

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


class LineNames(Sequence[str]):
    """Images called by their lines: "line 17"."""

    def __init__(self, lines: NDArray[np.int64]):
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> "LineNames": ...
    def __getitem__(self, index: int | slice) -> "str | LineNames":
        if isinstance(index, slice):
            return LineNames(self._lines[index])
        return f"line {self._lines[index]}"


def read(path: Path, options: DataOptions) -> Contents:
    """Square images, gray or in colour, and their labels if there are any.

    Raises:
        SourceError: damaged, or a line is not as the others, or a field no pixel.
        DatasetError: labels that cannot be such.
    """
    with told(path):
        layout = detect(path, options.groups)
    try:
        rows = list(read_rows(path, layout))
    except FractionsError:
        layout = replace(layout, floats=True)
        rows = list(read_rows(path, layout))
    names = LineNames(np.concatenate([some.lines for some in rows]))
    part = Part(
        Side.ANY,
        _blocks(rows),
        _labels(rows, layout),
        None if layout.groups is None else _texts(rows, layout.groups),
        "in the file",
    )
    key = key_of("csv", identity(path), options.groups)
    contents = assembled([part], str(path), key=key, names=names, class_names=layout.class_names)
    if layout.split is not None:
        sides = _sides(path, _texts(rows, layout.split), names)
        contents = replace(contents, sides=sides)
    size, *others = contents.notes  # the first is on the images' size
    return replace(contents, notes=(f"{layout.note}, {size}", *others))


def _blocks(rows: list[Rows]) -> Blocks:
    shape = (sum(len(some.pixels) for some in rows), *rows[0].pixels.shape[1:])

    def read() -> Iterator[NDArray[Any]]:
        return (some.pixels for some in rows)

    whole = rows[0].pixels if len(rows) == 1 else None
    return Blocks(shape, rows[0].pixels.dtype, read, whole)


def _labels(rows: list[Rows], layout: CsvLayout) -> NDArray[Any] | None:
    """One-hot, whole numbers or texts; None if there are none."""
    if layout.hot:
        return np.concatenate([some.hot for some in rows])
    if not layout.labels:
        return None
    texts = _texts(rows, layout.labels[0])
    if np.char.isdigit(texts).all():
        return texts  # "01" and "1" stay two classes
    try:
        return texts.astype(np.float64)
    except ValueError:
        return texts


def _texts(rows: list[Rows], column: int) -> NDArray[np.bytes_]:
    return np.concatenate([some.texts[column] for some in rows])


def _sides(path: Path, texts: NDArray[np.bytes_], names: Sequence[str]) -> NDArray[np.int8]:
    """What a column says of each image's side."""
    values, positions = np.unique(np.char.lower(texts), return_inverse=True)
    known = [SIDES.get(value.decode("utf-8", "replace")) for value in values.tolist()]
    for number, side in enumerate(known):
        if side is None:
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
