"""CSV of pixels, as Kaggle has it: a header, then a label and the pixels of one image a line."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.errors import SourceError

_LABEL = "label"
MAXIMUM_BYTES = 8 * 2**30


def read(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Square images (n, side, side) and their labels (n,).

    Raises:
        SourceError: no such file, damaged, or not a label and a square number of pixels a line.
    """
    import pyarrow as pa
    from pyarrow import csv

    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise SourceError(f"{path} has more than {MAXIMUM_BYTES} bytes")
        with path.open(encoding="utf-8-sig") as file:
            names = [name.strip('"\r\n ') for name in file.readline().split(",")]
        if names[0] != _LABEL or math.isqrt(len(names) - 1) ** 2 != len(names) - 1 or not names[1:]:
            raise SourceError(
                f"{path} has {len(names)} columns, the first is {names[0][:40]!r}; expected "
                f"{_LABEL!r} and then a square number of pixels"
            )
        types = {name: pa.uint8() for name in names[1:]} | {_LABEL: pa.int64()}
        options = csv.ConvertOptions(column_types=types)
        table = csv.read_csv(path, convert_options=options)
        pixels = np.stack([column.to_numpy() for column in table.columns[1:]], axis=1)
        labels = table.column(0).to_numpy()
    except (OSError, ValueError, pa.ArrowException) as error:
        text = " ".join(str(error).split())[:300]
        raise SourceError(f"{path} cannot be read as CSV of pixels 0 to 255: {text}") from error
    side = math.isqrt(pixels.shape[1])
    if pixels.dtype != np.uint8 or labels.dtype != np.int64:  # a missing value makes floats
        raise SourceError(f"{path} has missing values. Fill them in, or drop their lines")
    return pixels.reshape(-1, side, side), labels


def write(path: Path, images: NDArray[np.uint8], labels: NDArray[np.integer[Any]]) -> None:
    """Write images (n, height, width[, 1]) and labels (n,), so that `read` gives them back."""
    import pyarrow as pa
    from pyarrow import csv

    pixels = images.reshape(len(images), -1)
    columns = {_LABEL: pa.array(labels)}
    columns |= {f"pixel{n + 1}": pa.array(pixels[:, n]) for n in range(pixels.shape[1])}
    with path.open("wb") as file:
        file.write((",".join(columns) + "\n").encode())  # pyarrow would put names into quotes
        csv.write_csv(pa.table(columns), file, csv.WriteOptions(include_header=False))
