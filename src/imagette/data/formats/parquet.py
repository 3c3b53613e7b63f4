"""Parquet of encoded pictures, as Hugging Face writes them: an image and a label column.

A file, or a folder of shards. Nothing is decoded here. What the columns are is told in
`parquet_columns.py`.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.contents import SPLIT_NAMES, Listing, Pictures, Split
from imagette.data.formats.parquet_columns import Columns, columns_of, labels_in, texts_in
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.origin import identity
from imagette.data.progress import DataProgress
from imagette.errors import PictureError, SourceError

_LOOKED_AT = 100  # entries of a folder, to see whether it holds shards: they hold little else
_PICTURES = 64  # that are read at a time
_BUFFER = 2**20  # bytes of a column that are read at a time
_MAXIMUM_ROWS = 50_000_000
_SHARD = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.parquet", re.DOTALL)  # as Hugging Face calls them


def is_folder_of_shards(path: Path) -> bool:
    """Whether a folder holds .parquet files among the first, at most two folders below.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return path.is_dir() and any(_shard_names(os.fspath(path), "", 3, _LOOKED_AT))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Listing:
    """The pictures of a file, or of the shards in a folder, whose names say their splits.

    Raises:
        SourceError: damaged, incomplete, or without an image column, or that of the groups.
        DatasetError: labels that cannot be such.
    """
    shards = {path.name: path} if path.is_file() else _shards(path)
    _require_one_set(list(shards), path)
    first = next(iter(shards.values()))
    with _told(first), _opened(first) as file:
        columns = columns_of(file.schema_arrow, str(path), options.groups)
    tables = [_table(shard, columns) for shard in shards.values()]
    labels, class_names, note = labels_in(tables, columns, str(path))
    counts = [table.num_rows for table in tables]
    return Listing(
        names=Names(blocks=dict(zip(shards, counts, strict=True))),
        labels=labels,
        class_names=class_names,
        splits=_splits(path, list(shards), counts, tables, columns),
        read=lambda: _pictures(shards, columns),
        identity=_identity(shards, columns),
        groups=texts_in(tables, columns.groups, str(path)) if columns.groups else None,
        notes=(f"pictures in the column {columns.image!r}, {note}",),
    )


def _shards(folder: Path) -> dict[str, Path]:
    """The .parquet files of a folder by their paths in it, but for hidden ones."""
    try:
        names = sorted(_shard_names(os.fspath(folder), "", 3))
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}") from error
    return {name: folder / name for name in names}


def _shard_names(
    folder: str, prefix: str, depth: int, entries_each: int | None = None
) -> Iterator[str]:
    """Paths of .parquet files, `depth` folders deep at most, among so many entries of each."""
    with os.scandir(folder) as entries:
        for entry in islice(entries, entries_each):
            name = entry.name
            if name.endswith(".parquet"):
                if name[0] != "." and entry.is_file():
                    yield prefix + name
            elif depth > 1 and name[0] != ".":
                with suppress(OSError):  # a link that leads to itself, a folder of somebody else's
                    if entry.is_dir():
                        deeper = f"{prefix}{name}/"
                        yield from _shard_names(entry.path, deeper, depth - 1, entries_each)


def _require_one_set(names: list[str], path: Path) -> None:
    """Raise SourceError where folders hold different sets, or a shard is missing."""
    folders = {name.rpartition("/")[0] for name in names}
    sets = {folder for folder in folders if _split(folder) == Split.ANY}
    if len(sets) > 1:
        raise SourceError(
            f"{path} holds Parquet in several folders: {', '.join(sorted(sets))[:200]}. Name one"
        )
    if path.is_file():
        return
    for match in filter(None, map(_SHARD.fullmatch, names)):
        for number in range(int(match[3])):
            other = f"{match[1]}-{number:05}-of-{match[3]}.parquet"
            if other not in names:
                raise SourceError(f"{path} lacks {other}. Download it, or name a single file")


def _split(name: str) -> Split:
    """What the words of a path say of the split, the last of them first."""
    words = re.split(r"[-_. /]", name.lower())
    return next((SPLIT_NAMES[word] for word in reversed(words) if word in SPLIT_NAMES), Split.ANY)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from pyarrow import parquet

    with parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
        yield file


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # pyarrow fed with broken bytes may raise anything
        text = " ".join(str(error).split())[:200]
        raise SourceError(
            f"{path} cannot be read as Parquet: truncated, altered or of another kind "
            f"({type(error).__name__}: {text}). Replace it by a good copy"
        ) from error


def _table(path: Path, columns: Columns) -> Any:
    """All of a shard but its pictures."""
    with _told(path), _opened(path) as file:
        rows = file.metadata.num_rows
        if not 0 <= rows <= _MAXIMUM_ROWS:
            raise SourceError(
                f"{path} claims {rows:,} rows, expected 0 to {_MAXIMUM_ROWS:,}. Write it anew, "
                "with fewer pictures"
            )
        names = file.schema_arrow.names
        for name in (columns.image, *columns.texts):
            if name not in names:
                raise SourceError(
                    f"{path} has no column {name!r} as the first shard has: {', '.join(names)}"
                )
        table = file.read(columns=list(columns.texts))
        if columns.texts and table.num_rows != rows:
            raise ValueError(f"{table.num_rows} rows, expected {rows}")
        return table if columns.texts else _without_columns(rows)


def _without_columns(rows: int) -> Any:
    import pyarrow as pa

    return pa.table({"": pa.nulls(rows)})


def _splits(
    path: Path, names: list[str], counts: list[int], tables: list[Any], columns: Columns
) -> NDArray[np.int8]:
    """What a column says of each picture's split, or else the name of its shard."""
    if columns.split:
        texts = texts_in(tables, columns.split, str(path))
        unknown = next((text for text in texts if text.lower() not in SPLIT_NAMES), None)
        if unknown is not None:
            raise SourceError(
                f"{path} has {unknown[:40]!r} in the column {columns.split!r}, expected train, "
                "validation or test"
            )
        return np.array([SPLIT_NAMES[text.lower()] for text in texts], np.int8)
    splits = [Split.ANY if path.is_file() else _split(name) for name in names]
    if not set(splits) <= {Split.ANY, Split.TRAIN}:  # a training set alone is yet to be divided
        return np.repeat(np.array([split or Split.TRAIN for split in splits], np.int8), counts)
    return np.full(sum(counts), Split.ANY, np.int8)


def _pictures(shards: dict[str, Path], columns: Columns) -> Pictures:
    for name, path in shards.items():
        with _told(path), _opened(path) as file:
            batches = file.iter_batches(_PICTURES, columns=[columns.bytes])
            rows = chain.from_iterable(_encoded(batch, columns) for batch in batches)
            for number, content in enumerate(rows):
                if content is None:
                    yield PictureError(f"{name}/{number} has no bytes: the picture is missing")
                else:
                    yield content


def _encoded(batch: Any, columns: Columns) -> Iterator[bytes | None]:
    """The bytes of each picture of a batch; None where there are none."""
    column = batch.column(0)
    values = column.field(0) if columns.is_struct else column
    for content, is_missing in zip(values, column.is_null().to_pylist(), strict=True):
        yield None if is_missing else content.as_py()


def _identity(shards: dict[str, Path], columns: Columns) -> str:
    text = repr((columns, [(name, identity(path)) for name, path in shards.items()]))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
