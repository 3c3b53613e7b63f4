"""The text of a table in a file, bounded; and what a table of any format gives."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from imagette.bounded import read_bounded
from imagette.errors import SourceError

MAXIMUM_BYTES = 2**30

Row = tuple[int, list[str]]  # the line; the values of the columns that were asked for


class Table(Protocol):
    """Rows of text, read one by one, so that an error can name its line.

    Attributes:
        columns: their names as they are in the file.
    """

    @property
    def columns(self) -> tuple[str, ...]: ...

    def where(self, line: int) -> str:
        """The place of a row, for messages."""
        ...

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """The values of the columns `wanted`, "" where there is none.

        Raises:
            SourceError: a row that is damaged, or of other columns than the first.
        """
        ...


def content_of(path: Path) -> bytes:
    """The bytes of a table's file.

    Raises:
        SourceError: it cannot be read, is no file, is empty, or larger than the limit.
    """
    try:
        content = read_bounded(path, MAXIMUM_BYTES, SourceError, "Divide it")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if not content.strip():
        raise SourceError(f"{path} is empty, expected a table of paths and labels")
    return content


def text_of(path: Path, content: bytes) -> str:
    """The text in `content`, without a byte order mark.

    Raises:
        SourceError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{path}, line {line} is not UTF-8 (byte {content[error.start]:#04x}). Save the table "
            "as UTF-8"
        ) from error
