"""A table that lists pictures by path, with labels: CSV or JSON lines.

Paths are relative to the table's folder and stay inside it. A folder with Hugging Face's
`metadata.csv` or `metadata.jsonl`, at its top or in a folder a split, is read by these.
"""

import hashlib
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imagette.data.class_names import case_note, class_name, classes_note
from imagette.data.contents import SPLIT_NAMES, Listing, Split, number_classes
from imagette.data.formats import delimited_table, json_table, path_columns, table_file
from imagette.data.formats.column_names import LABELS, first_of
from imagette.data.formats.folder import identity, read_all
from imagette.data.formats.listed_files import on_disk
from imagette.data.formats.path_columns import PathColumns
from imagette.data.formats.table_file import Table
from imagette.data.left_out import printable_all
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.errors import SourceError

_METADATA = ("metadata.csv", "metadata.jsonl")
_INSIDE = "expected a path relative to the table's folder and inside it"


@dataclass
class _Rows:
    """What the rows of one or several tables say; there are splits and groups for all or none."""

    paths: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def is_path_table(path: Path) -> bool:
    """Whether a file is one, by its name and its first line only."""
    if not path.is_file() or path.suffix.lower() in json_table.SUFFIXES:
        return path.is_file()  # of JSON imagette reads nothing else
    columns = _first_columns(path)
    named = first_of(path_columns.PATHS, columns)
    return named is not None or path_columns.starts_with_a_path(columns)


def has_metadata(root: Path) -> bool:
    """Whether a folder has tables of Hugging Face's names that list paths and labels."""
    return bool(_metadata(root))


def _metadata(root: Path) -> dict[Path, Split]:
    """The tables and their splits: one at the top of the folder, or in folders of splits."""
    places = {root: Split.ANY}
    try:
        inside = sorted(entry for entry in root.iterdir() if entry.name.lower() in SPLIT_NAMES)
    except OSError:  # the reader of folders says why
        return {}
    places |= {entry: SPLIT_NAMES[entry.name.lower()] for entry in inside}
    tables = {}
    for place, split in places.items():
        if table := next(filter(_lists_labels, (place / name for name in _METADATA)), None):
            tables[table] = split
        if place == root and tables:
            break
    return tables


def read(path: Path, options: DataOptions, progress: DataProgress | None = None) -> Listing:
    """The pictures that a table lists, or the tables of metadata in a folder.

    Raises:
        SourceError: a table that is damaged, lacks a column or a value, or leads elsewhere.
    """
    tables = _metadata(path) if path.is_dir() else {path: Split.ANY}
    root = path if path.is_dir() else path.parent
    rows, digest, notes = _Rows(), hashlib.sha256(), dict[str, None]()
    for file, split in tables.items():
        content = table_file.content_of(file)
        digest.update(hashlib.sha256(content).digest())
        table = _table(file, table_file.text_of(file, content))
        columns = path_columns.of_table(file, table, options.groups)
        notes[columns.note] = None
        _take(table, columns, file.parent.relative_to(root).as_posix(), split, rows)
    if not rows.paths:
        raise SourceError(f"{path} lists no pictures, expected a line for each")
    return _listing(path, root, rows, digest.hexdigest(), tuple(notes))


def _table(path: Path, text: str) -> Table:
    if path.suffix.lower() in json_table.SUFFIXES:
        return json_table.JsonTable(path, text)
    return delimited_table.DelimitedTable(path, text)


def _take(table: Table, columns: PathColumns, start: str, split: Split, rows: _Rows) -> None:
    """Add the rows of a table; `start` is its folder, relative to the root."""
    wanted = columns.wanted()
    for line, values in table.rows(wanted):
        if not all(values):
            raise SourceError(
                f"{table.where(line)} has no value in the column {wanted[values.index('')]!r}. "
                "Fill it in, or drop the line"
            )
        path, label, *more = values
        rows.paths.append(_inside(table, line, path, start))
        rows.labels.append(label)
        if columns.split is not None:
            rows.splits.append(_split(table, line, columns.split, more.pop(0)))
        else:
            rows.splits.append(split)
        rows.groups += more


def _inside(table: Table, line: int, path: str, start: str) -> str:
    """A path with slashes from the root.

    Raises:
        SourceError: it is absolute, leads out of the table's folder, or is an address.
    """
    plain = path.replace("\\", "/")  # as tables from Windows have it
    if "://" in plain:
        raise SourceError(f"{table.where(line)}: {path!r} is an address; {_INSIDE}. Download it")
    if plain.startswith("/") or plain[1:2] == ":":
        raise SourceError(f"{table.where(line)}: {path!r} is absolute; {_INSIDE}")
    if "./" in plain or "//" in plain or plain.endswith("."):
        plain = posixpath.normpath(plain)
    if plain == ".." or plain.startswith("../") or "\0" in plain:
        raise SourceError(f"{table.where(line)}: {path!r} leads outside; {_INSIDE}")
    return plain if start == "." else f"{start}/{plain}"


def _split(table: Table, line: int, column: str, value: str) -> Split:
    split = SPLIT_NAMES.get(value.lower())
    if split is None:
        raise SourceError(
            f"{table.where(line)} has {value!r} in the column {column!r}, expected one of "
            f"{', '.join(SPLIT_NAMES)}"
        )
    return split


def _listing(source: Path, root: Path, rows: _Rows, digest: str, notes: Sequence[str]) -> Listing:
    paths, states = on_disk(source, root, rows.paths)
    stored = {label: class_name(label) for label in set(rows.labels)}
    labels, class_names = number_classes([stored[label] for label in rows.labels])
    splits, of_paths = _splits(rows)
    return Listing(
        names=printable_all(paths),
        labels=labels,
        class_names=class_names,
        splits=splits,
        read=lambda: read_all(root, iter(paths)),
        identity=digest + identity(root, paths, states),
        groups=printable_all(rows.groups) or None,
        notes=(*notes, *of_paths, classes_note(class_names), *case_note(class_names)),
    )


def _splits(rows: _Rows) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """Those of the table; else, if each path begins with a split's folder, these."""
    splits = np.array(rows.splits, np.int8)
    folders = [SPLIT_NAMES.get(path.partition("/")[0].lower(), Split.ANY) for path in rows.paths]
    if splits.any() or Split.ANY in folders or Split.TRAIN not in folders:
        return splits, ()
    return np.array(folders, np.int8), ("splits from the folders in which the pictures lie",)


def _lists_labels(path: Path) -> bool:
    columns = _first_columns(path)
    names = (path_columns.PATHS, LABELS)
    return all(first_of(each, columns) is not None for each in names)


def _first_columns(path: Path) -> list[str]:
    """The names in the first line of a table, [] where there are none."""
    if path.suffix.lower() in delimited_table.SUFFIXES:
        return delimited_table.first_cells(path)
    return json_table.first_keys(path) if path.suffix.lower() in json_table.SUFFIXES else []
