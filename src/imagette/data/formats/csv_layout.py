"""How a CSV of pixels is written: separator, header, and which column is what.

Told from samples of its lines: the first, and where one can jump to them, others from its
middle and end, for files are often sorted by class.
"""

import csv
import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from imagette.data.arrays.layout import is_square, is_square_colour
from imagette.errors import SourceError

_SAMPLE = 2**18  # bytes
_LONGEST = 2**24  # bytes of a line
_SEPARATORS = ",;\t"
_GZIP = b"\x1f\x8b"
_WIDE = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LABELS = ("label", "labels", "class", "target", "targets", "y", "category", "character", "digit")
_UNUSED = ("", "id", "index", "image_id", "imageid", "unnamed: 0", "filename", "file_name", "image")
_SPLITS = ("split", "usage", "subset")
_MOST_CLASSES = 1000  # of one-hot columns that have no names
_CLASS_PREFIX = re.compile(r"(label|labels|class|target|y|is)[_\-. ]+(?=.)", re.IGNORECASE)


@dataclass(frozen=True)
class CsvLayout:
    """How a file is written.

    Attributes:
        separator: between fields.
        header: the names of the columns, or None.
        columns: their number.
        labels: positions of the label, or of the classes of one-hot labels; none: no labels.
        groups, split: positions, or None.
        pixels: positions, the rest but for what is not used.
        floats: whether pixels have fractions.
        class_names: of one-hot columns with names, else None.
    """

    separator: str
    header: tuple[str, ...] | None
    columns: int
    labels: tuple[int, ...]
    groups: int | None
    split: int | None
    pixels: tuple[int, ...]
    floats: bool
    class_names: tuple[str, ...] | None

    @property
    def hot(self) -> tuple[int, ...]:
        """Positions of one-hot labels; () if they are not such."""
        return self.labels if len(self.labels) > 1 else ()

    @property
    def texts(self) -> tuple[int, ...]:
        """Positions of columns that are read as texts: the label, groups, the split."""
        label = () if self.hot else self.labels
        others = (n for n in (self.groups, self.split) if n is not None)
        return tuple(dict.fromkeys((*label, *others)))

    @property
    def note(self) -> str:
        """What was detected, for the user."""
        where = "no labels"
        if len(self.labels) > 1:
            end = "first" if self.labels[0] < self.pixels[0] else "last"
            where = f"one-hot labels in the {end} {len(self.labels)} columns"
        elif self.labels:
            where = f"the label in {self._place(self.labels[0])}"
        separator = {",": "", ";": ", separated by semicolons", "\t": ", separated by tabs"}
        header = "a header" if self.header else "no header"
        unused = "".join(f", column {name!r} is not used" for name in self._unused())
        return f"{where}, {header}{separator[self.separator]}{unused}"

    def _unused(self) -> list[str]:
        used = {*self.labels, *self.pixels, self.groups, self.split}
        return [name for n, name in enumerate(self.header or ()) if n not in used]

    def _place(self, position: int) -> str:
        place = {0: "the first column", self.columns - 1: "the last column"}
        place.setdefault(position, f"column {position + 1}")
        return place[position] + (f" ({self.header[position]!r})" if self.header else "")


