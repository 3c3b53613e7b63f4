"""Rows of JSON objects: one a line (JSON lines), or all in one list."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagette.data.formats.table_file import Row
from imagette.errors import SourceError

SUFFIXES = (".jsonl", ".ndjson", ".json")
_HEAD = 2**16  # bytes in which the first line is looked for
_EXAMPLE = 'expected an object as {"file_name": "a.png", "label": "cat"}'


class JsonTable:
    """Objects, whose keys are the columns; those of the first count as the table's.

    Raises:
        SourceError: its first object cannot be read.
    """

    def __init__(self, path: Path, text: str):
        self._path, self._text = path, text
        self._items = self._list() if text.lstrip().startswith("[") else None
        self.columns = tuple(next((record for _, record in self._objects()), {}))

    def where(self, line: int) -> str:
        return f"{self._path}, {'line' if self._items is None else 'item'} {line}"

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        for line, record in self._objects():
            yield line, [self._text_of(line, name, record.get(name)) for name in wanted]

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        records = self._lines() if self._items is None else enumerate(self._items, 1)
        for line, record in records:
            if not isinstance(record, dict):
                raise SourceError(f"{self.where(line)} is {_shown(record)}, {_EXAMPLE}")
            yield line, record

    def _lines(self) -> Iterator[tuple[int, Any]]:
        for line, text in enumerate(io.StringIO(self._text), 1):
            if text.strip():
                yield line, self._parsed(text, f", line {line}")

    def _list(self) -> list[Any]:
        items: list[Any] = self._parsed(self._text, "")
        return items

    def _parsed(self, text: str, place: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{self._path}{place} is no JSON: {error}; {_EXAMPLE}, one a line, or a list of "
                "them"
            ) from error

    def _text_of(self, line: int, name: str, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise SourceError(
                f"{self.where(line)} has {_shown(value)} in {name!r}, expected a text or a number"
            )
        return str(value).strip()


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def first_keys(path: Path) -> list[str]:
    """The keys of the object in the first line, [] if there is none; reads no more than that."""
    try:
        with path.open("rb") as file:
            record = json.loads(file.readline(_HEAD).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return []
    return list(record) if isinstance(record, dict) else []
