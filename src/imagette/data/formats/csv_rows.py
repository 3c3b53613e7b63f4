"""The lines of a CSV of pixels as arrays, a bounded number of bytes at a time; or all of them.

pyarrow reads the numbers; only of a block that it refuses each field is looked at, so that
the message can name line and column.
"""

import csv
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.pixels import ROUNDING
from imagette.data.cache import Allocate
from imagette.data.formats.csv_layout import CsvLayout
from imagette.data.formats.csv_sample import BYTE_ORDER_MARK
from imagette.data.formats.gzipped import opened
from imagette.data.origin import require_readable
from imagette.data.progress import DataProgress
from imagette.errors import SourceError

MAXIMUM_BYTES = 64 * 2**30  # unpacked
_BLOCK = 2**24  # bytes that are read at a time
_PARSED = 2**22  # bytes that one core parses at a time
_LONGEST = 1000  # bytes of a label, a split or a group: all take as much memory as the longest
_EXPLAINED = 2**16  # bytes: a larger block is halved before its fields are looked at


class FractionsError(Exception):
    """Pixels turned out to have fractions where none were expected."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some lines of a file.

    Attributes:
        lines: their numbers in the file, counted from 1, int64 (n,).
        pixels: uint8, or float32 if there are fractions (n, pixels).
        hot: one-hot labels, float32 (n, classes); of no classes if there are none.
        texts: the other columns that are used, by their position: bytes (n,).
    """

    lines: NDArray[np.int64]
    pixels: NDArray[Any]
    hot: NDArray[np.float32]
    texts: dict[int, NDArray[np.bytes_]]


def read_rows(path: Path, layout: CsvLayout) -> Iterator[Rows]:
    """The lines of a file, some at a time.

    Raises:
        SourceError: a line has another number of columns, or a field that is no pixel.
        FractionsError: a pixel has a fraction, and the layout says that none has.
    """
    line = 1
    with told(path):
        for block in _blocks(path):
            content = block.removeprefix(BYTE_ORDER_MARK) if line == 1 else block
            content, first = _without_header(content, layout) if line == 1 else (content, line)
            if content.strip():
                yield _rows(path, layout, content, first)
            line += block.count(b"\n")


def all_rows(path: Path, layout: CsvLayout, allocate: Allocate, progress: DataProgress) -> Rows:
    """All lines of a file, the pixels in an array of `allocate`, as they come.

    Raises:
        SourceError, FractionsError: as `read_rows` does.
    """
    dtype = np.dtype(np.float32 if layout.floats else np.uint8)
    limit = _most_rows(path, layout)
    pixels = allocate((limit, len(layout.pixels) * dtype.itemsize)).view(dtype)
    plain = np.asarray(pixels)  # slices of memory maps are slow
    done, others = 0, []
    with progress.step("reading", limit):
        for rows in read_rows(path, layout):
            plain[done : done + len(rows.lines)] = rows.pixels
            done += len(rows.lines)
            others.append(replace(rows, pixels=rows.pixels[:0].copy()))
            progress.advanced(done)
    return Rows(
        np.concatenate([rows.lines for rows in others]),
        pixels[:done],
        np.concatenate([rows.hot for rows in others]),
        {n: np.concatenate([rows.texts[n] for rows in others]) for n in layout.texts},
    )