def opened(path: Path) -> IO[bytes]:
    """The file, unpacked if it is gzip."""
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def detect(path: Path, groups: str | None = None) -> CsvLayout:
    """How the file is written; `groups` is the name of a column.

    Raises:
        SourceError: it is empty, no text, or has another number of columns than images would.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    lines = sample(path)
    separator = max(_SEPARATORS, key=lambda one: (lines[0].count(one), -_SEPARATORS.index(one)))
    rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    header, rows = _header(rows)
    columns = len(header or rows[0])
    rows = [row for row in rows if len(row) == columns]  # others are told when they are read
    if not rows:
        raise SourceError(f"{path} has a header and no images below it")
    return _columns(path, separator, header, rows, groups)


def sample(path: Path) -> list[str]:
    """Whole lines of the file; the first of them is its first.

    Raises:
        SourceError: it is empty or no text.
    """
    with opened(path) as file:
        head = file.read(_SAMPLE)
        for _ in range(2):  # a header and an image, however long
            if head.count(b"\n") < 2:
                head += file.readline(_LONGEST)
        for mark, encoding in _WIDE:
            if head.startswith(mark):
                raise SourceError(f"{path} is {encoding}, expected UTF-8. Save it as UTF-8")
        if b"\0" in head:
            raise SourceError(f"{path} is no text: it has bytes of value 0. Expected CSV")
        parts = [_whole(head, file.read(1) == b"")]
        size = path.stat().st_size
        if not isinstance(file, gzip.GzipFile) and size > 4 * _SAMPLE:
            for place in (size // 2, size - _SAMPLE):
                file.seek(place)
                file.readline()
                parts.append(_whole(file.read(_SAMPLE), place > size // 2))
    text = b"".join(parts).removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    lines = [line for line in re.split("\r\n|\n|\r", text) if line.strip()]
    if not lines:
        raise SourceError(f"{path} is empty, expected a line an image: a label and its pixels")
    return lines


def _whole(block: bytes, at_end: bool) -> bytes:
    """The block without the beginning of a line that it does not hold to its end."""
    if at_end or b"\n" not in block:
        return block + b"\n"
    return block[: block.rfind(b"\n") + 1]


def _header(rows: list[list[str]]) -> tuple[tuple[str, ...] | None, list[list[str]]]:
    """The first row if it is one of names, and the others.

    Names are texts, beside which others may be counted (label, 0, 1, 2, ...); or different
    fractions above whole numbers (0, 0.1, 0.2: how pandas names equal columns).
    """
    first, *others = rows
    names = tuple(name.strip() for name in first)
    numbers = [_number(name) for name in names]
    texts = {n for n, number in enumerate(numbers) if number is None}
    inside = len(texts) == len(names) or bool(texts - {0, len(names) - 1})
    if inside or (texts and not _texts_at_ends(others)):
        return names, others
    counted = [number for number in numbers if number is not None]
    start = counted[0] if counted else None
    if others and len(counted) > 3 and start in (0, 1):
        if counted == [start + n for n in range(len(counted))]:
            return names, others
        whole = all((_number(field) or 0) % 1 == 0 for row in others[:100] for field in row)
        if whole and not texts and any(number % 1 for number in counted):
            return names, others
    return None, rows


def _texts_at_ends(rows: list[list[str]]) -> bool:
    """Whether data have a text as the first or last field, as a label may be."""
    return any(_number(row[end]) is None for row in rows[:1] for end in (0, -1))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _columns(
    path: Path,
    separator: str,
    header: tuple[str, ...] | None,
    rows: list[list[str]],
    groups: str | None,
) -> CsvLayout:
    names = [name.lower() for name in header] if header else []
    group = _groups(path, header, groups)
    split = next((n for n, name in enumerate(names) if name in _SPLITS), None)
    named = [n for n, name in enumerate(names) if name in _LABELS and n != group][:1]
    special = {group, split, *named}
    unused = {n for n, name in enumerate(names) if name in _UNUSED and n not in special}
    rest = [n for n in range(len(rows[0])) if n not in unused | special]
    found = tuple(named) or _labels(rows, rest)
    if found is None or not _are_pixels(len(rest) - len(found) * (not named)):
        raise _not_images(path, header, rows[0])
    pixels = tuple(n for n in rest if n not in found)
    floats = any("." in row[n] or "e" in row[n] for row in rows for n in pixels)
    one_hot = len(found) > 1 and header is not None
    classes = tuple(_CLASS_PREFIX.sub("", header[n]) for n in found) if one_hot and header else None
    return CsvLayout(separator, header, len(rows[0]), found, group, split, pixels, floats, classes)


def _groups(path: Path, header: tuple[str, ...] | None, groups: str | None) -> int | None:
    if groups is None:
        return None
    if header is None or groups not in header:
        there = f"its columns are {', '.join(header)[:200]}" if header else "it has no header"
        raise SourceError(f"{path} has no column {groups!r} for groups: {there}")
    return header.index(groups)


def _are_pixels(count: int) -> bool:
    return is_square(count) or is_square_colour(count)


def _labels(rows: list[list[str]], rest: list[int]) -> tuple[int, ...] | None:
    """Where labels without a name stand among the columns `rest`; () if there are none."""
    if _are_pixels(len(rest)):
        return ()
    if _are_pixels(len(rest) - 1):
        return (_label_end(rows, rest),)
    for count in range(2, min(len(rest), _MOST_CLASSES)):
        if _are_pixels(len(rest) - count):
            for ends in (rest[:count], rest[-count:]):
                if _is_one_hot(rows, ends):
                    return tuple(ends)
    return None


def _label_end(rows: list[list[str]], rest: list[int]) -> int:
    """The first or the last column: the one that is less like the pixels beside it."""
    steps = (1, 3) if is_square_colour(len(rest) - 1) else (1,)  # 3: the same colour's
    differences = {}
    for column, inwards in ((rest[0], rest), (rest[-1], rest[::-1])):
        values = _numbers(rows, column)
        if np.isnan(values).any():  # texts
            return column
        beside = (np.abs(values - _numbers(rows, inwards[step])) for step in steps)
        whole = (values == np.rint(values)).all()
        differences[column] = min(map(_mean, beside)) if whole else -1.0
    return max(differences, key=differences.__getitem__)  # of equal ones the first


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0


def _numbers(rows: list[list[str]], column: int) -> NDArray[np.float64]:
    numbers = (_number(row[column]) for row in rows)
    return np.array([np.nan if number is None else number for number in numbers])


def _is_one_hot(rows: list[list[str]], columns: list[int]) -> bool:
    return all(
        sorted({row[n].strip() for n in columns}) in (["0", "1"], ["0.0", "1.0"])
        and sum(float(row[n]) for n in columns) == 1
        for row in rows
    )


def _not_images(path: Path, header: tuple[str, ...] | None, row: list[str]) -> SourceError:
    first = ", ".join((header or row)[:4])[:80]
    return SourceError(
        f"{path} has {len(row)} columns, the first {first}; expected a label and a square number "
        "of pixels, as 1 + 784 of 28x28, or three times one for colour"
    )
