"""How a CSV of pixels is written: separator, header, and which column is what."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from imagette.data.formats.column_names import LABELS_OR_Y, SPLITS, first_of
from imagette.data.formats.csv_labels import are_pixels, as_number, unnamed_labels
from imagette.data.formats.csv_sample import sample
from imagette.data.left_out import shortened
from imagette.errors import SourceError

_SEPARATORS = ",;\t"
_UNUSED = ("", "id", "index", "image_id", "imageid", "unnamed: 0", "filename", "file_name", "image")
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


def _header(rows: list[list[str]]) -> tuple[tuple[str, ...] | None, list[list[str]]]:
    """The first row if it is one of names, and the others.

    Names are texts, beside which others may be counted (label, 0, 1, 2, ...); or different
    fractions above whole numbers (0, 0.1, 0.2: how pandas names equal columns).
    """
    first, *others = rows
    names = tuple(name.strip() for name in first)
    numbers = [as_number(name) for name in names]
    texts = {n for n, number in enumerate(numbers) if number is None}
    inside = len(texts) == len(names) or bool(texts - {0, len(names) - 1})
    if inside or (texts and not _texts_at_ends(others)):
        return names, others
    counted = [number for number in numbers if number is not None]
    start = counted[0] if counted else None
    if others and len(counted) > 3 and start in (0, 1):
        if counted == [start + n for n in range(len(counted))]:
            return names, others
        whole = all((as_number(field) or 0) % 1 == 0 for row in others[:100] for field in row)
        if whole and not texts and any(number % 1 for number in counted):
            return names, others
    return None, rows


def _texts_at_ends(rows: list[list[str]]) -> bool:
    """Whether data have a text as the first or last field, as a label may be."""
    return any(as_number(row[end]) is None for row in rows[:1] for end in (0, -1))


def _columns(
    path: Path,
    separator: str,
    header: tuple[str, ...] | None,
    rows: list[list[str]],
    groups: str | None,
) -> CsvLayout:
    names = [name.strip().lower() for name in header] if header else []
    group = _groups(path, header, groups)
    others = [name for n, name in enumerate(names) if n != group]
    split, label = (
        None if (name := first_of(known, others)) is None else names.index(name)
        for known in (SPLITS, LABELS_OR_Y)
    )
    named = [] if label is None else [label]
    special = {group, split, *named}
    unused = {n for n, name in enumerate(names) if name in _UNUSED and n not in special}
    rest = [n for n in range(len(rows[0])) if n not in unused | special]
    found = tuple(named) or unnamed_labels(rows, rest)
    if found is None or not are_pixels(len(rest) - len(found) * (not named)):
        raise _not_images(path, header, rows[0])
    pixels = tuple(n for n in rest if n not in found)
    floats = any("." in row[n] or "e" in row[n] for row in rows for n in pixels)
    classes = _class_names([header[n] for n in found]) if header and len(found) > 1 else None
    return CsvLayout(separator, header, len(rows[0]), found, group, split, pixels, floats, classes)


def _class_names(columns: list[str]) -> tuple[str, ...] | None:
    """Those that one-hot columns name; None if they are only counted as all columns are."""
    if all(as_number(name) is not None for name in columns):
        return None
    return tuple(_CLASS_PREFIX.sub("", name) for name in columns)


def _groups(path: Path, header: tuple[str, ...] | None, groups: str | None) -> int | None:
    if groups is None:
        return None
    if header is None or groups not in header:
        there = f"its columns are {shortened(header, 12)}" if header else "it has no header"
        raise SourceError(f"{path} has no column {groups!r} for groups: {there}")
    return header.index(groups)


def _not_images(path: Path, header: tuple[str, ...] | None, row: list[str]) -> SourceError:
    first = ", ".join((header or row)[:4])[:80]
    return SourceError(
        f"{path} has {len(row)} columns, the first {first}; expected a label and a square number "
        "of pixels, as 1 + 784 of 28x28, or three times one for colour"
    )
