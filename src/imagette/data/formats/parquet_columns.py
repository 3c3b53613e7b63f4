"""Which column of a Parquet file is what, and what its labels are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.labels import numbered_labels
from imagette.data.contents import NO_LABEL
from imagette.data.formats.column_names import LABELS_OR_Y, SPLITS, first_of
from imagette.errors import SourceError

_IMAGES = ("image", "img", "images", "picture", "bytes", "image_bytes", "jpg", "png")
_NO_LABELS = ("id", "idx", "index", "image_id", "path", "file", "file_name", "filename", "url")


@dataclass(frozen=True)
class Columns:
    """The names of columns.

    Attributes:
        image: bytes, or a struct of `bytes` and `path`.
        is_struct: which of the two.
        class_names: what numbers as labels stand for, where the file says it.
    """

    image: str
    is_struct: bool
    label: str | None
    groups: str | None
    split: str | None
    class_names: tuple[str, ...] | None

    @property
    def bytes(self) -> str:
        """The path of the column that holds the bytes of pictures."""
        return f"{self.image}.bytes" if self.is_struct else self.image

    @property
    def texts(self) -> tuple[str, ...]:
        """All columns but the pictures'."""
        others = (name for name in (self.label, self.groups, self.split) if name is not None)
        return tuple(dict.fromkeys(others))


def columns_of(schema: Any, where: str, groups: str | None) -> Columns:
    """What the columns of a schema are, by their types and names.

    Raises:
        SourceError: there is no image column, none of groups, or it is not clear what the label is.
    """
    names = list(schema.names)
    there = ", ".join(f"{field.name} ({str(field.type)[:40]})" for field in schema)[:400]
    pictures = [field.name for field in schema if _holds_pictures(field.type)]
    if not pictures or len(set(names)) < len(names):
        raise SourceError(
            f"{where} has no image column: expected one of bytes, or of structs of bytes and path, "
            f"as Hugging Face writes them. It has {there or 'no columns'}"
        )
    if groups is not None and groups not in names:
        raise SourceError(f"{where} has no column {groups!r} for groups. It has {there}")
    image = first_of(_IMAGES, pictures) or pictures[0]
    others = [name for name in names if name not in (*pictures, groups)]
    split = first_of(SPLITS, others)
    label = first_of(LABELS_OR_Y, others)
    possible = [n for n in others if n != split and n.lower() not in _NO_LABELS]
    if label is None and len(possible) > 1:
        raise SourceError(
            f"{where} has no column label, and which of {', '.join(possible)[:200]} it is cannot "
            "be told. Call it label"
        )
    label = label or next(iter(possible), None)
    is_struct = _is_struct(schema.field(image).type)
    return Columns(image, is_struct, label, groups, split, _class_names(schema, label))


def labels_in(
    tables: Sequence[Any], columns: Columns, where: str
) -> tuple[NDArray[np.int64], tuple[str, ...], str]:
    """Labels of all tables as positions (n,) in class names; these names; and what was detected.

    Raises:
        DatasetError: labels that are neither whole numbers nor texts.
    """
    count = sum(table.num_rows for table in tables)
    labels = np.full(count, NO_LABEL, np.int64)
    if columns.label is None:
        return labels, (), "no labels"
    values = _plain([table.column(columns.label) for table in tables])
    known = ~np.asarray(values.is_null())
    there = values.drop_null()
    given = np.asarray(there.to_pylist() if _is_text(values.type) else there.to_numpy())
    if columns.class_names is not None and given.dtype.kind == "i":  # -1: no label
        known[known] = given >= 0
        given = given[given >= 0]
    if not len(given):
        return labels, columns.class_names or (), "no labels"
    numbers, names, _ = numbered_labels({columns.label: given}, where, columns.class_names)
    labels[known] = numbers
    return labels, names, f"labels in {columns.label!r}"


def texts_in(tables: Sequence[Any], column: str, where: str) -> list[str]:
    """The values of a column of all tables, as texts.

    Raises:
        SourceError: one is missing.
    """
    values = [value for table in tables for value in table.column(column).to_pylist()]
    if None in values:
        raise SourceError(
            f"{where}: row {values.index(None)} has no {column!r}. Fill it in, or drop the row"
        )
    return list(map(str, values))


def _holds_pictures(kind: Any) -> bool:
    import pyarrow as pa

    return _is_struct(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _is_struct(kind: Any) -> bool:
    """Whether it is a struct with bytes."""
    import pyarrow as pa

    if not pa.types.is_struct(kind):
        return False
    fields = [kind.field(number) for number in range(kind.num_fields)]
    binary = [f for f in fields if pa.types.is_binary(f.type) or pa.types.is_large_binary(f.type)]
    return [field.name for field in binary].count("bytes") == 1


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(columns: Sequence[Any]) -> Any:
    """Columns as one, without a dictionary."""
    import pyarrow as pa

    chunks = [chunk for column in columns for chunk in column.chunks]
    plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in chunks]
    return pa.chunked_array(plain, columns[0].type if not plain else plain[0].type)


def _class_names(schema: Any, label: str | None) -> tuple[str, ...] | None:
    """The names of Hugging Face's ClassLabel, which lie as JSON in the schema's metadata."""
    try:
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        names = features[label]["names"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(names, list) or len(set(map(str, names))) < len(names):
        return None
    return tuple(map(str, names))
