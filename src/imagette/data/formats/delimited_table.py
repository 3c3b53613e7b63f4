"""Rows of a CSV: of commas, semicolons or tabs, with quotes, any line ends, in UTF-8.

The csv module reads a million lines in a second or two, and knows the line of an error.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from imagette.data.formats.table_file import Row
from imagette.errors import SourceError

SUFFIXES = (".csv", ".tsv")
_DELIMITERS = ",;\t"
_HEAD = 2**16  # bytes in which the first line is looked for


class DelimitedTable:
    """A CSV; the first line names the columns unless `header` says that there is none.

    Raises:
        SourceError: its first line cannot be read.
    """

    def __init__(self, path: Path, text: str):
        self._path, self._text = path, text
        self._delimiter = _delimiter(text)
        first = next(self._records(), (0, list[str]()))[1]
        self.columns = tuple(cell.strip() for cell in first)
        self.header = True

    def where(self, line: int) -> str:
        return f"{self._path}, line {line}"

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        places = [self.columns.index(name) for name in wanted]
        records = self._records()
        if self.header:
            next(records, None)
        for line, cells in records:
            if len(cells) != len(self.columns):
                raise SourceError(
                    f"{self.where(line)} has {len(cells)} columns, expected {len(self.columns)} "
                    "as in the first. Mend the line"
                )
            yield line, [cells[place].strip() for place in places]

    def _records(self) -> Iterator[Row]:
        """The cells of each line that is not blank."""
        file = io.StringIO(self._text, newline="")
        reader = csv.reader(file, delimiter=self._delimiter, strict=True, skipinitialspace=True)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise SourceError(f"{self.where(line)} is no CSV: {error}. Mend the line") from error


def first_cells(path: Path) -> list[str]:
    """The cells of the first line of a CSV, [] if there are none; reads no more than that."""
    try:
        with path.open("rb") as file:
            text = file.read(_HEAD).decode("utf-8-sig", "replace").lstrip("\r\n")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        return [cell.strip() for cell in next(reader, [])]
    except (OSError, csv.Error):
        return []


def _delimiter(text: str) -> str:
    """The most frequent of the first line."""
    first = next(io.StringIO(text.lstrip("\r\n")), "")
    return max(_DELIMITERS, key=first.count)