def _most_rows(path: Path, layout: CsvLayout) -> int:
    """How many images there are, or more where lines are empty."""
    lines, size = -1 if layout.header else 0, 0
    with told(path):
        for block in _blocks(path):
            lines += block.count(b"\n")
            size += len(block)
    return min(lines, size // (2 * layout.columns) + 1)  # of empty lines there may be many


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what the system or gzip raise into SourceError."""
    try:
        yield
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        require_readable(error, path)
        raise SourceError(f"{path} cannot be read as CSV ({error}). Replace it") from error


def _blocks(path: Path) -> Iterator[bytes]:
    """The file as blocks of whole lines, each of which ends with a line feed."""
    rest, total = b"", 0
    with opened(path) as file:
        while block := file.read(_BLOCK):
            total += len(block)
            if total > MAXIMUM_BYTES:
                raise SourceError(
                    f"{path} has more bytes than {MAXIMUM_BYTES:,}, expected so many at most. "
                    "Keep fewer lines in it"
                )
            block = rest + block
            if b"\n" not in block:
                block = block.replace(b"\r", b"\n")  # as old Macs end lines
            end = block.rfind(b"\n") + 1
            if not end and len(block) > 2 * _BLOCK:
                raise SourceError(
                    f"{path} has a line of more than {2 * _BLOCK:,} bytes, expected an image a "
                    "line, a number a pixel. Write it so"
                )
            rest = block[end:]
            if end:
                yield _with_line_feeds(block[:end])
    if rest:
        yield _with_line_feeds(rest + b"\n")


def _with_line_feeds(block: bytes) -> bytes:
    """Whole lines, each ended by a line feed alone: pyarrow ends one at a lone return, too."""
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_header(block: bytes, layout: CsvLayout) -> tuple[bytes, int]:
    """The block from its first line of data on, and that line's number."""
    line, start = 1, 0
    while layout.header:
        end = block.find(b"\n", start) + 1
        empty = not block[start:end].strip()
        line, start = line + 1, end
        if not empty or not end:
            break
    return block[start:], line


def _rows(path: Path, layout: CsvLayout, block: bytes, first: int) -> Rows:
    import pyarrow as pa
    from pyarrow import csv as arrow

    pixel = pa.float32() if layout.floats else pa.uint8()
    numbers = {str(n): pixel for n in layout.pixels} | {str(n): pa.float32() for n in layout.hot}
    texts = {str(n): pa.binary() for n in layout.texts}
    try:
        table = arrow.read_csv(
            pa.BufferReader(block),
            arrow.ReadOptions(
                column_names=list(map(str, range(layout.columns))), block_size=_PARSED
            ),
            arrow.ParseOptions(delimiter=layout.separator),
            arrow.ConvertOptions(
                column_types=numbers | texts, include_columns=[*numbers, *texts], null_values=[""]
            ),
        )
    except (pa.ArrowException, ValueError) as error:
        raise _told_closer(path, layout, block, first, str(error)) from error
    if any(_longest(table.column(name)) > _LONGEST for name in texts):
        raise _told_closer(path, layout, block, first, "a text is too long")
    values = [_bytes(table.column(name)) for name in texts]
    missing = any(table.column(name).null_count for name in numbers)
    if missing or any((column == b"").any() for column in values):
        raise _told_closer(path, layout, block, first, "a value is missing")
    return Rows(
        _line_numbers(block, first, table.num_rows),
        _matrix(table, layout.pixels, np.float32 if layout.floats else np.uint8),
        _matrix(table, layout.hot, np.float32),
        dict(zip(layout.texts, values, strict=True)),
    )


def _matrix(table: Any, columns: Sequence[int], dtype: Any) -> NDArray[Any]:
    """Columns of a table as an array (n, columns)."""
    matrix = np.empty((table.num_rows, len(columns)), dtype)
    start = 0
    for batch in table.to_batches():
        part = np.empty((len(columns), batch.num_rows), dtype)  # column by column: much faster
        for position, column in enumerate(columns):
            part[position] = batch.column(str(column)).to_numpy(zero_copy_only=False)
        matrix[start : start + batch.num_rows] = part.T
        start += batch.num_rows
    return matrix


def _longest(column: Any) -> int:
    """Bytes of the longest text."""
    import pyarrow.compute as compute

    return compute.max(compute.binary_length(column)).as_py() or 0


def _bytes(column: Any) -> NDArray[np.bytes_]:
    values: NDArray[np.bytes_] = np.array(column.to_pylist(), np.bytes_)
    return np.char.strip(values)


def _line_numbers(block: bytes, first: int, count: int) -> NDArray[np.int64]:
    if block.count(b"\n") == count:
        return np.arange(first, first + count)
    lines = [n for n, line in enumerate(block.split(b"\n")) if line.strip()]
    return np.array(lines[:count], np.int64) + first


def _told_closer(
    path: Path, layout: CsvLayout, block: bytes, first: int, reason: str
) -> SourceError | FractionsError:
    """What is wrong with the block: raised by the half that is, and so on, or explained."""
    middle = block.find(b"\n", len(block) // 2) + 1
    if len(block) > _EXPLAINED and 0 < middle < len(block):
        _rows(path, layout, block[:middle], first)
        _rows(path, layout, block[middle:], first + block.count(b"\n", 0, middle))
    return _explained(path, layout, block, first, reason)


def _explained(
    path: Path, layout: CsvLayout, block: bytes, first: int, reason: str
) -> SourceError | FractionsError:
    """What is wrong with the block: the first line of it that is, and why."""
    text = block.decode("utf-8", "replace").splitlines(keepends=False)
    fraction = False
    for line, row in enumerate(csv.reader(text, delimiter=layout.separator), first):
        if not row:
            continue
        if len(row) != layout.columns:
            return SourceError(
                f"{path} has {len(row)} columns in line {line:,}, expected {layout.columns:,} as "
                "above it. Mend or drop the line"
            )
        for n in (*layout.texts, *layout.hot, *layout.pixels):
            field = row[n].strip()
            if fault := _fault(field, n, layout):
                return SourceError(f"{path}, line {line:,}, column {n + 1:,}{fault}")
            is_pixel = n not in layout.texts and n not in layout.hot
            fraction = fraction or (is_pixel and not field.isdigit())
    if fraction and not layout.floats:
        return FractionsError()
    return SourceError(f"{path} cannot be read as CSV of pixels: {' '.join(reason.split())[:300]}")


def _fault(field: str, column: int, layout: CsvLayout) -> str:
    """What is wrong with the text of a field, to be told after its place; "" if nothing is."""
    if not field:
        return ": a value is missing. Fill it in, or drop the line"
    if column in layout.texts:
        size = len(field.encode())
        too_long = f" has a text of {size:,} bytes, expected at most {_LONGEST:,}"
        return too_long if size > _LONGEST else ""
    try:
        value = float(field)
    except ValueError:
        return f" has {field[:40]!r}, expected a number from 0 to 255"
    if column in layout.hot:
        return ""
    if not math.isfinite(value):
        return f" has {field[:40]!r}, expected a number from 0 to 255"
    if not -ROUNDING <= value <= 255 + ROUNDING:
        return f" has the pixel {field[:40]}, expected 0 to 255"
    return ""
